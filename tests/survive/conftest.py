"""A real server on a folder of its own, and people on it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from random import Random

import pytest
import uvloop
from tests.kit.server_process import ServerProcess, serving
from tests.survive.people import Person

NAMES = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
_numbers = count(1)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that production runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server in test mode that accepts connections."""
    async with serving(tmp_path / "data") as made:
        yield made


@asynccontextmanager
async def crowd(server: ServerProcess, size: int, chance: Random) -> AsyncIterator[list[Person]]:
    """So many people who all know each other."""
    people = [Person(server, name, f"9996621{next(_numbers):04}", Random(chance.random())) for name in NAMES[:size]]
    try:
        for person in people:
            await person.arrives()
        for person in people:
            for other in people:
                if other is not person:
                    await person.meets(other)
        yield people
    finally:
        for person in people:
            await person.leaves()
