"""Source: requirements/web-client

What hostile people and lying links do to the messenger and the public pages: nothing runs, nothing breaks the page.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect
from tests.browser.conftest import Arrives, Lives, SitsDown
from tests.browser.looks import LIGHT, PHONE, Look
from tests.browser.messenger import Messenger

from chappe.tl import functions as f

MARKUP = "<img src=x onerror=window.ran=1><script>window.ran=1</script><svg onload=window.ran=1>"
TURNED = "\u202egnp.exe\u202c \u2066\u2067abc\u2069"
ZALGO = "Z" + "\u0300\u0301\u0316\u0489" * 60 + "algo"
LONG = "endless" * 570
HOSTILE = (
    MARKUP, TURNED, ZALGO, LONG, "{{7*7}} ${window.ran=1} %s %n \x01\x02", "javascript:window.ran=1",
    "&lt;b&gt;&amp;#x27;",
)  # fmt: skip
FILES = (
    ("evil.html", "text/html", b"<script>parent.ran=1;window.ran=1</script>"),
    ("evil.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"/>'),
    ("../../etc/<b>passwd\u202egpj.exe", "image/png", b"MZ not a picture"),
    ("paper.pdf", "application/pdf", b"%PDF-1.4 (/S /JavaScript /JS (app.alert(1)))"),
)
LIES = (
    "c/abc", "c/-1000000000001/5", "c/999999999999", "c/NaN/NaN", "c/1e309", "%E0%A4%A", "%", "../../../etc/passwd",
    "info/-5", "info/<img src=x onerror=window.ran=1>", "invited/AAAAAAAAAAAAAAAA", "+AAAAAAAAAAAA", "t/-1001/99",
    "to/nobody_at_all", "to/../../x", "link/AAAA", "settings/nowhere", "join/AAAA", "javascript:window.ran=1",
    "c/777000/2147483648", "new/nothing", "tag/%23<script>", "q?" + "x" * 5000,
)  # fmt: skip


async def ran(page: Page) -> Any:
    """True if anything of theirs was executed."""
    return await page.evaluate("window.ran")


@pytest.mark.parametrize("look", [LIGHT, PHONE], ids=str)
async def test_hostile_names_and_words(sits_down: SitsDown, lives: Lives, look: Look) -> None:
    alice, mallory = await sits_down("alice", look), await lives("Mallory")
    await alice.finds_by_number(mallory.phone, "Mallory")
    await alice.says("who are you?")
    me = await mallory.latest_partner()
    await mallory.calls(f.account.UpdateProfile(first_name=MARKUP[:64], last_name=TURNED, about=MARKUP[:70]))
    room = await mallory.founds(MARKUP[:128], about=MARKUP, username=f"hostile_{mallory.id}")
    for words in HOSTILE:
        await mallory.says(mallory.to(me), words)
        await mallory.says(mallory.room(room), words)
    for name, kind, data in FILES:
        await mallory.hands(mallory.to(me), data, name, kind, caption=MARKUP)
    await alice.reads(re.compile("endless"))
    await alice.page.wait_for_timeout(500)
    await alice.finds_no_barrier()
    assert await alice.page.locator("section.conversation img[src=x], section.conversation script").count() == 0
    for place in (f"info/{mallory.id}", f"to/hostile_{mallory.id}", ""):
        await alice.goes_to(place)
        await alice.page.wait_for_timeout(700)
        await alice.finds_no_barrier()
    assert await ran(alice.page) is None


async def test_hostile_files_are_saved_and_never_run(sits_down: SitsDown, lives: Lives, tmp_path: Path) -> None:
    alice, mallory = await sits_down("alice"), await lives("Mallory")
    await alice.finds_by_number(mallory.phone, "Mallory")
    await alice.says("send me something")
    me = await mallory.latest_partner()
    for name, kind, data in FILES:
        await mallory.hands(mallory.to(me), data, name, kind, caption=f"this is {kind}")
        bubble = await alice.reads(f"this is {kind}")
        async with alice.page.expect_download() as coming:
            await bubble.get_by_role("button").first.click()
        saved = await coming.value
        assert "/" not in saved.suggested_filename and "\u202e" not in saved.suggested_filename
        await saved.save_as(tmp_path / "saved")
        assert (tmp_path / "saved").read_bytes() == data
    assert "/app/" in alice.page.url and len(alice.context.pages) == 1
    assert await ran(alice.page) is None


async def test_deep_links_that_lie(sits_down: SitsDown) -> None:
    alice = await sits_down("alice")
    alice.watch.expects("status 404: /app/api/invite", "console: Failed to load resource: .* 404")
    for lie in LIES:
        await alice.page.goto("about:blank")
        await alice.page.goto(f"{alice.base}/app/#/{lie}")
        await expect(alice.chats.or_(alice.page.locator(".sign-in-card")).first).to_be_visible()
        await alice.page.wait_for_timeout(250)
        assert await ran(alice.page) is None, lie
        assert await alice.page.locator("main").count() == 1, lie
    await alice.goes("/app/")
    await alice.finds_no_barrier()


async def test_a_hostile_channel_on_its_public_page(arrives: Arrives, lives: Lives) -> None:
    mallory = await lives("Mallory")
    name = f"hostile_{mallory.id}"
    room = await mallory.founds(MARKUP[:128], about=MARKUP, broadcast=True, username=name)
    for words in HOSTILE:
        await mallory.says(mallory.room(room), words)
    for file, kind, data in FILES:
        await mallory.hands(mallory.room(room), data, file, kind, caption=MARKUP)
    for look in (LIGHT, PHONE):
        stranger = await arrives("a stranger", look)
        await stranger.goes(f"/@{name}")
        await stranger.finds_no_barrier()
        assert await ran(stranger.page) is None
        links = await stranger.page.locator("a[href]").evaluate_all("all => all.map((one) => one.href)")
        assert not [link for link in links if link.startswith(("javascript:", "data:", "blob:"))]
        for link in {one for one in links if "/file/" in one}:
            answer = await stranger.context.request.get(link)
            assert answer.headers["content-disposition"].startswith("attachment"), answer.headers
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_server_that_answers_nonsense(sits_down: SitsDown, arrives: Arrives) -> None:
    alice = await sits_down("alice")
    bad_lines = iter(range(3))

    async def between(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        if next(bad_lines, None) is None:
            return

        async def answered(data: str | bytes) -> None:
            line.send(bytes(range(256)) * 3)
            await line.close()

        server.on_message(answered)

    await alice.context.route_web_socket(re.compile("/apiws"), between)
    alice.watch.expects("WebSocket", "console: ")
    await alice.page.reload()
    await alice.is_in()
    await alice.finds_no_barrier()
    await alice.goes_to("settings/devices")
    await expect(alice.page.get_by_role("heading", level=1)).to_be_visible(timeout=240_000)
    other = await arrives("bob", kind=Messenger)
    await other.context.route("**/app/config.json", lambda route: route.fulfill(body="<p>not JSON</p>"))
    await other.page.goto(f"{other.base}/app/")
    await expect(other.page.get_by_role("alert")).to_be_visible()
    await other.finds_no_barrier()
