"""bots.*: what bots say of themselves. Source: api/bots"""
