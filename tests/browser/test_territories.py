"""Countries in a real browser: one is left and come back to by keyboard alone, and everybody reads how it stands.

Source: requirements/leave, requirements/territory-profiles
"""

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from tests.browser.looks import DARK, LIGHT, PHONE, Look
from tests.browser.test_continuity import WORD, enrolled, presses_by_key
from tests.browser.visitor import Visitor
from tests.kit.clock import FakeClock
from tests.kit.server_process import ServerProcess, serving

from chappe.base.ids import UserId
from chappe.domain import accounts, territories
from chappe.store import Tx, open_sqlite


async def lived(database: Path) -> None:
    """There is an owner, and somebody in the country that is none."""
    store = open_sqlite(database, FakeClock(time.time() - 600))

    def act(tx: Tx) -> None:
        accounts.prepare(tx)
        territories.declare(tx, UserId(accounts.create(tx, "", "Bob", "")), "XX")

    try:
        await enrolled(store, "alice")
        await store.write(act)
    finally:
        await store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with serving(tmp_path / "data", tls="auto", console_port=0, test_mode=False) as server:
        await server.stop()
        await lived(server.data / "chappe.sqlite")
        await server.start()
        yield server
        assert server.troubles() == []


async def owner(browser: Browser, house: ServerProcess, look: Look) -> Visitor:
    visitor = await Visitor.comes(browser, house.ready["links"]["console"].rstrip("/"), "alice", look)
    await visitor.goes("/territories")
    if not await visitor.page.locator("#name").is_visible():
        await visitor.page.locator("summary").first.click()
    await visitor.page.locator("#name").fill("alice")
    await visitor.page.locator("#password").fill(WORD)
    await visitor.page.keyboard.press("Enter")
    await visitor.is_at(re.compile("/territories"))
    return visitor


@pytest.mark.parametrize("look", [LIGHT, DARK, PHONE.says("fr")], ids=str)
async def test_a_country_is_left_by_keyboard_and_come_back_to(
    house: ServerProcess, browser: Browser, look: Look
) -> None:
    french = look.language == "fr"
    alice = await owner(browser, house, look)
    stranger = await Visitor.comes(browser, house.ready["links"]["start"].rstrip("/"), "mallory", look)
    await alice.finds_no_barrier()
    await alice.page.get_by_role("link", name="Exemple" if french else "Example", exact=True).focus()
    await alice.page.keyboard.press("Enter")
    await alice.sees("d’après leur déclaration: 1" if french else "by what they declared: 1")
    await alice.finds_no_barrier()
    await alice.page.locator("summary").first.focus()
    await alice.page.keyboard.press("Enter")
    await alice.page.locator("#begin-note").focus()
    await alice.page.keyboard.type("A drill.")
    await presses_by_key(alice, "Commencer à quitter" if french else "Begin to leave")
    await alice.sees("L’annonce est faite." if french else "Notice is given.")
    await alice.finds_no_barrier()
    await stranger.goes("/territories/XX")
    await stranger.sees("A drill.")
    await stranger.finds_no_barrier()
    await stranger.goes("/territories")
    await stranger.sees("en cours de départ" if french else "being left")
    await stranger.finds_no_barrier()
    back = "Annuler" if french else "Take back"
    await alice.page.locator("summary", has_text=back).focus()
    await alice.page.keyboard.press("Enter")
    await alice.page.locator("#back-note").focus()
    await alice.page.keyboard.type("It is over.")
    await presses_by_key(alice, back)
    await alice.sees("It is over.")
    await alice.finds_no_barrier()
    profile = "/territories/profiles/eu"
    for place in ("/territories/FR", f"{profile}/3", f"{profile}/2/3", "/territories/me", "/export"):
        await stranger.goes(place)
        await stranger.finds_no_barrier()
    assert await alice.leaves() == [] and await stranger.leaves() == []
