"""Source: method/messages.sendMultiMedia, method/messages.forwardMessages, method/messages.saveDraft

What people do in chats all day: albums, quotes, forwards, search, dates, things sent later, drafts, pins, the archive.
"""

import asyncio
import re
import time
from pathlib import Path

from playwright.async_api import expect
from tests.browser.conftest import Lives, SitsDown
from tests.browser.folk import Folk
from tests.browser.messenger import Messenger
from tests.browser.pictures import landscape

from chappe.tl import functions as f
from chappe.tl import types as t

SELECTS = """
([words, piece]) => {
  const found = [...document.querySelectorAll('.message .words')].find((one) => one.textContent.includes(words))
  const walker = document.createTreeWalker(found, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const at = walker.currentNode.textContent.indexOf(piece)
    if (at < 0) continue
    const range = document.createRange()
    range.setStart(walker.currentNode, at)
    range.setEnd(walker.currentNode, at + piece.length)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
    return
  }
}
"""


async def friends(sits_down: SitsDown, lives: Lives) -> tuple[Messenger, Folk, t.InputPeerUser]:
    """Alice at the browser in the chat with Bob, and how Bob's client names her."""
    alice, bob = await sits_down("alice"), await lives("Bob")
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("good morning")
    return alice, bob, bob.to(await bob.latest_partner())


async def menu_of_chat(alice: Messenger, name: str, entry: str) -> None:
    """An entry of the chat's menu in the list is chosen."""
    await alice.row(name).click(button="right")
    await alice.page.get_by_role("menuitem", name=entry, exact=True).click()


async def offers(alice: Messenger, name: str, entry: str) -> None:
    """The chat's menu has the entry by now; a menu that is open does not change."""
    for _ in range(200):
        await alice.row(name).click(button="right")
        there = await alice.page.get_by_role("menuitem", name=entry, exact=True).count()
        await alice.page.keyboard.press("Escape")
        if there:
            return
        await alice.page.wait_for_timeout(500)
    raise AssertionError(f"{entry} is not offered")


async def test_an_album_either_way(sits_down: SitsDown, lives: Lives, tmp_path: Path) -> None:
    alice, bob, me = await friends(sits_down, lives)
    paths = [tmp_path / f"view{number}.jpg" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(landscape(number))
    await alice.attaches(*paths)
    dialog = alice.page.get_by_role("dialog")
    await dialog.get_by_label("Caption").fill("three views")
    await dialog.get_by_role("button", name=re.compile("^Send")).click()
    mine = alice.bubble("three views")
    await expect(mine.locator(".ticks")).to_be_visible()
    await expect(mine.locator(".album img")).to_have_count(3)
    got = await bob.history(me, 4)
    assert [type(one.media).__name__ for one in got[:3]] == ["MessageMediaPhoto"] * 3
    assert len({one.grouped_id for one in got[:3]}) == 1
    assert [one.message for one in got[:3]] == ["", "", "three views"]
    await bob.shows(me, landscape(4), landscape(5), caption="two back")
    theirs = await alice.reads("two back")
    await expect(theirs.locator(".album img")).to_have_count(2)
    await theirs.locator(".album button, .album a").first.click()
    viewer = alice.page.locator("dialog.viewer")
    await expect(viewer.locator(".viewer-stage img")).to_be_visible()
    await alice.finds_no_barrier()
    await alice.page.keyboard.press("ArrowRight")
    await expect(viewer.get_by_role("button", name="After")).to_be_disabled()
    await alice.page.keyboard.press("Escape")
    await alice.does("Delete", "three views")
    await alice.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(alice.bubble("three views")).to_have_count(0)
    assert [one.message for one in await bob.history(me, 3)] == ["", "two back", "good morning"]
    once = t.InputMediaUploadedPhoto(file=await bob.uploads(landscape(6), "once.jpg"), ttl_seconds=60)
    await bob._sends(me, once, "look once")
    closed = await alice.reads("look once")
    await expect(closed.locator(".tile")).to_have_count(0)
    await alice.presses("Look at it: it vanishes then")
    await expect(closed.locator(".tile img").first).to_be_visible()


async def test_a_piece_is_quoted(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    said = await bob.says(me, "bread at eight, lamps at nine, fog at ten")
    await alice.reads("lamps at nine")
    await alice.page.evaluate(SELECTS, ["lamps at nine", "lamps at nine"])
    await alice.page.evaluate("() => document.activeElement.blur()")
    row = alice.bubble("lamps at nine")
    await row.focus()
    await alice.page.keyboard.press("r")
    await expect(alice.conversation.locator(".composer-above")).to_contain_text("lamps at nine")
    await alice.says("make it ten")
    reply = alice.bubble("make it ten")
    await expect(reply.locator(".quote")).to_have_text(re.compile("lamps at nine$"))
    got = (await bob.history(me, 1))[0].reply_to
    assert isinstance(got, t.MessageReplyHeader)
    assert (got.quote_text, got.quote_offset) == ("lamps at nine", said.message.index("lamps"))
    await bob.says(me, "as you like", reply_to=t.InputReplyToMessage(
        reply_to_msg_id=(await bob.history(me, 1))[0].id, quote_text="ten", quote_entities=[], quote_offset=8
    ))  # fmt: skip
    await expect((await alice.reads("as you like")).locator(".quote")).to_have_text(re.compile("ten$"))


async def test_forwards_of_one_and_of_several(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    for text in ("first sign", "second sign", "third sign"):
        await bob.says(me, text)
    await alice.reads("third sign")
    await alice.does("Forward", "second sign")
    dialog = alice.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Saved messages").click()
    await alice.sees("Forwarded to Saved messages")
    await alice.does("Choose", "first sign")
    await alice.bubble("third sign").click()
    await expect(alice.conversation.get_by_role("toolbar")).to_contain_text("2 chosen")
    await alice.conversation.get_by_role("toolbar").get_by_role("button", name="Forward").click()
    await dialog.get_by_role("button", name="Saved messages").click()
    await expect(alice.conversation.get_by_role("toolbar")).to_have_count(0)
    await alice.page.get_by_role("button", name="Open").last.click()
    for text in ("first sign", "second sign", "third sign"):
        await expect(await alice.reads(text)).to_contain_text("Bob")
    await alice.finds_no_barrier()


async def test_words_are_found_in_a_chat(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    for number in range(130):
        await bob.says(me, f"the lamp of {number}" if number in (3, 70) else f"signal {number}")
    await alice.reads("signal 129")
    await alice.presses("Search in this chat")
    await alice.page.keyboard.type("lamp")
    await alice.page.keyboard.press("Enter")
    bar = alice.conversation.get_by_role("search")
    await expect(bar.get_by_role("status")).to_have_text("1 of 2")
    await expect(alice.bubble("the lamp of 70")).to_be_in_viewport()
    await alice.page.keyboard.press("Enter")
    await expect(bar.get_by_role("status")).to_have_text("2 of 2")
    await expect(alice.bubble(re.compile("the lamp of 3$"))).to_be_in_viewport()
    await alice.finds_no_barrier()
    await bar.get_by_role("searchbox").fill("submarine")
    await alice.page.keyboard.press("Enter")
    await expect(bar.get_by_role("status")).to_have_text("Nothing found")
    await alice.page.keyboard.press("Escape")
    await alice.chats.get_by_role("searchbox").fill("lamp of 70")
    await alice.chats.get_by_text("the lamp of 70").click()
    await expect(alice.bubble("the lamp of 70")).to_be_in_viewport()


async def test_a_jump_to_a_date(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    for number in range(120):
        await bob.says(me, f"said today {number}")
    await alice.reads("said today 119")
    await alice.presses("More about this chat")
    await alice.page.get_by_role("menuitem", name="Go to a date").click()
    await alice.finds_no_barrier()
    await alice.page.get_by_role("dialog").get_by_role("button", name="Go to a date").click()
    await expect(alice.bubble("good morning")).to_be_in_viewport()
    await alice.says("back at the end")
    await expect(alice.bubble("back at the end")).to_be_in_viewport()


async def test_a_message_is_sent_later(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    await alice.composer.fill("happy birthday")
    await alice.presses("Attach")
    await alice.page.get_by_role("menuitem", name="Send later").click()
    await alice.finds_no_barrier()
    await alice.page.get_by_role("dialog").get_by_role("button", name="Send then").click()
    await alice.sees(re.compile("Sent at"))
    await expect(alice.bubble("happy birthday")).to_have_count(0)
    assert [one.message for one in await bob.history(me, 1)] == ["good morning"]
    await alice.page.get_by_role("button", name="Open").last.click()
    waiting = alice.page.get_by_role("button", name=re.compile("happy birthday"))
    await expect(waiting).to_be_visible()
    await alice.finds_no_barrier()
    await waiting.click()
    await alice.page.get_by_role("menuitem", name="Send now").click()
    await expect(waiting).to_have_count(0)
    assert [one.message for one in await bob.history(me, 1)] == ["happy birthday"]
    await alice.opens("Bob")
    await alice.reads("happy birthday")
    await expect(alice.conversation.locator(".message", has_text="happy birthday")).to_have_count(1)


async def test_a_message_sent_later_comes_by_itself(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    soon = int(time.time()) + 20
    await alice.page.evaluate(
        "([text, scheduleDate, key]) => chappe.outbox.send({key, thread: 0, text, entities: [], scheduleDate})",
        ["right on time", soon, bob.id],
    )
    await alice.goes_to(f"later/{bob.id}")
    await alice.sees("right on time")
    await alice.opens("Bob")
    await expect(alice.bubble("right on time")).to_be_visible(timeout=240_000)
    assert [one.message for one in await bob.history(me, 1)] == ["right on time"]


async def test_a_draft_is_in_both_browsers(sits_down: SitsDown, lives: Lives) -> None:
    alice, _, _ = await friends(sits_down, lives)
    laptop = await sits_down("alice", phone=alice.phone)
    await laptop.opens("Bob")
    await laptop.goes_to("")
    await alice.composer.fill("half a **thought**")
    await expect(laptop.row("Bob")).to_contain_text("Draft: half a thought")
    await laptop.opens("Bob")
    await expect(laptop.composer).to_have_value("half a **thought**")
    await laptop.composer.fill("a whole thought")
    await laptop.page.evaluate("() => document.activeElement.blur()")
    await alice.page.evaluate("() => document.activeElement.blur()")
    await expect(alice.composer).to_have_value("a whole thought")
    await alice.says("a whole thought, sent", "a whole thought, sent")
    await expect(laptop.composer).to_have_value("")
    await expect(laptop.row("Bob")).not_to_contain_text("Draft")


async def test_pins_and_the_archive_in_both_browsers(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    laptop = await sits_down("alice", phone=alice.phone)
    carol = await lives("Carol")
    await alice.finds_by_number(carol.phone, "Carol")
    await alice.says("hello Carol")
    first = laptop.chats.locator("a.chat-row .title").first
    await expect(first).to_have_text("Carol")
    await menu_of_chat(alice, "Bob", "Pin")
    await expect(first).to_have_text("Bob")
    await menu_of_chat(laptop, "Bob", "Unpin")
    await expect(alice.chats.locator("a.chat-row .title").first).to_have_text("Carol")
    await menu_of_chat(alice, "Bob", "Archive")
    await expect(alice.row("Bob")).to_have_count(0)
    await expect(laptop.row("Bob")).to_have_count(0)
    await laptop.chats.get_by_role("button", name=re.compile("Archive")).click()
    await expect(laptop.row("Bob")).to_be_visible()
    await laptop.finds_no_barrier()
    await menu_of_chat(laptop, "Bob", "Take out of the archive")
    await expect(alice.row("Bob")).to_be_visible()
    await menu_of_chat(alice, "Bob", "Mark as unread")
    await laptop.presses("Back")
    await expect(laptop.row("Bob").locator(".badge")).to_be_visible()
    await menu_of_chat(laptop, "Bob", "Mute")
    await offers(alice, "Bob", "Unmute")
    await bob.says(me, "pin this")
    await alice.opens("Bob")
    await alice.does("Pin", "pin this")
    await expect(alice.conversation.locator(".pinned-bar")).to_contain_text("pin this")
    await laptop.opens("Bob")
    await expect(laptop.conversation.locator(".pinned-bar")).to_contain_text("pin this")
    await laptop.does("Unpin", "pin this")
    await expect(alice.conversation.locator(".pinned-bar")).to_have_count(0)


async def test_a_poll_and_a_quiz(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    await alice.presses("Attach")
    await alice.page.get_by_role("menuitem", name="Poll").click()
    dialog = alice.page.get_by_role("dialog")
    await dialog.get_by_label("Question").fill("Which tower?")
    for number, answer in enumerate(("North", "South"), 1):
        await dialog.get_by_label(f"Answer {number}", exact=True).fill(answer)
    await alice.finds_no_barrier()
    await dialog.get_by_role("button", name="Ask").click()
    poll = alice.conversation.locator(".message.mine", has_text="Which tower?")
    await expect(poll.locator(".ticks")).to_be_visible()
    await bob.votes(me, (await bob.history(me, 1))[0].id, 1)
    await poll.get_by_text("North").click()
    await expect(poll).to_contain_text("2 votes")
    await expect(poll).to_contain_text("50")


async def test_searching_people_rooms_and_hashtags(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, _ = await friends(sits_down, lives)
    await bob.calls(f.account.UpdateUsername(username="bob_of_the_quay"))
    channel = await bob.founds("Tide tables", broadcast=True, username="tide_tables_daily")
    await bob.says(bob.room(channel), "spring tide on Friday #tide")
    find = alice.chats.get_by_role("searchbox")
    await find.fill("bob_of_the")
    await expect(alice.chats.get_by_role("link", name=re.compile("Bob")).first).to_be_visible()
    await find.fill("tide_tables")
    await expect(alice.chats.get_by_role("link", name=re.compile("Tide tables"))).to_be_visible()
    await alice.finds_no_barrier()
    await alice.chats.get_by_role("link", name=re.compile("Tide tables")).click()
    post = await alice.reads("spring tide")
    await indexed(bob, "tide")
    await post.get_by_role("link", name="#tide").click()
    await alice.sees("In public channels")
    await expect(alice.page.locator("main").get_by_text("spring tide on Friday").first).to_be_visible()
    await alice.finds_no_barrier()


async def indexed(bob: Folk, tag: str) -> None:
    """Words are found a moment after they were said."""
    asked = {"offset_rate": 0, "offset_peer": t.InputPeerEmpty(), "offset_id": 0, "limit": 10}
    for _ in range(600):
        if (await bob.calls(f.channels.SearchPosts(hashtag=tag, **asked))).messages:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"#{tag} is never found")
