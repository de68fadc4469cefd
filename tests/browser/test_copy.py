"""Source: gdpr/15, gdpr/20. Anybody takes a copy of their data in the browser, and nothing else is in it."""

import json
from pathlib import Path

from playwright.async_api import expect
from tests.browser.conftest import Arrives, Lives
from tests.browser.messenger import APP, Messenger

COPY = "settings/copy"


async def test_a_copy_is_made_and_saved(arrives: Arrives, lives: Lives, tmp_path: Path) -> None:
    alice, bob = await arrives("alice", kind=Messenger), await lives("Bob")
    assert isinstance(alice, Messenger)
    await alice.goes("/export")
    link = alice.page.get_by_role("link", name="Make my copy in the browser")
    assert await link.get_attribute("href") == f"{APP}#/{COPY}"
    # Behind the door is what one came for.
    await alice.signs_in("9996659999", place=COPY)
    await expect(alice.page.get_by_role("heading", name="Copy of my data")).to_be_visible()
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("hello")
    her = bob.to(await bob.latest_partner())
    for number in range(119):  # more than one page of a chat
        await bob.says(her, f"letter {number}")
    await alice.goes_to(COPY)
    page = alice.page
    await expect(page.get_by_role("heading", name="Copy of my data")).to_be_visible()
    await alice.finds_no_barrier()
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Make the copy").focus()
        await page.keyboard.press("Enter")
    saved = tmp_path / "copy.json"
    await (await waiting.value).save_as(saved)
    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    copy = json.loads(saved.read_text("utf-8"))
    assert copy["known"]["account"][0]["phone"] == alice.phone
    assert copy["known"]["connections"] and copy["known"]["statements_of_reasons"] == []
    chats = {one["title"]: one["messages"] for one in copy["chats"]}
    texts = [one["text"] for one in chats["Bob"] if "text" in one]
    assert len(texts) == 120 and {"hello", "letter 118"} <= set(texts)
    # The chat with the server says that a copy was asked for.
    assert any("copy of your data" in one.get("text", "") for one in chats["Chappe"])
    # Without messages the file is made as well, and a second copy is no trouble.
    await page.get_by_role("switch").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Make the copy").click()
    await (await waiting.value).save_as(saved)
    assert json.loads(saved.read_text("utf-8"))["chats"] == []
