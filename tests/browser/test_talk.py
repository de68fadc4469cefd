"""Source: method/messages.sendMessage

Two people at browsers and one with an unmodified Telethon talk, and each sees what the others do.
"""

import re
from pathlib import Path

from playwright.async_api import expect
from tests.browser.conftest import SitsDown, Writes
from tests.browser.pictures import landscape


async def test_two_browsers_and_a_telethon(sits_down: SitsDown, writes: Writes, tmp_path: Path) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    carol = await writes("Carol")
    at_alice = await carol.knows(alice.phone, "Alice")
    at_bob = await carol.knows(bob.phone, "Bob")
    await carol.says(at_alice, "Hello Alice, ça va ? 👋🏽")
    await carol.says(at_bob, "Hello Bob")
    await alice.opens(carol.name)
    await alice.reads("Hello Alice, ça va ? 👋🏽")
    await alice.says("Very well, **thank you**", "Very well, thank you")
    got = await carol.hears_words("Very well, thank you")
    assert got["sender"] == at_alice
    await expect(alice.bubble("Very well").locator("b, strong")).to_have_text("thank you")
    await carol.does("read", peer=at_alice, max_id=got["id"])
    await expect(alice.bubble("Very well").locator(".ticks.read")).to_be_visible()
    await bob.opens(carol.name)
    await bob.finds_by_number(alice.phone, "Alice")
    await bob.says("And I am Bob")
    await alice.opens("Bob")
    await alice.reads("And I am Bob")
    await alice.does("Reply", "And I am Bob")
    await alice.says("I know")
    await expect((await bob.reads("I know")).locator(".quote")).to_contain_text("And I am Bob")
    await expect(bob.bubble("And I am Bob").locator(".ticks.read")).to_be_visible()


async def test_edited_reacted_to_and_taken_back(sits_down: SitsDown, writes: Writes) -> None:
    alice, bob = await sits_down("alice"), await writes()
    me = await bob.knows(alice.phone, "Alice")
    await bob.says(me, "a slip of the pen")
    await alice.opens(bob.name)
    await alice.reads("a slip of the pen")
    mine = (await bob.does("history", peer=me, limit=1))[0]
    await bob.does("edit", peer=me, id=mine["id"], text="mended")
    await expect(await alice.reads("mended")).to_contain_text("edited")
    await bob.does("react", peer=me, id=mine["id"], sign="👍")
    await expect(alice.bubble("mended")).to_contain_text("👍")
    await alice.says("mine too")
    await bob.hears_words("mine too")
    await alice.does("Edit", "mine too")
    await alice.composer.fill("mine as well")
    await alice.page.keyboard.press("Enter")
    await bob.hears_words("mine as well", "edited")
    await bob.does("delete", peer=me, ids=[mine["id"]])
    await expect(alice.bubble("mended")).to_have_count(0)


async def test_a_photo_either_way(sits_down: SitsDown, writes: Writes, tmp_path: Path) -> None:
    alice, bob = await sits_down("alice"), await writes()
    me = await bob.knows(alice.phone, "Alice")
    path = tmp_path / "view.jpg"
    path.write_bytes(landscape(1))
    await bob.does("send_photo", peer=me, path=str(path), caption="the view")
    await alice.opens(bob.name)
    picture = (await alice.reads("the view")).locator("img").last
    await expect(picture).to_be_visible()
    # Not decode(): the small picture gives way to the large one, and what is decoded meanwhile is refused.
    line = await (await alice.reads("the view")).element_handle()
    large = "line => [...line.querySelectorAll('img')].at(-1)?.naturalWidth >= 320"
    await alice.page.wait_for_function(large, arg=line)
    await alice.attaches(path)
    dialog = alice.page.get_by_role("dialog")
    await dialog.get_by_label("Caption").fill("back to you")
    await dialog.get_by_role("button", name=re.compile("^Send")).click()
    await expect(alice.bubble("back to you").locator(".ticks")).to_be_visible()
    got = await bob.hears_words("back to you")
    assert got["media"] == "photo"
    assert (await bob.does("download", peer=me, id=got["id"]))["size"] > 20_000


async def test_a_voice_message(sits_down: SitsDown, writes: Writes) -> None:
    alice, bob = await sits_down("alice"), await writes()
    me = await bob.knows(alice.phone, "Alice")
    await bob.says(me, "I cannot type")
    await alice.opens(bob.name)
    await alice.presses("Record a voice message")
    await expect(alice.page.locator(".recorder-time")).to_have_text(re.compile(r"^0:0[2-9]"))
    await alice.presses("Send")
    await expect(alice.conversation.locator(".message.mine .ticks").last).to_be_visible()
    got = (await bob.hears_that(lambda one: bool(one["media"])))[-1]
    assert got["media"] == "document"
    assert (await bob.does("download", peer=me, id=got["id"]))["size"] > 1000
    play = alice.conversation.locator(".message.mine").last.get_by_role("button", name=re.compile("Play"))
    await play.click()
    pause = alice.conversation.locator(".message.mine").last.get_by_role("button", name=re.compile("Pause"))
    await expect(pause).to_be_visible()
