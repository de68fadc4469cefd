"""Source: requirements/on-call, requirements/hotline, dsa/18, tco/3(3)

People on call in a real browser: by keys alone from the line that rings to the page taken, an emergency typed while
somebody speaks, an alert that a second person sends; on a phone, in the dark, in French. axe-core finds no barrier.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.looks import DARK, LIGHT, PHONE, Look
from tests.browser.visitor import Visitor
from tests.kit.server_process import ServerProcess, serving

Works = Callable[..., Awaitable[Visitor]]
SOON_MS = 120_000
"""Longer than it takes a page to be on every screen, three seconds: machines that run tests are busy."""


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server with a console, on trial; a bug in its log fails the play."""
    async with serving(tmp_path / "data", tls="auto", console_port=0, hotline="+33 1 99 00 12 34") as server:
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
        await visitor.page.locator(f"button[value={part}]").click()
        await visitor.is_at(re.compile(r":\d+/$"))
        return visitor

    yield work
    assert [trouble for visitor in here for trouble in await visitor.leaves()] == []


async def on_call(visitor: Visitor, mail: str) -> None:
    """Who plays the part is reached by mail."""
    await visitor.goes("/oncall/people")
    form = visitor.page.locator("form[action='/do/set_on_call']").first
    await form.locator("input[name=mail]").fill(mail)
    await form.locator("button").click()
    await visitor.is_at(re.compile("said=set_on_call"))


async def test_what_rings_is_on_every_screen_and_is_taken_by_keys(works: Works) -> None:
    lead, triage = await works("lead"), await works("triage")
    await on_call(lead, "lead@example.org")
    await expect(triage.page.locator("#ringing")).to_be_hidden()
    await lead.page.keyboard.press("g")
    await lead.page.keyboard.press("o")
    await lead.is_at(re.compile("/oncall$"))
    await lead.presses("Hold a drill now")
    await lead.sees("The drill runs.")
    ringing = triage.page.locator("#ringing")
    await expect(ringing).to_be_visible(timeout=SOON_MS)
    await expect(ringing).to_contain_text("Drill: nothing has happened")
    await expect(ringing.locator(".chip")).to_have_text(re.compile(r"^\d:\d\d$"))
    await triage.finds_no_barrier()
    clock = lead.page.locator(".ring .clock")
    before = await clock.inner_text()
    await expect(clock).not_to_have_text(before, timeout=SOON_MS)
    await lead.finds_no_barrier()
    await lead.page.keyboard.press("t")
    await lead.sees("The page is yours. Nobody else is called.")
    await expect(ringing).to_be_hidden(timeout=SOON_MS)
    await lead.goes("/oncall")
    await expect(lead.page.locator("#drills ~ dl")).to_contain_text("in time", timeout=SOON_MS)


async def test_the_board_shows_a_page_that_comes_while_somebody_looks(works: Works) -> None:
    lead, desk = await works("lead"), await works("desk")
    await on_call(lead, "lead@example.org")
    await desk.goes("/oncall")
    await desk.sees("Nothing rings.")
    await lead.goes("/oncall")
    await lead.presses("Hold a drill now")
    await expect(desk.page.locator(".ring")).to_be_visible(timeout=SOON_MS)


async def test_an_emergency_is_typed_while_somebody_speaks(works: Works) -> None:
    desk = await works("desk")
    await desk.goes("/oncall")
    await desk.page.keyboard.press("e")
    await desk.is_at(re.compile(r"/oncall/emergency/\d+$"))
    there = desk.page.url
    await desk.page.locator("#caller").fill("Brigadier Exemple")
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.type("on duty")
    await desk.page.locator("#danger").fill("Somebody wrote that they will jump")
    await expect(desk.page.locator("#kept")).to_have_text("Kept.", timeout=SOON_MS)
    await desk.finds_no_barrier()
    await desk.page.goto(there)
    await expect(desk.page.locator("#danger")).to_have_value("Somebody wrote that they will jump")
    await expect(desk.page.locator("#function")).to_have_value("on duty")
    await expect(desk.page.locator(".clock")).to_have_text(re.compile(r"^\d:\d\d$"))
    await desk.presses("It is an order: file it")
    await expect(desk.page.locator("#call_back")).to_be_focused()
    await desk.page.locator("#call_back").fill("+33 1 99 00 00 17")
    await desk.page.locator("#text_1").fill("@alice_there")
    await desk.presses("It is an order: file it")
    await desk.is_at(re.compile(r"/orders/\d+\?said=file_call"))


async def test_an_alert_is_written_by_one_and_sent_by_another(works: Works) -> None:
    triage, desk = await works("triage"), await works("desk")
    await on_call(desk, "desk@example.org")
    await triage.goes("/oncall/alerts/new")
    await triage.finds_no_barrier()
    for name, said in (
        ("danger", "They will shoot in a school"), ("reason", "They show the weapon"), ("zone", "Europe/Paris"),
        ("happened", "2026-11-20T19:30"), ("other_name", "Police of Exemple"), ("other_phone", "+33199000017"),
    ):  # fmt: skip
        await triage.page.locator(f"#{name}").fill(said)
    await triage.presses("Page the second person")
    await triage.sees("The second person is being called.")
    await triage.finds_no_barrier()
    ringing = desk.page.locator("#ringing")
    await expect(ringing).to_be_visible(timeout=SOON_MS)
    await ringing.click()
    await desk.page.locator(".ring a.button").first.click()
    await desk.is_at(re.compile(r"/oncall/alerts/\d+$"))
    await desk.sees("They will shoot in a school")
    await desk.finds_no_barrier()
    await desk.page.keyboard.press("s")
    await desk.sees("It is sent.")
    await desk.presses("I have told them by telephone")
    await desk.sees("Written down.")
    await desk.finds_no_barrier()


@pytest.mark.parametrize(
    "look", [LIGHT.says("fr"), PHONE.says("fr"), DARK], ids=lambda look: f"{look.name}-{look.language}"
)
async def test_every_screen_of_people_on_call_has_no_barrier(
    browser: Browser, house: ServerProcess, works: Works, look: Look
) -> None:
    lead, desk = await works("lead", look), await works("desk", look)
    await on_call(lead, "lead@example.org")
    await on_call(desk, "desk@example.org")
    await lead.goes("/oncall/calendar")
    await lead.page.locator("#p-count").fill("6")
    await lead.page.locator("form:has(input[value=plan]) button").click()
    await lead.is_at(re.compile("said=plan_shifts"))
    await lead.finds_no_barrier()
    await lead.page.locator("form:has(input[value=calendar]) button").click()
    await expect(lead.page.locator(".mono")).to_contain_text(".ics")
    for path in ("/oncall", "/oncall/calendar", "/oncall/people", "/oncall/alerts", "/oncall/alerts/new"):
        await lead.goes(path)
        await lead.finds_no_barrier()
        assert await lead.page.get_attribute("html", "lang") == look.language
    await desk.goes("/oncall/hour")
    await desk.finds_no_barrier()
    for visitor in (lead, desk):
        wide = await visitor.page.evaluate("document.body.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "nothing is wider than the screen"
    stranger = await Visitor.comes(browser, house.ready["links"]["start"].rstrip("/"), "stranger", look)
    await stranger.goes("/hotline")
    await stranger.sees("+33 1 99 00 12 34")
    await stranger.finds_no_barrier()
    assert await stranger.leaves() == []
