"""One browser and one server for the whole run; a person's browser context for each part in a play."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from tests.browser.launch import base, chromium
from tests.browser.looks import LIGHT, Look
from tests.browser.visitor import Visitor
from tests.kit.server_process import ServerProcess, serving

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All plays share one loop, since the browser lives in it; they take seconds each."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The one browser."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """The real server in test mode; a bug in its log fails the last play."""
    async with serving(tmp_path_factory.mktemp("browser") / "data", tls="auto") as server:
        yield server
        assert server.troubles() == []


Arrives = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(loop_scope="session")
async def arrives(browser: Browser, server: ServerProcess) -> AsyncIterator[Arrives]:
    """Gives people with a browser each; when the play is over, none of their browsers may have complained."""
    here: list[Visitor] = []

    async def arrive(name: str, look: Look = LIGHT, at: ServerProcess | None = None, **more: Any) -> Visitor:
        visitor = await Visitor.comes(browser, base(at or server), name, look, **more)
        here.append(visitor)
        return visitor

    yield arrive
    troubles = [trouble for visitor in here for trouble in await visitor.leaves()]
    assert troubles == []
