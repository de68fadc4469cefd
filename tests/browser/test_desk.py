"""Source: requirements/legal-desk, dsa/9(1), tco/3(3), csi/L871-1

The legal desk in a real browser: from the list to the letter by keys alone, an order on paper and one by telephone, an
authority vouched for, what is handed over by two people; on a phone, in the dark, in French. axe-core finds no barrier.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.folk import Folk
from tests.browser.looks import DARK, LIGHT, PHONE, Look
from tests.browser.visitor import Visitor
from tests.kit.desk import AGE_KEY
from tests.kit.server_process import ServerProcess, serving

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
        await visitor.page.locator(f"button[value={part}]").click()
        await visitor.is_at(re.compile(r":\d+/$"))
        return visitor

    yield work
    assert [trouble for visitor in here for trouble in await visitor.leaves()] == []


async def authority(visitor: Visitor, kind: str, name: str) -> None:
    """The authority is registered and vouched for, by the forms."""
    await visitor.goes("/authorities")
    await visitor.page.keyboard.press("n")
    fields = {
        "name": name, "country": "FR", "email": "clerk@justice.example", "phone": "+33 1 99 00 12 34",
        "language": "fr", "age_key": AGE_KEY,
    }  # fmt: skip
    for field, value in fields.items():
        await visitor.page.locator(f"#a-{field}").fill(value)
    await visitor.page.locator("#a-kind").select_option(kind)
    await visitor.finds_no_barrier()
    await visitor.page.locator("form[action='/authorities'] button", has_text="Register").click()
    await visitor.sees("It is registered. Somebody must vouch for it.")
    await visitor.finds_no_barrier()
    for box in ("letter", "call_back"):
        await visitor.page.locator(f"input[name=checks][value={box}]").check()
    for box in await visitor.page.locator("input[name=mandates]").all():
        await box.check()
    await visitor.page.keyboard.press("v")
    await visitor.sees("You vouch for it.")


async def enters(visitor: Visitor, instrument: str, name: str, **fields: str) -> str:
    """An order by the form for paper and telephone; where its page is."""
    await visitor.goes(f"/orders/new?instrument={instrument}")
    choice = visitor.page.locator("#f-authority_id option", has_text=name)
    await visitor.page.locator("#f-authority_id").select_option(await choice.get_attribute("value"))
    said = {"external_ref": "2026/7", "legal_basis": "Art. 421-2-5 CP", "reasons": "It breaks the law.",
            "redress": "The administrative court.", **fields}  # fmt: skip
    for field, value in said.items():
        place = visitor.page.locator(f"#f-{field}")
        if await place.evaluate("one => one.tagName") == "SELECT":
            await place.select_option(value)
        else:
            await place.fill(value)
    await visitor.finds_no_barrier()
    await visitor.presses("Make it a case")
    await visitor.sees("It is a case, with its clock.")
    return visitor.page.url.partition("?")[0]


async def market(house: ServerProcess) -> tuple[Folk, str]:
    """(alice, who owns a public channel, the link of its post)."""
    alice = await Folk.comes(house.port, house.key, f"9996650{next(PHONES):03d}", "Alice")
    room = await alice.founds("Market", broadcast=True, username="the_market")
    post = await alice.says(alice.room(room), "come and fight")
    return alice, f"https://127.0.0.1:{house.port}/the_market/{post.id}"


async def arrives(visitor: Visitor, page: str, words: str) -> None:
    """The order's page says so, after a while."""
    for _ in range(240):
        await visitor.goes(page)
        if await visitor.page.get_by_text(words).count():
            return
        await visitor.page.wait_for_timeout(500)
    raise AssertionError(f"{words!r} is not on {page}")


async def test_a_removal_on_paper_by_keys_alone(house: ServerProcess, works: Works) -> None:
    alice, link = await market(house)
    desk = await works("desk")
    await authority(desk, "remover", "Office of removals")
    page = await enters(desk, "dsa_order9", "Office of removals", text_1=link)
    keys = desk.page.keyboard
    await arrives(desk, page, "who is it from?")
    await desk.finds_no_barrier()
    await keys.press("g")
    await keys.press("w")
    await desk.is_at(re.compile("/orders$"))
    await desk.finds_no_barrier()
    await keys.press("s")
    await keys.type("2026/7")
    await keys.press("Enter")
    await desk.is_at(re.compile(r"/orders\?q="))
    await expect(desk.page.locator("a.row")).to_have_count(1)
    await keys.press("j")
    await keys.press("Enter")
    await desk.is_at(re.compile(r"/orders/\d+$"))
    await keys.press("i")
    await desk.sees("It is taken for authentic.")
    await keys.press("e")
    await desk.sees("It is in effect.")
    await arrives(desk, page, "It is done")
    # In the zone of who reads, who is in Paris; UTC for who points at it.
    due = desk.page.locator("dt", has_text="Deadline").locator("xpath=following-sibling::dd[1]").locator("time")
    here, utc = await due.inner_text(), await due.get_attribute("title") or ""
    hours = [int(re.findall(r"(\d\d):\d\d", one)[0]) for one in (here, utc)]
    assert utc.endswith(" UTC") and not here.endswith("UTC") and (hours[0] - hours[1]) % 24 in (1, 2)
    await desk.finds_no_barrier()
    assert "come and fight" not in (await house.get("/@the_market")).text
    await keys.press("r")
    await desk.sees("Reviewed.")
    await keys.press("u")
    await keys.press("Enter")
    await desk.sees("Its effect is undone. Tell the authority.")
    assert "come and fight" in (await house.get("/@the_market")).text
    await desk.page.locator("details[name=answer] summary", has_text="Taken back").click()
    await desk.page.locator("#l-reversed").fill("It is reporting.")
    await desk.page.locator("form:has(#l-reversed) button").click()
    await desk.sees("The letter is drafted. Read it before you send it.")
    await desk.sees("It is reporting.")
    await desk.finds_no_barrier()
    await keys.press("x")
    await desk.sees("The letter is sent.")
    await keys.press("?")
    await expect(desk.page.locator("#keys")).to_be_visible()
    await desk.finds_no_barrier()
    alice.leaves()


async def test_what_is_handed_over_passes_two_people(house: ServerProcess, works: Works) -> None:
    alice, _ = await market(house)
    registrar = await works("registrar")
    await authority(registrar, "judge", "Court of Exemple")
    desk = await works("desk")
    page = await enters(
        desk, "national_requisition", "Court of Exemple", text_1="@the_market", data_1="subscriber"
    )  # fmt: skip
    await arrives(desk, page, "who is it from?")
    await desk.page.keyboard.press("i")
    await desk.sees("It is taken for authentic.")
    for _ in range(6):
        await desk.page.locator("form[action='/do/check_order']:not(:has(.chip)) button[value=yes]").first.click()
        await desk.sees("Answered.")
    await desk.page.keyboard.press("a")
    await desk.sees("It is accepted.")
    await desk.sees("subscriber data")
    await desk.finds_no_barrier()
    await desk.page.keyboard.press("d")
    await desk.sees("A second person must approve it.")
    await desk.goes("/orders/approvals")
    assert await desk.page.get_by_role("button", name="Approve exactly this").count() == 0
    approver = await works("approver")
    await approver.page.keyboard.press("g")
    await approver.page.keyboard.press("v")
    await approver.is_at(re.compile("/orders/approvals$"))
    await approver.finds_no_barrier()
    await approver.page.keyboard.press("a")
    await approver.sees("Approved; the package is being built.")
    await arrives(desk, page, "to be fetched until")
    alice.leaves()


async def test_no_keys_are_handed_over_and_no_wish_is_carried_out(works: Works) -> None:
    desk = await works("desk")
    await authority(desk, "intelligence", "Service of Exemple")
    page = await enters(desk, "cryptology_requisition", "Service of Exemple")
    await arrives(desk, page, "who is it from?")
    await desk.page.keyboard.press("i")
    await desk.page.locator("details[name=answer] summary", has_text="no keys").click()
    await desk.page.locator("form:has(#l-unable_keys) button").click()
    await desk.sees(re.compile("holds no copy, no escrow"))
    await desk.page.keyboard.press("x")
    await desk.sees("The letter is sent.")
    await desk.goes("/orders/new?instrument=informal_wish")
    await desk.page.locator("#f-wish").fill("Please look at this channel.")
    await desk.page.locator("#f-country").fill("FR")
    await desk.presses("Make it a case")
    await desk.sees("It is a case, with its clock.")
    assert await desk.page.get_by_role("button", name="Give effect now").count() == 0
    await desk.finds_no_barrier()


@pytest.mark.parametrize(
    "look", [LIGHT.says("fr"), PHONE.says("fr"), DARK], ids=lambda look: f"{look.name}-{look.language}"
)
async def test_every_screen_has_no_barrier(works: Works, look: Look) -> None:
    desk = await works("desk", look)
    french = look.language == "fr"
    await desk.goes("/orders/new?instrument=unknown")
    await desk.page.locator("#f-sender").fill("Somebody")
    await desk.presses("En faire un dossier" if french else "Make it a case")
    await desk.sees("C’est un dossier, avec son délai." if french else "It is a case, with its clock.")
    number = re.findall(r"/orders/(\d+)", desk.page.url)[0]
    await desk.finds_no_barrier()
    for path in (
        "/orders", "/orders?closed=true", "/orders/calendar", "/orders/drafts", "/orders/approvals", "/orders/new",
        "/orders/new?instrument=tco_removal", "/orders/new?instrument=epoc", f"/orders/{number}",
        f"/orders/{number}/form?instrument=dsa_order10", "/authorities",
    ):  # fmt: skip
        await desk.goes(path)
        await desk.finds_no_barrier()
        assert await desk.page.get_attribute("html", "lang") == look.language
