"""A clock moved by hand and a database of its own for each test, on both engines."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.kit.postgres import postgres_dsn, postgres_server

from chappe.domain import outbox
from chappe.outbound import Parcel, Undelivered
from chappe.store import Store, open_postgres

__all__ = ["postgres_dsn", "postgres_server"]


class Pigeon:
    """A channel that fails as it is told, and remembers what it carried."""

    kind = "mail"

    def __init__(self) -> None:
        self.carried: list[Parcel] = []
        self.failures: list[Exception] = []

    async def deliver(self, parcel: Parcel) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.carried.append(parcel)


def scramble(data: bytes) -> bytes:
    """Seals and unseals; not secret, but not readable either."""
    return bytes(byte ^ 0xA5 for byte in data)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pigeon() -> Pigeon:
    return Pigeon()


@pytest.fixture(params=("sqlite", "postgres"))
def opener(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Callable[[], Store]:
    """Opens the test's database, each time the same."""
    if request.param == "sqlite":
        return lambda: open_fresh(tmp_path / "chappe.db", clock)
    dsn = request.getfixturevalue("postgres_dsn")
    return lambda: open_postgres(dsn, clock)


@pytest.fixture
async def store(opener: Callable[[], Store]) -> AsyncIterator[Store]:
    opened = opener()
    yield opened
    await opened.close()


async def post(store: Store, address: str = "bob@example.org", text: str = "code 12345", **options: int) -> int:
    """A letter to the address is queued."""
    payload = outbox.pack(outbox.Message(text, "Your code"), scramble)
    return await store.write(lambda tx: outbox.enqueue(tx, "mail", address, payload, **options))


def failure(word: str = "unreachable", **facts: int) -> Undelivered:
    return Undelivered(word, **facts)
