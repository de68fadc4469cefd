"""Polls whose voters add answers: each addition and deletion is told in the dialog, as an answer to the poll.

Source: api/poll, method/messages.addPollAnswer, method/messages.deletePollAnswer
"""

from dataclasses import replace

from chappe.base.errors import Invalid
from chappe.domain import anonymity, poll_answers, polls, posts, sending
from chappe.domain import content as contents
from chappe.domain.access import Grant
from chappe.domain.content import MediaPoll, PollAnswer, ReplyTo, Service, Text
from chappe.domain.messages import Outgoing
from chappe.domain.polls import Standing
from chappe.domain.records import Message
from chappe.domain.updates import Entry
from chappe.store import Tx

Changed = tuple[Message, Standing, Entry]
"""The message with the poll, how it stands, and the event that tells of the change."""


def append(tx: Tx, grant: Grant, message_id: int, answer: PollAnswer, origin: int = 0) -> Changed:
    """The poll can be answered so as well.

    Source: method/messages.addPollAnswer
    After: one event in the dialog.
    Errors: Invalid message_id_invalid, message_poll_closed, poll_answer_invalid, poll_answers_invalid,
    poll_option_duplicate; NotAllowed chat_write_forbidden and its like.
    """
    message, poll = _living(tx, grant, message_id)
    if not 0 < contents.utf16_len(answer.text.strip()) <= polls.ANSWER_LENGTH:
        raise Invalid("poll_answer_invalid")
    shown = anonymity.shown_as(tx, grant.room, grant.me) if grant.room is not None and grant.me is not None else 0
    made = poll_answers.add(tx, poll, grant.viewer, shown, answer)
    return _told(tx, grant, message, poll, "PollAppendAnswer", made, origin)


def delete(tx: Tx, grant: Grant, message_id: int, option: bytes, origin: int = 0) -> Changed:
    """The answer, which a voter had added, is gone with the votes for it.

    Source: method/messages.deletePollAnswer
    After: one event in the dialog.
    Errors: Invalid message_id_invalid, message_poll_closed, poll_option_invalid; NotAllowed chat_write_forbidden.
    """
    message, poll = _living(tx, grant, message_id)
    author = polls.standing(tx, poll, grant.viewer).creator
    gone = poll_answers.delete(tx, poll, grant.viewer, option, author=author)
    return _told(tx, grant, message, poll, "PollDeleteAnswer", gone, origin)


def _living(tx: Tx, grant: Grant, message_id: int) -> tuple[Message, MediaPoll]:
    """The poll as long as it can be voted in, where the viewer may write; none that was forwarded."""
    message, poll = polls.find(tx, grant, message_id)
    if not isinstance(message.content, Text) or message.content.fwd_from is not None:
        raise Invalid("message_id_invalid")
    polls.require_living(tx, poll)
    if grant.room is not None and grant.me is not None:
        posts.require_post(replace(grant.room, slow_mode_s=0), grant.me, Text(""), tx.now)
    return message, poll


def _told(
    tx: Tx, grant: Grant, message: Message, poll: MediaPoll, action: str, answer: PollAnswer, origin: int
) -> Changed:
    event = Service(action, reply_to=ReplyTo(message.id), poll_answer=answer)
    entry = sending.send(tx, grant, Outgoing(event, 0), origin).entry
    polls.tell(tx, message)
    return message, polls.standing(tx, poll, grant.viewer), entry
