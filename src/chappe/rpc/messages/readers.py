"""Who is there and who read what in a room. Source: method/messages.getMessageReadParticipants"""

from chappe.base.errors import Invalid
from chappe.base.ids import UserId
from chappe.domain import access, members, readers
from chappe.domain.rooms import Room
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.getMessageReadParticipants")
async def get_message_read_participants(
    call: Call, q: f.messages.GetMessageReadParticipants
) -> list[t.ReadParticipantDate]:
    """Who read the caller's message in a group of a hundred at most, and when, for a week.

    Source: method/messages.getMessageReadParticipants
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, CHAT_TOO_BIG, MSG_TOO_OLD, CHAT_ADMIN_REQUIRED.
    """
    peer = await inputs.peer(call, q.peer)
    found = await call.read(lambda rx: readers.of_message(rx, access.require_member(rx, call.user_id, peer), q.msg_id))
    return [t.ReadParticipantDate(user_id=user, date=date) for user, date in found]


@method("messages.getOnlines")
async def get_onlines(call: Call, q: f.messages.GetOnlines) -> t.ChatOnlines:
    """How many of the room's members are connected, the caller among them.

    Source: method/messages.getOnlines
    Errors: PEER_ID_INVALID, CHANNEL_PRIVATE.
    """
    peer = await inputs.peer(call, q.peer)

    def query(rx: Reader) -> tuple[Room, list[UserId]]:
        room = access.require_read(rx, call.user_id, peer).room
        if room is None:
            raise Invalid("peer_id_invalid")
        return room, [] if room.own_box else [m.user_id for m in members.of_group(rx, room)]

    room, group = await call.read(query)
    devices = call.services.devices
    there = call.services.audience.users(room.id) if room.own_box else [u for u in group if any(devices.of_user(u))]
    return t.ChatOnlines(onlines=max(1, len(there)))
