"""Source: requirements/console, dsa/17(3), dsa/20

The console in a real browser: from a notice to a decision and its statement by keys alone, undone again; a complaint
decided by another part; a passkey on the console's own port; on a phone, in the dark, in French. axe-core finds no
barrier.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.folk import Folk
from tests.browser.looks import DARK, LIGHT, PHONE, Look
from tests.browser.pictures import portrait
from tests.browser.visitor import Visitor
from tests.kit.server_process import ServerProcess, serving

from chappe.tl import functions as f
from chappe.tl import types as t

PHONES = iter(range(40, 99))
Works = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server with a console, on trial; a bug in its log fails the play."""
    async with serving(tmp_path / "data", tls="auto", console_port=0) as server:
        yield server
        assert server.troubles() == []


@pytest_asyncio.fixture(loop_scope="session")
async def works(browser: Browser, house: ServerProcess) -> AsyncIterator[Works]:
    """Gives people at the console, who play the part that is said."""
    here: list[Visitor] = []

    async def work(part: str, look: Look = LIGHT) -> Visitor:
        visitor = await Visitor.comes(browser, house.ready["links"]["console"].rstrip("/"), part, look)
        here.append(visitor)
        await visitor.goes("/")
        if part:
            await visitor.page.locator(f"button[value={part}]").click()
            await visitor.is_at(re.compile(r":\d+/$"))
        return visitor

    yield work
    assert [trouble for visitor in here for trouble in await visitor.leaves()] == []


async def channel(house: ServerProcess, *posts: str) -> tuple[Folk, Folk, list[int]]:
    """(alice, who owns a public channel, bob, who reports its posts, the posts), one of them a picture."""
    alice = await Folk.comes(house.port, house.key, f"9996640{next(PHONES):03d}", "Alice")
    bob = await Folk.comes(house.port, house.key, f"9996640{next(PHONES):03d}", "Bob")
    room = await alice.founds("Offers", broadcast=True, username="offers_here")
    said = [(await alice.says(alice.room(room), words)).id for words in posts]
    said.append((await alice.shows(alice.room(room), portrait(5), caption="As in this picture")).id)
    there = await bob.finds("offers_here")
    for post in said:
        option, text = b"", ""
        for _ in range(5):
            told: Any = await bob.calls(f.messages.Report(peer=there, id=[post], option=option, message=text))
            if isinstance(told, t.ReportResultReported):
                break
            if isinstance(told, t.ReportResultAddComment):
                option, text = told.option, "Look at this"
            else:
                wanted = [one for one in told.options if "raud" in one.text or "hishing" in one.text]
                option = (wanted or told.options)[0].option
    return alice, bob, said


async def queue(visitor: Visitor, name: str) -> None:
    """The queue of this name, by its key."""
    chip = visitor.page.locator("nav a.chip", has_text=re.compile(rf"^{name}\b"))
    key = await chip.get_attribute("data-key")
    assert key
    await visitor.page.keyboard.press(key)
    await expect(visitor.page.locator("a.chip[aria-current=true]")).to_contain_text(name)
    await visitor.page.wait_for_load_state()


async def test_from_the_queue_to_the_statement_by_keys_alone(house: ServerProcess, works: Works) -> None:
    alice, bob, _ = await channel(house, "Send me your codes, and win!")
    carol = await works("moderator")
    await carol.finds_no_barrier()
    keys = carol.page.keyboard
    await queue(carol, "Everything")
    await carol.finds_no_barrier()
    await keys.press("j")
    assert (await carol.page.evaluate("document.activeElement.pathname")) == "/cases/1"
    await keys.press("t")
    await carol.is_at(re.compile("/cases/1"))
    await carol.sees("Send me your codes, and win!")
    await carol.sees("That you read this is in the journal.")
    await carol.finds_no_barrier()
    await keys.press("?")
    shown = carol.page.locator("#keys")
    await expect(shown).to_be_visible()
    await expect(shown).to_contain_text("Remove it")
    await carol.finds_no_barrier()
    await keys.press("Escape")
    await keys.press("r")
    await keys.press("Enter")
    await carol.sees("Decided. Those concerned will be told.")
    told = str(await alice.calls(f.messages.GetHistory(
        peer=alice.to(777000), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )))  # fmt: skip
    link = re.search(r"/statement/[0-9a-f]{32}", told)
    assert link, told
    page = await house.get(link[0])
    assert page.status_code == 200 and "3.5" in page.text
    await keys.press("d")
    await carol.is_at(re.compile("/decisions/1"))
    await carol.finds_no_barrier()
    await keys.press("u")
    await keys.type("It was not what it seemed.")
    await keys.press("Enter")
    await carol.sees("The decision holds no more.")
    await keys.press("g")
    await keys.press("q")
    await carol.is_at(re.compile(r":\d+/$"))
    alice.leaves()
    bob.leaves()


@pytest.mark.parametrize(
    "look", [LIGHT.says("fr"), PHONE.says("fr"), DARK], ids=lambda look: f"{look.name}-{look.language}"
)
async def test_every_screen_has_no_barrier(house: ServerProcess, works: Works, look: Look) -> None:
    alice, bob, _ = await channel(house, "Send me your codes, and win!", "And more of them")
    french = look.language == "fr"
    lead = await works("lead", look)
    await queue(lead, "Tout" if french else "Everything")
    await lead.page.locator("a[data-row]").last.click()
    await lead.page.locator("form[action$=claim] button").click()
    await lead.sees("Le dossier est à vous." if french else "The case is yours.")
    picture = lead.page.locator(".veil img")
    await expect(picture).to_be_visible()
    assert "blur" in await picture.evaluate("one => getComputedStyle(one).filter")
    await lead.finds_no_barrier()
    await lead.page.keyboard.press("v")
    assert await picture.evaluate("one => getComputedStyle(one).filter") == "none"
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("one => one.naturalWidth > 0")
    await lead.page.locator("details[data-key=w] > summary").click()
    await lead.finds_no_barrier()
    for path in (
        "/?state=all", "/cases/2?read=1", "/bulk?queue_id=9", "/decisions", "/flaggers", "/rules", "/figures",
        "/people", "/tokens", f"/accounts/{alice.id}",
    ):  # fmt: skip
        await lead.goes(path)
        await lead.finds_no_barrier()
        assert await lead.page.get_attribute("html", "lang") == look.language
        await expect(lead.page.locator(".test")).to_contain_text("essai" if french else "Trial mode")
    alice.leaves()
    bob.leaves()


async def test_a_complaint_goes_from_the_statement_to_another_part(
    browser: Browser, house: ServerProcess, works: Works
) -> None:
    alice, bob, _ = await channel(house, "Send me your codes, and win!")
    carol = await works("moderator")
    await carol.goes("/cases/1")
    await carol.page.keyboard.press("r")
    await carol.page.keyboard.press("Enter")
    await carol.sees("Decided. Those concerned will be told.")
    told = str(await alice.calls(f.messages.GetHistory(
        peer=alice.to(777000), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )))  # fmt: skip
    link = re.search(r"/statement/[0-9a-f]{32}", told)
    assert link
    hit = await Visitor.comes(browser, f"http://localhost:{house.port}", "alice", LIGHT)
    await hit.goes(link[0])
    await hit.page.locator("textarea").first.fill("It was a joke.")
    await hit.page.locator("form:has(textarea) button").first.click()
    judge = await works("appeals")
    await judge.goes("/complaints")
    await judge.finds_no_barrier()
    await judge.page.keyboard.press("j")
    await judge.page.keyboard.press("Enter")
    await judge.sees("It was a joke.")
    await judge.finds_no_barrier()
    await judge.page.keyboard.press("3")
    await judge.page.keyboard.press("i")
    await judge.page.keyboard.type("So it was.")
    await judge.presses("Decide the complaint")
    await judge.sees("Decided. Who objected is told.")
    await judge.finds_no_barrier()
    there = await bob.finds("offers_here")
    read = await bob.calls(f.messages.GetHistory(
        peer=there, offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    assert "Send me your codes" in str(read.messages)
    assert await hit.leaves() == []
    alice.leaves()
    bob.leaves()


async def test_a_passkey_made_on_the_operators_page_opens_the_console(
    browser: Browser, house: ServerProcess
) -> None:
    alice = await Visitor.comes(browser, f"http://localhost:{house.port}", "alice", LIGHT)
    alice.watch.expects(f"left for another host: {house.ready['links']['console']}")
    await alice.has_passkeys()
    await alice.goes(house.ready["links"]["operator"])
    await alice.page.locator("form[data-kind=create] input[name=name]").fill("alice")
    await alice.page.locator("form[data-kind=create] button").click()
    await alice.sees(re.compile(r"^[A-Z2-7]{6}(-[A-Z2-7]{6}){3}$"))
    await alice.goes("/operator")
    await alice.page.get_by_role("link", name="Open the console").click()
    await alice.sees("Console: sign in")
    await alice.finds_no_barrier()
    await alice.page.locator("form[data-kind=get] button").click()
    await alice.sees("Signed in as alice.")
    cookies = {one["name"] for one in await alice.context.cookies()}
    assert {"chappe_console", "chappe_operator"} <= cookies
    await alice.page.locator("form[action$=sign-out] button").click()
    await alice.sees("Console: sign in")
    assert await alice.leaves() == []
