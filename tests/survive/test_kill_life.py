"""Source: api/updates. Killed at any moment, the server keeps every kind of promise, not messages alone.

Edits, deletions for both, read marks, reactions, photos and albums are counted at both ends: what was agreed to is
so, nothing twice, what was deleted stays deleted, nothing is unread again. PostgreSQL is killed, too.
CHAPPE_KILL_ROUNDS sets how many times, CHAPPE_KILL_SEED which moments are chosen.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
from tests.kit.postgres import PostgresServer
from tests.kit.server_process import ServerProcess, serving
from tests.kit.stage import RpcFailure
from tests.survive.conftest import crowd
from tests.survive.lives import LIVES, Life, reckon_lives
from tests.survive.people import Person
from tests.survive.test_kill import HOME_S, ROUNDS, SEED, _told, as_url, killed_again_and_again

from chappe.tl import functions as f

__all__ = ["_told"]


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test's own, to be killed."""
    server = PostgresServer()
    yield server
    server.close()


@asynccontextmanager
async def living(people: list[Person]) -> AsyncIterator[list[Life]]:
    """Everybody lives; at the end each thing under way is brought home."""
    stop = asyncio.Event()
    lives = [Life(person, number) for person in people for number in range(LIVES)]
    tasks = [asyncio.create_task(life.goes_on(stop)) for life in lives]
    try:
        yield lives
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), HOME_S)
    finally:
        for task in tasks:
            task.cancel()


async def play(server: ServerProcess, trouble: Callable[[Random], Awaitable[None]]) -> Counter[str]:
    """Four people live, there is trouble, and the books are checked at both ends."""
    chance = Random(SEED)
    async with crowd(server, 4, chance) as people:
        async with living(people) as lives:
            await trouble(chance)
            async with asyncio.timeout(HOME_S):  # a slow machine: the trouble came before there was much to lose
                while any(len(life.works) < 6 for life in lives):
                    await asyncio.sleep(0.1)
        deeds = await reckon_lives(lives)
    print(f"seed {SEED}: {dict(deeds)}, {sum(life.again for life in lives)} things asked again")
    assert {"texts", "edits", "deletions", "read marks", "photos", "albums"} <= deeds.keys(), deeds
    return deeds


async def test_killed_at_any_moment_it_keeps_every_kind_of_promise(server: ServerProcess) -> None:
    await play(server, lambda chance: killed_again_and_again(server, ROUNDS, chance))
    assert server.kills >= ROUNDS
    assert not server.troubles(), server.troubles()[:5]


async def test_the_same_on_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    rounds = max(ROUNDS // 4, 3)
    async with serving(tmp_path / "data", database=as_url(postgres.dsn("postgres"))) as server:
        await play(server, lambda chance: killed_again_and_again(server, rounds, chance))
        assert not server.troubles(), server.troubles()[:5]


async def test_postgresql_itself_is_killed_and_the_server_recovers_by_itself(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    rounds = max(ROUNDS // 4, 3)
    async with serving(tmp_path / "data", database=as_url(postgres.dsn("postgres"))) as server:
        heard: list[str] = []

        async def trouble(chance: Random) -> None:
            for _ in range(rounds):
                await asyncio.sleep(chance.uniform(0.2, 1.0))
                await asyncio.to_thread(postgres.kill)
                await asyncio.sleep(chance.uniform(0.0, 2.5))
                await asyncio.to_thread(postgres.start)

        chance = Random(SEED)
        async with crowd(server, 4, chance) as people:
            async with living(people) as lives:
                await trouble(chance)
                await asyncio.sleep(0.5)
            for person in people:
                heard += person.refusals
                person.refusals.clear()
            deeds = await reckon_lives(lives)
        print(f"seed {SEED}: {dict(deeds)}; refused {Counter(one.split(' after')[0] for one in heard)}")
        assert all(": 500 STORAGE_UNAVAILABLE" in one for one in heard), heard[:5]
        assert server.starts == 1 and server.running
        assert "Traceback" not in server.log.read_text(), server.tail()


async def test_without_its_database_the_server_says_so_and_answers_when_it_is_back(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    async with serving(tmp_path / "data", database=as_url(postgres.dsn("postgres"))) as server:
        async with crowd(server, 2, Random(1)) as (alice, bob):
            await alice.says(bob, "before")
            await asyncio.to_thread(postgres.kill)
            query = f.messages.SendMessage(peer=alice.peers["bob"], message="during", random_id=5)
            for call in (query, f.updates.GetState(), query):
                with pytest.raises(RpcFailure, match="500 STORAGE_UNAVAILABLE"):
                    await alice.client.calls(call)
            assert (await server.get("/ready")).status_code == 503
            assert (await server.get("/")).status_code == 200
            await asyncio.to_thread(postgres.start)
            await alice.client.calls(query)
            await bob.has_all()
            assert [m.message for m in await bob.history(alice)] == ["during", "before"]
            assert (await server.get("/ready")).status_code == 200
        assert await server.stop() == 0
