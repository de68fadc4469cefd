"""One browser and one server for the whole run; a person's browser context for each part in a play."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from tests.browser.looks import LIGHT, Look
from tests.browser.visitor import Visitor
from tests.clients import prepare
from tests.kit.server_process import ServerProcess, serving

HERE = Path(__file__).parent
FLAGS = (
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    # Nothing but this machine can be reached: a page that asks another host fails its play.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All plays share one loop, since the browser lives in it; they take seconds each."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's browser, without a window."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=prepare.chromium(), args=flags)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """The real server in test mode; a bug in its log fails the last play."""
    async with serving(tmp_path_factory.mktemp("browser") / "data", tls="auto") as server:
        yield server
        assert server.troubles() == []


def base(server: ServerProcess) -> str:
    """Where a browser finds the server: by a name, since passkeys want one, and by a secure origin without TLS."""
    return f"http://localhost:{server.port}"


Arrives = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(loop_scope="session")
async def arrives(chromium: Browser, server: ServerProcess) -> AsyncIterator[Arrives]:
    """Gives people with a browser each; when the play is over, none of their browsers may have complained."""
    here: list[Visitor] = []

    async def arrive(name: str, look: Look = LIGHT, at: ServerProcess | None = None, **more: Any) -> Visitor:
        visitor = await Visitor.comes(chromium, base(at or server), name, look, **more)
        here.append(visitor)
        return visitor

    yield arrive
    troubles = [trouble for visitor in here for trouble in await visitor.leaves()]
    assert troubles == []
