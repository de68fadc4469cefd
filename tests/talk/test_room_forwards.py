"""Source: api/forward, method/messages.getMessagesViews. Posts are told again and counted."""

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_post_keeps_its_channel(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    news, garden = await hall(stage, alice, bob, broadcast=True), await hall(stage, bob, alice)
    post = await news.says(alice, "rain tomorrow")
    assert post.views == 1
    bob.hears()
    await bob.calls(
        f.messages.ForwardMessages(from_peer=news.peer(bob), to_peer=garden.peer(bob), id=[post.id], random_id=[7])
    )
    header = alice.receives(t.UpdateNewChannelMessage).message.fwd_from
    assert (header.from_id.channel_id, header.channel_post) == (news.id, post.id)
    counted = await bob.calls(f.messages.GetMessagesViews(peer=news.peer(bob), id=[post.id], increment=False))
    assert counted.views[0].forwards == 1


async def test_views_count_each_person_once(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    news = await hall(stage, alice, bob, carol, broadcast=True)
    post = await news.says(alice, "rain tomorrow")
    for person in (bob, bob, carol):
        ask = f.messages.GetMessagesViews(peer=news.peer(person), id=[post.id], increment=True)
        counted = await person.calls(ask)
    assert counted.views[0].views == 3
    await stage.settles()
    assert (await news.history(alice)).messages[0].views == 3


async def test_protected_content_stays(stage: Stage, alice: Person, bob: Person) -> None:
    news = await hall(stage, alice, bob, broadcast=True)
    post = await news.says(alice, "for members")
    await alice.calls(f.messages.ToggleNoForwards(peer=news.peer(alice), enabled=True))
    take = f.messages.ForwardMessages(from_peer=news.peer(bob), to_peer=bob.sees(alice), id=[post.id], random_id=[7])
    assert await bob.fails(take) == "400 CHAT_FORWARDS_RESTRICTED"


async def test_a_members_message_is_forwarded_by_name(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "a joke")
    alice.hears()
    me = t.InputPeerSelf()
    told = await alice.calls(
        f.messages.ForwardMessages(from_peer=room.peer(alice), to_peer=me, id=[said.id], random_id=[7])
    )
    header = next(u.message for u in told.updates if isinstance(u, t.UpdateNewMessage)).fwd_from
    assert (header.from_id.user_id, header.saved_from_peer.channel_id) == (bob.id, room.id)
    assert header.saved_from_msg_id == said.id
