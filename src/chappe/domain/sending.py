"""Where a message goes: to a person, to oneself, or into a room.

Source: method/messages.sendMessage
"""

from collections.abc import Sequence

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import (
    account_measures,
    auto_delete,
    enforcement,
    messages,
    page_replies,
    polls,
    posts,
    room_bots,
    scheduling,
    threads,
    updates,
)  # fmt: skip
from chappe.domain.access import SERVICE_USER, Grant
from chappe.domain.content import Text
from chappe.domain.gate import OPEN, Gate
from chappe.domain.messages import Outgoing, Sent
from chappe.store import Reader, Tx


def send(tx: Tx, grant: Grant, outgoing: Outgoing, origin: int = 0, gate: Gate = OPEN) -> Sent:
    """The message stands in every box it belongs in; a repeated random_id answers with the first one again.

    Errors: as `account_measures.require_may_say`; Invalid quote_text_invalid.
    After: as `messages.send` or `posts.post`, or it waits for its date; a poll that is asked can be voted in.
    """
    outgoing = _answering(tx, grant, outgoing)
    _require_said(tx, grant, outgoing)
    if scheduling.is_later(outgoing.schedule_date, tx.now):
        return scheduling.put_aside(tx, grant, outgoing, origin)
    account_measures.require_may_say(tx, grant, outgoing.content, outgoing.random_id)
    outgoing = polls.at_home(grant, outgoing, tx.now)
    if grant.room is not None:
        sent = posts.post(tx, grant, grant.room, outgoing, origin, gate)
    else:
        auto_delete.begin(tx, grant)
        sent = messages.send(tx, grant, outgoing, origin, gate)
        if grant.peer == PeerId(SERVICE_USER) and not sent.repeated:
            page_replies.heard(tx, grant.viewer, outgoing.content)
    polls.opened(tx, grant, sent)
    return sent


def _answering(rx: Reader, grant: Grant, outgoing: Outgoing) -> Outgoing:
    """The message; what it answers counts as gone where the sender does not see so far back, topics excepted."""
    reply = outgoing.content.reply_to
    if reply is None or not 0 < reply.msg_id <= grant.floor or threads.is_topic(rx, grant.box, reply.msg_id):
        return outgoing
    content = msgspec.structs.replace(outgoing.content, reply_to=posts.quote_of(reply))
    return msgspec.structs.replace(outgoing, content=content)


def _require_said(rx: Reader, grant: Grant, outgoing: Outgoing) -> None:
    """What is quoted stands in the message answered, as far as that is there: nobody's words are made up.

    What is hidden where the sender is cannot be quoted, whatever it says, nor what a bot did not hear.
    A message that waited was looked at when it was put aside, one that is repeated when it came first.
    Errors: Invalid quote_text_invalid.
    """
    content = outgoing.content
    reply = content.reply_to
    if reply is None or not reply.quote_text or reply.origin is not None:
        return
    if isinstance(content, Text) and content.from_scheduled:
        return
    for message in updates.messages_by_id(rx, grant.box, (reply.msg_id,)):
        shown = room_bots.heard(rx, grant, enforcement.visible(rx, grant.viewer, (message,)))
        if shown and isinstance(message.content, Text) and reply.quote_text in message.content.message:
            return
        box = grant.box if grant.box < 0 else None
        if not outgoing.random_id or messages.sent_before(rx, PeerId(grant.viewer), outgoing.random_id, box) is None:
            raise Invalid("quote_text_invalid")


def send_waiting(
    tx: Tx, grant: Grant, ids: Sequence[int], origin: int = 0, gate: Gate = OPEN
) -> list[tuple[int, Sent]]:
    """(the id under which it waited, the message sent) for those of the messages that waited for the peer.

    Source: method/messages.sendScheduledMessages
    Errors: Invalid message_id_invalid, slowmode_multi_msgs_disabled; as `send`.
    """
    waited = scheduling.take(tx, grant, ids)
    if posts.is_slowed(grant) and len({outgoing.grouped_id or -id_ for id_, outgoing in waited}) > 1:
        raise Invalid("slowmode_multi_msgs_disabled")
    sent = [(id_, send(tx, grant, outgoing, origin, gate)) for id_, outgoing in waited]
    scheduling.told_sent(tx, grant, [(id_, one.message.id) for id_, one in sent], origin)
    return sent


def send_due(tx: Tx, owner: int, id_: int, gate: Gate = OPEN) -> None:
    """A message whose date has come is sent, unless that was done or taken back meanwhile.

    Source: api/scheduled-messages
    Errors: as `send`.
    """
    grant = scheduling.grant_of(tx, owner, id_)
    if grant is not None:
        scheduling.put_back(tx, grant, id_)
        send_waiting(tx, grant, (id_,), 0, gate)
