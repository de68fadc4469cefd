"""Source: api/poll, method/messages.addPollAnswer. Voters add answers; who asked looks at the votes."""

import pytest
from tests.kit.rooms import Hall, group, hall, history
from tests.kit.stage import Person, Stage
from tests.talk.test_polls import asks, counts, posted, words

from chappe.domain import poll_answers
from chappe.tl import functions as f
from chappe.tl import types as t


def adds(to: t.TypeInputPeer, message_id: int, text: str) -> f.messages.AddPollAnswer:
    return f.messages.AddPollAnswer(peer=to, msg_id=message_id, answer=t.InputPollAnswer(text=words(text)))


async def open_poll(stage: Stage, alice: Person, *others: Person) -> tuple[Hall, t.Message]:
    """A group in which alice asks, and whoever votes may add answers."""
    room = await hall(stage, alice, *others)
    asked = posted(await alice.calls(asks(room.peer(alice), "oak", "elm", public_voters=True, open_answers=True)))
    for one in (alice, *others):
        one.hears()
    return room, asked


@pytest.mark.parametrize("layer", (227, 228, 229))
async def test_a_voter_adds_an_answer(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room, asked = await open_poll(stage, alice, bob, carol)
    assert asked.media.poll.open_answers
    told = await bob.calls(adds(room.peer(bob), asked.id, "ash"))
    event, stands = told.updates
    assert event.message.reply_to.reply_to_msg_id == asked.id
    assert event.message.action.answer.text.text == "ash"
    added = stands.poll.answers[2]
    assert (added.text.text, added.added_by, added.date) == ("ash", t.PeerUser(user_id=bob.id), int(stage.clock.now()))
    heard = carol.receives(t.UpdateMessagePoll).poll
    assert [a.text.text for a in heard.answers] == ["oak", "elm", "ash"]
    vote = f.messages.SendVote(peer=room.peer(carol), msg_id=asked.id, options=[added.option])
    results = (await carol.calls(vote)).updates[0].results
    assert counts(results) == {b"oak": 0, b"elm": 0, added.option: 1}
    names = f.messages.GetPollVotes(peer=room.peer(carol), id=asked.id, limit=10)
    assert [v.option for v in (await carol.calls(names)).votes] == [added.option]
    named = f.channels.GetMessages(channel=room.to(alice), id=[t.InputMessageID(id=asked.id)])
    page = await alice.calls(named)
    assert page.messages[0].media.poll.answers[2].added_by == t.PeerUser(user_id=bob.id)
    assert {user.id for user in page.users} >= {bob.id, carol.id}
    # A forward is the same poll.
    notes = f.messages.ForwardMessages(
        from_peer=room.peer(carol), to_peer=t.InputPeerSelf(), id=[asked.id], random_id=[1]
    )
    copy = posted(await carol.calls(notes))
    assert [a.text.text for a in copy.media.poll.answers] == ["oak", "elm", "ash"]
    assert await carol.fails(adds(t.InputPeerSelf(), copy.id, "fir")) == "400 MESSAGE_ID_INVALID"


async def test_an_added_answer_is_taken_away_with_its_votes(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room, asked = await open_poll(stage, alice, bob, carol)
    ash = (await bob.calls(adds(room.peer(bob), asked.id, "ash"))).updates[1].poll.answers[2].option
    fir = (await carol.calls(adds(room.peer(carol), asked.id, "fir"))).updates[1].poll.answers[3].option

    def gone(person: Person, option: bytes) -> f.messages.DeletePollAnswer:
        return f.messages.DeletePollAnswer(peer=room.peer(person), msg_id=asked.id, option=option)

    await bob.calls(f.messages.SendVote(peer=room.peer(bob), msg_id=asked.id, options=[ash]))
    await alice.calls(f.messages.SendVote(peer=room.peer(alice), msg_id=asked.id, options=[fir]))
    assert await carol.fails(gone(carol, ash)) == "400 POLL_OPTION_INVALID"
    assert await alice.fails(gone(alice, b"oak")) == "400 POLL_OPTION_INVALID"
    stage.clock.moves(poll_answers.DELETE_S)
    assert await bob.fails(gone(bob, ash)) == "400 POLL_OPTION_INVALID"
    event, stands = (await alice.calls(gone(alice, ash))).updates
    assert type(event.message.action).__name__ == "MessageActionPollDeleteAnswer"
    assert [a.option for a in stands.poll.answers] == [b"oak", b"elm", fir]
    assert (stands.results.total_voters, counts(stands.results)[fir]) == (1, 1)
    late = f.messages.SendVote(peer=room.peer(bob), msg_id=asked.id, options=[ash])
    assert await bob.fails(late) == "400 OPTION_INVALID"
    again = (await bob.calls(adds(room.peer(bob), asked.id, "ash"))).updates[1].poll.answers
    assert again[-1].option not in (ash, fir)


async def test_only_open_polls_take_answers(stage: Stage, alice: Person, bob: Person) -> None:
    room, asked = await open_poll(stage, alice, bob)
    closed = posted(await alice.calls(asks(room.peer(alice), "oak", "elm", "ash", public_voters=True)))
    assert await bob.fails(adds(room.peer(bob), closed.id, "fir")) == "400 POLL_ANSWER_INVALID"
    assert await bob.fails(adds(room.peer(bob), asked.id, " ")) == "400 POLL_ANSWER_INVALID"
    assert await bob.fails(adds(room.peer(bob), asked.id, "x" * 101)) == "400 POLL_ANSWER_INVALID"
    assert await bob.fails(adds(room.peer(bob), asked.id, "OAK")) == "400 POLL_OPTION_DUPLICATE"
    for number in range(poll_answers.MOST - 2):
        await bob.calls(adds(room.peer(bob), asked.id, f"tree {number}"))
    assert await bob.fails(adds(room.peer(bob), asked.id, "one more")) == "400 POLL_ANSWERS_INVALID"
    secret = asks(room.peer(alice), "a", "b", "c", "d", open_answers=True)
    assert await alice.fails(secret) == "400 MEDIA_INVALID"
    rights = t.ChatBannedRights(until_date=0, send_messages=True)
    await alice.calls(f.channels.EditBanned(channel=room.to(alice), participant=alice.sees(bob), banned_rights=rights))
    assert await bob.fails(adds(room.peer(bob), asked.id, "fir")) == "403 CHAT_WRITE_FORBIDDEN"


async def test_who_asked_looks_at_the_votes(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room, asked = await open_poll(stage, alice, bob, carol)
    phone = await alice.brings()
    await bob.calls(f.messages.SendVote(peer=room.peer(bob), msg_id=asked.id, options=[b"oak"]))
    told = [u.results for u in alice.hears() if isinstance(u, t.UpdateMessagePoll)]
    assert [(r.min, r.has_unread_votes) for r in told] == [(True, False), (False, True)]
    await carol.calls(f.messages.SendVote(peer=room.peer(carol), msg_id=asked.id, options=[b"oak"]))
    assert [u.results.min for u in alice.hears() if isinstance(u, t.UpdateMessagePoll)] == [True]
    asking = {"offset_id": 0, "add_offset": 0, "limit": 10, "max_id": 0, "min_id": 0}
    waiting = await alice.calls(f.messages.GetUnreadPollVotes(peer=room.peer(alice), **asking))
    assert [m.id for m in waiting.messages] == [asked.id] and waiting.messages[0].media.results.has_unread_votes
    assert (await room.line(alice)).unread_poll_votes_count == 1
    theirs = await bob.calls(f.messages.GetUnreadPollVotes(peer=room.peer(bob), **asking))
    assert (theirs.messages, (await room.line(bob)).unread_poll_votes_count) == ([], 0)
    phone.hears()
    await alice.calls(f.messages.ReadPollVotes(peer=room.peer(alice)))
    assert not phone.receives(t.UpdateMessagePoll).results.has_unread_votes
    assert (await room.line(alice)).unread_poll_votes_count == 0
    await carol.calls(f.messages.SendVote(peer=room.peer(carol), msg_id=asked.id, options=[b"elm"]))
    assert (await room.line(alice)).unread_poll_votes_count == 1
    await alice.calls(f.channels.ReadMessageContents(channel=room.to(alice), id=[asked.id]))
    assert (await room.line(alice)).unread_poll_votes_count == 0
    await carol.calls(f.messages.SendVote(peer=room.peer(carol), msg_id=asked.id, options=[b"oak"]))
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[asked.id]))
    assert (await room.line(alice)).unread_poll_votes_count == 0


async def test_votes_in_one_topic_are_looked_at(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    ids = []
    for number, title in enumerate(("Trees", "Birds"), 1):
        made = await alice.calls(f.messages.CreateForumTopic(peer=room.peer(alice), title=title, random_id=number))
        topic = next(u.message.id for u in made.updates if hasattr(u, "message"))
        poll = asks(room.peer(alice), "yes", "no", public_voters=True)
        there = poll.replace(reply_to=t.InputReplyToMessage(reply_to_msg_id=topic), random_id=100 + number)
        asked = posted(await alice.calls(there))
        await bob.calls(f.messages.SendVote(peer=room.peer(bob), msg_id=asked.id, options=[b"yes"]))
        ids.append((topic, asked.id))
    asking = {"offset_id": 0, "add_offset": 0, "limit": 10, "max_id": 0, "min_id": 0}
    trees = f.messages.GetUnreadPollVotes(peer=room.peer(alice), top_msg_id=ids[0][0], **asking)
    assert [m.id for m in (await alice.calls(trees)).messages] == [ids[0][1]]
    await alice.calls(f.messages.ReadPollVotes(peer=room.peer(alice), top_msg_id=ids[0][0]))
    left = await alice.calls(f.messages.GetUnreadPollVotes(peer=room.peer(alice), **asking))
    assert [m.id for m in left.messages] == [ids[1][1]]


async def test_it_is_so_in_a_basic_group(stage: Stage, alice: Person, bob: Person) -> None:
    kitchen = await group(alice, bob)
    asked = posted(await alice.calls(asks(kitchen, "soup", "rice", public_voters=True, open_answers=True)))
    theirs = next(m for m in (await history(bob, kitchen)).messages if isinstance(m, t.Message))
    await bob.calls(adds(kitchen, theirs.id, "bread"))
    event = [u.message for u in alice.hears() if isinstance(u, t.UpdateNewMessage)][-1]
    assert (event.reply_to.reply_to_msg_id, event.action.answer.text.text) == (asked.id, "bread")
    await bob.calls(f.messages.SendVote(peer=kitchen, msg_id=theirs.id, options=[b"rice"]))
    listed = await alice.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=kitchen)]))
    assert listed.dialogs[0].unread_poll_votes_count == 1


async def test_an_anonymous_administrators_vote_is_the_groups(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room, asked = await open_poll(stage, alice, bob, carol)
    await alice.calls(f.channels.EditAdmin(
        channel=room.to(alice), user_id=alice.knows(bob), admin_rights=t.ChatAdminRights(anonymous=True), rank=""
    ))  # fmt: skip
    await bob.calls(adds(room.peer(bob), asked.id, "ash"))
    await bob.calls(f.messages.SendVote(peer=room.peer(bob), msg_id=asked.id, options=[b"oak"]))
    await carol.calls(f.messages.SendVote(peer=room.peer(carol), msg_id=asked.id, options=[b"elm"]))
    here = t.PeerChannel(channel_id=room.id)
    names = await carol.calls(f.messages.GetPollVotes(peer=room.peer(carol), id=asked.id, limit=10))
    assert {str(v.peer) for v in names.votes} == {str(here), str(t.PeerUser(user_id=carol.id))}
    results = f.messages.GetPollResults(peer=room.peer(carol), msg_id=asked.id, poll_hash=0)
    stands = (await carol.calls(results)).updates[0]
    assert stands.poll.answers[2].added_by == here and here in stands.results.recent_voters
