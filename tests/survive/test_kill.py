"""Source: api/updates. Killed at any moment, the server loses nothing it acknowledged and tells nothing twice.

CHAPPE_KILL_ROUNDS sets how many times it is killed, CHAPPE_KILL_SEED which moments are chosen.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

import pytest
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.server_process import ServerProcess, serving
from tests.survive.conftest import crowd
from tests.survive.people import Person
from tests.survive.reckoning import reckon

__all__ = ["postgres_dsn", "postgres_server"]

ROUNDS = int(os.environ.get("CHAPPE_KILL_ROUNDS", "15"))
SEED = int(os.environ.get("CHAPPE_KILL_SEED", SystemRandom().getrandbits(32)))
IN_FLIGHT = 4
"""Messages that one person has on the way at once."""
HOME_S = 240
"""For what hangs: bringing home takes a second, on a busy machine many."""


@asynccontextmanager
async def talking(people: list[Person], pause_s: float = 0.0) -> AsyncIterator[None]:
    """Everybody talks to everybody; at the end each message under way is brought home."""
    stop = asyncio.Event()
    talks = [
        asyncio.create_task(person.talks([one for one in people if one is not person], stop, pause_s))
        for person in people
        for _ in range(IN_FLIGHT)
    ]
    try:
        yield
        stop.set()
        await asyncio.wait_for(asyncio.gather(*talks), HOME_S)
    finally:
        for talk in talks:
            talk.cancel()


async def killed_again_and_again(server: ServerProcess, rounds: int, chance: Random) -> None:
    """Killed while it works, now and then while it starts."""
    for _ in range(rounds):
        await asyncio.sleep(chance.uniform(0.02, 0.6))
        await server.kill()
        if chance.random() < 0.2:
            await server.spawn()
            await asyncio.sleep(chance.uniform(0.0, 1.2))
            await server.kill()
        await server.start()


async def play(server: ServerProcess, rounds: int) -> None:
    """Six people talk, the server is killed, and the books are checked at both ends."""
    chance = Random(SEED)
    async with crowd(server, 6, chance) as people:
        async with talking(people):
            await killed_again_and_again(server, rounds, chance)
            await said(people, rounds * 5 + 1)
        figures = await reckon(people)
    print(f"seed {SEED}: killed {server.kills} times; {figures}")
    assert figures.sent > rounds * 5
    assert not server.troubles()


async def said(people: list[Person], number: int) -> None:
    """So much was said: on a slow machine the trouble came before there was much to lose."""
    async with asyncio.timeout(HOME_S):
        while sum(len(person.promises) for person in people) < number:
            await asyncio.sleep(0.05)


async def test_killed_at_any_moment_it_keeps_every_promise(server: ServerProcess) -> None:
    await play(server, ROUNDS)


async def test_the_same_on_postgresql(tmp_path: Path, postgres_dsn: str) -> None:
    async with serving(tmp_path / "data", database=as_url(postgres_dsn)) as server:
        await play(server, max(ROUNDS // 4, 3))
        assert not (server.data / "chappe.sqlite").exists()


async def test_ended_under_load_it_ends_cleanly_and_keeps_every_promise(server: ServerProcess) -> None:
    chance = Random(SEED)
    async with crowd(server, 4, chance) as people:
        async with talking(people):
            took_s = []
            for _ in range(3):
                await asyncio.sleep(chance.uniform(0.1, 0.5))
                began = monotonic()
                assert await server.stop() == 0
                took_s.append(monotonic() - began)
                await server.start()
        figures = await reckon(people)
    print(figures)
    assert min(took_s) < 20, took_s
    assert not server.troubles()


def as_url(dsn: str) -> str:
    """The address in the form the setting takes."""
    facts = dict(word.split("=", 1) for word in dsn.split())
    return f"postgresql://{facts['user']}@/{facts['dbname']}?host={facts['host']}"


@pytest.fixture(autouse=True)
def _told() -> None:
    """A failure names the seed with which to look at it again."""
    print(f"CHAPPE_KILL_SEED={SEED}")
