"""SQLite in trouble: full, locked, killed. Nothing is torn, and it goes on without hands."""

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from itertools import pairwise
from time import monotonic

import pytest
from tests.kit.clock import FakeClock
from tests.store.conftest import TABLES, add, names
from tests.store.kit import no_file_above

from chappe.store import StatementError, StoreUnavailable, open_sqlite
from chappe.store.batch import Batches, Job
from chappe.store.checkpoint import Checkpointer
from chappe.store.sqlite import STEPS_BETWEEN_LOOKS, SqliteEngine, SqliteSnapshots, connect, prepare


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chappe.db"


@pytest.fixture
async def store(path, clock):
    opened = open_sqlite(path, clock, (TABLES,))
    yield opened
    await opened.close()


def big(number):
    """An act that adds a thing with 100 KiB of data."""

    def act(tx):
        add(number)(tx)
        tx.run("UPDATE things SET data = ? WHERE id = ?", (bytes(100_000), number))
        return number

    return act


def no_room(path):
    """The log cannot grow any more."""
    return no_file_above(path.with_name(path.name + "-wal").stat().st_size + 5000)


async def test_a_full_disk_refuses_the_batch_and_heals_by_itself(store, path):
    told = []
    store.on_commit(told.extend)
    await store.write(add(1))
    with no_room(path):
        refused = await asyncio.gather(*(store.write(big(n)) for n in range(10, 15)), return_exceptions=True)
        assert [(type(error), error.reason) for error in refused] == [(StoreUnavailable, "storage_full")] * 5
        assert await store.read(names) == ["thing 1"]
    assert await store.write(big(2)) == 2
    assert await store.read(names) == ["thing 1", "thing 2"]
    assert told == [1, 2]
    assert await store.read(lambda rx: rx.all("PRAGMA integrity_check")) == [("ok",)]


async def test_a_full_database_file_refuses_in_the_middle_of_a_statement(store):
    pages = await store.write(lambda tx: tx.one("PRAGMA page_count")[0])
    await store.write(lambda tx: tx.one(f"PRAGMA max_page_count = {pages + 3}"))
    refused = await asyncio.gather(*(store.write(big(n)) for n in range(5)), return_exceptions=True)
    assert {error.reason for error in refused} == {"storage_full"}
    await store.write(lambda tx: tx.one("PRAGMA max_page_count = 100000"))
    assert await store.write(big(1)) == 1
    assert await store.read(names) == ["thing 1"]


async def test_a_lock_held_for_a_moment_only_delays(store, path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = [store.write(add(n)) for n in range(3)]
    await asyncio.sleep(0.03)
    other.close()
    assert await asyncio.gather(*waiting) == [0, 1, 2]


async def test_a_lock_that_stays_refuses_clearly(store, path, monkeypatch):
    monkeypatch.setattr("chappe.store.batch.WAITS_S", (0.01,))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = await asyncio.gather(*(store.write(add(n)) for n in range(3)), return_exceptions=True)
    assert {error.reason for error in refused} == {"storage_unavailable"}
    other.close()
    assert await store.write(add(1)) == 1


async def test_one_file_has_one_store(store, path, clock):
    with pytest.raises(StoreUnavailable) as error:
        open_sqlite(path, clock, (TABLES,))
    assert error.value.reason == "storage_in_use"
    assert await store.write(add(1)) == 1


async def test_every_file_is_the_owners_alone(store, path):
    await store.write(add(1))
    files = list(path.parent.iterdir())
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def test_damage_under_way_is_said_with_the_way_back(path, clock, caplog):
    store = open_sqlite(path, clock, (TABLES,))
    await asyncio.gather(*(store.write(add(n)) for n in range(3000)))
    await store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:12288] + bytes(len(whole) - 12288))
    store = open_sqlite(path, clock, (TABLES,))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="storage_unavailable"):
            await store.read(names)
    await store.close()
    said = [one.getMessage() for one in caplog.records if "damaged" in one.getMessage()]
    assert said and all("chappe restore BACKUP" in one for one in said)


async def test_not_a_database_is_not_touched(path, clock):
    path.write_bytes(b"something else" * 100)
    with pytest.raises(OSError, match=r"is damaged .* chappe restore"):
        open_sqlite(path, clock, (TABLES,))
    assert path.read_bytes() == b"something else" * 100


@pytest.mark.slow
def test_the_log_stays_bounded_under_writes_without_pause(path, clock):
    prepare(path, (TABLES,), 0)
    checkpointer = Checkpointer(lambda: connect(path), large_bytes=256 * 1024)
    engine = SqliteEngine(path, checkpointer)
    batches = Batches(engine, clock)
    log, written, sizes = path.with_name(path.name + "-wal"), 0, []
    end = monotonic() + 1.2
    latest = end + 60  # on a busy machine the other thread has its turn later
    while monotonic() < end or (max(sizes) >= written * 100_000 * 0.8 and monotonic() < latest):
        batches.run([Job(big(written), None)])
        batches.rest()
        written += 1
        sizes.append(log.stat().st_size)
    checkpointer.finish()
    engine.close()
    assert max(sizes) < written * 100_000 * 0.8


class Ticking(FakeClock):
    """Time passes a millisecond at each look."""

    def monotonic(self):
        self.moves(0.001)
        return super().monotonic()


def where(seen):
    """A query that notes where it runs and does some work."""

    def query(rx):
        seen.append(threading.current_thread().name)
        numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
        return rx.one(f"{numbers} SELECT SUM(i) FROM n")

    return query


async def test_a_short_query_runs_on_the_loop_and_a_long_one_starts_over_on_a_thread(path):
    store, seen = open_sqlite(path, FakeClock(), (TABLES,)), []
    assert await store.read(where(seen)) == (450_015_000,)
    assert seen == ["MainThread"]
    await store.close()
    store, seen = open_sqlite(path, Ticking(), (TABLES,)), []
    assert await store.read(where(seen)) == (450_015_000,)
    assert seen[0] == "MainThread"
    assert seen[1].startswith("store-reader")
    await store.close()


async def test_queries_leave_the_loop_its_turns(path):
    store, seen, turns = open_sqlite(path, Ticking(), (TABLES,)), [], []

    def turn():
        turns.append(len(seen))
        if len(seen) < 20:
            asyncio.get_running_loop().call_soon(turn)

    reading = [store.read(lambda rx, n=n: seen.append(n)) for n in range(20)]
    assert seen == list(range(len(seen)))
    assert 2 <= len(seen) <= 6
    turn()
    await asyncio.gather(*reading)
    assert seen == list(range(20))
    assert all(later - earlier <= 6 for earlier, later in pairwise(turns))
    await store.close()


async def test_closing_answers_the_queries_that_wait(path):
    store = open_sqlite(path, Ticking(), (TABLES,))
    reading = [store.read(lambda rx, n=n: n) for n in range(20)]
    await store.close()
    assert [await future for future in reading] == list(range(20))


async def test_a_long_query_that_hides_its_interruption_still_starts_over(path):
    store, seen = open_sqlite(path, Ticking(), (TABLES,)), []

    def hiding(rx):
        try:
            return where(seen)(rx)
        except StatementError:
            return "hidden"

    assert await store.read(hiding) == (450_015_000,)
    assert len(seen) == 2
    await store.close()


WRITER = """
import asyncio, sys, time
from chappe.store import open_sqlite
from tests.kit.clock import FakeClock
from tests.store.conftest import TABLES

async def main():
    store = open_sqlite(sys.argv[1], FakeClock(), (TABLES,))
    def pair(n):
        def act(tx):
            tx.run("INSERT INTO pairs (owner_id, id) VALUES (?, ?)", (1, n))
            tx.run("INSERT INTO pairs (owner_id, id) VALUES (?, ?)", (2, n))
            return n
        return act
    async def person(k):
        n = k
        while True:
            print(await store.write(pair(n)), flush=True)
            n += 16
    await asyncio.gather(*(person(k) for k in range(16)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged", [1, 40, 300])
async def test_kill_9_loses_nothing_that_was_acknowledged(path, acknowledged):
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    lines = [child.stdout.readline() for _ in range(acknowledged)]
    child.send_signal(signal.SIGKILL)
    lines += child.communicate()[0].splitlines()
    told = {int(line) for line in lines if line.strip()}
    store = open_sqlite(path, FakeClock(), (TABLES,))
    kept = await store.read(lambda rx: rx.all("SELECT owner_id, id FROM pairs"))
    await store.close()
    assert {n for owner, n in kept if owner == 1} == {n for owner, n in kept if owner == 2} >= told


def test_a_snapshot_is_taken_however_late_it_is(path, clock):
    """SQLite adds up the steps of a BEGIN over all its uses, and looks at the clock after so many."""
    prepare(path, (TABLES,), 0)
    snapshots = SqliteSnapshots(path, clock)
    for _ in range(STEPS_BETWEEN_LOOKS):
        assert snapshots.ask_until(lambda rx: 7, clock.monotonic() - 1) == 7
    snapshots.close()
