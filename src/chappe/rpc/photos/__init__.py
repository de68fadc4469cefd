"""photos.*: profile photos. Source: api/files"""
