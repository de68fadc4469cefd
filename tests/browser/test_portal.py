"""Source: requirements/legal-portal, webauthn/7.1

The portal in a real browser, by keys alone where it matters: an authority registers with a passkey, files an order
that lacks something, then all of it; sees the receipt; comes back. In the dark, on a phone, turned round, in French.
axe-core finds no barrier.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.browser.visitor import Visitor
from tests.kit.server_process import ServerProcess, serving

Comes = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server with a portal, on trial; a bug in its log fails the play."""
    async with serving(tmp_path / "data", tls="auto", portal_port=0, legal_mail_port=0, hotline="+33 1 00") as server:
        yield server
        assert server.troubles() == []


@pytest_asyncio.fixture(loop_scope="session")
async def comes(browser: Browser, house: ServerProcess) -> AsyncIterator[Comes]:
    """Gives people of authorities, at the portal."""
    here: list[Visitor] = []

    async def come(name: str, look: Look = LIGHT) -> Visitor:
        visitor = await Visitor.comes(browser, house.ready["links"]["portal"].rstrip("/"), name, look)
        here.append(visitor)
        await visitor.goes("/")
        return visitor

    yield come
    assert [trouble for visitor in here for trouble in await visitor.leaves()] == []


@pytest.mark.parametrize("look", [LIGHT.says("fr"), DARK, PHONE, RTL], ids=lambda look: look.name)
async def test_an_authority_registers_and_comes_back(comes: Comes, look: Look) -> None:
    clerk = await comes("clerk", look)
    await clerk.finds_no_barrier()
    await clerk.has_passkeys()
    await clerk.page.locator("a[href='/register']").click()
    await clerk.is_at(re.compile("/register$"))
    await clerk.finds_no_barrier()
    said = {"name": "Tribunal d'Exemple", "country": "FR", "person": "Greffe", "address": "1 place du Palais",
            "email": "greffe@court.example", "phone": "+33 1 00 00 00 00"}  # fmt: skip
    for field, words in said.items():
        await clerk.page.locator(f"#r-{field}").fill(words)
    await clerk.page.locator("form[data-kind=create] button").click()
    await clerk.sees(re.compile(r"^[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}$"))
    await clerk.finds_no_barrier()
    await clerk.goes("/us")
    await clerk.finds_no_barrier()
    await clerk.page.locator("form[action='/sign-out'] button").click()
    await clerk.page.locator("form[data-kind=get] button").click()
    await clerk.is_at(re.compile("/orders$"))
    await clerk.finds_no_barrier()


@pytest.mark.parametrize("look", [LIGHT, PHONE.says("fr")], ids=lambda look: look.name)
async def test_an_order_is_filed_by_keys_alone(comes: Comes, look: Look) -> None:
    court = await comes("court", look)
    await court.page.locator("form[action='/play'] button").focus()
    await court.page.keyboard.press("Enter")
    await court.is_at(re.compile("/orders$"))
    await court.goes("/file")
    await court.finds_no_barrier()
    await court.page.locator("a[href='/file/tco_removal']").focus()
    await court.page.keyboard.press("Enter")
    await court.is_at(re.compile("/file/tco_removal$"))
    await court.finds_no_barrier()
    await court.page.locator("#f-external_ref").focus()
    await court.page.keyboard.type("TCO-7")
    court.watch.expects("status 400", "Failed to load resource.* 400")
    await court.page.keyboard.press("Enter")
    await expect(court.page.locator("div.error[role=alert]")).to_be_visible()
    await court.finds_no_barrier()
    await court.page.locator("div.error a[href='#f-reasons']").focus()
    await court.page.keyboard.press("Enter")
    said = {"reasons": "Incites.", "legal_basis": "Regulation (EU) 2021/784", "redress": "Court",
            "signed_by": "A clerk", "issued_at": "2026-11-22 08:00",
            "targets": "https://chat.example.org/@nobody/5"}  # fmt: skip
    for field, words in said.items():
        await court.page.locator(f"#f-{field}").focus()
        await court.page.keyboard.type(words)
    await court.page.locator("#f-material").focus()
    await court.page.keyboard.press("ArrowDown")
    await court.page.locator("#f-external_ref").focus()
    await court.page.keyboard.press("Enter")
    await court.is_at(re.compile(r"/orders/L-[0-9]{4}-[0-9]+\?filed=1(#.*)?$"))
    await court.finds_no_barrier()
    receipt = court.page.locator("pre.receipt")
    for _ in range(240):
        if await receipt.count():
            break
        await court.page.wait_for_timeout(500)
        await court.page.reload()
    await court.page.locator("details summary").first.click()
    await expect(receipt).to_contain_text("reference TCO-7")
    await court.finds_no_barrier()
    await court.page.locator("#text").focus()
    await court.page.keyboard.type("Please hurry.")
    await court.page.keyboard.press("Tab")
    await court.page.keyboard.press("Tab")
    await court.page.keyboard.press("Enter")
    await court.sees("Please hurry.")
    await court.goes("/orders")
    await court.finds_no_barrier()
