"""Checks a log of accountable acts without the server that keeps it: signature, growth, every leaf, every figure.

Imports nothing of that server, and of others only `cryptography` for the signatures; what it knows of the formats is
written from the public texts: C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof; RFC 6962.
"""
