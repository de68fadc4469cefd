"""Public names of rooms. Source: method/channels.updateUsername"""

from collections.abc import Sequence

from chappe.domain import access, room_names
from chappe.domain.access import Grant
from chappe.domain.rooms import Room
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.rooms import room_act
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("channels.checkUsername")
async def check_username(call: Call, q: f.channels.CheckUsername) -> bool:
    """Whether the room, or with an empty channel a new one, could take the name.

    Source: method/channels.checkUsername
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, USERNAME_INVALID, CHANNELS_ADMIN_PUBLIC_TOO_MUCH.
    """
    if isinstance(q.channel, t.InputChannelEmpty):
        return await call.read(lambda rx: room_names.free_for_new(rx, call.user_id, q.username))
    room_id = await inputs.channel(call, q.channel)

    def query(rx: Reader) -> bool:
        grant = access.require_member(rx, call.user_id, room_id)
        assert grant.room is not None
        return room_names.free(rx, grant, grant.room, q.username)

    return await call.read(query)


@method("channels.updateUsername")
async def update_username(call: Call, q: f.channels.UpdateUsername) -> bool:
    """The room is public under the name, or private when it is empty.

    Source: method/channels.updateUsername
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, USERNAME_INVALID, USERNAME_OCCUPIED, USERNAME_NOT_MODIFIED,
    CHANNELS_ADMIN_PUBLIC_TOO_MUCH.
    """

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        room_names.set_name(tx, grant, room, q.username)
        return []

    await room_act(call, await inputs.channel(call, q.channel), act)
    return True
