"""messages.deleteMessages and deleteHistory. Source: method/messages.deleteMessages, method/messages.deleteHistory"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId, is_channel
from chappe.domain import access, deletion
from chappe.domain.access import Grant
from chappe.domain.deletion import Span
from chappe.domain.reading import Affected
from chappe.domain.rooms import Room
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.reading import affected_history_view, affected_view
from chappe.rpc.rooms import room_act
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.deleteMessages")
async def delete_messages(call: Call, q: f.messages.DeleteMessages) -> t.messages.AffectedMessages:
    """The messages are gone from the caller's box, with `revoke` from the other side's as well.

    Source: method/messages.deleteMessages
    Errors: LIMIT_INVALID for more than 100 at once.
    """
    if len(q.id) > deletion.AT_ONCE:
        raise Invalid("limit_invalid")
    owner, origin, revoke = PeerId(call.user_id), call.device.auth_key_id, bool(q.revoke)
    return affected_view(await call.write(lambda tx: deletion.delete(tx, owner, q.id, revoke=revoke, origin=origin)))


@method("channels.deleteMessages")
async def delete_posts(call: Call, q: f.channels.DeleteMessages) -> t.messages.AffectedMessages:
    """The messages are gone from the room, for everybody.

    Source: method/channels.deleteMessages
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, MESSAGE_DELETE_FORBIDDEN, LIMIT_INVALID.
    """
    if len(q.id) > deletion.AT_ONCE:
        raise Invalid("limit_invalid")
    room_id, origin = await inputs.channel(call, q.channel), call.device.auth_key_id

    def act(tx: Tx) -> Affected:
        return deletion.delete_posts(tx, access.require_member(tx, call.user_id, room_id), q.id, origin)

    return affected_view(await call.write(act))


@method("channels.deleteHistory")
async def delete_room_history(call: Call, q: f.channels.DeleteHistory) -> t.Updates:
    """The room's history is empty for the caller, or for everybody as far as one call reaches.

    Source: method/channels.deleteHistory
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED.
    """
    room_id, origin = await inputs.channel(call, q.channel), call.device.auth_key_id

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        return deletion.clear_room(tx, grant, max(0, q.max_id), for_everyone=bool(q.for_everyone), origin=origin)

    return await room_act(call, room_id, act)


@method("channels.deleteParticipantHistory")
async def delete_participant_history(
    call: Call, q: f.channels.DeleteParticipantHistory
) -> t.messages.AffectedHistory:
    """The next part of what the person wrote is gone; to be called again while `offset` is above zero.

    Source: method/channels.deleteParticipantHistory
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, PEER_ID_INVALID.
    """
    room_id, author = await inputs.channel(call, q.channel), await inputs.peer(call, q.participant)
    origin = call.device.auth_key_id

    def act(tx: Tx) -> Affected:
        grant = access.require_member(tx, call.user_id, room_id)
        return deletion.delete_author(tx, grant, UserId(author), origin)

    return affected_history_view(await call.write(act))


@method("messages.deleteHistory")
async def delete_history(call: Call, q: f.messages.DeleteHistory) -> t.messages.AffectedHistory:
    """The next part of the history is gone; to be called again while `offset` is above zero.

    Source: method/messages.deleteHistory
    Errors: PEER_ID_INVALID, MIN_DATE_INVALID, MAX_DATE_INVALID.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id
    if is_channel(peer):
        raise Invalid("peer_id_invalid")
    span = Span(max(0, q.max_id), q.min_date or 0, q.max_date or 0)

    def act(tx: Tx) -> Affected:
        grant = access.require_read(tx, call.user_id, peer)
        return deletion.delete_history(
            tx, grant, span, just_clear=bool(q.just_clear), revoke=bool(q.revoke), origin=origin
        )

    return affected_history_view(await call.write(act))
