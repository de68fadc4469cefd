"""Source: api/recommend, method/channels.exportMessageLink. Channels that share members, and links to posts."""

from tests.kit.stage import Person, Stage
from tests.talk.test_rooms import makes, peer, seen_by

from chappe.tl import functions as f
from chappe.tl import types as t


async def test_channels_with_the_same_members_are_similar(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    rooms = [await makes(alice, name, broadcast=True) for name in ("Trees", "Birds", "Secrets")]
    for room, name in zip(rooms, ("the_trees", "the_birds"), strict=False):
        await alice.calls(f.channels.UpdateUsername(channel=room, username=name))
    for room in rooms:
        await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(carol)]))
    await bob.calls(f.channels.JoinChannel(channel=seen_by(stage, bob, rooms[0])))
    alike = await bob.calls(f.channels.GetChannelRecommendations(channel=seen_by(stage, bob, rooms[0])))
    assert [chat.title for chat in alike.chats] == ["Birds"]
    assert [c.title for c in (await bob.calls(f.channels.GetChannelRecommendations())).chats] == ["Birds"]


async def test_a_post_has_a_link(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Trees", broadcast=True)
    sent = await alice.calls(f.messages.SendMessage(peer=peer(room), message="oak", random_id=1))
    number = next(u.message.id for u in sent.updates if hasattr(u, "message"))
    link = await alice.calls(f.channels.ExportMessageLink(channel=room, id=number))
    assert link.link == f"http://localhost/c/{room.channel_id}/{number}"
    await alice.calls(f.channels.UpdateUsername(channel=room, username="the_trees"))
    link = await alice.calls(f.channels.ExportMessageLink(channel=room, id=number))
    assert link.link == f"http://localhost/the_trees/{number}" and link.link in link.html
    gone = f.channels.ExportMessageLink(channel=room, id=99)
    assert await alice.fails(gone) == "400 MESSAGE_ID_INVALID"
    assert isinstance(await alice.calls(f.channels.GetChannelRecommendations(channel=room)), t.messages.Chats)
