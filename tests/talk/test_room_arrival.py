"""Source: api/updates, method/updates.getChannelDifference. Who hears a room: newcomers, the absent, every layer."""

import asyncio

from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t


async def test_who_was_away_learns_of_the_room(stage: Stage, alice: Person, bob: Person) -> None:
    before = await bob.calls(f.updates.GetState())
    room = await hall(stage, alice, bob)
    await room.says(alice, "while you were away")
    got = await bob.calls(f.updates.GetDifference(pts=before.pts, date=before.date, qts=before.qts))
    assert [u.channel_id for u in got.other_updates if isinstance(u, t.UpdateChannel)] == [room.id]
    assert [c.title for c in got.chats] == ["Garden"]
    behind = f.updates.GetChannelDifference(
        channel=room.to(bob), filter=t.ChannelMessagesFilterEmpty(), pts=1, limit=100
    )
    told = await bob.calls(behind)
    assert [m.message for m in told.new_messages if isinstance(m, t.Message)] == ["while you were away"]


async def test_one_post_many_layers(stage: Stage, alice: Person) -> None:
    old, new = await stage.person("old", 220), await stage.person("new", 228)
    room = await hall(stage, alice, old, new)
    await room.says(alice, "for everyone")
    for one in (old, new):
        assert one.receives(t.UpdateNewChannelMessage).message.message == "for everyone"


async def test_the_creators_other_device_hears_too(stage: Stage, alice: Person, bob: Person) -> None:
    phone = await alice.brings()
    room = await hall(stage, alice, bob)
    phone.hears()
    await room.says(alice, "from my desk")
    heard = phone.receives(t.UpdateNewChannelMessage).message
    assert heard.out and heard.message == "from my desk"


async def test_who_leaves_hears_of_it_and_nothing_more(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    phone = await bob.brings()
    await bob.calls(f.channels.LeaveChannel(channel=room.to(bob)))
    assert isinstance(phone.receives(t.UpdateNewChannelMessage).message.action, t.MessageActionChatDeleteUser)
    await room.says(alice, "finally alone")
    assert not [u for u in phone.hears() if isinstance(u, t.UpdateNewChannelMessage)]


async def test_admission_minds_what_moves_meanwhile(stage: Stage, alice: Person, bob: Person) -> None:
    from chappe.domain.rooms import Moved

    room = await hall(stage, alice, bob)
    audience = stage.rpc.push.audience
    audience._forget(bob.id)
    coming = audience.admit(bob.id)
    task = asyncio.ensure_future(coming)
    await asyncio.sleep(0)
    audience.moved(Moved(bob.id, room.marked, inside=False))
    await task
    assert bob.id not in {device.user_id for device in audience.of_room(room.marked)}
