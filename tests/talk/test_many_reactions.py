"""Source: api/reactions, method/messages.getMessageReactionsList. A message that many react to stays small."""

import json

import pytest
from tests.kit.rooms import Hall, hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.domain import many_reactions, updates
from chappe.jobs import clearing
from chappe.tl import functions as f
from chappe.tl import types as t

KEPT = 2


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows hold two reactions."""
    monkeypatch.setattr(many_reactions, "REACTIONS_KEPT", KEPT)
    monkeypatch.setattr(updates, "REACTIONS_KEPT", KEPT)


async def reacts(person: Person, room: Hall, post: int, *signs: str) -> t.MessageReactions:
    wanted = [t.ReactionEmoji(emoticon=sign) for sign in signs]
    told = await person.calls(f.messages.SendReaction(peer=room.peer(person), msg_id=post, reaction=wanted))
    return told.updates[0].reactions


def counts(reactions: t.MessageReactions) -> dict[str, int]:
    return {one.reaction.emoticon: one.count for one in reactions.results}


def chosen(reactions: t.MessageReactions) -> list[str]:
    return [one.reaction.emoticon for one in reactions.results if one.chosen_order is not None]


async def shown(person: Person, room: Hall) -> t.MessageReactions | None:
    return (await room.history(person)).messages[0].reactions


async def in_tables(stage: Stage) -> tuple[int, int]:
    kept = await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM reactions"))
    counted = await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM reaction_counts"))
    assert kept is not None and counted is not None
    return kept[0], counted[0]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_everybody_is_counted_and_finds_their_own(stage: Stage, layer: int) -> None:
    people = await stage.people("alice", "bob", "carol", "dave", "erin", layer=layer)
    alice, bob, carol, dave, erin = people
    room = await hall(stage, *people)
    post = (await room.says(alice, "good news")).id
    for person, sign in ((bob, "👍"), (carol, "🔥"), (dave, "👍")):
        stage.clock.moves(1)
        await reacts(person, room, post, sign)
    mine = await reacts(erin, room, post, "❤")
    assert counts(mine) == {"👍": 2, "🔥": 1, "❤": 1} and chosen(mine) == ["❤"]
    for person, sign in ((bob, "👍"), (carol, "🔥"), (dave, "👍"), (erin, "❤")):
        theirs = await shown(person, room)
        assert theirs is not None and counts(theirs) == {"👍": 2, "🔥": 1, "❤": 1} and chosen(theirs) == [sign]
    assert chosen(await shown(alice, room) or t.MessageReactions(results=[])) == []
    recent = (await shown(alice, room)).recent_reactions
    assert [one.peer_id.user_id for one in recent] == [erin.id, dave.id]
    assert await bob.fails(f.messages.SendReaction(
        peer=room.peer(bob), msg_id=post, reaction=[t.ReactionEmoji(emoticon="👍")]
    )) == "400 MESSAGE_NOT_MODIFIED"  # fmt: skip
    stage.clock.moves(1)
    assert counts(await reacts(bob, room, post, "🔥")) == {"🔥": 2, "👍": 1, "❤": 1}
    heard = [u for u in alice.hears() if isinstance(u, t.UpdateMessageReactions)][-1]
    assert counts(heard.reactions) == {"🔥": 2, "👍": 1, "❤": 1}
    stats = await alice.calls(f.stats.GetMessageStats(channel=room.to(alice), msg_id=post))
    drawn = json.loads(stats.reactions_by_emotion_graph.json.data)
    assert sorted(column[-1] for column in drawn["columns"] if column[0] != "x") == [1, 1, 2]
    row = await stage.reads(lambda rx: updates.messages_by_id(rx, room.marked, (post,))[0])
    assert len(row.reactions) == KEPT and await in_tables(stage) == (4, 3)


async def test_the_list_has_pages(stage: Stage) -> None:
    people = await stage.people("alice", "bob", "carol", "dave")
    alice, bob, carol, dave = people
    room = await hall(stage, *people)
    post = (await room.says(alice, "good news")).id
    for person in (bob, carol, dave):
        stage.clock.moves(1)
        await reacts(person, room, post, "👍" if person is not carol else "🔥")
    ask = {"peer": room.peer(alice), "id": post, "limit": 2}
    first = await alice.calls(f.messages.GetMessageReactionsList(**ask))
    assert [r.peer_id.user_id for r in first.reactions] == [dave.id, carol.id]
    assert (first.count, first.next_offset) == (3, "2")
    rest = await alice.calls(f.messages.GetMessageReactionsList(offset=first.next_offset, **ask))
    assert ([r.peer_id.user_id for r in rest.reactions], rest.next_offset) == ([bob.id], None)
    thumbs = await alice.calls(f.messages.GetMessageReactionsList(reaction=t.ReactionEmoji(emoticon="👍"), **ask))
    assert ([r.peer_id.user_id for r in thumbs.reactions], thumbs.count) == ([dave.id, bob.id], 2)


async def test_what_is_taken_back_is_forgotten(stage: Stage) -> None:
    people = await stage.people("alice", "bob", "carol", "dave")
    alice, bob, carol, dave = people
    room = await hall(stage, *people)
    post = (await room.says(alice, "good news")).id
    for person in (bob, carol, dave):
        stage.clock.moves(1)
        await reacts(person, room, post, "👍")
    assert await in_tables(stage) == (3, 1)
    assert counts(await reacts(dave, room, post)) == {"👍": 2} and await in_tables(stage) == (0, 0)
    assert chosen(await shown(bob, room)) == ["👍"] and chosen(await shown(dave, room)) == []
    assert counts(await reacts(bob, room, post)) == {"👍": 1}
    stage.clock.moves(1)
    for person in (bob, dave):
        await reacts(person, room, post, "❤")
    assert counts(await shown(alice, room)) == {"❤": 2, "👍": 1}
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[post]))
    await clearing(stage.store, stage.clock)()
    assert await in_tables(stage) == (0, 0)
    assert not await stage.reads(lambda rx: rx.all("SELECT * FROM reaction_graves"))
