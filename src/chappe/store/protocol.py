"""The seam between the domain and its database: reader, transaction, store.

An act is a plain synchronous function over a `Tx`, a query one over a `Reader`. Both may be run again from the
start (another act of the same commit failed, a connection was lost), so they work through their argument and their
result alone: no outside effect, no counter kept between runs.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from chappe.base.errors import Refusal

T = TypeVar("T")
Value = int | float | str | bytes | None
Params = Sequence[Value]
Row = tuple[Any, ...]
Notes = list[Any]


class StoreUnavailable(Refusal):
    """The database cannot take this now; nothing of the act was stored.

    Shape: reason is storage_full, storage_unavailable or storage_closed.
    """


class StatementError(Exception):
    """A statement failed: it is wrong, it broke a constraint, or the database is in trouble.

    Shape: the text names statement parts, tables and constraints, never a value: it may be logged.
    """


class Reader(Protocol):
    """Questions to one snapshot of the database. SQL is neutral: `?` placeholders, no dialect."""

    now: int
    """The date of this snapshot or commit, seconds since 1970."""

    def one(self, sql: str, params: Params = (), /) -> Row | None:
        """The first row, or None."""
        ...

    def all(self, sql: str, params: Params = (), /) -> list[Row]:
        """Every row, in the order the statement says."""
        ...


class Tx(Reader, Protocol):
    """One act inside the writing transaction; it sees what earlier acts of the same commit wrote."""

    def run(self, sql: str, params: Params = (), /) -> int:
        """The statement has run; the number of rows it touched."""
        ...

    def many(self, sql: str, rows: Iterable[Params], /) -> None:
        """The statement has run once for each row of parameters."""
        ...

    def announce(self, note: object, /) -> None:
        """After the commit the subscribers are handed this note; never if the act is undone."""
        ...


class Store(Protocol):
    """A database that takes acts and answers queries."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Since the start: `acts` answered, and `commits`, each of which made a batch of acts durable."""
        ...

    def write(self, act: Callable[[Tx], T], /) -> asyncio.Future[T]:
        """The act is queued at once, in the order of the calls; the future is done after its durable commit.

        Errors: what the act raised (then nothing of it is stored, other acts are untouched);
        TooMany server_busy at once when too many acts wait; StoreUnavailable.
        """
        ...

    def read(self, query: Callable[[Reader], T], /) -> asyncio.Future[T]:
        """The query's answer from one snapshot; it sees every write already answered. A query may be started twice.

        Errors: what the query raised; TooMany server_busy; StoreUnavailable.
        """
        ...

    def on_commit(self, fn: Callable[[Notes], None], /, *kinds: type) -> None:
        """From now on `fn` gets the notes of each commit, in order, on the loop, before its callers go on.

        Shape: kinds are the very types of the notes it is for, none for all; without such a note it is not called.
        """
        ...

    async def close(self) -> None:
        """Everything queued is finished and answered, the database is closed; calling again does nothing."""
        ...
