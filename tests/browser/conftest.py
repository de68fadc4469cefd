"""One browser and one server for the whole run; a browser context of their own for everybody in a play."""

import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.far import Far
from tests.browser.folk import Folk
from tests.browser.launch import base, chromium
from tests.browser.looks import LIGHT, Look
from tests.browser.messenger import Messenger
from tests.browser.visitor import PATIENCE_MS, Visitor
from tests.clients import prepare
from tests.clients.cast import TELETHON
from tests.clients.stage import Kind
from tests.kit.server_process import ServerProcess, chappe, serving

HERE = Path(__file__).parent
expect.set_options(timeout=PATIENCE_MS)
numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All plays share one loop, since the browser lives in it; they take seconds each."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The one browser."""
    async with chromium(program=prepare.headless()) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """The real server in test mode; a bug in its log fails the last play."""
    async with serving(tmp_path_factory.mktemp("browser") / "data", tls="auto") as server:
        yield server
        assert server.troubles() == []


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server nobody has been at, for plays that end it or fill it."""
    async with serving(tmp_path / "data", tls="auto") as server:
        yield server
        assert server.troubles() == []


Arrives = Callable[..., Awaitable[Visitor]]
SitsDown = Callable[..., Awaitable[Messenger]]
Lives = Callable[..., Awaitable[Folk]]
Writes = Callable[..., Awaitable[Far]]


@pytest_asyncio.fixture(loop_scope="session")
async def arrives(browser: Browser, server: ServerProcess) -> AsyncIterator[Arrives]:
    """Gives people with a browser each; when the play is over, none of their browsers may have complained."""
    here: list[Visitor] = []

    async def arrive(
        name: str, look: Look = LIGHT, at: ServerProcess | None = None, kind: type[Visitor] = Visitor, **more: Any
    ) -> Visitor:
        visitor = await kind.comes(browser, base(at or server), name, look, **more)
        here.append(visitor)
        return visitor

    yield arrive
    troubles = [trouble for visitor in here for trouble in await visitor.leaves()]
    assert troubles == []


@pytest.fixture
def sits_down(arrives: Arrives) -> SitsDown:
    """Gives people who are signed in at the messenger, with an account of their own."""

    async def sit(name: str, look: Look = LIGHT, at: ServerProcess | None = None, phone: str = "") -> Messenger:
        visitor = await arrives(name, look, at, kind=Messenger)
        assert isinstance(visitor, Messenger)
        await visitor.signs_in(phone or number())
        return visitor

    return sit


@pytest_asyncio.fixture(loop_scope="session")
async def lives(server: ServerProcess) -> AsyncIterator[Lives]:
    """Gives people whose client is ours over the wire."""
    here: list[Folk] = []

    async def live(name: str, at: ServerProcess | None = None) -> Folk:
        there = at or server
        here.append(await Folk.comes(there.port, there.key, number(), name))
        return here[-1]

    yield live
    for one in here:
        one.leaves()


@pytest_asyncio.fixture(loop_scope="session")
async def writes(server: ServerProcess, tmp_path: Path) -> AsyncIterator[Writes]:
    """Gives people with an unmodified Telethon, or another of the real clients."""
    here: list[Far] = []

    async def write(name: str = "Bob", kind: Kind = TELETHON) -> Far:
        far = Far(server, tmp_path, name, kind)
        here.append(far)
        await far.signs_up()
        return far

    yield write
    for one in here:
        await one.quits()


def number() -> str:
    """A test number nobody has."""
    return f"999665{next(numbers):05d}"


async def invite(server: ServerProcess) -> str:
    """The token of a new invite."""
    _, said, _ = await chappe("invite", "--data", str(server.data))
    token = re.search(r"/invite/([\w-]+)", said)
    assert token, said
    return token[1]
