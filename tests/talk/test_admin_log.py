"""Source: api/recent-actions, method/channels.getAdminLog. What administrators do is written down, for them to read."""

import pytest
from tests.kit.stage import Person, Stage
from tests.talk.test_rooms import makes, peer, seen_by
from tests.talk.test_topics import forum, opens

from chappe import tl
from chappe.base.ids import UserId, channel_peer
from chappe.domain import members, rooms
from chappe.jobs import clearing
from chappe.tl import functions as f
from chappe.tl import types as t


async def log(person: Person, room: t.InputChannel, q: str = "", **which: object) -> list[t.ChannelAdminLogEvent]:
    asked = f.channels.GetAdminLog(channel=room, q=q, **{"max_id": 0, "min_id": 0, "limit": 50, **which})
    return (await person.calls(asked)).events


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_acts_are_written_down(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    await alice.calls(f.channels.EditTitle(channel=room, title="Orchard"))
    rights = t.ChatAdminRights(ban_users=True)
    promote = f.channels.EditAdmin(channel=room, user_id=alice.knows(bob), admin_rights=rights, rank="gardener")
    await alice.calls(promote)
    link = await alice.calls(f.messages.ExportChatInvite(peer=peer(room)))
    await alice.calls(f.messages.EditExportedChatInvite(peer=peer(room), link=link.link, title="gate"))
    edit, admin, title, invite = await log(alice, room)
    assert isinstance(edit.action, t.ChannelAdminLogEventActionExportedInviteEdit)
    assert (edit.action.prev_invite.title, edit.action.new_invite.title) == (None, "gate")
    assert isinstance(admin.action, t.ChannelAdminLogEventActionParticipantToggleAdmin)
    assert admin.action.new_participant.rank == "gardener"
    assert isinstance(title.action, t.ChannelAdminLogEventActionChangeTitle)
    assert (title.action.prev_value, title.action.new_value, title.user_id) == ("Garden", "Orchard", alice.id)
    assert isinstance(invite.action, t.ChannelAdminLogEventActionParticipantInvite)


async def test_the_log_is_asked_by_kind_person_and_word(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob), alice.knows(carol)]))
    theirs = seen_by(stage, bob, room)
    assert await bob.fails(f.channels.GetAdminLog(channel=theirs, q="", max_id=0, min_id=0, limit=9)) == (
        "400 CHAT_ADMIN_REQUIRED"
    )
    rights = t.ChatAdminRights(ban_users=True)
    await alice.calls(f.channels.EditAdmin(channel=room, user_id=alice.knows(bob), admin_rights=rights, rank=""))
    ban = t.ChatBannedRights(view_messages=True, until_date=0)
    await bob.calls(f.channels.EditBanned(channel=theirs, participant=bob.sees(carol), banned_rights=ban))
    kicks = await log(alice, room, events_filter=t.ChannelAdminLogEventsFilter(kick=True))
    assert [e.user_id for e in kicks] == [bob.id]
    by_bob = await log(alice, room, admins=[alice.knows(bob)])
    assert [e.id for e in by_bob] == [e.id for e in kicks]
    named = await log(alice, room, q="carol")
    assert {type(e.action) for e in named} == {
        t.ChannelAdminLogEventActionParticipantToggleBan, t.ChannelAdminLogEventActionParticipantInvite
    }
    whole = await log(alice, room)
    assert [e.id for e in await log(alice, room, max_id=whole[0].id, limit=2)] == [e.id for e in whole[1:3]]


async def test_messages_that_were_changed_are_kept(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    sent = await alice.calls(f.messages.SendMessage(peer=peer(room), message="oak", random_id=1))
    message = next(u.message for u in sent.updates if hasattr(u, "message"))
    await alice.calls(f.messages.EditMessage(peer=peer(room), id=message.id, message="elm"))
    await alice.calls(f.messages.UpdatePinnedMessage(peer=peer(room), id=message.id))
    await alice.calls(f.channels.DeleteMessages(channel=room, id=[message.id]))
    gone, pinned, edited = await log(alice, room)
    assert (gone.action.message.message, pinned.action.message.pinned) == ("elm", True)
    assert (edited.action.prev_message.message, edited.action.new_message.message) == ("oak", "elm")


async def test_messages_that_an_administrator_deletes_are_shown_for_two_days(
    stage: Stage, alice: Person, bob: Person
) -> None:
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    for number in range(3):
        await bob.calls(f.messages.SendMessage(
            peer=peer(seen_by(stage, bob, room)), message=f"spam {number}", random_id=number + 1
        ))  # fmt: skip
    stage.clock.moves(47 * 3600)
    await alice.calls(f.channels.DeleteParticipantHistory(channel=room, participant=alice.sees(bob)))
    gone = await log(alice, room, events_filter=t.ChannelAdminLogEventsFilter(delete=True))
    assert [e.action.message.message for e in gone] == ["spam 2", "spam 1", "spam 0"]
    assert len(await log(alice, room)) == 4
    stage.clock.moves(3600 + 1)
    assert len(await log(alice, room)) == 3, "the invitation is older than two days"
    newest = gone[0].id
    stage.clock.moves(48 * 3600)
    assert await log(alice, room) == []
    await clearing(stage.store, stage.clock)()
    assert not await stage.reads(lambda rx: rx.all("SELECT * FROM admin_log"))
    await alice.calls(f.channels.EditTitle(channel=room, title="Orchard"))
    assert (await log(alice, room))[0].id > newest


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_topics_leave_lines(stage: Stage, layer: int) -> None:
    alice = await stage.person("alice", layer)
    room = await forum(alice)
    topic = await opens(alice, room, "Roses")
    await alice.calls(f.messages.EditForumTopic(peer=peer(room), topic_id=topic, title="Tulips", closed=True))
    for pinned in (True, False):
        await alice.calls(f.messages.UpdatePinnedForumTopic(peer=peer(room), topic_id=topic, pinned=pinned))
    await alice.calls(f.messages.DeleteTopicHistory(peer=peer(room), top_msg_id=topic))
    lines = await log(alice, room, events_filter=t.ChannelAdminLogEventsFilter(forums=True))
    gone, unpinned, pinned, edited, made, switched = [line.action for line in lines]
    assert isinstance(switched, t.ChannelAdminLogEventActionToggleForum) and switched.new_value
    assert isinstance(made, t.ChannelAdminLogEventActionCreateTopic) and made.topic.title == "Roses"
    assert (edited.prev_topic.title, edited.new_topic.title, edited.new_topic.closed) == ("Roses", "Tulips", True)
    assert (pinned.prev_topic, pinned.new_topic.id, unpinned.prev_topic.id) == (None, topic, topic)
    assert isinstance(gone, t.ChannelAdminLogEventActionDeleteTopic) and gone.topic.title == "Tulips"
    assert [line.id for line in await log(alice, room, q="tulip")] == [line.id for line in lines[:4]]


async def test_a_room_that_is_given_away_says_so(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    marked = channel_peer(room.channel_id)
    await stage.writes(lambda tx: members.hand_over(tx, rooms.find(tx, marked), UserId(alice.id), UserId(bob.id)))
    fell, rose = [line.action for line in await log(alice, room)][:2]
    assert isinstance(rose.new_participant, t.ChannelParticipantCreator) and rose.new_participant.user_id == bob.id
    assert isinstance(fell.prev_participant, t.ChannelParticipantCreator) and fell.new_participant.user_id == alice.id


async def test_settings_leave_lines(stage: Stage, alice: Person) -> None:
    room = await makes(alice, "Garden")
    signs = t.ChatReactionsSome(reactions=[t.ReactionEmoji(emoticon="👍")])
    await alice.calls(f.messages.SetChatAvailableReactions(peer=peer(room), available_reactions=signs))
    await alice.calls(f.messages.SetHistoryTTL(peer=peer(room), period=86400))
    await alice.calls(f.channels.UpdateUsername(channel=room, username="the_garden"))
    named, lived, reacted = [line.action for line in await log(alice, room)]
    assert isinstance(reacted.prev_value, t.ChatReactionsAll) and reacted.new_value == signs
    assert (lived.prev_value, lived.new_value) == (0, 86400)
    assert (named.prev_value, named.new_value) == ("", "the_garden")
