"""A clock moved by hand and a database of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.clock import FakeClock

from chappe.domain import outbox
from chappe.outbound import Parcel, Undelivered
from chappe.store import Store, open_sqlite


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


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    opened = open_sqlite(tmp_path / "chappe.db", clock)
    yield opened
    await opened.close()


async def post(store: Store, address: str = "bob@example.org", text: str = "code 12345", **options: int) -> int:
    """A letter to the address is queued."""
    payload = outbox.pack(outbox.Message(text, "Your code"), scramble)
    return await store.write(lambda tx: outbox.enqueue(tx, "mail", address, payload, **options))


def failure(word: str = "unreachable", **facts: int) -> Undelivered:
    return Undelivered(word, **facts)
