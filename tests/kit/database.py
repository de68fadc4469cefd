"""SQLite databases for tests: a copy of one that was migrated once a process costs 2 ms, all migrations fifty."""

import tempfile
from functools import cache
from pathlib import Path

from chappe.base.clock import Clock
from chappe.store import Store, open_sqlite
from chappe.store.migrate import shipped
from chappe.store.sqlite import prepare


def open_fresh(path: Path, clock: Clock) -> Store:
    """The database at `path`, a new one where there is none."""
    if not path.exists():
        path.write_bytes(migrated())
    return open_sqlite(path, clock)


@cache
def migrated() -> bytes:
    """The file of a database with every migration and nothing in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "migrated.sqlite")
        prepare(path, shipped(), 0)
        return path.read_bytes()
