"""Source: api/rights, api/invites, api/threads. What nobody learns or does by naming what is not theirs to see."""

import pytest
from tests.kit.rooms import Hall, group, hall, says
from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t


def replies(to: object, msg_id: int) -> f.messages.GetReplies:
    return f.messages.GetReplies(
        peer=to, msg_id=msg_id, offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )


async def joined(stage: Stage, person: Person, room: Hall, link: str) -> None:
    await person.calls(f.messages.ImportChatInvite(hash=link.rpartition("+")[2]))


async def link_of(owner: Person, room: Hall, **more: object) -> str:
    made = await owner.calls(f.messages.ExportChatInvite(peer=room.peer(owner), **more))
    return str(made.link)


async def linked(stage: Stage, alice: Person, *members: Person) -> tuple[Hall, Hall]:
    """A private channel and the private group where it is discussed."""
    news, talk = await hall(stage, alice, *members, broadcast=True), await hall(stage, alice)
    assert await alice.calls(f.channels.SetDiscussionGroup(broadcast=news.to(alice), group=talk.to(alice)))
    return news, talk


async def bans(owner: Person, room: Hall, person: Person) -> None:
    rights = t.ChatBannedRights(view_messages=True, until_date=0)
    await owner.calls(f.channels.EditBanned(
        channel=room.to(owner), participant=owner.sees(person), banned_rights=rights
    ))  # fmt: skip


async def test_a_person_is_no_place_of_threads(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    """The messages of another person's box are never an answer, whatever they are asked for as."""
    for number in range(3):
        await bob.says(carol, f"a secret {number}")
    for ask in (
        f.messages.GetDiscussionMessage(peer=alice.sees(bob), msg_id=1),
        replies(alice.sees(bob), 1),
        f.messages.ReadDiscussion(peer=alice.sees(bob), msg_id=1, read_max_id=1),
    ):
        assert await alice.fails(ask) == "400 MSG_ID_INVALID"


async def test_hidden_history_is_hidden_in_threads_and_polls(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice)
    asked = await room.says(alice, "who knows?")
    await room.says(alice, "only me", reply_to=t.InputReplyToMessage(reply_to_msg_id=asked.id))
    question = t.InputMediaPoll(poll=t.Poll(
        id=0, hash=0, question=t.TextWithEntities(text="Tea?", entities=[]),
        answers=[t.PollAnswer(text=t.TextWithEntities(text=x, entities=[]), option=x.encode()) for x in "yn"],
    ))  # fmt: skip
    sent = await alice.calls(f.messages.SendMedia(peer=room.peer(alice), media=question, message="", random_id=77))
    poll = next(u.message for u in sent.updates if isinstance(u, t.UpdateNewChannelMessage))
    await alice.calls(f.channels.TogglePreHistoryHidden(channel=room.to(alice), enabled=True))
    await alice.calls(f.channels.InviteToChannel(channel=room.to(alice), users=[alice.knows(bob)]))
    here = room.peer(bob)
    assert await bob.fails(f.messages.GetDiscussionMessage(peer=here, msg_id=asked.id)) == "400 MSG_ID_INVALID"
    assert await bob.fails(replies(here, asked.id)) == "400 MSG_ID_INVALID"
    vote = f.messages.SendVote(peer=here, msg_id=poll.id, options=[b"y"])
    assert await bob.fails(vote) == "400 MESSAGE_ID_INVALID"
    look = f.messages.GetPollResults(peer=here, msg_id=poll.id, poll_hash=0)
    assert await bob.fails(look) == "400 MESSAGE_ID_INVALID"


async def test_hidden_history_is_hidden_in_topics(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice)
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    made = await alice.calls(f.messages.CreateForumTopic(peer=room.peer(alice), title="Plans", random_id=5))
    topic = next(u.message.id for u in made.updates if isinstance(u, t.UpdateNewChannelMessage))
    await room.says(alice, "a secret", reply_to=t.InputReplyToMessage(reply_to_msg_id=topic))
    await alice.calls(f.channels.TogglePreHistoryHidden(channel=room.to(alice), enabled=True))
    await alice.calls(f.channels.InviteToChannel(channel=room.to(alice), users=[alice.knows(bob)]))
    page = await bob.calls(f.messages.GetForumTopics(
        peer=room.peer(bob), offset_date=0, offset_id=0, offset_topic=0, limit=10
    ))  # fmt: skip
    assert "a secret" not in [getattr(m, "message", "") for m in page.messages]
    later = await room.says(alice, "after", reply_to=t.InputReplyToMessage(reply_to_msg_id=topic))
    assert [m.id for m in (await bob.calls(replies(room.peer(bob), topic))).messages] == [later.id]


async def test_a_private_channel_is_not_entered_because_it_is_discussed(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    news, talk = await linked(stage, alice, bob)
    await bob.calls(f.channels.LeaveChannel(channel=news.to(bob)))
    for person in (bob, carol):
        assert await person.fails(f.channels.JoinChannel(channel=news.to(person))) == "400 CHANNEL_PRIVATE"
        assert await person.fails(f.channels.JoinChannel(channel=talk.to(person))) == "400 CHANNEL_PRIVATE"
    await alice.calls(f.channels.InviteToChannel(channel=news.to(alice), users=[alice.knows(carol)]))
    await carol.calls(f.channels.JoinChannel(channel=talk.to(carol)))


async def test_another_room_is_no_person_to_restrict(stage: Stage, alice: Person, bob: Person) -> None:
    mine, theirs = await hall(stage, alice), await hall(stage, bob, alice)
    box = await bob.calls(f.channels.GetFullChannel(channel=theirs.to(bob)))
    for rights in (t.ChatBannedRights(view_messages=True, until_date=0), t.ChatBannedRights(until_date=0)):
        ban = f.channels.EditBanned(
            channel=mine.to(alice), participant=theirs.peer(alice), banned_rights=rights
        )
        assert await alice.fails(ban) == "400 PARTICIPANT_ID_INVALID"
    after = await bob.calls(f.channels.GetFullChannel(channel=theirs.to(bob)))
    assert after.full_chat.pts == box.full_chat.pts


async def test_a_ban_outlives_a_request_to_be_let_in(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice)
    link = await link_of(alice, room, request_needed=True)
    enter = f.messages.ImportChatInvite(hash=link.rpartition("+")[2])
    assert await bob.fails(enter) == "400 INVITE_REQUEST_SENT"
    await bans(alice, room, bob)
    let_in = f.messages.HideChatJoinRequest(peer=room.peer(alice), user_id=alice.knows(bob), approved=True)
    assert await alice.fails(let_in) == "400 HIDE_REQUESTER_MISSING"
    assert await bob.fails(enter) == "400 INVITE_HASH_EXPIRED"
    waiting = await alice.calls(f.channels.GetFullChannel(channel=room.to(alice)))
    assert not waiting.full_chat.requests_pending


async def test_what_a_banned_person_still_holds_opens_nothing(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    link = (await link_of(alice, room)).rpartition("+")[2]
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="gardeners"))
    said = await room.says(alice, "before")
    await bans(alice, room, bob)
    here, peer = room.to(bob), room.peer(bob)
    everybody = f.channels.GetParticipants(
        channel=here, filter=t.ChannelParticipantsRecent(), offset=0, limit=10, hash=0
    )
    for ask, answer in (
        (f.messages.CheckChatInvite(hash=link), "400 INVITE_HASH_EXPIRED"),
        (f.messages.ImportChatInvite(hash=link), "400 INVITE_HASH_EXPIRED"),
        (f.channels.JoinChannel(channel=here), "400 CHANNEL_PRIVATE"),
        (everybody, "400 CHANNEL_PRIVATE"),
        (f.channels.GetParticipant(channel=here, participant=bob.sees(alice)), "400 CHANNEL_PRIVATE"),
        (f.channels.GetFullChannel(channel=here), "400 CHANNEL_PRIVATE"),
        (f.channels.GetMessages(channel=here, id=[t.InputMessageID(id=said.id)]), "400 CHANNEL_PRIVATE"),
        (f.messages.SendMessage(peer=peer, message="me", random_id=5), "400 CHANNEL_PRIVATE"),
        (replies(peer, said.id), "400 CHANNEL_PRIVATE"),
        (f.messages.ExportChatInvite(peer=peer), "400 CHANNEL_PRIVATE"),
    ):
        assert await bob.fails(ask) == answer, ask
    difference = f.updates.GetChannelDifference(
        channel=here, filter=t.ChannelMessagesFilterEmpty(), pts=1, limit=10
    )
    assert await bob.fails(difference) == "400 CHANNEL_PRIVATE"


async def test_subscribers_of_a_channel_are_nobodys_to_ask_about(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    news = await hall(stage, alice, bob, carol, broadcast=True)
    for asked in (carol, alice):
        ask = f.channels.GetParticipant(channel=news.to(bob), participant=bob.sees(asked))
        assert await bob.fails(ask) == "400 CHAT_ADMIN_REQUIRED"
    mine = await bob.calls(f.channels.GetParticipant(channel=news.to(bob), participant=t.InputPeerSelf()))
    assert isinstance(mine.participant, t.ChannelParticipantSelf)
    admins = f.channels.GetParticipants(
        channel=news.to(bob), filter=t.ChannelParticipantsAdmins(), offset=0, limit=10, hash=0
    )
    assert await bob.fails(admins) == "400 CHAT_ADMIN_REQUIRED"
    assert await alice.calls(f.channels.GetParticipant(channel=news.to(alice), participant=alice.sees(carol)))


async def test_an_anonymous_administrator_is_not_shown(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, alice, bob, carol)
    rights = t.ChatAdminRights(anonymous=True, delete_messages=True, invite_users=True)
    await alice.calls(f.channels.EditAdmin(
        channel=room.to(alice), user_id=alice.knows(bob), admin_rights=rights, rank="boss"
    ))  # fmt: skip
    carol.hears()
    await bob.calls(f.messages.SetTyping(peer=room.peer(bob), action=t.SendMessageTypingAction()))
    assert [u for u in carol.hears() if isinstance(u, t.UpdateChannelUserTyping)] == []
    for filter_ in (t.ChannelParticipantsRecent(), t.ChannelParticipantsAdmins(), t.ChannelParticipantsSearch(q="bob")):
        ask = f.channels.GetParticipants(channel=room.to(carol), filter=filter_, offset=0, limit=10, hash=0)
        shown = await carol.calls(ask)
        assert bob.id not in [p.user_id for p in shown.participants], filter_
        assert bob.id not in [u.id for u in shown.users]
    seen = await alice.calls(f.channels.GetParticipants(
        channel=room.to(alice), filter=t.ChannelParticipantsAdmins(), offset=0, limit=10, hash=0
    ))  # fmt: skip
    assert bob.id in [p.user_id for p in seen.participants]
    ask_one = f.channels.GetParticipant(channel=room.to(carol), participant=carol.sees(bob))
    assert await carol.fails(ask_one) == "400 USER_NOT_PARTICIPANT"


async def test_who_writes_in_a_channel_is_not_shown_typing(stage: Stage, alice: Person, bob: Person) -> None:
    news = await hall(stage, alice, bob, broadcast=True)
    bob.hears()
    await alice.calls(f.messages.SetTyping(peer=news.peer(alice), action=t.SendMessageTypingAction()))
    assert bob.hears() == []


async def test_slow_mode_counts_messages_alone(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice)
    await alice.calls(f.channels.ToggleSlowMode(channel=room.to(alice), seconds=60))
    await joined(stage, bob, room, await link_of(alice, room))
    await room.says(bob, "the event of my coming is no message")
    assert await bob.calls(f.messages.SetTyping(peer=room.peer(bob), action=t.SendMessageTypingAction()))
    again = f.messages.SendMessage(peer=room.peer(bob), message="too soon", random_id=9)
    assert await bob.fails(again) == "420 SLOWMODE_WAIT_60"


@pytest.mark.parametrize("kind", ["hall", "group"])
async def test_what_is_not_ones_own_room_is_like_none(
    stage: Stage, alice: Person, bob: Person, carol: Person, kind: str
) -> None:
    """A room that one is not in and one that never was are told apart by no answer."""
    real = (await group(alice, carol)).chat_id if kind == "group" else (await hall(stage, alice)).id
    await says(alice, t.InputPeerSelf(), "warm")
    if kind == "group":
        answers = [
            {await bob.fails(ask(chat_id)) for ask in (
                lambda i: f.messages.GetFullChat(chat_id=i), lambda i: f.messages.GetChats(id=[i]),
                lambda i: f.messages.EditChatTitle(chat_id=i, title="mine"),
                lambda i: f.messages.MigrateChat(chat_id=i), lambda i: f.messages.DeleteChat(chat_id=i),
                lambda i: f.messages.AddChatUser(chat_id=i, user_id=bob.knows(alice), fwd_limit=0),
            )}
            for chat_id in (real, real + 1000)
        ]  # fmt: skip
    else:
        answers = [
            {await bob.fails(ask(t.InputChannel(channel_id=i, access_hash=5))) for ask in (
                lambda c: f.channels.GetFullChannel(channel=c), lambda c: f.channels.JoinChannel(channel=c),
                lambda c: f.channels.EditTitle(channel=c, title="mine"), lambda c: f.channels.DeleteChannel(channel=c),
            )}
            for i in (real, real + 1000)
        ]  # fmt: skip
    assert answers[0] == answers[1]
