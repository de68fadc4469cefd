"""Where a message goes: to a person, to oneself, or into a room.

Source: method/messages.sendMessage
"""

from collections.abc import Sequence

from chappe.base.ids import PeerId
from chappe.domain import account_measures, auto_delete, messages, page_replies, polls, posts, scheduling
from chappe.domain.access import SERVICE_USER, Grant
from chappe.domain.gate import OPEN, Gate
from chappe.domain.messages import Outgoing, Sent
from chappe.store import Tx


def send(tx: Tx, grant: Grant, outgoing: Outgoing, origin: int = 0, gate: Gate = OPEN) -> Sent:
    """The message stands in every box it belongs in; a repeated random_id answers with the first one again.

    Errors: as `account_measures.require_may_say`.
    After: as `messages.send` or `posts.post`, or it waits for its date; a poll that is asked can be voted in.
    """
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


def send_waiting(
    tx: Tx, grant: Grant, ids: Sequence[int], origin: int = 0, gate: Gate = OPEN
) -> list[tuple[int, Sent]]:
    """(the id under which it waited, the message sent) for those of the messages that waited for the peer.

    Source: method/messages.sendScheduledMessages
    Errors: Invalid message_id_invalid; as `send`.
    """
    sent = [(id_, send(tx, grant, outgoing, origin, gate)) for id_, outgoing in scheduling.take(tx, grant, ids)]
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
