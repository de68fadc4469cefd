"""Source: method/updates.getChannelDifference

Rooms read from outside: who is no member is pushed nothing, and yet sees what is said while looking.
"""

import re

from playwright.async_api import expect
from tests.browser.conftest import Lives, SitsDown
from tests.browser.folk import Folk

from chappe.tl import functions as f

ROOM = "harbour_news"
COUNTED = """
() => {
  const client = chappe.link.client.mt
  const call = client.call.bind(client)
  window.looks = 0
  client.call = (what, ...rest) => {
    if (what._ === 'updates.getChannelDifference') looks += 1
    return call(what, ...rest)
  }
}
"""


async def founds(carol: Folk, username: str) -> tuple[int, int]:
    """A public channel and the group in which its posts are discussed."""
    channel = await carol.founds("Harbour", broadcast=True, username=username)
    group = await carol.founds("Harbour talk")
    await carol.calls(f.channels.SetDiscussionGroup(broadcast=carol.channel(channel), group=carol.channel(group)))
    return channel, group


async def test_posts_come_while_a_stranger_looks(sits_down: SitsDown, lives: Lives) -> None:
    bob, carol = await sits_down("bob"), await lives("Carol")
    channel, _ = await founds(carol, ROOM)
    first = await carol.says(carol.room(channel), "high water at nine")
    await bob.goes_to(f"to/{ROOM}")
    await bob.reads("high water at nine")
    await expect(bob.row("Harbour")).to_have_count(0)
    await carol.says(carol.room(channel), "the ferry is late")
    await bob.reads("the ferry is late")
    await carol.calls(f.messages.EditMessage(peer=carol.room(channel), id=first.id, message="high water at ten"))
    await bob.reads("high water at ten")
    await carol.calls(f.channels.DeleteMessages(channel=carol.channel(channel), id=[first.id]))
    await expect(bob.bubble("high water at ten")).to_have_count(0)
    await expect(bob.row("Harbour")).to_have_count(0)


async def test_comments_come_while_a_stranger_looks(sits_down: SitsDown, lives: Lives) -> None:
    bob, carol = await sits_down("bob"), await lives("Carol")
    channel, group = await founds(carol, f"{ROOM}_talk")
    await carol.says(carol.room(channel), "what about the ferry?")
    await bob.goes_to(f"to/{ROOM}_talk")
    comments = bob.bubble("what about the ferry?").get_by_role("button", name=re.compile("[Cc]omment"))
    await comments.click()
    await expect(bob.conversation.get_by_role("heading", level=1)).to_have_text("Comments")
    await bob.says("is it late?")
    top = next(one for one in await carol.history(carol.room(group)) if one.message == "what about the ferry?")
    await carol.says(carol.room(group), "by an hour", answers=top.id)
    await bob.reads("by an hour")
    await bob.says("thank you")


async def test_nobody_asks_for_a_room_that_is_not_looked_at(sits_down: SitsDown, lives: Lives) -> None:
    bob, carol = await sits_down("bob"), await lives("Carol")
    channel, _ = await founds(carol, f"{ROOM}_still")
    await carol.says(carol.room(channel), "nobody looks")
    await bob.page.evaluate(COUNTED)
    await bob.goes_to(f"to/{ROOM}_still")
    await bob.reads("nobody looks")
    await bob.page.wait_for_function("() => looks >= 2")
    await bob.goes_to("settings")
    await bob.page.wait_for_timeout(6000)
    seen = await bob.page.evaluate("looks")
    await carol.says(carol.room(channel), "missed by nobody")
    await bob.page.wait_for_timeout(6000)
    assert await bob.page.evaluate("looks") == seen
    await bob.goes_to(f"to/{ROOM}_still")
    await bob.reads("missed by nobody")
