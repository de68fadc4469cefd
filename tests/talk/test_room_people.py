"""Source: method/messages.getMessageReadParticipants, method/messages.getOnlines, method/channels.getMessageAuthor.

Who is there, who read, who wrote, who reacted: what people of a room may know of each other.
"""

import pytest
from tests.kit.rooms import group, hall, says
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.domain import rooms
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_the_author_learns_who_read(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room, kitchen = await hall(stage, alice, bob, carol), await group(alice, bob, carol)
    said = await room.says(alice, "the news")
    told = await says(alice, kitchen, "the news here")
    stage.clock.moves(60)
    await bob.calls(f.channels.ReadHistory(channel=room.to(bob), max_id=said.id))
    await bob.calls(f.messages.ReadHistory(peer=kitchen, max_id=0))
    stage.clock.moves(60)
    await carol.calls(f.channels.ReadHistory(channel=room.to(carol), max_id=said.id))
    now = int(stage.clock.now())
    asked = f.messages.GetMessageReadParticipants(peer=room.peer(alice), msg_id=said.id)
    assert [(one.user_id, one.date) for one in await alice.calls(asked)] == [(carol.id, now), (bob.id, now - 60)]
    here = f.messages.GetMessageReadParticipants(peer=kitchen, msg_id=told.id)
    assert [(one.user_id, one.date) for one in await alice.calls(here)] == [(bob.id, now - 60)]
    theirs = f.messages.GetMessageReadParticipants(peer=room.peer(bob), msg_id=said.id)
    assert await bob.fails(theirs) == "400 MESSAGE_ID_INVALID"
    stage.clock.moves(8 * DAY_S)
    assert await alice.fails(asked) == "400 MSG_TOO_OLD"


async def test_in_larger_groups_nobody_is_watched(
    stage: Stage, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chappe.domain import readers

    room = await hall(stage, alice, bob)
    said = await room.says(alice, "the news")
    monkeypatch.setattr(readers, "READERS_TOLD", 1)
    asked = f.messages.GetMessageReadParticipants(peer=room.peer(alice), msg_id=said.id)
    assert await alice.fails(asked) == "400 CHAT_TOO_BIG" and rooms.READERS_TOLD == 100


async def test_who_is_connected_is_counted(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room, kitchen = await hall(stage, alice, bob), await group(alice, bob, carol)
    assert (await alice.calls(f.messages.GetOnlines(peer=room.peer(alice)))).onlines == 2
    assert (await alice.calls(f.messages.GetOnlines(peer=kitchen))).onlines == 3
    await bob.calls(f.auth.LogOut())
    assert (await alice.calls(f.messages.GetOnlines(peer=room.peer(alice)))).onlines == 1
    assert await carol.fails(f.messages.GetOnlines(peer=room.peer(carol))) == "400 CHANNEL_PRIVATE"


async def test_administrators_know_who_wrote(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    news = await hall(stage, alice, bob, carol, broadcast=True)
    rights = t.ChatAdminRights(post_messages=True)
    await alice.calls(f.channels.EditAdmin(
        channel=news.to(alice), user_id=alice.knows(bob), admin_rights=rights, rank=""
    ))  # fmt: skip
    post = await news.says(bob, "by bob")
    assert (await alice.calls(f.channels.GetMessageAuthor(channel=news.to(alice), id=post.id))).id == bob.id
    assert await carol.fails(f.channels.GetMessageAuthor(channel=news.to(carol), id=post.id)) == (
        "400 CHAT_ADMIN_REQUIRED"
    )
    assert await alice.fails(f.channels.GetMessageAuthor(channel=news.to(alice), id=99)) == "400 MESSAGE_ID_INVALID"


async def test_silent_rooms_are_listed(stage: Stage, alice: Person) -> None:
    old = await hall(stage, alice, title="Old")
    stage.clock.moves(20 * DAY_S)
    older = await hall(stage, alice, title="Lively")
    stage.clock.moves(20 * DAY_S)
    told = await alice.calls(f.channels.GetInactiveChannels())
    assert [c.id for c in told.chats] == [old.id] and told.dates == [int(stage.clock.now()) - 40 * DAY_S]
    assert older.id not in {c.id for c in told.chats}


async def test_administrators_take_reactions_away(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room, kitchen = await hall(stage, alice, bob, carol), await group(alice, bob, carol)
    fire = [t.ReactionEmoji(emoticon="🔥")]
    ids = [(await room.says(alice, str(number))).id for number in range(3)]
    here = await says(alice, kitchen, "dinner")
    for number in ids:
        await bob.calls(f.messages.SendReaction(peer=room.peer(bob), msg_id=number, reaction=fire))
    await carol.calls(f.messages.SendReaction(peer=room.peer(carol), msg_id=ids[0], reaction=fire))
    theirs = (await bob.calls(f.messages.GetHistory(
        peer=kitchen, offset_id=0, offset_date=0, add_offset=0, limit=9, max_id=0, min_id=0, hash=0
    ))).messages[0]  # fmt: skip
    await bob.calls(f.messages.SendReaction(peer=kitchen, msg_id=theirs.id, reaction=fire))
    take = f.messages.DeleteParticipantReaction(peer=room.peer(alice), msg_id=ids[0], participant=alice.sees(bob))
    bob.hears()
    told = await alice.calls(take)
    assert told.updates[0].reactions.results[0].count == 1
    assert bob.receives(t.UpdateMessageReactions).reactions.results[0].count == 1
    assert await alice.fails(take) == "400 MESSAGE_NOT_MODIFIED"
    mine = f.messages.DeleteParticipantReaction(peer=room.peer(bob), msg_id=ids[0], participant=bob.sees(carol))
    assert await bob.fails(mine) == "400 CHAT_ADMIN_REQUIRED"
    assert await bob.fails(f.messages.DeleteParticipantReactions(
        peer=room.peer(bob), participant=bob.sees(carol)
    )) == "400 CHAT_ADMIN_REQUIRED"  # fmt: skip
    await alice.calls(f.messages.DeleteParticipantReactions(peer=room.peer(alice), participant=alice.sees(bob)))
    left = [m.reactions for m in (await room.history(alice)).messages if isinstance(m, t.Message)]
    assert [r.results[0].count if r else 0 for r in left] == [0, 0, 1]
    await alice.calls(f.messages.DeleteParticipantReaction(
        peer=kitchen, msg_id=here.id, participant=alice.sees(bob)
    ))  # fmt: skip
    page = await bob.calls(f.messages.GetMessagesReactions(peer=kitchen, id=[theirs.id]))
    assert not page.updates[0].reactions.results


async def test_a_word_stands_beside_a_name_in_a_group(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    kitchen = await group(alice, bob)
    await bob.calls(f.messages.EditChatParticipantRank(peer=kitchen, participant=t.InputPeerSelf(), rank="cook"))
    shown = (await alice.calls(f.messages.GetFullChat(chat_id=kitchen.chat_id))).full_chat.participants.participants
    assert [one.rank for one in shown if one.user_id == bob.id] == ["cook"]
    mine = f.messages.EditChatParticipantRank(peer=kitchen, participant=bob.sees(alice), rank="boss")
    assert await bob.fails(mine) == "400 CHAT_ADMIN_REQUIRED"
