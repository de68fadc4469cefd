"""Databases in trouble: full, locked, gone. Nothing is torn, and it goes on without hands."""
