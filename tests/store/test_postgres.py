"""PostgreSQL in trouble: crashed, cut off, in doubt, full. Every act happens once or is refused."""

import asyncio
import signal

import psycopg
import pytest
from tests.kit.clock import FakeClock
from tests.kit.postgres import PostgresServer
from tests.store.conftest import TABLES, add, names

from chappe.store import StoreUnavailable, open_postgres, postgres


@pytest.fixture
async def store(postgres_dsn, clock):
    opened = open_postgres(postgres_dsn, clock, (TABLES,))
    yield opened
    await opened.close()


def once_more(owner):
    """An act that would leave two rows if it happened twice."""

    def act(tx):
        (count,) = tx.one("SELECT COUNT(*) FROM pairs WHERE owner_id = ?", (owner,))
        tx.run("INSERT INTO pairs (owner_id, id) VALUES (?, ?)", (owner, count + 1))
        return owner

    return act


async def happened(store):
    """Owner → how often its act happened."""
    rows = await store.read(lambda rx: rx.all("SELECT owner_id, COUNT(*) FROM pairs GROUP BY owner_id"))
    return dict(rows)


def raising(sqlstate, times):
    """An act whose first runs meet the given SQLSTATE."""
    runs = []

    def act(tx):
        tx.run("INSERT INTO pairs (owner_id, id) VALUES (?, ?)", (99, 1))
        runs.append(1)
        if len(runs) <= times:
            tx.run(f"DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '{sqlstate}'; END $$")
        return len(runs)

    return act


async def test_a_deadlock_is_tried_again(store):
    answers = await asyncio.gather(store.write(once_more(1)), store.write(raising("40P01", 2)), store.write(add(3)))
    assert answers == [1, 3, 3]
    assert await happened(store) == {1: 1, 99: 1}


async def test_an_endless_deadlock_is_refused(store, monkeypatch):
    monkeypatch.setattr("chappe.store.batch.WAITS_S", (0.001, 0.001))
    with pytest.raises(StoreUnavailable) as error:
        await store.write(raising("40001", 1000))
    assert error.value.reason == "storage_unavailable"
    assert await store.write(once_more(1)) == 1
    assert await happened(store) == {1: 1}


async def test_a_full_disk_refuses_the_batch(store):
    answers = await asyncio.gather(
        store.write(once_more(1)), store.write(raising("53100", 1)), store.write(add(3)), return_exceptions=True
    )
    assert {error.reason for error in answers[:2]} == {"storage_full"}
    assert await store.write(once_more(2)) == 2
    assert set(await happened(store)) == {2}


async def test_cut_connections_are_replaced(store, postgres_server, postgres_dsn):
    await store.write(add(1))
    await asyncio.gather(*(store.read(names) for _ in range(8)))
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (psycopg.conninfo.conninfo_to_dict(postgres_dsn)["dbname"],),
        )
    for _ in range(8):
        assert await store.read(names) == ["thing 1"]
    assert await asyncio.gather(*(store.write(once_more(n)) for n in range(20))) == list(range(20))
    assert await happened(store) == dict.fromkeys(range(20), 1)


class CutAtCommit:
    """A connection that breaks at its next COMMIT, before or after the server has seen it."""

    def __init__(self, connection, after):
        self._connection, self._after = connection, after

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, query, *arguments, **options):
        if query == "COMMIT":
            if self._after:
                self._connection.execute(query)
            self._connection.close()
            raise psycopg.OperationalError("the line went dead")
        return self._connection.execute(query, *arguments, **options)


@pytest.mark.parametrize("after", [True, False])
async def test_a_lost_answer_to_commit_is_looked_up(store, after):
    await store.write(add(1))
    store._engine._connection = CutAtCommit(store._engine._connection, after)
    answers = await asyncio.gather(*(store.write(once_more(n)) for n in range(10)))
    assert answers == list(range(10))
    assert await happened(store) == dict.fromkeys(range(10), 1)


async def test_a_commit_in_doubt_is_refused_and_not_repeated(store, monkeypatch):
    await store.write(add(1))
    store._engine._connection = CutAtCommit(store._engine._connection, True)
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "_DOUBT_WAITS_S", ())
        with pytest.raises(StoreUnavailable) as error:
            await store.write(once_more(1))
    assert error.value.reason == "storage_unavailable"
    assert await happened(store) == {1: 1}


@pytest.mark.slow
async def test_a_crash_of_the_server_loses_and_repeats_nothing():
    server = await asyncio.to_thread(PostgresServer)
    store = open_postgres(server.new_database(), FakeClock(), (TABLES,))
    first = [store.write(once_more(n)) for n in range(400)]
    await first[20]
    second = [store.write(once_more(n)) for n in range(400, 800)]
    await asyncio.to_thread(server.stop, signal.SIGQUIT)
    await asyncio.to_thread(server.start)
    answers = await asyncio.gather(*first, *second, return_exceptions=True)
    told = [answer for answer in answers if isinstance(answer, int)]
    assert all(isinstance(answer, int | StoreUnavailable) for answer in answers)
    assert await store.write(once_more(900)) == 900
    assert await happened(store) == dict.fromkeys([*told, 900], 1)
    await store.close()
    await asyncio.to_thread(server.close)


@pytest.mark.slow
async def test_a_store_without_its_server_refuses(clock, monkeypatch):
    monkeypatch.setattr("chappe.store.batch.WAITS_S", (0.001,))
    server = await asyncio.to_thread(PostgresServer)
    store = open_postgres(server.new_database(), clock, (TABLES,))
    await store.write(add(1))
    await asyncio.to_thread(server.stop)
    with pytest.raises(OSError, match="PostgreSQL"):
        open_postgres(server.admin_dsn, clock, (TABLES,))
    for refused in (store.write(add(2)), store.read(names)):
        with pytest.raises(StoreUnavailable) as error:
            await refused
        assert error.value.reason == "storage_unavailable"
    await asyncio.to_thread(server.start)
    assert await store.write(add(3)) == 3
    assert await store.read(names) == ["thing 1", "thing 3"]
    await store.close()
    await asyncio.to_thread(server.close)
