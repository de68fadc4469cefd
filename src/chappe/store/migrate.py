"""The schema's history: numbered files of neutral SQL, each applied once, in order, whole or not at all."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from chappe.store.protocol import Params, Row
from chappe.store.sql import split

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
DIRECTORY = Path(__file__).with_name("migrations")
TABLE = "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT, sha256 TEXT, date INTEGER)"


class MigrationError(Exception):
    """This database and this program do not belong together; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The digest that a database remembers."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


class Connection(Protocol):
    """What an engine lends to the runner: statements of a migration are translated by `schema`."""

    def begin(self) -> None:
        """A transaction is open that keeps every other writer out."""
        ...

    def commit(self) -> None:
        """The transaction is durable."""
        ...

    def rollback(self) -> None:
        """The transaction left no trace."""
        ...

    def schema(self, statement: str, /) -> None:
        """A statement of a migration has run."""
        ...

    def all(self, sql: str, params: Params = (), /) -> list[Row]:
        """Every row."""
        ...


@cache
def shipped() -> tuple[Migration, ...]:
    """The migrations this program brings, in order."""
    found = [
        Migration(int(match[1]), match[0], entry.read_text(encoding="utf-8"))
        for entry in DIRECTORY.iterdir()
        if (match := _NAME.fullmatch(entry.name))
    ]
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(connection: Connection, migrations: Sequence[Migration], date: int) -> int:
    """The database has every migration; how many were applied now.

    Errors: MigrationError if two files share a number, an applied one was changed, or the database is newer.
    """
    _require_order(migrations)
    _in_transaction(connection, [TABLE])
    _require_known(connection, migrations)
    there = {number for (number,) in connection.all("SELECT number FROM migrations")}
    missing = [migration for migration in migrations if migration.number not in there]
    return sum(_apply(connection, migrations, migration, date) for migration in missing)


def _apply(connection: Connection, migrations: Sequence[Migration], migration: Migration, date: int) -> bool:
    """One file in one transaction; another process may have been faster, so look inside it."""
    connection.begin()
    try:
        _require_known(connection, migrations)
        if connection.all("SELECT 1 FROM migrations WHERE number = ?", (migration.number,)):
            connection.rollback()
            return False
        if connection.all("SELECT 1 FROM migrations WHERE number > ?", (migration.number,)):
            raise MigrationError(f"migration {migration.name} comes too late: the database has a newer one already")
        for statement in split(migration.sql):
            connection.schema(statement)
        connection.all(
            "INSERT INTO migrations (number, name, sha256, date) VALUES (?, ?, ?, ?) RETURNING number",
            (migration.number, migration.name, migration.sha256, date),
        )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return True


def _in_transaction(connection: Connection, statements: Sequence[str]) -> None:
    connection.begin()
    try:
        for statement in statements:
            connection.schema(statement)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _require_order(migrations: Sequence[Migration]) -> None:
    numbers = [migration.number for migration in migrations]
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise MigrationError(f"each migration needs a number of its own, these have {numbers}")


def _require_known(connection: Connection, migrations: Sequence[Migration]) -> None:
    known = {migration.number: migration for migration in migrations}
    for number, name, sha256 in connection.all("SELECT number, name, sha256 FROM migrations ORDER BY number"):
        if number not in known:
            raise MigrationError(
                f"the database has migration {name}, which this version of Chappe does not know: "
                "start the newer version, or restore a backup made before it"
            )
        if known[number].sha256 != sha256:
            raise MigrationError(f"migration {name} was changed after this database was made; nothing was touched")
