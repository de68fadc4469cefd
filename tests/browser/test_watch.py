"""The watch itself: a page that misbehaves is noticed, each way it can."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from tests.browser.axe import findings
from tests.browser.visitor import Visitor

POLICY = "default-src 'self'; img-src *"
BAD = """<!doctype html><html><head><title></title></head><body>
<script src="missing.js"></script><script>document.title = 'ran'</script>
<img src="http://elsewhere.example/pixel.png"><button></button>
<p style="width: 3000px">wide</p></body></html>"""


@pytest_asyncio.fixture(loop_scope="session")
async def alice(browser: Browser) -> AsyncIterator[Visitor]:
    """Somebody at a page that is nobody's."""
    alice = await Visitor.comes(browser, "http://localhost:1", "alice")
    await alice.context.route("**/page", lambda route: route.fulfill(
        body=BAD, content_type="text/html", headers={"content-security-policy": POLICY}
    ))  # fmt: skip
    await alice.context.route("**/missing.js", lambda route: route.fulfill(status=404))
    yield alice
    await alice.leaves()


async def test_a_page_that_misbehaves_is_noticed(alice: Visitor) -> None:
    await alice.page.goto("http://localhost:1/page")
    await alice.page.evaluate("setTimeout(() => { throw new Error('late') }); console.error('oh')")
    for wanted in ("status 404: /missing.js", "policy: script-src", "left for another host: http://elsewhere.example",
                   "failed: http://elsewhere.example", "uncaught: late", "console: oh"):  # fmt: skip
        for _ in range(600):
            if wanted in "\n".join(alice.watch.troubles):
                break
            await alice.page.wait_for_timeout(100)
        assert wanted in "\n".join(alice.watch.troubles), alice.watch.troubles
    assert await alice.page.title() == ""
    alice.watch.expects("elsewhere", "404", "policy", "uncaught", "console")
    assert alice.watch.troubles == []


async def test_barriers_are_found(alice: Visitor) -> None:
    await alice.page.goto("http://localhost:1/page")
    found = "\n".join(await findings(alice.page))
    for rule in ("button-name", "image-alt", "html-has-lang", "document-title"):
        assert rule in found, found
    with pytest.raises(AssertionError):
        await alice.finds_no_barrier()


async def test_a_picture_is_drawn(alice: Visitor, tmp_path: Path) -> None:
    await alice.page.goto("http://localhost:1/page")
    await alice.draws(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 500
