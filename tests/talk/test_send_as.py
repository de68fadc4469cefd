"""Source: api/send-as, method/channels.getSendAs, method/messages.saveDefaultSendAs. In whose name one speaks."""

import pytest
from tests.kit.rooms import Hall, hall, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_comments import posts

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


async def square(stage: Stage, alice: Person, *others: Person) -> Hall:
    """A public group."""
    room = await hall(stage, alice, *others, title="Square")
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="the_square"))
    return room


async def choices(person: Person, room: Hall) -> list[t.TypePeer]:
    return [one.peer for one in (await person.calls(f.channels.GetSendAs(peer=room.peer(person)))).peers]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_one_speaks_as_a_channel_of_ones_own(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room, paper = await square(stage, alice, bob), await hall(stage, bob, broadcast=True, title="Paper")
    me, it = t.PeerUser(user_id=bob.id), t.PeerChannel(channel_id=paper.id)
    assert await choices(bob, room) == [me, it]
    said = await room.says(bob, "extra, extra", send_as=paper.peer(bob))
    assert said.out and said.from_id == it
    heard = alice.receives(t.UpdateNewChannelMessage).message
    assert (heard.from_id, heard.out, heard.message) == (it, False, "extra, extra")
    assert [c.title for c in (await room.history(alice)).chats if c.id == paper.id] == ["Paper"]
    await bob.calls(f.messages.EditMessage(peer=room.peer(bob), id=said.id, message="extra"))
    assert await alice.fails(f.messages.SendMessage(
        peer=room.peer(alice), message="mine", random_id=9, send_as=paper.peer(alice)
    )) == "400 SEND_AS_PEER_INVALID"  # fmt: skip
    await bob.calls(f.channels.DeleteMessages(channel=room.to(bob), id=[said.id]))


async def test_the_choice_is_kept(stage: Stage, alice: Person, bob: Person) -> None:
    room, paper = await square(stage, alice, bob), await hall(stage, bob, broadcast=True, title="Paper")
    phone = await bob.brings()
    full = f.channels.GetFullChannel(channel=room.to(bob))
    assert (await bob.calls(full)).full_chat.default_send_as == t.PeerUser(user_id=bob.id)
    await bob.calls(f.messages.SaveDefaultSendAs(peer=room.peer(bob), send_as=paper.peer(bob)))
    assert phone.receives(t.UpdateChannel).channel_id == room.id
    assert (await bob.calls(full)).full_chat.default_send_as == t.PeerChannel(channel_id=paper.id)
    assert (await room.says(bob, "as the paper")).from_id == t.PeerChannel(channel_id=paper.id)
    assert (await room.says(bob, "as myself", send_as=t.InputPeerSelf())).from_id == t.PeerUser(user_id=bob.id)
    await bob.calls(f.channels.DeleteChannel(channel=paper.to(bob)))
    assert (await room.says(bob, "the paper is no more")).from_id == t.PeerUser(user_id=bob.id)
    assert (await alice.calls(f.channels.GetFullChannel(channel=room.to(alice)))).full_chat.default_send_as is None


async def test_private_groups_know_only_their_people(stage: Stage, alice: Person, bob: Person) -> None:
    room, paper = await hall(stage, alice, bob), await hall(stage, bob, broadcast=True)
    assert await choices(bob, room) == [t.PeerUser(user_id=bob.id)]
    asks = f.messages.SaveDefaultSendAs(peer=room.peer(bob), send_as=paper.peer(bob))
    assert await bob.fails(asks) == "400 SEND_AS_PEER_INVALID"


async def test_who_posts_in_the_channel_comments_as_it(stage: Stage, alice: Person, bob: Person) -> None:
    news, talk = await hall(stage, alice, bob, broadcast=True), await hall(stage, alice, bob)
    await alice.calls(f.channels.SetDiscussionGroup(broadcast=news.to(alice), group=talk.to(alice)))
    assert await choices(bob, talk) == [t.PeerUser(user_id=bob.id)]
    rights = t.ChatAdminRights(post_messages=True)
    await alice.calls(f.channels.EditAdmin(
        channel=news.to(alice), user_id=alice.knows(bob), admin_rights=rights, rank=""
    ))  # fmt: skip
    assert await choices(bob, talk) == [t.PeerUser(user_id=bob.id), t.PeerChannel(channel_id=news.id)]
    post = await posts(alice, news.peer(alice), "it rains")
    assert await choices(alice, news) == [t.PeerChannel(channel_id=news.id)]
    assert (await talk.says(bob, "we mean it", send_as=news.peer(bob))).from_id.channel_id == news.id
    assert post.from_id is None


async def test_anonymous_administrators_speak_as_the_room(stage: Stage, alice: Person, bob: Person) -> None:
    room = await square(stage, alice, bob)
    rights = t.ChatAdminRights(anonymous=True, ban_users=True)
    await alice.calls(f.channels.EditAdmin(
        channel=room.to(alice), user_id=alice.knows(bob), admin_rights=rights, rank="guard"
    ))  # fmt: skip
    assert await choices(bob, room) == [t.PeerChannel(channel_id=room.id)]
    said = await room.says(bob, "move along")
    assert (said.from_id.channel_id, said.post_author) == (room.id, "guard")


async def test_what_waits_keeps_its_speaker_and_is_said_again(stage: Stage, alice: Person, bob: Person) -> None:
    from chappe.jobs import Due

    room, paper = await square(stage, alice, bob), await hall(stage, bob, broadcast=True, title="Paper")
    start = int(stage.clock.now())
    told = await bob.calls(f.messages.SendMessage(
        peer=room.peer(bob), message="good morning", random_id=1, send_as=paper.peer(bob), schedule_date=start + 600,
        schedule_repeat_period=DAY_S,
    ))  # fmt: skip
    waiting = next(u.message for u in told.updates if hasattr(u, "message"))
    assert waiting.schedule_repeat_period == DAY_S
    wrong = {"peer": room.peer(bob), "message": "no", "schedule_repeat_period": 61}
    assert await bob.fails(f.messages.SendMessage(random_id=2, schedule_date=start + 600, **wrong)) == (
        "400 SCHEDULE_DATE_INVALID"
    )
    for days in (0, 1, 3):
        stage.clock.moves(start + 600 + days * DAY_S - int(stage.clock.now()))
        while await Due().step(stage.store, int(stage.clock.now())):
            pass
        await stage.settles()
    heard = [m for m in (await room.history(alice)).messages if isinstance(m, t.Message)]
    assert texts(await room.history(alice)) == ["good morning"] * 3
    assert {m.from_id.channel_id for m in heard} == {paper.id} and not any(m.schedule_repeat_period for m in heard)
    listed = (await bob.calls(f.messages.GetScheduledHistory(peer=room.peer(bob), hash=0))).messages
    assert [(m.date - start, m.message) for m in listed] == [(600 + 4 * DAY_S, "good morning")]
    await bob.calls(f.messages.DeleteScheduledMessages(peer=room.peer(bob), id=[listed[0].id]))
    stage.clock.moves(9 * DAY_S)
    assert not await Due().step(stage.store, int(stage.clock.now()))
