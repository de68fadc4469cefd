"""Source: requirements/web-client

Every screen of the messenger in every look: no barrier that axe-core finds, nothing wider than the page.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect
from tests.browser.conftest import SitsDown
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.browser.messenger import Messenger
from tests.browser.town import settle
from tests.kit.server_process import ServerProcess, serving

ALICE = "9996671000"
CHATS = ("Gardeners", "Bob at the Quay", "The Semaphore")
PLACES = (
    "settings", "settings/profile", "settings/privacy", "settings/blocked", "settings/devices",
    "settings/notifications", "settings/appearance", "settings/password", "settings/passkeys", "settings/copy",
    "settings/delete", "new/chat", "new/group", "new/channel", "new/secret",
)  # fmt: skip
ROOM_PLACES = ("", "/members", "/edit", "/permissions", "/links", "/requests", "/actions", "/statistics")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """A server with the town on it, where nobody changes anything."""
    async with serving(tmp_path_factory.mktemp("town") / "data", tls="auto") as server:
        (await settle(server)).leaves()
        yield server
        assert server.troubles() == []


async def looks_at_everything(alice: Messenger) -> list[str]:
    """Each screen in turn; what stands in somebody's way there."""
    found: list[str] = []

    async def tries(name: str) -> None:
        await alice.page.wait_for_timeout(250)
        await expect(alice.page.locator(".spinner")).to_have_count(0)
        try:
            await alice.finds_no_barrier()
        except AssertionError as error:
            found.append(f"{name}: {error}")

    await tries("the list")
    for name in CHATS:
        await alice.opens(name)
        await tries(name)
        key = alice.page.url.rpartition("/")[2]
        if name in ("Gardeners", "The Semaphore"):
            for place in ROOM_PLACES:
                await alice.goes_to(f"info/{key}{place}")
                await tries(f"{name}{place}")
        await alice.goes_to("")
    for place in PLACES:
        await alice.goes_to(place)
        await tries(place)
    return found


@pytest.mark.parametrize("look", [LIGHT, DARK, PHONE, RTL, PHONE.says("fr")], ids=str)
async def test_nothing_stands_in_the_way(town: ServerProcess, sits_down: SitsDown, look: Look) -> None:
    alice = await sits_down("alice", look, town, ALICE)
    found = await looks_at_everything(alice)
    assert not found, "\n".join(found)
