"""Source: method/messages.editMessage, method/channels.deleteMessages. Messages of a room change, go and are read."""

import pytest
from tests.kit.rooms import hall, texts
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_an_edit_reaches_the_members(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "hallo")
    edit = f.messages.EditMessage(peer=room.peer(bob), id=said.id, message="hello")
    told = (await bob.calls(edit)).updates[0]
    assert isinstance(told, t.UpdateEditChannelMessage) and told.message.out
    alice.receives(t.UpdateNewChannelMessage)
    heard = alice.receives(t.UpdateEditChannelMessage)
    assert (heard.message.message, heard.message.out, heard.pts) == ("hello", False, told.pts)
    assert await alice.fails(f.messages.EditMessage(peer=room.peer(alice), id=said.id, message="no")) == (
        "403 MESSAGE_AUTHOR_REQUIRED"
    )


async def test_edits_end_after_two_days_but_not_for_who_pins(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    hers, his = await room.says(alice, "mine"), await room.says(bob, "yours")
    stage.clock.moves(49 * 3600)
    await alice.calls(f.messages.EditMessage(peer=room.peer(alice), id=hers.id, message="still mine"))
    assert await bob.fails(f.messages.EditMessage(peer=room.peer(bob), id=his.id, message="late")) == (
        "400 MESSAGE_EDIT_TIME_EXPIRED"
    )


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_deletions_need_the_right(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await hall(stage, alice, bob)
    hers, his = await room.says(alice, "one"), await room.says(bob, "two")
    assert await bob.fails(f.channels.DeleteMessages(channel=room.to(bob), id=[hers.id])) == (
        "403 MESSAGE_DELETE_FORBIDDEN"
    )
    gone = await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[his.id]))
    heard = bob.receives(t.UpdateDeleteChannelMessages)
    assert (heard.messages, heard.pts, heard.pts_count) == ([his.id], gone.pts, gone.pts_count)
    page = await room.history(bob)
    assert texts(page) == ["one"] and page.count == len(page.messages)
    assert (await room.line(bob)).top_message == hers.id
    found = await bob.calls(f.channels.GetMessages(channel=room.to(bob), id=[t.InputMessageID(id=his.id)]))
    assert isinstance(found.messages[0], t.MessageEmpty) and found.pts == gone.pts


async def test_reading_tells_authors_and_own_devices(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    phone = await bob.brings()
    said = await room.says(alice, "read me")
    assert (await room.line(bob)).unread_count == 2
    await bob.calls(f.channels.ReadHistory(channel=room.to(bob), max_id=said.id))
    mine = phone.receives(t.UpdateReadChannelInbox)
    assert (mine.max_id, mine.still_unread_count) == (said.id, 0)
    assert alice.receives(t.UpdateReadChannelOutbox).max_id == said.id
    line = await room.line(bob)
    assert (line.unread_count, line.read_inbox_max_id) == (0, said.id)
    assert (await room.line(alice)).read_outbox_max_id == said.id


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_mention_waits_to_be_looked_at(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await hall(stage, alice, bob, carol)
    named = t.InputMessageEntityMentionName(offset=0, length=3, user_id=alice.knows(bob))
    said = await room.says(alice, "bob, look", entities=[named])
    heard = bob.receives(t.UpdateNewChannelMessage).message
    assert heard.mentioned and heard.media_unread
    assert not carol.receives(t.UpdateNewChannelMessage).message.mentioned
    assert ((await room.line(bob)).unread_mentions_count, (await room.line(carol)).unread_mentions_count) == (1, 0)
    asked = f.messages.GetUnreadMentions(
        peer=room.peer(bob), offset_id=0, add_offset=0, limit=10, max_id=0, min_id=0
    )
    assert [m.id for m in (await bob.calls(asked)).messages] == [said.id]
    phone = await bob.brings(layer)
    await bob.calls(f.channels.ReadMessageContents(channel=room.to(bob), id=[said.id]))
    assert phone.receives(t.UpdateChannelReadMessagesContents).messages == [said.id]
    assert (await room.line(bob)).unread_mentions_count == 0
    shown = (await room.history(bob)).messages[0]
    assert shown.mentioned and not shown.media_unread


async def test_an_answer_mentions_whom_it_answers(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "what time?")
    await room.says(alice, "noon", reply_to=t.InputReplyToMessage(reply_to_msg_id=said.id))
    heard = bob.receives(t.UpdateNewChannelMessage).message
    assert heard.mentioned and heard.reply_to.reply_to_msg_id == said.id
    await bob.calls(f.messages.ReadMentions(peer=room.peer(bob)))
    assert (await room.line(bob)).unread_mentions_count == 0


async def test_typing_is_heard_by_the_others(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await bob.calls(f.messages.SetTyping(peer=room.peer(bob), action=t.SendMessageTypingAction()))
    heard = alice.receives(t.UpdateChannelUserTyping)
    assert (heard.channel_id, heard.from_id.user_id) == (room.id, bob.id)
    assert not bob.hears()


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_pin_is_for_all(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "the rules")
    await alice.calls(f.messages.UpdatePinnedMessage(peer=room.peer(alice), id=said.id))
    assert bob.receives(t.UpdatePinnedChannelMessages).messages == [said.id]
    assert isinstance(bob.receives(t.UpdateNewChannelMessage).message.action, t.MessageActionPinMessage)
    asked = f.channels.GetMessages(channel=room.to(bob), id=[t.InputMessagePinned()])
    assert (await bob.calls(asked)).messages[0].id == said.id
    news = await hall(stage, alice, bob, broadcast=True)
    post = await news.says(alice, "first")
    assert await bob.fails(f.messages.UpdatePinnedMessage(peer=news.peer(bob), id=post.id)) == "400 CHAT_ADMIN_REQUIRED"


async def test_a_room_searches_its_own_box(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await room.says(alice, "red apples")
    await room.says(bob, "green apples")
    asked = {"filter": t.InputMessagesFilterEmpty(), "min_date": 0, "max_date": 0, "offset_id": 0, "add_offset": 0}
    asked |= {"limit": 10, "max_id": 0, "min_id": 0, "hash": 0}
    found = await bob.calls(f.messages.Search(peer=room.peer(bob), q="apples", **asked))
    assert texts(found) == ["green apples", "red apples"]
    by_alice = await bob.calls(f.messages.Search(peer=room.peer(bob), q="", from_id=bob.sees(alice), **asked))
    assert texts(by_alice) == ["red apples"]


async def test_drafts_belong_to_rooms_too(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await bob.calls(f.messages.SaveDraft(peer=room.peer(bob), message="I think"))
    assert (await room.line(bob)).draft.message == "I think"
    told = await bob.calls(f.messages.GetAllDrafts())
    assert told.chats[0].id == room.id


async def test_messages_of_a_room_live_for_a_time(stage: Stage, alice: Person, bob: Person) -> None:
    from chappe.domain import auto_delete

    room = await hall(stage, alice, bob)
    day = f.messages.SetHistoryTTL(peer=room.peer(bob), period=86400)
    assert await bob.fails(day) == "400 CHAT_ADMIN_REQUIRED"
    await alice.calls(f.messages.SetHistoryTTL(peer=room.peer(alice), period=86400))
    assert bob.receives(t.UpdatePeerHistoryTTL).ttl_period == 86400
    said = await room.says(bob, "soon gone")
    assert said.ttl_period == 86400
    stage.clock.moves(86401)
    await stage.writes(auto_delete.expire)
    assert alice.receives(t.UpdateDeleteChannelMessages).messages == [said.id]
    assert texts(await room.history(alice)) == []
