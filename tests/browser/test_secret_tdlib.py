"""Source: api/end-to-end

Somebody at a browser and somebody with an unmodified TDLib talk so that only the two devices can read it.
"""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from playwright.async_api import expect
from tests.browser.conftest import SitsDown, Writes
from tests.browser.far import Far
from tests.browser.messenger import Messenger
from tests.browser.pictures import landscape
from tests.browser.secrets import (
    STATE,
    WRITE,
    accepts,
    attaches,
    begins,
    bubble,
    digits,
    ends,
    glimpses,
    is_open,
    looks_closely,
    reads,
    says,
    sets_timer,
    speaks,
    texts,
)
from tests.clients.cast import TDLIB


async def test_a_browser_asks_tdlib(sits_down: SitsDown, writes: Writes, tmp_path: Path) -> None:
    alice, bob = await sits_down("alice"), await writes("Bob", TDLIB)
    await alice.finds_by_number(bob.phone, "Bob")
    await begins(alice, "Bob")
    await is_open(alice)
    chat = await _chat(bob)
    assert await digits(alice) == chat["key"]
    await says(alice, "To TDLib, **in secret**", "To TDLib, in secret")
    await bob.hears_words("To TDLib, in secret", "secret_new")
    await bob.does("secret_text", chat=chat["chat"], text="From TDLib, in secret")
    await reads(alice, "From TDLib, in secret")
    assert (await bob.hears("secret_read"))[-1]["chat"] == chat["chat"]
    await bob.does("secret_type", chat=chat["chat"])
    await alice.sees("is writing…")
    await alice.page.get_by_label(WRITE).press_sequentially("wri")
    assert (await bob.hears("secret_typing"))[0]["chat"] == chat["chat"]
    await alice.page.get_by_label(WRITE).fill("")
    # A photo and a file each way.
    picture = tmp_path / "view.jpg"
    picture.write_bytes(landscape(1, 640, 480))
    await bob.does("secret_photo", chat=chat["chat"], path=str(picture), width=640, height=480, caption="my view")
    shown = (await reads(alice, "my view")).locator(".tile img:not(.blurred)")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("async one => (await one.decode(), one.naturalWidth)") == 640
    await attaches(alice, picture)
    await alice.page.keyboard.type("my own")
    await alice.page.keyboard.press("Enter")
    assert (await bob.hears_words("my own", "secret_new"))["what"] == "messagePhoto"
    await speaks(alice)
    await bob.hears_that(lambda one: one["what"] == "messageVoiceNote", "secret_new")
    paper = tmp_path / "paper.bin"
    paper.write_bytes(bytes(range(256)) * 3000)
    await attaches(alice, paper)
    await alice.page.keyboard.press("Enter")
    got = (await bob.hears_that(lambda one: one["what"] == "messageDocument", "secret_new"))[-1]
    there = await bob.does("secret_download", chat=chat["chat"], id=got["id"])
    assert there == {"sha256": hashlib.sha256(paper.read_bytes()).hexdigest(), "size": paper.stat().st_size}
    await bob.does("secret_file", chat=chat["chat"], path=str(paper))
    await expect(alice.page.locator(".conversation.secret .file-line", has_text="paper.bin")).to_have_count(2)
    async with alice.page.expect_download() as saved:
        await alice.page.get_by_role("button", name="Save paper.bin").last.click()
    assert (await (await saved.value).path()).read_bytes() == paper.read_bytes()
    assert await bob.does("complaints") == []


async def test_tdlib_asks_a_browser_that_goes_and_comes(
    sits_down: SitsDown, writes: Writes, tmp_path: Path
) -> None:
    alice, bob, chat = await _asked(sits_down, writes)
    await says(alice, "here")
    await alice.page.goto("about:blank")
    for text in ("one", "two", "three"):
        await bob.does("secret_text", chat=chat["chat"], text=text)
    await alice.goes("/app/")
    await alice.page.locator("a.secret-row").click()
    await reads(alice, "three")
    assert await texts(alice) == ["here", "one", "two", "three"]
    await says(alice, "all there")
    await bob.hears_words("all there", "secret_new")
    # A timer of TDLib's, then one of the browser's.
    await looks_closely(alice)
    await bob.does("secret_timer", chat=chat["chat"], seconds=5)
    await bob.does("secret_text", chat=chat["chat"], text="gone in five")
    await glimpses(alice, "gone in five")
    await expect(bubble(alice, "gone in five")).to_have_count(0)
    # A picture that lives five seconds is hidden, and counts from when it is looked at.
    picture = tmp_path / "view.jpg"
    picture.write_bytes(landscape(1, 640, 480))
    await bob.does("secret_photo", chat=chat["chat"], path=str(picture), width=640, height=480, caption="a glimpse")
    await alice.presses("Press to look. It vanishes 5 seconds later.")
    await glimpses(alice, "a glimpse")
    await expect(bubble(alice, "a glimpse")).to_have_count(0)
    assert len((await bob.hears("secret_gone"))[-1]["ids"]) == 1
    await sets_timer(alice, "15 seconds")
    await says(alice, "gone in fifteen")
    assert (await bob.hears_words("gone in fifteen", "secret_new"))["timer"] == 15
    await ends(alice)
    assert (await bob.does("secret_state", secret=chat["secret"], state="closed"))["state"] == "closed"
    assert await bob.does("complaints") == []


async def test_the_key_changes_with_tdlib(sits_down: SitsDown, writes: Writes) -> None:
    alice, bob, chat = await _asked(sits_down, writes)
    [before] = await alice.page.evaluate(STATE)
    for part in range(6):
        await bob.does("secret_texts", chat=chat["chat"], texts=[f"word {part}.{i}" for i in range(20)])
        await says(alice, f"yes {part}")
    after = before
    for number in range(30):
        # TDLib says the last word of a change with whatever it does next.
        await says(alice, f"and {number}")
        await bob.does("secret_text", chat=chat["chat"], text=f"and on {number}")
        await reads(alice, f"and on {number}")
        [after] = await alice.page.evaluate(STATE)
        if after["key"] != before["key"]:
            break
    assert after["key"] != before["key"]
    await bob.does("secret_text", chat=chat["chat"], text="under the new key")
    await reads(alice, "under the new key")
    await says(alice, "it holds")
    await bob.hears_words("it holds", "secret_new")
    await bob.does("secret_close", secret=chat["secret"])
    await alice.sees("Bob ended this secret chat, or signed out there. Its key is destroyed.")
    assert await bob.does("complaints") == []


async def _asked(sits_down: SitsDown, writes: Writes) -> tuple[Messenger, Far, dict[str, Any]]:
    """Bob, with TDLib, has asked Alice, and she has accepted."""
    alice, bob = await sits_down("alice"), await writes("Bob", TDLIB)
    me = await bob.knows(alice.phone, "Alice")
    asked = await bob.does("secret_ask", user=me)
    await accepts(alice)
    chat: dict[str, Any] = await bob.does("secret_state", secret=asked["secret"], state="ready")
    assert await digits(alice) == chat["key"]
    return alice, bob, chat


async def _chat(bob: Far) -> dict[str, Any]:
    """The one secret chat Bob has, once it is open."""
    for _ in range(1200):
        for one in await bob.does("secret_chats"):
            if one["state"] == "ready":
                return dict(one)
        await asyncio.sleep(0.1)
    raise AssertionError("TDLib has no secret chat")
