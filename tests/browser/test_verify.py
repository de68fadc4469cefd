"""Source: tlog/tiles. The visitor's own browser checks the log, and says in a sentence what is wrong with it."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.browser.axe import findings
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.transparency.logbook import ORIGIN
from tests.web.conftest import SITE
from tests.web.test_report_pages import LEAVES

from chappe.domain import journal
from chappe.store import Store
from chappe.transparency import Ledger
from chappe.web.guard import Guard
from chappe.web.log import log_routes
from chappe.web.page import Pages
from chappe.web.reports import page_routes

DAY_S = 86_400
Change = Callable[[bytes], bytes]


class Kept:
    """A log of some days behind a web server that can be told to lie."""

    def __init__(self, store: Store, clock: FakeClock, ledger: Ledger) -> None:
        self.store, self.clock, self.ledger = store, clock, ledger
        self.lies: dict[str, Change] = {}
        self.port = 0

    async def day(self, leaves: int) -> None:
        """So many acts, and the night after them."""
        for n in range(leaves):
            said = LEAVES[n % len(LEAVES)]
            await self.store.write(lambda tx, one=said: journal.record(tx, "invite_used", "user:7", "user:7", one))
        await self.works()
        self.clock.moves(DAY_S)
        await self.works()

    async def works(self) -> None:
        """Log and reports have nothing to do."""
        await self.ledger.catch_up()

    def app(self) -> ASGIApp:
        """The real pages, with answers changed where a lie is told."""
        pages = Pages(SITE)

        async def static(request: Request) -> Response:
            return pages.assets.answer(request, request.path_params["name"]) or Response(status_code=404)

        routes = [
            *log_routes(pages, self.ledger), *page_routes(pages, self.ledger), Route("/static/{name:path}", static)
        ]  # fmt: skip
        honest = Guard(Starlette(routes=routes), False, 1 << 20, {})

        async def lying(scope: Scope, receive: Receive, send: Send) -> None:
            change = self.lies.get(scope.get("path", ""))
            if change is None:
                await honest(scope, receive, send)
                return
            scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != b"accept-encoding"]}
            start: Message = {}

            async def changed(message: Message) -> None:
                if message["type"] == "http.response.start":
                    start.update(message)
                    return
                body = change(message["body"])
                headers = [one for one in start["headers"] if one[0] != b"content-length"]
                await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
                await send({**message, "body": body})

            await honest(scope, receive, changed)

        return lying


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """The port on which the application answers."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


@pytest_asyncio.fixture(loop_scope="session")
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    """Three days: 300 leaves, 20, 5."""
    clock = FakeClock()
    store = open_fresh(tmp_path / "chappe.sqlite", clock)
    (tmp_path / "keys").mkdir()
    ledger = Ledger(store, clock, os.urandom, tmp_path, ORIGIN)
    log = Kept(store, clock, ledger)
    for leaves in (300, 20, 5):
        await log.day(leaves)
    async with served(log.app()) as log.port:
        yield log
    ledger.folder.unlock()
    await store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A visitor's page; an error in its script fails the play."""
    context = await browser.new_context(locale="en-GB")
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
    await context.close()


async def checks(kept: Kept, page: Page, proof: str = "") -> tuple[str, str]:
    """(right or wrong, what the page says) after a check."""
    await page.goto(f"http://localhost:{kept.port}/log/verify")
    await page.get_by_label("A single proof").fill(proof)
    await page.get_by_role("button", name="Check").click()
    found = page.locator("#found")
    await expect(found).to_have_attribute("data-done", re.compile("right|wrong"))
    return await found.get_attribute("data-done") or "", await found.inner_text()


async def test_a_good_log_is_right_today_and_tomorrow(kept: Kept, page: Page) -> None:
    done, said = await checks(kept, page)
    assert done == "right", said
    assert "First check in this browser" in said
    size = (await kept.ledger.status()).size
    assert f"covers {size} entries" in said
    assert "The figures of 3 days were counted again" in said
    await kept.day(300)
    done, said = await checks(kept, page)
    assert done == "right", said
    assert f"The first {size} entries are those you saw last time." in said
    assert "The figures of 4 days" in said
    assert await findings(page) == []


def flipped(body: bytes) -> bytes:
    """One letter of one leaf is another."""
    return body.replace(b"SCAMS_AND_FRAUD", b"SCAMS_AND_FRAUX", 1)


def smaller(body: bytes) -> bytes:
    """A figure is one less."""
    facts = json.loads(body)
    facts["figures"]["instruments"]["decision"]["total"] -= 1
    return json.dumps(facts).encode()


def resized(body: bytes) -> bytes:
    """The checkpoint says one leaf less."""
    lines = body.split(b"\n")
    lines[1] = str(int(lines[1]) - 1).encode()
    return b"\n".join(lines)


def without_a_day(body: bytes) -> bytes:
    """The list of days leaves one out."""
    facts = json.loads(body)
    facts["days"] = [one for one in facts["days"] if one["day"] != "2025-06-16"]
    return json.dumps(facts).encode()


@pytest.mark.parametrize(("path", "lie", "sentence"), [
    ("/log/tile/entries/000", flipped, "one was changed, exchanged or taken out"),
    ("/log/tile/entries/000", lambda body: body[:-1], "A bundle of entries is cut"),
    ("/log/tile/entries/000", lambda body: b"", "are missing: the log's tail is cut"),
    ("/log/checkpoint", resized, "is wrong: somebody changed what was signed"),
    ("/log/checkpoint", lambda body: body.split(b"\n\n")[0], "has no signature"),
    ("/log/key", lambda body: body.replace(b"+", b"+0", 1), "shows a key that is none"),
    ("/log/report/2025-06-15.json", smaller, "The report of 2025-06-15 is not the sum of the entries"),
    ("/log/report/2025-06.json", smaller, "The report of 2025-06 is not the sum of the entries"),
    ("/log/report/days.json", without_a_day, "The report of 2025-06-16 is missing."),
])  # fmt: skip
async def test_a_lie_is_said_in_a_sentence(
    kept: Kept, page: Page, path: str, lie: Change, sentence: str
) -> None:
    kept.lies[path] = lie
    done, said = await checks(kept, page)
    assert (done, sentence in said) == ("wrong", True), said


async def test_a_log_that_was_rewritten_is_noticed(kept: Kept, page: Page, tmp_path: Path) -> None:
    assert (await checks(kept, page))[0] == "right"
    other = tmp_path / "other"
    (other / "keys").mkdir(parents=True)
    for name in (tmp_path / "keys").iterdir():
        (other / "keys" / name.name).write_bytes(name.read_bytes())
    store = open_fresh(other / "chappe.sqlite", kept.clock)
    ledger = Ledger(store, kept.clock, os.urandom, other, ORIGIN)
    again = Kept(store, kept.clock, ledger)
    await again.day(400)
    async with served(again.app()) as port:
        again.port = port
        state = await page.evaluate("() => localStorage.getItem('chappe-log')")
        await page.goto(f"http://localhost:{port}/log/verify")
        await page.evaluate("(state) => localStorage.setItem('chappe-log', state)", state)
        done, said = await checks(again, page)
        assert (done, "the log was rewritten" in said) == ("wrong", True), said
    ledger.folder.unlock()
    await store.close()


async def test_a_single_proof_is_checked(kept: Kept, page: Page) -> None:
    no = await kept.store.read(lambda rx: rx.one("SELECT MAX(no) FROM log_leaves"))
    assert no is not None
    proof = await kept.ledger.proof(int(no[0]), opened=True)
    assert proof is not None
    done, said = await checks(kept, page, proof.text)
    assert done == "right", said
    assert "The proof is right: entry" in said
    assert "It commits to these facts" in said
    assert '"kind": "report_published"' in said
    forged = proof.text.replace("index ", "index 1", 1)
    done, said = await checks(kept, page, forged)
    assert done == "wrong", said
    assert (await checks(kept, page, "hello"))[1].strip().endswith("no proof of the form tlog-proof.")


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_figures_are_readable_by_everybody(kept: Kept, page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    for path in ("/reports", "/reports/2025-06", "/reports/2025-06-16?lang=fr", "/log", "/log/verify"):
        await page.goto(f"http://localhost:{kept.port}{path}")
        assert await findings(page) == [], path
        assert await page.evaluate("() => document.documentElement.scrollWidth") <= width, path
