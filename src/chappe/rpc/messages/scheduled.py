"""Messages that wait to be sent: looked at, sent at once, changed, taken back. Source: api/scheduled-messages"""

from collections.abc import Callable, Sequence

from chappe.domain import access, scheduling, sending
from chappe.domain.access import Grant
from chappe.domain.formatting import formatted
from chappe.domain.messages import Sent
from chappe.domain.records import Message
from chappe.domain.scheduling import Change
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages import previews
from chappe.rpc.results import messages_page, sent_updates
from chappe.rpc.views.peers import peer_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

IDS = 100


@method("messages.getScheduledHistory")
async def get_scheduled_history(call: Call, q: f.messages.GetScheduledHistory) -> t.messages.TypeMessages:
    """What waits to be sent to the peer, the latest first.

    Source: method/messages.getScheduledHistory
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED.
    """
    return await _page(call, q.peer, scheduling.listed)


@method("messages.getScheduledMessages")
async def get_scheduled_messages(call: Call, q: f.messages.GetScheduledMessages) -> t.messages.TypeMessages:
    """Those of the messages that wait.

    Source: method/messages.getScheduledMessages
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED.
    """
    return await _page(call, q.peer, lambda rx, grant: scheduling.some(rx, grant, q.id[:IDS]))


async def _page(
    call: Call, value: t.TypeInputPeer, query: Callable[[Reader, Grant], Sequence[Message]]
) -> t.messages.TypeMessages:
    peer = await inputs.peer(call, value)
    found = await call.read(lambda rx: query(rx, access.require_read(rx, call.user_id, peer)))
    return await messages_page(call, found, len(found))


@method("messages.sendScheduledMessages")
async def send_scheduled_messages(call: Call, q: f.messages.SendScheduledMessages) -> t.Updates:
    """The messages are sent now.

    Source: method/messages.sendScheduledMessages
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, as messages.sendMessage.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> list[tuple[int, Sent]]:
        grant = access.require_write(tx, call.user_id, peer)
        return sending.send_waiting(tx, grant, q.id[:IDS], origin, call.services.gate)

    sent = await call.write(act)
    gone = t.UpdateDeleteScheduledMessages(
        peer=peer_view(peer), messages=[id_ for id_, _ in sent], sent_messages=[one.message.id for _, one in sent]
    )
    return await sent_updates(call, [one.entry for _, one in sent], extra=[gone])


@method("messages.deleteScheduledMessages")
async def delete_scheduled_messages(call: Call, q: f.messages.DeleteScheduledMessages) -> t.Updates:
    """The messages will not be sent.

    Source: method/messages.deleteScheduledMessages
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> list[int]:
        return scheduling.delete(tx, access.require_read(tx, call.user_id, peer), q.id[:IDS], origin)

    gone = await call.write(act)
    update = t.UpdateDeleteScheduledMessages(peer=peer_view(peer), messages=gone)
    return await sent_updates(call, [], extra=[update])


async def edit(call: Call, q: f.messages.EditMessage) -> t.Updates:
    """The waiting message is as wished; for messages.editMessage with a date.

    Errors: MESSAGE_ID_INVALID, MESSAGE_NOT_MODIFIED, SCHEDULE_DATE_INVALID, SCHEDULE_DATE_TOO_LATE.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id
    text, entities = formatted(q.message or "", inputs.entities(call, q.entities))
    media = await previews.media_of(call, q.media) if q.media is not None else None
    change = Change(
        None if q.message is None else text, entities, media, inputs.schedule_date(q.schedule_date) or None,
        None if q.schedule_repeat_period is None else inputs.repeat(q.schedule_repeat_period, 1),
    )  # fmt: skip

    def act(tx: Tx) -> Entry:
        return scheduling.edit(tx, access.require_write(tx, call.user_id, peer), q.id, change, origin)

    return await sent_updates(call, [await call.write(act)])
