"""Source: dsa/17(1). A room that a decision removes or hides is closed to those it is meant for; undoing opens it."""

import pytest
from tests.kit.rooms import group, hall, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import everywhere, published, tagged
from tests.talk.test_removals import moderator, undoes
from tests.talk.test_shown_elsewhere import ENGLISH, FRENCH, joined, lives, reasons, rules

from chappe import tl
from chappe.base.errors import NotFound
from chappe.domain import open_rooms
from chappe.domain.access import Moderator
from chappe.domain.enforcement import VEIL
from chappe.domain.rulings import Item
from chappe.jobs import Indexing
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator"]
DIALOGS = f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=9, hash=0)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_removed_channel(stage: Stage, moderator: Moderator, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await published(stage, alice, "the_market", title="Market")
    await joined(stage, room, bob)
    said = await room.says(alice, "wares #spring_time")
    await Indexing().step(stage.store)
    alice.hears(), bob.hears()
    decision = await rules(stage, moderator, Item("room", room.marked), "remove_room")
    assert bob.receives(t.UpdateChannel).channel_id == room.id
    shown = (await bob.calls(f.channels.GetChannels(id=[room.to(bob)]))).chats[0]
    assert isinstance(shown, t.ChannelForbidden) and shown.title == "Market"
    assert "Statement of reasons" in alice.receives(t.UpdateNewMessage).message.message
    for person in (alice, bob, carol):
        peer, channel = room.peer(person), room.to(person)
        for query in (
            f.messages.GetHistory(
                peer=peer, offset_id=0, offset_date=0, add_offset=0, limit=9, max_id=0, min_id=0, hash=0
            ),
            f.channels.GetMessages(channel=channel, id=[t.InputMessageID(id=said.id)]),
            f.channels.GetFullChannel(channel=channel),
            f.updates.GetChannelDifference(
                channel=channel, filter=t.ChannelMessagesFilterEmpty(), pts=1, limit=9
            ),
            f.messages.SendMessage(peer=peer, message="hello", random_id=5),
            f.messages.ForwardMessages(
                from_peer=peer, to_peer=t.InputPeerSelf(), id=[said.id], random_id=[5]
            ),
        ):  # fmt: skip
            assert (await person.fails(query)).endswith("CHANNEL_PRIVATE"), query
        assert texts(await person.calls(tagged("spring_time"))) == []
        assert texts(await person.calls(everywhere("wares"))) == []
    assert (await carol.fails(f.channels.JoinChannel(channel=room.to(carol)))).endswith("CHANNEL_PRIVATE")
    with pytest.raises(NotFound):
        await stage.reads(lambda rx: open_rooms.find(rx, "the_market"))
    found = await carol.calls(f.contacts.Search(q="the_market", limit=9))
    assert found.results == []
    listed = await bob.calls(DIALOGS)
    assert texts(listed) == [VEIL] and isinstance(listed.chats[0], t.ChannelForbidden)

    await undoes(stage, moderator, decision)
    assert texts(await room.history(bob)) == ["wares #spring_time"]
    assert texts(await bob.calls(tagged("spring_time"))) == ["wares #spring_time"]
    assert isinstance((await bob.calls(f.channels.GetChannels(id=[room.to(bob)]))).chats[0], t.Channel)
    await room.says(alice, "open again")
    assert bob.receives(t.UpdateNewChannelMessage).message.message == "open again"
    assert (await carol.calls(f.contacts.Search(q="the_market", limit=9))).results != []


async def test_a_channel_hidden_in_a_territory(
    stage: Stage, alice: Person, bob: Person, carol: Person, moderator: Moderator
) -> None:
    await lives(stage, bob, FRENCH)
    await lives(stage, carol, ENGLISH)
    room = await published(stage, alice, "the_market")
    await joined(stage, room, bob, carol)
    said = await room.says(alice, "wares")
    decision = await rules(stage, moderator, Item("room", room.marked), "hide_room", "FR")
    bob.hears(), carol.hears()
    hidden, open_ = [
        (await person.calls(f.channels.GetChannels(id=[room.to(person)]))).chats[0] for person in (bob, carol)
    ]
    assert hidden.restricted and reasons(hidden) == [("hidden", VEIL)] and not open_.restricted
    assert texts(await room.history(bob)) == [] and texts(await room.history(carol)) == ["wares"]
    found = await bob.calls(f.channels.GetMessages(channel=room.to(bob), id=[t.InputMessageID(id=said.id)]))
    assert isinstance(found.messages[0], t.MessageEmpty)
    await room.says(alice, "more wares")
    assert [type(one) for one in bob.hears()] == [t.UpdateChannelTooLong]
    carol.receives(t.UpdateChannelTooLong)
    diff = {"filter": t.ChannelMessagesFilterEmpty(), "pts": said.id, "limit": 9}
    news = await bob.calls(f.updates.GetChannelDifference(channel=room.to(bob), **diff))
    assert getattr(news, "new_messages", []) == [] and getattr(news, "other_updates", []) == []
    news = await carol.calls(f.updates.GetChannelDifference(channel=room.to(carol), **diff))
    assert news.new_messages[-1].message == "more wares"
    assert texts(await bob.calls(DIALOGS)) == [VEIL]
    assert texts(await bob.calls(everywhere("wares"))) == [] and len(texts(await carol.calls(everywhere("wares")))) == 2
    with pytest.raises(NotFound):
        await stage.reads(lambda rx: open_rooms.find(rx, "the_market"))
    await undoes(stage, moderator, decision)
    assert texts(await room.history(bob)) == ["more wares", "wares"]


async def test_a_labelled_room(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice, bob)
    decision = await rules(stage, moderator, Item("room", room.marked), "label", detail="fake")
    shown = (await bob.calls(f.channels.GetChannels(id=[room.to(bob)]))).chats[0]
    assert shown.fake and not shown.restricted
    await undoes(stage, moderator, decision)
    assert not (await bob.calls(f.channels.GetChannels(id=[room.to(bob)]))).chats[0].fake


async def test_a_removed_basic_group(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    room = await group(alice, bob)
    decision = await rules(stage, moderator, Item("room", -room.chat_id), "remove_room")
    say = f.messages.SendMessage(peer=room, message="hello", random_id=5)
    assert (await bob.fails(say)).endswith("CHANNEL_PRIVATE")
    shown = (await bob.calls(f.messages.GetChats(id=[room.chat_id]))).chats[0]
    assert shown.deactivated
    await undoes(stage, moderator, decision)
    await bob.calls(say)
