"""Where everything durable lives: rows in SQLite or PostgreSQL, bytes of files in blobs.

Comes in: acts (functions over a `Tx`) and queries (functions over a `Reader`). Goes out: their results, after a
durable commit, and the notes that acts announced, in commit order.
Must never decide anything: no rule, no right, no TL, no JSON; all SQL is here and in no other room.
"""

from chappe.store.migrate import MigrationError
from chappe.store.protocol import Notes, Params, Reader, Row, Store, StoreUnavailable, Tx, Value
from chappe.store.sqlite import open_sqlite

__all__ = [
    "MigrationError",
    "Notes",
    "Params",
    "Reader",
    "Row",
    "Store",
    "StoreUnavailable",
    "Tx",
    "Value",
    "open_sqlite",
]
