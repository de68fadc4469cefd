"""Source: api/channel, method/channels.createChannel. Rooms are made, joined, written in and left."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def makes(person: Person, title: str, *, broadcast: bool = False) -> t.InputChannel:
    made = await person.calls(
        f.channels.CreateChannel(title=title, about="", broadcast=broadcast, megagroup=not broadcast)
    )
    return t.InputChannel(channel_id=made.chats[0].id, access_hash=made.chats[0].access_hash)


def peer(room: t.InputChannel) -> t.InputPeerChannel:
    return t.InputPeerChannel(channel_id=room.channel_id, access_hash=room.access_hash)


def seen_by(stage: Stage, person: Person, room: t.InputChannel) -> t.InputChannel:
    marked = -(10**12) - room.channel_id
    return t.InputChannel(channel_id=room.channel_id, access_hash=stage.access.hash_for(person.id, marked))


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_supergroup_talks(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await makes(alice, "Garden")
    invited = await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    assert not invited.missing_invitees
    assert bob.receives(t.UpdateChannel).channel_id == room.channel_id
    bob.hears()
    await alice.calls(f.messages.SendMessage(peer=peer(room), message="welcome", random_id=1))
    update = bob.receives(t.UpdateNewChannelMessage)
    assert (update.message.message, update.message.out, update.message.from_id.user_id) == ("welcome", False, alice.id)
    theirs = seen_by(stage, bob, room)
    page = await bob.calls(
        f.messages.GetHistory(
            peer=peer(theirs), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
        )
    )
    assert page.messages[0].message == "welcome" and page.chats[0].title == "Garden"
    listed = await bob.calls(
        f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=10, hash=0)
    )
    line = next(d for d in listed.dialogs if isinstance(d.peer, t.PeerChannel))
    assert (line.top_message, line.unread_count, line.pts) == (page.messages[0].id, 2, update.pts)
    behind = await bob.calls(
        f.updates.GetChannelDifference(
            channel=theirs, filter=t.ChannelMessagesFilterEmpty(), pts=update.pts - 1, limit=10
        )
    )
    assert [m.message for m in behind.new_messages] == ["welcome"] and behind.final


async def test_only_administrators_post_in_a_channel(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "News", broadcast=True)
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    theirs = seen_by(stage, bob, room)
    post = f.messages.SendMessage(peer=peer(theirs), message="me too", random_id=1)
    assert await bob.fails(post) == "403 CHAT_WRITE_FORBIDDEN"
    bob.hears()
    await alice.calls(f.messages.SendMessage(peer=peer(room), message="first", random_id=1))
    message = bob.receives(t.UpdateNewChannelMessage).message
    assert message.post and message.from_id is None and not message.out


async def test_a_stranger_sees_nothing_of_a_private_room(stage: Stage, alice: Person, carol: Person) -> None:
    room = await makes(alice, "Cellar")
    theirs = seen_by(stage, carol, room)
    history = f.messages.GetHistory(
        peer=peer(theirs), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )
    assert await carol.fails(history) == "400 CHANNEL_PRIVATE"
    assert await carol.fails(f.channels.JoinChannel(channel=theirs)) == "400 CHANNEL_PRIVATE"
    stolen = f.channels.GetChannels(id=[room])
    assert await carol.fails(stolen) == "400 CHANNEL_INVALID"


async def test_a_ban_holds_at_once(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    ban = t.ChatBannedRights(view_messages=True, until_date=0)
    await alice.calls(f.channels.EditBanned(channel=room, participant=alice.sees(bob), banned_rights=ban))
    theirs = seen_by(stage, bob, room)
    write = f.messages.SendMessage(peer=peer(theirs), message="hello?", random_id=1)
    assert await bob.fails(write) == "400 CHANNEL_PRIVATE"
    bob.hears()
    await alice.calls(f.messages.SendMessage(peer=peer(room), message="gone", random_id=2))
    assert not [u for u in bob.hears() if isinstance(u, t.UpdateNewChannelMessage)]


async def test_a_dated_ban_ends_everywhere_at_its_time(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.UpdateUsername(channel=room, username="open_garden"))
    theirs = seen_by(stage, bob, room)
    await bob.calls(f.channels.JoinChannel(channel=theirs))
    ban = t.ChatBannedRights(view_messages=True, until_date=int(stage.clock.now()) + 3600)
    await alice.calls(f.channels.EditBanned(channel=room, participant=alice.sees(bob), banned_rights=ban))
    history = f.messages.GetHistory(
        peer=peer(theirs), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )
    assert await bob.fails(history) == "400 CHANNEL_PRIVATE"
    stage.clock.moves(3601)
    assert (await bob.calls(history)).messages
    await bob.calls(f.channels.JoinChannel(channel=theirs))
    place = t.InputMediaGeoPoint(geo_point=t.InputGeoPoint(lat=1, long=2))
    sent = await bob.calls(f.messages.SendMedia(peer=peer(theirs), media=place, message="", random_id=7))
    assert sent.updates
