"""Polls and how they stand, as TL values. Source: type/Poll, type/PollResults"""

from chappe.domain import content as c
from chappe.domain.polls import Standing, poll_of
from chappe.domain.records import Message
from chappe.rpc.views.entities import entities_view
from chappe.rpc.views.peers import peer_view
from chappe.tl import types as t


def poll_media_view(poll: c.MediaPoll, standing: Standing | None, viewer_id: int) -> t.MessageMediaPoll:
    """A poll in a message; without a standing the client is told to ask for the results."""
    return t.MessageMediaPoll(poll=poll_view(poll, standing), results=results_view(poll, standing, viewer_id))


def poll_view(poll: c.MediaPoll, standing: Standing | None) -> t.Poll:
    """What is asked. Source: type/poll"""
    closed = standing.closed if standing else poll.closed
    answers = standing.answers(poll) if standing else [*enumerate(poll.answers)]
    return t.Poll(
        id=poll.poll_id,
        closed=closed,
        public_voters=poll.public_voters,
        multiple_choice=poll.multiple,
        quiz=poll.quiz,
        open_answers=poll.open_answers,
        revoting_disabled=poll.revoting_disabled,
        shuffle_answers=poll.shuffle_answers,
        hide_results_until_close=poll.hide_results,
        creator=bool(standing and standing.creator),
        question=_words(poll.question, poll.question_entities),
        answers=[answer_view(answer) for _, answer in answers],
        close_period=poll.close_period or None,
        close_date=poll.close_date or None,
        hash=poll.poll_id & 0xFFFFFFFF ^ int(closed) ^ sum(a.date * (place + 1) for place, a in answers) & 0xFFFFFFFF,
    )


def answer_view(answer: c.PollAnswer) -> t.PollAnswer:
    """One answer; one that a voter added says whose it is. Source: type/pollAnswer"""
    return t.PollAnswer(
        text=_words(answer.text, answer.entities), option=answer.option,
        added_by=peer_view(answer.added_by) if answer.added_by else None, date=answer.date or None,
    )  # fmt: skip


def _words(text: str, entities: tuple[c.Entity, ...]) -> t.TextWithEntities:
    return t.TextWithEntities(text=text, entities=entities_view(entities) or [])


def results_view(poll: c.MediaPoll, standing: Standing | None, viewer_id: int) -> t.PollResults:
    """How the poll stands: what was chosen is shown to who has chosen, and to all when it is closed.

    Source: type/pollResults
    Shape: min, without what is one person's own, when there is no viewer.
    """
    if standing is None:
        return t.PollResults(min=True)
    voted = bool(standing.mine) and not poll.hide_results
    shown = standing.closed or voted or (not viewer_id and not poll.quiz and not poll.hide_results)
    solved = standing.closed or bool(standing.mine)
    return t.PollResults(
        min=not viewer_id,
        has_unread_votes=standing.unread,
        results=[_voters_view(poll, standing, *one, shown, solved) for one in standing.answers(poll)]
        if shown or solved else None,
        total_voters=standing.voters,
        recent_voters=[peer_view(user) for user in standing.recent] or None,
        solution=poll.solution if solved and poll.solution else None,
        solution_entities=(entities_view(poll.solution_entities) or []) if solved and poll.solution else None,
    )  # fmt: skip


def _voters_view(
    poll: c.MediaPoll, standing: Standing, place: int, answer: c.PollAnswer, shown: bool, solved: bool
) -> t.PollAnswerVoters:
    return t.PollAnswerVoters(
        chosen=place in standing.mine,
        correct=solved and place in poll.correct,
        option=answer.option,
        voters=standing.counts.get(place, 0) if shown else 0,
        recent_voters=[],
    )


def standing_update(message: Message, standing: Standing, viewer_id: int) -> t.UpdateMessagePoll:
    """How the poll of a message stands. Source: type/updateMessagePoll"""
    poll = poll_of(message)
    assert poll is not None
    return t.UpdateMessagePoll(
        peer=peer_view(message.peer_id), msg_id=message.id, poll_id=poll.poll_id, poll=poll_view(poll, standing),
        results=results_view(poll, standing, viewer_id),
    )  # fmt: skip
