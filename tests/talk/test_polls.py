"""Source: api/poll, method/messages.sendVote. Polls and quizzes are asked, voted in, closed; a forward shares them."""

import pytest
from tests.kit.stage import Person, Stage
from tests.talk.test_rooms import makes, peer, seen_by

from chappe import tl
from chappe.domain import polls
from chappe.tl import functions as f
from chappe.tl import types as t


def words(text: str) -> t.TextWithEntities:
    return t.TextWithEntities(text=text, entities=[])


def asks(to: object, *answers: str, correct: list[int] | None = None, **how: object) -> f.messages.SendMedia:
    poll = t.Poll(
        id=0, question=words("Which tree?"), hash=0, quiz=correct is not None, **how,
        answers=[t.PollAnswer(text=words(one), option=one.encode()) for one in answers],
    )  # fmt: skip
    solution = "It is." if correct is not None else None
    entities = [] if solution else None
    media = t.InputMediaPoll(poll=poll, correct_answers=correct, solution=solution, solution_entities=entities)
    return f.messages.SendMedia(peer=to, media=media, message="", random_id=len(answers) * 7 + bool(correct))


def posted(updates: t.Updates) -> t.Message:
    return next(u.message for u in updates.updates if hasattr(u, "message"))


def counts(results: t.PollResults) -> dict[bytes, int]:
    return {one.option: one.voters for one in results.results or ()}


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_people_vote_in_a_group(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    message = posted(await alice.calls(asks(peer(room), "oak", "elm", public_voters=True)))
    assert (message.media.poll.question.text, message.media.results.total_voters) == ("Which tree?", 0)
    here = peer(seen_by(stage, bob, room))
    vote = f.messages.SendVote(peer=here, msg_id=message.id, options=[b"elm"])
    results = (await bob.calls(vote)).updates[0].results
    assert counts(results) == {b"oak": 0, b"elm": 1} and [r.chosen for r in results.results] == [False, True]
    told = alice.receives(t.UpdateMessagePoll).results
    assert told.min and counts(told) == {b"oak": 0, b"elm": 1} and not any(r.chosen for r in told.results)
    asked = f.messages.GetPollResults(peer=peer(room), msg_id=message.id, poll_hash=0)
    before = (await alice.calls(asked)).updates[0]
    assert (before.results.results, before.results.total_voters) == (None, 1)
    names = f.messages.GetPollVotes(peer=peer(room), id=message.id, limit=10)
    assert await alice.fails(names) == "403 POLL_VOTE_REQUIRED"
    stage.clock.moves(1)
    await alice.calls(f.messages.SendVote(peer=peer(room), msg_id=message.id, options=[b"oak"]))
    assert [v.peer.user_id for v in (await alice.calls(names)).votes] == [alice.id, bob.id]
    await alice.calls(f.messages.SendVote(peer=peer(room), msg_id=message.id, options=[]))
    again = (await bob.calls(f.messages.GetPollResults(peer=here, msg_id=message.id, poll_hash=0))).updates[0]
    assert counts(again.results) == {b"oak": 0, b"elm": 1}
    history = f.messages.GetHistory(
        peer=here, offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    )
    shown = (await bob.calls(history)).messages[0].media
    assert counts(shown.results) == {b"oak": 0, b"elm": 1}


@pytest.mark.parametrize("layer", (220, tl.NEWEST))
async def test_a_quiz_is_answered_once(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    message = posted(await alice.calls(asks(alice.sees(bob), "oak", "elm", correct=[1])))
    theirs = bob.receives(t.UpdateNewMessage).message
    results = (
        await bob.calls(f.messages.SendVote(peer=bob.sees(alice), msg_id=theirs.id, options=[b"oak"]))
    ).updates[0].results
    assert [r.correct for r in results.results] == [False, True] and results.solution == "It is."
    again = f.messages.SendVote(peer=bob.sees(alice), msg_id=theirs.id, options=[b"elm"])
    assert await bob.fails(again) == "400 REVOTE_NOT_ALLOWED"
    told = alice.receives(t.UpdateMessagePoll)
    assert (told.poll_id, told.results.total_voters) == (message.media.poll.id, 1)


async def test_a_forward_shares_the_votes(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    message = posted(await alice.calls(asks(alice.sees(bob), "oak", "elm", "ash", multiple_choice=True)))
    forward = f.messages.ForwardMessages(
        from_peer=alice.sees(bob), to_peer=alice.sees(carol), id=[message.id], random_id=[5]
    )
    await alice.calls(forward)
    theirs = carol.receives(t.UpdateNewMessage).message
    assert theirs.media.poll.id == message.media.poll.id
    vote = f.messages.SendVote(peer=carol.sees(alice), msg_id=theirs.id, options=[b"oak", b"ash"])
    await carol.calls(vote)
    mine = f.messages.GetPollResults(peer=alice.sees(bob), msg_id=message.id, poll_hash=0)
    assert (await alice.calls(mine)).updates[0].results.total_voters == 1


async def test_a_poll_ends_by_hand_or_by_the_clock(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "News", broadcast=True)
    assert await alice.fails(asks(peer(room), "a", "b", public_voters=True)) == "400 BROADCAST_PUBLIC_VOTERS_FORBIDDEN"
    message = posted(await alice.calls(asks(peer(room), "oak", "elm", close_period=60)))
    assert message.media.poll.close_date == int(stage.clock.now()) + 60
    stage.clock.moves(61)
    late = f.messages.SendVote(peer=peer(room), msg_id=message.id, options=[b"oak"])
    assert await alice.fails(late) == "400 MESSAGE_POLL_CLOSED"
    assert await stage.writes(polls.close_due) == 1 and await stage.writes(polls.close_due) == 0
    second = posted(await alice.calls(asks(peer(room), "oak", "elm", "ash")))
    closed = second.media.poll.replace(closed=True)
    edit = f.messages.EditMessage(peer=peer(room), id=second.id, media=t.InputMediaPoll(poll=closed))
    assert (await alice.calls(edit)).updates[0].poll.closed
    late = f.messages.SendVote(peer=peer(room), msg_id=second.id, options=[b"oak"])
    assert await alice.fails(late) == "400 MESSAGE_POLL_CLOSED"
    assert await alice.fails(edit) == "400 MESSAGE_NOT_MODIFIED"
    seen = f.messages.GetPollResults(peer=peer(room), msg_id=second.id, poll_hash=0)
    assert counts((await alice.calls(seen)).updates[0].results) == {b"oak": 0, b"elm": 0, b"ash": 0}


@pytest.mark.parametrize(
    ("answers", "how", "error"),
    [
        (("one",), {}, "POLL_ANSWERS_INVALID"),
        (("one", " "), {}, "POLL_ANSWER_INVALID"),
        (("one", "one"), {}, "POLL_OPTION_DUPLICATE"),
        (("one", "two"), {"correct": []}, "QUIZ_CORRECT_ANSWERS_EMPTY"),
        (("one", "two"), {"correct": [0, 1]}, "QUIZ_CORRECT_ANSWERS_TOO_MUCH"),
        (("one", "two"), {"correct": [7]}, "QUIZ_CORRECT_ANSWER_INVALID"),
    ],
)
async def test_what_cannot_be_asked(
    alice: Person, bob: Person, answers: tuple[str, ...], how: dict[str, object], error: str
) -> None:
    assert await alice.fails(asks(alice.sees(bob), *answers, **how)) == f"400 {error}"  # type: ignore[arg-type]
