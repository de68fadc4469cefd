"""Polls and quizzes: opened with a message, voted in, closed by hand or by the clock; a forward shares the votes.

Source: api/poll
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import anonymity, poll_answers, posts, room_log, updates
from chappe.domain import content as contents
from chappe.domain.access import Grant
from chappe.domain.content import MediaPoll, PollAnswer, Text
from chappe.domain.messages import Outgoing, Sent
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.domain.updates import PollChanged, StateNote
from chappe.store import Reader, Tx
from chappe.store.queries import polls as rows
from chappe.store.queries import posts as post_rows

QUESTION_LENGTH = 255
ANSWER_LENGTH = 100
ANSWERS = (2, 12)
OPTION_BYTES = 100
SOLUTION_LENGTH = 200
LONGEST_S = 2_628_000
UNREAD = "unread_votes"
LOOKED_AT = 1000
"""Polls with votes not looked at that one call treats."""
RECENT = 3
"""Voters shown of a poll whose voters are named."""
PAGE = 50
AT_ONCE = 50
"""Polls that one act closes."""
TOLD_EACH = 100
"""Up to so many voters each vote is told to a room; beyond, only some are, so that a large room can breathe."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a poll stands for one person. Shape: mine has the places they chose; counts: place → voters."""

    closed: bool
    voters: int
    counts: dict[int, int]
    mine: frozenset[int] = frozenset()
    recent: tuple[int, ...] = ()
    """Who is named as having voted last."""
    creator: bool = False
    added: tuple[tuple[int, PollAnswer], ...] = ()
    """(place, answer) of those that voters added."""
    unread: bool = False
    """Somebody voted since the creator looked."""

    @property
    def people(self) -> set[int]:
        """Whom a client must know to show the poll."""
        return {*self.recent, *(answer.added_by for _, answer in self.added)}

    def answers(self, poll: MediaPoll) -> list[tuple[int, PollAnswer]]:
        """(place, answer) of all that can be chosen, in their order."""
        return [*enumerate(poll.answers), *self.added]


def require_poll(poll: MediaPoll) -> None:
    """The poll can be asked.

    Errors: Invalid poll_question_invalid, poll_answers_invalid, poll_answer_invalid, poll_option_invalid,
    poll_option_duplicate, quiz_correct_answers_empty, quiz_correct_answers_too_much, quiz_correct_answer_invalid,
    media_invalid.
    """
    if not 0 < contents.utf16_len(poll.question.strip()) <= QUESTION_LENGTH:
        raise Invalid("poll_question_invalid")
    if not ANSWERS[0] <= len(poll.answers) <= ANSWERS[1]:
        raise Invalid("poll_answers_invalid")
    for answer in poll.answers:
        if not 0 < contents.utf16_len(answer.text.strip()) <= ANSWER_LENGTH:
            raise Invalid("poll_answer_invalid")
        if not 0 < len(answer.option) <= OPTION_BYTES:
            raise Invalid("poll_option_invalid")
    if len({a.option for a in poll.answers}) < len(poll.answers):
        raise Invalid("poll_option_duplicate")
    if poll.close_period and not 5 <= poll.close_period <= LONGEST_S:
        raise Invalid("media_invalid")
    if poll.quiz:
        _require_quiz(poll)


def _require_quiz(poll: MediaPoll) -> None:
    if not poll.correct:
        raise Invalid("quiz_correct_answers_empty")
    if len(poll.correct) > 1 and not poll.multiple:
        raise Invalid("quiz_correct_answers_too_much")
    if any(not 0 <= place < len(poll.answers) for place in poll.correct):
        raise Invalid("quiz_correct_answer_invalid")


def at_home(grant: Grant, outgoing: Outgoing, now: int) -> Outgoing:
    """The message with its poll, if it asks one, belonging to the box it goes to.

    Errors: Invalid broadcast_public_voters_forbidden, media_invalid.
    """
    content = outgoing.content
    if not isinstance(content, Text) or not isinstance(content.media, MediaPoll):
        return outgoing
    poll = content.media
    if poll.public_voters and grant.room is not None and grant.room.broadcast:
        raise Invalid("broadcast_public_voters_forbidden")
    if poll.open_answers and (poll.quiz or not poll.public_voters):
        raise Invalid("media_invalid")
    if poll.home:
        return outgoing
    ends = now + poll.close_period if poll.close_period else poll.close_date
    if ends and not now < ends <= now + LONGEST_S:
        raise Invalid("media_invalid")
    poll = msgspec.structs.replace(poll, home=grant.box, close_date=ends)
    return msgspec.structs.replace(outgoing, content=msgspec.structs.replace(content, media=poll))


def opened(tx: Tx, grant: Grant, sent: Sent) -> None:
    """The poll that a new message asks, if it does, can be voted in; that of a forward could be before."""
    message = sent.message
    poll = poll_of(message)
    if poll is not None and poll.home == message.owner_id and not sent.repeated:
        rows.insert(
            tx, poll.home, poll.poll_id, grant.viewer, message.peer_id, message.id, poll.close_date, int(poll.closed)
        )


def poll_of(message: Message) -> MediaPoll | None:
    """The poll that a message asks."""
    content = message.content
    return content.media if isinstance(content, Text) and isinstance(content.media, MediaPoll) else None


def standing(rx: Reader, poll: MediaPoll, viewer: UserId) -> Standing:
    """How the poll stands for the viewer."""
    row = rows.poll(rx, poll.home, poll.poll_id)
    if row is None:
        return Standing(poll.closed, 0, {})
    _, _, creator, peer, message_id, _, closed, voters = row
    chosen = rows.vote_of(rx, poll.home, poll.poll_id, viewer) if viewer else 0
    added = poll_answers.added(rx, poll)
    places = [*range(len(poll.answers)), *(place for place, _ in added)]
    newest = rows.votes(rx, poll.home, poll.poll_id, -1, (2**31, 2**62), RECENT) if poll.public_voters else ()
    return Standing(
        bool(closed),
        voters,
        rows.counts(rx, poll.home, poll.poll_id),
        frozenset(i for i in places if chosen >> i & 1),
        tuple(named for _, _, _, named in newest),
        creator == viewer,
        added,
        bool(viewer == creator and post_rows.among(rx, UNREAD, viewer, peer, (message_id,))),
    )


def standings(rx: Reader, messages: Iterable[Message], viewer: UserId) -> dict[int, Standing]:
    """Poll id → how it stands, for every poll among the messages."""
    found = {poll.poll_id: poll for m in messages if (poll := poll_of(m)) is not None}
    return {poll_id: standing(rx, poll, viewer) for poll_id, poll in found.items()}


def find(rx: Reader, grant: Grant, message_id: int) -> tuple[Message, MediaPoll]:
    """The message and the poll it asks. Errors: Invalid message_id_invalid."""
    found = updates.messages_by_id(rx, grant.box, (message_id,))
    poll = poll_of(found[0]) if found and found[0].peer_id == grant.peer and message_id > grant.floor else None
    if poll is None:
        raise Invalid("message_id_invalid")
    return found[0], poll


def vote(tx: Tx, grant: Grant, message_id: int, options: Sequence[bytes]) -> tuple[Message, Standing]:
    """The viewer chose these answers, none when empty.

    Source: method/messages.sendVote
    Errors: Invalid message_id_invalid, message_poll_closed, option_invalid, options_too_much;
    NotAllowed revote_not_allowed in a quiz.
    """
    message, poll = find(tx, grant, message_id)
    row = require_living(tx, poll)
    places = _places(tx, poll, options)
    before = rows.vote_of(tx, poll.home, poll.poll_id, grant.viewer)
    if before and before != places and (poll.quiz or poll.revoting_disabled):
        raise Invalid("revote_not_allowed")
    if before != places:
        shown = anonymity.shown_as(tx, grant.room, grant.me) if grant.room is not None and grant.me is not None else 0
        rows.set_vote(tx, poll.home, poll.poll_id, grant.viewer, shown, before, places)
        voters = row[7] + bool(places) - bool(before)
        if voters <= TOLD_EACH or voters % (voters // TOLD_EACH + 1) == 0:
            tell(tx, message)
        if places and grant.viewer != row[2]:
            _note(tx, UserId(row[2]), row[3], row[4])
    return message, standing(tx, poll, grant.viewer)


def require_living(tx: Tx, poll: MediaPoll) -> tuple[Any, ...]:
    """The poll can be voted in; its row. Errors: Invalid message_poll_closed."""
    row = rows.poll(tx, poll.home, poll.poll_id)
    if row is None or row[6] or (row[5] and row[5] <= tx.now):
        raise Invalid("message_poll_closed")
    return row


def _note(tx: Tx, creator: UserId, peer: int, message_id: int) -> None:
    """The creator has a vote to look at; their clients hear so once. Source: method/messages.getUnreadPollVotes"""
    if not post_rows.among(tx, UNREAD, creator, peer, (message_id,)):
        post_rows.wait(tx, UNREAD, creator, peer, message_id)
        tx.announce(StateNote(PeerId(creator), PollChanged(PeerId(peer), MsgId(message_id)), tx.now))


def unread(rx: Reader, grant: Grant) -> list[Message]:
    """The viewer's polls in the dialog with votes that they did not look at, newest first.

    Source: method/messages.getUnreadPollVotes
    """
    ids = post_rows.waiting(rx, UNREAD, grant.viewer, grant.peer, LOOKED_AT)
    return sorted(updates.messages_by_id(rx, grant.box, ids), key=lambda m: -m.id)


def in_topic(message: Message, topic_id: int) -> bool:
    """True for a message of the topic, or of the thread that the message of this id began."""
    reply = message.content.reply_to
    return reply is not None and topic_id in (reply.top_id, reply.msg_id)


def see(tx: Tx, grant: Grant, ids: Sequence[int] | None, origin: int = 0) -> Affected:
    """The viewer looked at the votes in these of their polls, or in all of the dialog; their devices hear.

    Source: method/messages.readPollVotes, method/channels.readMessageContents
    """
    waiting = post_rows.waiting(tx, UNREAD, grant.viewer, grant.peer, LOOKED_AT)
    seen = [one for one in waiting if ids is None or one in ids]
    post_rows.looked_at(tx, UNREAD, grant.viewer, grant.peer, seen)
    for one in seen:
        tx.announce(StateNote(PeerId(grant.viewer), PollChanged(grant.peer, MsgId(one)), tx.now, origin))
    return Affected.of(tx, grant.box, None)


def _places(rx: Reader, poll: MediaPoll, options: Sequence[bytes]) -> int:
    """The chosen answers as bits. Errors: Invalid option_invalid, options_too_much."""
    known = {answer.option: place for place, answer in enumerate(poll.answers)}
    known |= {answer.option: place for place, answer in poll_answers.added(rx, poll)}
    if len(options) > 1 and not poll.multiple:
        raise Invalid("options_too_much")
    if any(bytes(option) not in known for option in options):
        raise Invalid("option_invalid")
    return sum({1 << known[bytes(option)] for option in options})


def tell(tx: Tx, message: Message) -> None:
    """Everybody who has the message will see how its poll stands; who is away asks when they look at it."""
    for copy in posts.copies(tx, message):
        tx.announce(StateNote(copy.owner_id, PollChanged(copy.peer_id, copy.id), tx.now))


def stop(tx: Tx, grant: Grant, message_id: int) -> tuple[Message, Standing]:
    """Nobody can vote in the poll any more; its author, or who may edit posts, decides that.

    Source: method/messages.editMessage
    Errors: Invalid message_id_invalid, message_not_modified; NotAllowed message_author_required.
    """
    message, poll = find(tx, grant, message_id)
    row = rows.poll(tx, poll.home, poll.poll_id)
    assert isinstance(message.content, Text)
    if row is None or poll.home != message.owner_id or message.content.fwd_from is not None:
        raise NotAllowed("message_author_required")
    may = grant.me is not None and grant.room is not None and grant.room.broadcast and grant.me.may("edit_messages")
    if row[2] != grant.viewer and not may:
        raise NotAllowed("message_author_required")
    if not rows.close(tx, poll.home, poll.poll_id):
        raise Invalid("message_not_modified")
    if grant.room is not None:
        room_log.message(tx, grant.room, grant.viewer, "edit", "StopPoll", message)
    tell(tx, message)
    return message, standing(tx, poll, grant.viewer)


def close_due(tx: Tx) -> int:
    """Polls whose time is over are closed; how many there were. After: those who have them will hear."""
    due = rows.due(tx, tx.now, AT_ONCE)
    for owner, poll_id, _, _, message_id, _, _, _ in due:
        rows.close(tx, owner, poll_id)
        for message in updates.messages_by_id(tx, PeerId(owner), (message_id,)):
            tell(tx, message)
    return len(due)


def next_due(rx: Reader) -> int | None:
    """When the next poll closes by itself."""
    found = rows.due(rx, 2**31, 1)
    return found[0][5] if found else None


def voters(
    rx: Reader, grant: Grant, message_id: int, option: bytes | None, before: tuple[int, int], limit: int
) -> tuple[MediaPoll, Standing, list[tuple[int, int, int, int]], int]:
    """(the poll, how it stands, a page of (person, places, date, who is named), how many) of who chose the answer.

    Source: method/messages.getPollVotes
    Errors: Invalid message_id_invalid, option_invalid; NotAllowed poll_vote_required, broadcast_forbidden.
    """
    _, poll = find(rx, grant, message_id)
    if not poll.public_voters:
        raise NotAllowed("broadcast_forbidden" if grant.room and grant.room.broadcast else "poll_vote_required")
    here = standing(rx, poll, grant.viewer)
    if not here.closed and (poll.hide_results or not here.mine):
        raise NotAllowed("poll_vote_required")
    places = _places(rx, poll, (option,)) if option is not None else -1
    page = rows.votes(rx, poll.home, poll.poll_id, places, before, max(1, min(limit or PAGE, PAGE)))
    count = here.voters if option is None else here.counts.get(places.bit_length() - 1, 0)
    return poll, here, list(page), count
