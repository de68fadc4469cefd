"""What Chappe does: accounts, peers, messages, files, boxes and their updates.

Comes in: a Tx or Reader, a Grant and plain values. Goes out: frozen records; after commit, announced entries.
Must never know TL, JSON, SQL text, sockets or the real clock; every act is a synchronous function over a Tx.
"""
