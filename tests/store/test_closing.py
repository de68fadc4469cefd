"""A connection is closed once, by the thread that used it, whoever closes the store and whatever goes on meanwhile.

CHAPPE_CLOSING_ROUNDS sets how often it is opened and closed under load.
"""

import asyncio
import os
import sqlite3
import threading
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.kit.clock import FakeClock
from tests.store.conftest import TABLES, add, names

from chappe.store import StoreUnavailable, open_sqlite, sqlite

ROUNDS = int(os.environ.get("CHAPPE_CLOSING_ROUNDS", "60"))


class Watched(sqlite3.Connection):
    """A connection that remembers who is inside it; `faults` is every breach, of all connections."""

    faults: list[str] = []
    inside: Counter[int] = Counter()
    ended: set[int] = set()

    def execute(self, *words: Any) -> sqlite3.Cursor:
        """As always, and nobody may close it meanwhile."""
        Watched.inside[id(self)] += 1
        if Watched.inside[id(self)] > 1:
            Watched.faults.append("two threads at once")
        try:
            return super().execute(*words)
        finally:
            Watched.inside[id(self)] -= 1

    def close(self) -> None:
        """As always, once."""
        if Watched.inside[id(self)]:
            Watched.faults.append("closed while in use")
        if id(self) in Watched.ended:
            Watched.faults.append("closed twice")
        Watched.ended.add(id(self))
        super().close()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    """Every connection of the store is watched."""
    Watched.faults, Watched.inside, Watched.ended = [], Counter(), set()
    kept: list[sqlite3.Connection] = []  # so that no number is used twice
    real = sqlite3.connect

    def connect(*words: Any, **named: Any) -> sqlite3.Connection:
        made = real(*words, **named, factory=Watched)
        kept.append(made)
        return made

    monkeypatch.setattr(sqlite.sqlite3, "connect", connect)
    return Watched


def long_query(rx: Any) -> int:
    """Takes longer than a query may take on the loop."""
    count = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
    (total,) = rx.one(f"{count} SELECT sum(i) FROM n")
    return int(total)


@pytest.mark.slow
async def test_closing_in_the_middle_of_everything(tmp_path: Path, watched: type[Watched]) -> None:
    """Reads short and long, writes, two who close at once and one who gives up waiting."""
    chance, refused, answered = Random(10), 0, 0
    for number in range(ROUNDS):
        store = open_sqlite(tmp_path / "one.db", FakeClock(), (TABLES,))
        under_way: list[asyncio.Future[Any]] = []
        for n in range(chance.randrange(1, 12)):
            under_way.append(store.write(add(number * 100 + n)))
            under_way.append(store.read(chance.choice((long_query, names))))
        if chance.random() < 0.5:
            await asyncio.sleep(chance.uniform(0, 0.003))
        closing = [asyncio.ensure_future(store.close()) for _ in range(2)]
        await asyncio.sleep(0)
        if chance.random() < 0.5:
            closing[0].cancel()
        while not closing[1].done():
            try:
                under_way.append(store.read(chance.choice((long_query, names))))
            except StoreUnavailable:
                refused += 1
            await asyncio.sleep(0)
        await asyncio.gather(*closing, return_exceptions=True)
        answered += len(await asyncio.gather(*under_way))
        await store.close()
        assert not watched.faults, Counter(watched.faults)
    assert refused and answered > ROUNDS
    assert not [one.name for one in threading.enumerate() if one.name.startswith("store-")]
    files = {Path(os.readlink(f"/proc/self/fd/{one}")) for one in os.listdir("/proc/self/fd") if _is_open(one)}
    assert tmp_path / "one.db" not in files


async def test_a_store_that_cannot_open_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("no more descriptors")

    monkeypatch.setattr(sqlite, "SqliteSnapshots", broken)
    with pytest.raises(OSError, match="no more descriptors"):
        open_sqlite(tmp_path / "one.db", FakeClock(), (TABLES,))
    monkeypatch.undo()
    assert not [one.name for one in threading.enumerate() if one.name.startswith("store-")]
    store = open_sqlite(tmp_path / "one.db", FakeClock(), (TABLES,))
    assert await store.write(add(1)) == 1
    await store.close()


def _is_open(descriptor: str) -> bool:
    return os.path.exists(f"/proc/self/fd/{descriptor}")
