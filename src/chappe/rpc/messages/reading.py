"""What has been read and played. Source: method/messages.readHistory"""

from chappe.base.ids import PeerId
from chappe.domain import access, mentions, polls, reactions, reading
from chappe.domain.reading import Affected
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

IDS = 100


def affected_view(affected: Affected) -> t.messages.AffectedMessages:
    """How far an act moved the caller's box. Source: type/messages.AffectedMessages"""
    return t.messages.AffectedMessages(pts=affected.pts, pts_count=affected.pts_count)


def affected_history_view(affected: Affected) -> t.messages.AffectedHistory:
    """The same, with what is left to do. Source: type/messages.AffectedHistory"""
    return t.messages.AffectedHistory(pts=affected.pts, pts_count=affected.pts_count, offset=affected.left)


@method("messages.readHistory")
async def read_history(call: Call, q: f.messages.ReadHistory) -> t.messages.AffectedMessages:
    """The peer's messages up to max_id are read, and the peer is told.

    Source: method/messages.readHistory
    Errors: PEER_ID_INVALID.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> Affected:
        return reading.read_history(tx, access.require_read(tx, call.user_id, peer), max(0, q.max_id), origin)

    return affected_view(await call.write(act))


@method("channels.readHistory")
async def read_room_history(call: Call, q: f.channels.ReadHistory) -> bool:
    """The room's posts up to max_id are read. Source: method/channels.readHistory

    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE.
    """
    room_id, origin = await inputs.channel(call, q.channel), call.device.auth_key_id

    def act(tx: Tx) -> bool:
        grant = access.require_read(tx, call.user_id, room_id)
        reading.read_history(tx, grant, max(0, q.max_id), origin)
        return grant.room is not None and not grant.room.broadcast

    if await call.write(act):
        call.services.views.read(call.user_id, room_id, call.language)
    return True


@method("channels.readMessageContents")
async def read_post_contents(call: Call, q: f.channels.ReadMessageContents) -> bool:
    """The mentions in the room's posts were looked at. Source: method/channels.readMessageContents

    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE.
    """
    room_id, origin, ids = await inputs.channel(call, q.channel), call.device.auth_key_id, q.id[:IDS]

    def act(tx: Tx) -> None:
        grant = access.require_read(tx, call.user_id, room_id)
        mentions.read(tx, grant, ids, origin)
        reactions.see(tx, grant, ids, origin)
        polls.see(tx, grant, ids, origin)

    await call.write(act)
    return True


@method("messages.readMessageContents")
async def read_message_contents(call: Call, q: f.messages.ReadMessageContents) -> t.messages.AffectedMessages:
    """The voice and round video messages were played. Source: method/messages.readMessageContents"""
    owner, origin, ids = PeerId(call.user_id), call.device.auth_key_id, q.id[:IDS]
    return affected_view(await call.write(lambda tx: reading.read_contents(tx, owner, ids, origin)))


@method("messages.receivedMessages")
async def received_messages(call: Call, q: f.messages.ReceivedMessages) -> list[t.ReceivedNotifyMessage]:
    """Nothing is left to notify of: pushed messages are never notified twice here.

    Source: method/messages.receivedMessages
    """
    return []


@method("messages.getOutboxReadDate")
async def get_outbox_read_date(call: Call, q: f.messages.GetOutboxReadDate) -> t.OutboxReadDate:
    """When the peer read the caller's message.

    Source: method/messages.getOutboxReadDate
    Errors: MSG_ID_INVALID, MESSAGE_TOO_OLD, MESSAGE_NOT_READ_YET, YOUR_PRIVACY_RESTRICTED, USER_PRIVACY_RESTRICTED.
    """
    peer, now = await inputs.peer(call, q.peer), call.now()
    date = await call.read(
        lambda rx: reading.outbox_read_date(rx, access.require_read(rx, call.user_id, peer), q.msg_id, now)
    )
    return t.OutboxReadDate(date=date)
