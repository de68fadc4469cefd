"""Both engines, opened on an empty database with a few tables of the tests' own."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from tests.kit.clock import FakeClock
from tests.kit.postgres import bare_postgres_dsn as postgres_dsn
from tests.kit.postgres import postgres_server

from chappe.store import Store, open_postgres, open_sqlite
from chappe.store.migrate import Migration

__all__ = ["postgres_dsn", "postgres_server"]

TABLES = Migration(
    1,
    "0001_tests.sql",
    """
    CREATE TABLE things ( -- directory; a comment; with semicolons
        id INTEGER NOT NULL PRIMARY KEY,
        name TEXT NOT NULL DEFAULT 'a;b',
        data BLOB,
        weight REAL
    );
    CREATE UNIQUE INDEX things_by_name ON things (name);
    CREATE TABLE pairs (owner_id INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (owner_id, id)) WITHOUT ROWID;
    """,
)
ENGINES = ("sqlite", "postgres")


@pytest.fixture
def clock() -> FakeClock:
    """Time, moved by hand."""
    return FakeClock()


@pytest.fixture(params=ENGINES)
def opener(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Callable[..., Store]:
    """Opens the test's database, each time the same, with the given migrations."""
    if request.param == "sqlite":
        return lambda *migrations: open_sqlite(tmp_path / "chappe.db", clock, migrations or (TABLES,))
    dsn = request.getfixturevalue("postgres_dsn")
    return lambda *migrations: open_postgres(dsn, clock, migrations or (TABLES,))


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, opener: Callable[..., Store], tmp_path: Path) -> Callable[[str], None]:
    """Runs a statement at once in the same database, as another process would."""

    def run(sql: str) -> None:
        if "postgres_dsn" in request.fixturenames:
            psycopg.connect(request.getfixturevalue("postgres_dsn"), autocommit=True).execute(sql).connection.close()
        else:
            connection = sqlite3.connect(tmp_path / "chappe.db", isolation_level=None)
            connection.execute(sql)
            connection.close()

    return run


@pytest.fixture
async def store(opener: Callable[..., Store]) -> AsyncIterator[Store]:
    """An open store with the tests' tables."""
    opened = opener()
    yield opened
    await opened.close()


@pytest.fixture
def acts() -> SimpleNamespace:
    """Acts and queries over the tests' tables."""
    return SimpleNamespace(add=add, fail_after=fail_after, names=names)


def add(number: int, name: str | None = None):
    """An act: one thing more, and a note of it."""

    def act(tx):
        tx.run("INSERT INTO things (id, name) VALUES (?, ?)", (number, name or f"thing {number}"))
        tx.announce(number)
        return number

    return act


def fail_after(number: int, error: BaseException):
    """An act that adds a thing and then raises."""

    def act(tx):
        add(number)(tx)
        raise error

    return act


def names(rx) -> list[str]:
    """A query: the names of all things, by id."""
    return [name for (name,) in rx.all("SELECT name FROM things ORDER BY id")]
