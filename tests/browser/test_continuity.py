"""Continuity in a real browser: a rule, an absence and a takeover by keyboard alone, and what the public sees of it.

Source: requirements/continuity
"""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.looks import DARK, LIGHT, PHONE, Look
from tests.browser.visitor import Visitor
from tests.kit.clock import FakeClock
from tests.kit.server_process import ServerProcess, serving

from chappe.domain import continuity, operators
from chappe.domain.continuity import CHANGE_S, HOUR_S
from chappe.domain.operators import Operator, Password, hash_password
from chappe.store import Store, open_sqlite

HOURS = 48
WORD = "correct horse battery"
HASHED = Password(hash_password(WORD, bytes(16)))
SignsIn = Callable[..., Awaitable[Visitor]]


async def enrolled(store: Store, name: str) -> Operator:
    """One more operator, who has a password."""
    people = await store.read(operators.everyone)
    token = name.encode()
    if not people:
        await store.write(lambda tx: operators.first_link(tx, token))
    else:
        await store.write(lambda tx: operators.add_link(tx, people[0], token))
    return await store.write(lambda tx: operators.enrol(tx, token, name, HASHED, []))


async def lived(database: Path) -> None:
    """Alice made a rule and was not seen for its hours."""
    clock = FakeClock(time.time() - CHANGE_S - HOURS * HOUR_S - 60)
    store = open_sqlite(database, clock)
    try:
        alice, bob, carol, dave = [await enrolled(store, name) for name in ("alice", "bob", "carol", "dave")]
        named = [one.operator_id for one in (bob, carol, dave)]
        await store.write(lambda tx: continuity.alive(tx, alice.operator_id, "sign_in"))
        rule = await store.write(lambda tx: continuity.propose(tx, alice, HOURS, 2, named))
        await store.write(lambda tx: continuity.agree(tx, bob, rule.rule_no))
        clock.moves(CHANGE_S)
        await store.write(continuity.step)
    finally:
        await store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server in earnest whose owner is gone."""
    async with serving(tmp_path / "data", tls="auto", console_port=0, test_mode=False) as server:
        await server.stop()
        await lived(server.data / "chappe.sqlite")
        await server.start()
        yield server
        assert server.troubles() == []


@pytest_asyncio.fixture(loop_scope="session")
async def signs_in(browser: Browser, house: ServerProcess) -> AsyncIterator[SignsIn]:
    """Gives people at the console who signed in with their password."""
    here: list[Visitor] = []

    async def sign_in(name: str, look: Look = LIGHT) -> Visitor:
        visitor = await Visitor.comes(browser, house.ready["links"]["console"].rstrip("/"), name, look)
        here.append(visitor)
        await visitor.goes("/continuity")
        if not await visitor.page.locator("#name").is_visible():
            await visitor.page.locator("summary").first.click()
        await visitor.page.locator("#name").fill(name)
        await visitor.page.locator("#password").fill(WORD)
        await visitor.page.keyboard.press("Enter")
        await visitor.is_at(re.compile("/continuity"))
        return visitor

    yield sign_in
    assert [trouble for visitor in here for trouble in await visitor.leaves()] == []


async def presses_by_key(visitor: Visitor, name: str) -> None:
    """The button is reached with Tab, and pressed with Enter."""
    for _ in range(150):
        await visitor.page.keyboard.press("Tab")
        focus = "document.activeElement.tagName === 'BUTTON' && document.activeElement.textContent"
        if await visitor.page.evaluate(focus) == name:
            await visitor.page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not lead to {name!r}")


async def test_successors_take_over_by_keyboard_and_an_owner_comes_back(
    house: ServerProcess, signs_in: SignsIn, browser: Browser
) -> None:
    bob = await signs_in("bob")
    await bob.sees("No owner gave a sign of life in time: the successors may take over")
    await bob.finds_no_barrier()
    await presses_by_key(bob, "I take over with the others")
    await bob.sees("Your word is given.")
    await bob.sees("1 of 2 have said so.")
    carol = await signs_in("carol", DARK)
    await presses_by_key(carol, "I take over with the others")
    await carol.sees("The successors hold the service")
    await carol.page.locator("input[value=say]").focus()
    await carol.page.keyboard.press("Space")
    await carol.page.locator("#plan-text").focus()
    await carol.page.keyboard.type("Alice cannot be reached. The service goes on.")
    await presses_by_key(carol, "Plan it, in public")
    await carol.sees("It is planned, and public.")
    await carol.finds_no_barrier()
    await bob.goes("/continuity")
    await presses_by_key(bob, "Agree")
    await bob.sees("You have agreed.")
    await presses_by_key(bob, "Carry it out")
    await expect(bob.page.locator("article .chip").first).to_have_text("done")
    stranger = await Visitor.comes(browser, house.ready["links"]["start"].rstrip("/"), "mallory")
    await stranger.goes("/continuity")
    await stranger.sees("Alice cannot be reached. The service goes on.")
    await stranger.finds_no_barrier()
    alice = await signs_in("alice")
    await alice.sees("an owner came back.")
    await stranger.goes("/continuity")
    await expect(stranger.page.locator("blockquote")).to_have_count(0)
    assert await stranger.leaves() == []


@pytest.mark.parametrize("look", [PHONE.says("fr"), DARK], ids=lambda look: f"{look.name}-{look.language}")
async def test_an_owner_proposes_and_the_screen_has_no_barrier(
    house: ServerProcess, signs_in: SignsIn, browser: Browser, look: Look
) -> None:
    french = look.language == "fr"
    alice = await signs_in("alice", look)
    await alice.finds_no_barrier()
    await presses_by_key(alice, "Je suis là" if french else "I am here")
    await alice.sees("Votre signe de vie est inscrit." if french else "Your sign of life is written down.")
    await alice.page.locator("#hours").focus()
    await alice.page.keyboard.press("ArrowUp")
    await presses_by_key(alice, "La proposer" if french else "Propose it")
    await alice.sees("La règle est proposée" if french else "The rule is proposed")
    await alice.sees(re.compile(f"{HOURS + 1} heures" if french else f"{HOURS + 1} hours"))
    await alice.finds_no_barrier()
    visitor = await Visitor.comes(browser, house.ready["links"]["start"].rstrip("/"), "mallory", look)
    await visitor.goes("/continuity")
    await visitor.finds_no_barrier()
    assert await visitor.leaves() == []
