"""Source: method/channels.updateUsername, method/contacts.resolveUsername. Public rooms are found and read."""

import pytest
from tests.kit.rooms import hall, texts
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_public_channel_is_read_by_strangers(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await hall(stage, alice, bob, broadcast=True, title="Weather news")
    assert await alice.calls(f.channels.CheckUsername(channel=room.to(alice), username="weather_news"))
    assert await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="weather_news"))
    assert bob.receives(t.UpdateChannel).channel_id == room.id
    await room.says(alice, "rain")
    found = await carol.calls(f.contacts.ResolveUsername(username="Weather_News"))
    assert found.peer.channel_id == room.id and found.chats[0].left and found.chats[0].username == "weather_news"
    assert texts(await room.history(carol)) == ["rain"]
    searched = await carol.calls(f.contacts.Search(q="weather", limit=10))
    assert [p.channel_id for p in searched.results] == [room.id] and not searched.my_results
    own = await bob.calls(f.contacts.Search(q="news", limit=10))
    assert [p.channel_id for p in own.my_results] == [room.id]
    await carol.calls(f.channels.JoinChannel(channel=room.to(carol)))
    await room.says(alice, "sun")
    assert carol.receives(t.UpdateNewChannelMessage).message.message == "sun"


async def test_names_are_unique_and_the_creators(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await bob.calls(f.account.UpdateUsername(username="bobs_name"))
    take = f.channels.UpdateUsername(channel=room.to(alice), username="bobs_name")
    assert await alice.fails(take) == "400 USERNAME_OCCUPIED"
    assert not await alice.calls(f.channels.CheckUsername(channel=room.to(alice), username="bobs_name"))
    assert await bob.fails(f.channels.UpdateUsername(channel=room.to(bob), username="bobs_room")) == (
        "400 CHAT_ADMIN_REQUIRED"
    )
    for name in ("1", "notice"):  # the second is an address of the server's own
        wrong = f.channels.UpdateUsername(channel=room.to(alice), username=name)
        assert await alice.fails(wrong) == "400 USERNAME_INVALID"
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="the_garden"))
    listed = await alice.calls(f.channels.GetAdminedPublicChannels())
    assert [c.id for c in listed.chats] == [room.id]
    await alice.calls(f.channels.DeleteChannel(channel=room.to(alice)))
    assert await bob.fails(f.contacts.ResolveUsername(username="the_garden")) == "400 USERNAME_NOT_OCCUPIED"
