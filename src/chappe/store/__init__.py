"""Where everything durable lives: rows in SQLite or PostgreSQL, bytes of files in blobs.

Comes in: acts (functions over a `Tx`) and queries (functions over a `Reader`). Goes out: their results, after a
durable commit, and the notes that acts announced, in commit order.
Must never decide anything: no rule, no right, no TL, no JSON; all SQL is here and in no other room.
"""

from collections.abc import Sequence

from chappe.base.clock import Clock
from chappe.store.backups import BackupError, backup, restore
from chappe.store.blobs import Blobs
from chappe.store.migrate import Migration, MigrationError
from chappe.store.protocol import Notes, Params, Reader, Row, StatementError, Store, StoreUnavailable, Tx, Value
from chappe.store.sqlite import open_sqlite
from chappe.store.uploads import FileStore


def open_postgres(dsn: str, clock: Clock, migrations: Sequence[Migration] | None = None) -> Store:
    """The database behind `dsn`, brought up to date. Errors: OSError if it cannot be reached; MigrationError."""
    # Its driver takes 150 ms to import: only who uses it waits for it.
    from chappe.store import postgres

    return postgres.open_postgres(dsn, clock, migrations)


__all__ = [
    "BackupError",
    "Blobs",
    "FileStore",
    "MigrationError",
    "Notes",
    "Params",
    "Reader",
    "Row",
    "StatementError",
    "Store",
    "StoreUnavailable",
    "Tx",
    "Value",
    "backup",
    "open_postgres",
    "open_sqlite",
    "restore",
]
