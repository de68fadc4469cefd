"""Source: api/reactions, method/messages.setChatAvailableReactions. Signs under the messages of rooms."""

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


def like(sign: str = "👍") -> list[t.TypeReaction]:
    return [t.ReactionEmoji(emoticon=sign)]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_reaction_is_seen_by_all_and_by_name(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await hall(stage, alice, bob, carol)
    said = await room.says(alice, "cake?")
    told = await bob.calls(f.messages.SendReaction(peer=room.peer(bob), msg_id=said.id, reaction=like()))
    assert told.updates[0].reactions.results[0].chosen_order == 0
    heard = carol.receives(t.UpdateMessageReactions).reactions
    assert heard.min and (heard.results[0].count, heard.results[0].chosen_order) == (1, None)
    assert alice.receives(t.UpdateMessageReactions).reactions.recent_reactions[0].unread
    assert (await room.line(alice)).unread_reactions_count == 1
    listed = await carol.calls(f.messages.GetMessageReactionsList(peer=room.peer(carol), id=said.id, limit=10))
    assert [r.peer_id.user_id for r in listed.reactions] == [bob.id]
    await alice.calls(f.messages.ReadReactions(peer=room.peer(alice)))
    assert (await room.line(alice)).unread_reactions_count == 0


async def test_a_room_chooses_its_reactions(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(alice, "cake?")
    some = t.ChatReactionsSome(reactions=like("🔥"))
    await alice.calls(f.messages.SetChatAvailableReactions(peer=room.peer(alice), available_reactions=some))
    react = f.messages.SendReaction(peer=room.peer(bob), msg_id=said.id, reaction=like())
    assert await bob.fails(react) == "400 REACTION_INVALID"
    await bob.calls(f.messages.SendReaction(peer=room.peer(bob), msg_id=said.id, reaction=like("🔥")))
    again = f.messages.SetChatAvailableReactions(peer=room.peer(bob), available_reactions=some)
    assert await bob.fails(again) == "400 CHAT_ADMIN_REQUIRED"


async def test_a_channel_names_nobody(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob, broadcast=True)
    post = await room.says(alice, "news")
    await bob.calls(f.messages.SendReaction(peer=room.peer(bob), msg_id=post.id, reaction=like()))
    shown = (await room.history(alice)).messages[0].reactions
    assert (shown.results[0].count, shown.can_see_list, shown.recent_reactions) == (1, False, None)
    asked = f.messages.GetMessageReactionsList(peer=room.peer(bob), id=post.id, limit=10)
    assert await bob.fails(asked) == "403 BROADCAST_FORBIDDEN"
