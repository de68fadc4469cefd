"""Polls: made of what clients send, voted in, looked at, closed. Source: api/poll"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, polls
from chappe.domain.access import Grant
from chappe.domain.content import Entity, MediaPoll, PollAnswer
from chappe.domain.polls import Standing
from chappe.domain.records import Message
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.polls import standing_update
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


def poll_of(call: Call, value: t.InputMediaPoll) -> MediaPoll:
    """The poll a client wants asked.

    Errors: POLL_QUESTION_INVALID, POLL_ANSWERS_INVALID, POLL_ANSWER_INVALID, POLL_OPTION_DUPLICATE,
    QUIZ_CORRECT_ANSWERS_EMPTY, QUIZ_CORRECT_ANSWERS_TOO_MUCH, QUIZ_CORRECT_ANSWER_INVALID, MEDIA_INVALID.
    """
    poll = value.poll
    if poll.countries_iso2 or poll.subscribers_only or value.attached_media or value.solution_media:
        raise Invalid("media_invalid")
    question, entities = _words(call, poll.question)
    solution = (value.solution or "")[: polls.SOLUTION_LENGTH]
    made = MediaPoll(
        0,
        int.from_bytes(call.services.entropy(8), "big") >> 1 or 1,
        question,
        entities,
        tuple(_answer(call, place, one) for place, one in enumerate(poll.answers)),
        bool(poll.public_voters),
        bool(poll.multiple_choice),
        bool(poll.quiz),
        poll.close_period or 0,
        0 if poll.close_period else poll.close_date or 0,
        tuple(sorted(set(value.correct_answers or ()))),
        solution if poll.quiz else "",
        inputs.entities(call, value.solution_entities) if poll.quiz and solution else (),
        bool(poll.revoting_disabled),
        bool(poll.shuffle_answers),
        bool(poll.hide_results_until_close),
        bool(poll.closed),
    )
    polls.require_poll(made)
    return made


def _words(call: Call, value: t.TypeTextWithEntities) -> tuple[str, tuple[Entity, ...]]:
    return value.text, inputs.entities(call, value.entities)


def _answer(call: Call, place: int, value: t.TypePollAnswer) -> PollAnswer:
    """An answer; a client of a newer layer leaves its name to the server."""
    if value.media is not None:
        raise Invalid("media_invalid")
    option = bytes(value.option) if isinstance(value, t.PollAnswer) else str(place).encode()
    return PollAnswer(*_words(call, value.text), option)


@method("messages.sendVote")
async def send_vote(call: Call, q: f.messages.SendVote) -> t.Updates:
    """The caller chose these answers, none when empty.

    Source: method/messages.sendVote
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, MESSAGE_POLL_CLOSED, OPTION_INVALID, OPTIONS_TOO_MUCH,
    REVOTE_NOT_ALLOWED.
    """
    peer, options = await inputs.peer(call, q.peer), [bytes(one) for one in q.options[: polls.ANSWERS[1] + 1]]

    def act(tx: Tx) -> tuple[Message, Standing]:
        return polls.vote(tx, _voter(tx, call.user_id, peer), q.msg_id, options)

    return await _standing_updates(call, *await call.write(act))


def _voter(rx: Reader, user: UserId, peer: PeerId) -> Grant:
    """The caller may vote where they may read; in a room they must be in it."""
    return access.require_member(rx, user, peer) if peer < 0 else access.require_read(rx, user, peer)


@method("messages.getPollResults")
async def get_poll_results(call: Call, q: f.messages.GetPollResults) -> t.Updates:
    """How the poll stands. Source: method/messages.getPollResults. Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID."""
    peer = await inputs.peer(call, q.peer)

    def query(rx: Reader) -> tuple[Message, Standing]:
        message, poll = polls.find(rx, access.require_read(rx, call.user_id, peer), q.msg_id)
        return message, polls.standing(rx, poll, call.user_id)

    return await _standing_updates(call, *await call.read(query))


async def _standing_updates(call: Call, message: Message, standing: Standing) -> t.Updates:
    update = standing_update(message, standing, call.user_id)
    ids = {*standing.recent, message.peer_id}
    return t.Updates(
        updates=[update], users=await users(call, ids), chats=await chats(call, ids), date=call.now(), seq=0
    )


@method("messages.getPollVotes")
async def get_poll_votes(call: Call, q: f.messages.GetPollVotes) -> t.messages.VotesList:
    """Who chose what, in a poll whose voters are named, newest first.

    Source: method/messages.getPollVotes
    Errors: MESSAGE_ID_INVALID, POLL_VOTE_REQUIRED, BROADCAST_FORBIDDEN, OPTION_INVALID, OFFSET_INVALID.
    """
    peer, before = await inputs.peer(call, q.peer), _place(q.offset)
    option = bytes(q.option) if q.option is not None else None

    def query(rx: Reader) -> tuple[MediaPoll, list[tuple[UserId, int, int]], int]:
        grant = access.require_read(rx, call.user_id, peer)
        return polls.voters(rx, grant, q.id, option, before, q.limit)

    poll, page, count = await call.read(query)
    ids = {user for user, _, _ in page}
    more = len(page) >= max(1, min(q.limit or polls.PAGE, polls.PAGE)) and len(page) < count
    return t.messages.VotesList(
        count=count,
        votes=[_vote_view(poll, *one, option) for one in page],
        chats=[],
        users=await users(call, ids),
        next_offset=f"{page[-1][2]}_{page[-1][0]}" if more else None,
    )


def _place(offset: str | None) -> tuple[int, int]:
    """Where the page begins. Shape: `date_user`, of our own making."""
    if not offset:
        return 2**31, 2**62
    date, _, user = offset.partition("_")
    if not (date.isdecimal() and user.isdecimal() and len(offset) < 40):
        raise Invalid("offset_invalid")
    return int(date), int(user)


def _vote_view(poll: MediaPoll, user: UserId, places: int, date: int, option: bytes | None) -> t.TypeMessagePeerVote:
    peer = peer_view(user)
    if option is not None:
        return t.MessagePeerVoteInputOption(peer=peer, date=date)
    chosen: Sequence[bytes] = [a.option for place, a in enumerate(poll.answers) if places >> place & 1]
    if len(chosen) == 1:
        return t.MessagePeerVote(peer=peer, option=chosen[0], date=date)
    return t.MessagePeerVoteMultiple(peer=peer, options=list(chosen), date=date)


async def stop(call: Call, q: f.messages.EditMessage) -> t.Updates:
    """The poll of the message is closed; nothing else about a poll can be edited.

    Errors: MESSAGE_ID_INVALID, MESSAGE_AUTHOR_REQUIRED, MESSAGE_NOT_MODIFIED, MEDIA_PREV_INVALID.
    """
    assert isinstance(q.media, t.InputMediaPoll)
    if not q.media.poll.closed:
        raise Invalid("media_prev_invalid")
    peer = await inputs.peer(call, q.peer)

    def act(tx: Tx) -> tuple[Message, Standing]:
        return polls.stop(tx, access.require_write(tx, call.user_id, peer), q.id)

    return await _standing_updates(call, *await call.write(act))
