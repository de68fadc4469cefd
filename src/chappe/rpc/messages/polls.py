"""Polls: made of what clients send, voted in, looked at, closed. Source: api/poll"""

from collections.abc import Callable, Sequence
from functools import partial

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, open_polls, polls
from chappe.domain.access import Grant
from chappe.domain.content import Entity, MediaPoll, PollAnswer
from chappe.domain.polls import Standing
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.reading import affected_history_view
from chappe.rpc.results import chats, messages_page, sent_updates, users
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
        bool(poll.open_answers) and not poll.quiz,
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
    ids = {*standing.people, message.peer_id}
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

    def query(rx: Reader) -> tuple[MediaPoll, Standing, list[tuple[int, int, int, int]], int]:
        grant = access.require_read(rx, call.user_id, peer)
        return polls.voters(rx, grant, q.id, option, before, q.limit)

    poll, standing, page, count = await call.read(query)
    ids, answers = {named for _, _, _, named in page}, standing.answers(poll)
    more = len(page) >= max(1, min(q.limit or polls.PAGE, polls.PAGE)) and len(page) < count
    return t.messages.VotesList(
        count=count,
        votes=[_vote_view(answers, places, date, named, option) for _, places, date, named in page],
        chats=await chats(call, ids),
        users=await users(call, ids),
        next_offset=f"{page[-1][2]}_{page[-1][0]}" if more else None,
    )


def _place(offset: str | None) -> tuple[int, int]:
    """Where the page begins. Shape: `date_user`, of our own making."""
    if not offset:
        return 2**31, 2**62
    date, _, user = offset.partition("_")
    if not (date.isdecimal() and user.isdecimal() and len(date) < 11 and len(user) < 19):
        raise Invalid("offset_invalid")
    return int(date), int(user)


def _vote_view(
    answers: Sequence[tuple[int, PollAnswer]], places: int, date: int, named: int, option: bytes | None
) -> t.TypeMessagePeerVote:
    peer = peer_view(named)
    if option is not None:
        return t.MessagePeerVoteInputOption(peer=peer, date=date)
    chosen: Sequence[bytes] = [a.option for place, a in answers if places >> place & 1]
    if len(chosen) == 1:
        return t.MessagePeerVote(peer=peer, option=chosen[0], date=date)
    return t.MessagePeerVoteMultiple(peer=peer, options=list(chosen), date=date)


@method("messages.addPollAnswer")
async def add_poll_answer(call: Call, q: f.messages.AddPollAnswer) -> t.Updates:
    """The poll can be answered so as well.

    Source: method/messages.addPollAnswer
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, MESSAGE_POLL_CLOSED, POLL_ANSWER_INVALID, POLL_ANSWERS_INVALID,
    POLL_OPTION_DUPLICATE, MEDIA_INVALID, CHAT_WRITE_FORBIDDEN.
    """
    answer = _answer(call, 0, q.answer)
    return await _changed(call, q.peer, partial(open_polls.append, message_id=q.msg_id, answer=answer))


@method("messages.deletePollAnswer")
async def delete_poll_answer(call: Call, q: f.messages.DeletePollAnswer) -> t.Updates:
    """The answer, which a voter had added, is gone with the votes for it.

    Source: method/messages.deletePollAnswer
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, MESSAGE_POLL_CLOSED, POLL_OPTION_INVALID, CHAT_WRITE_FORBIDDEN.
    """
    option = bytes(q.option)
    return await _changed(call, q.peer, partial(open_polls.delete, message_id=q.msg_id, option=option))


async def _changed(
    call: Call, value: t.TypeInputPeer, change: Callable[..., open_polls.Changed]
) -> t.Updates:
    """The event in the dialog, and how the poll stands."""
    peer, origin = await inputs.peer(call, value), call.device.auth_key_id
    message, standing, entry = await call.write(
        lambda tx: change(tx, access.require_write(tx, call.user_id, peer), origin=origin)
    )
    told, stands = await sent_updates(call, [entry]), await _standing_updates(call, message, standing)
    people = {one.id: one for one in (*told.users, *stands.users)}
    around = {one.id: one for one in (*told.chats, *stands.chats)}
    return told.replace(
        updates=[*told.updates, *stands.updates], users=list(people.values()), chats=list(around.values())
    )


@method("messages.getUnreadPollVotes")
async def get_unread_poll_votes(call: Call, q: f.messages.GetUnreadPollVotes) -> t.messages.TypeMessages:
    """The caller's polls in the dialog with votes not looked at yet.

    Source: method/messages.getUnreadPollVotes
    Errors: PEER_ID_INVALID.
    """
    peer = await inputs.peer(call, q.peer)
    found = await call.read(lambda rx: polls.unread(rx, access.require_read(rx, call.user_id, peer)))
    found = [m for m in found if not q.top_msg_id or polls.in_topic(m, q.top_msg_id)]
    low, high = max(0, q.min_id), q.max_id if q.max_id > 0 else 2**31
    kept = [m for m in found if low < m.id < high and (q.offset_id <= 0 or m.id < q.offset_id)]
    return await messages_page(call, kept[: max(1, min(q.limit, polls.PAGE))], len(found), room=peer)


@method("messages.readPollVotes")
async def read_poll_votes(call: Call, q: f.messages.ReadPollVotes) -> t.messages.AffectedHistory:
    """All votes in the caller's polls in the dialog, or in one topic of it, have been looked at.

    Source: method/messages.readPollVotes
    Errors: PEER_ID_INVALID.
    """
    peer, origin, top = await inputs.peer(call, q.peer), call.device.auth_key_id, q.top_msg_id or 0

    def act(tx: Tx) -> Affected:
        grant = access.require_read(tx, call.user_id, peer)
        some = [m.id for m in polls.unread(tx, grant) if polls.in_topic(m, top)] if top else None
        return polls.see(tx, grant, some, origin)

    return affected_history_view(await call.write(act))


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
