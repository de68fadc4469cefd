"""Supergroups and channels are made, shown, renamed and deleted. Source: api/channel"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, auto_delete, posts, room_editing, rooms, topics
from chappe.domain.access import Grant
from chappe.domain.rooms import CHANNEL, SUPERGROUP, Flag, Room
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats
from chappe.rpc.rooms import fresh_random_id, room_act, room_result
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

NAMED = 100
"""Rooms that one call may name."""


@method("channels.createChannel")
async def create_channel(call: Call, q: f.channels.CreateChannel) -> t.Updates:
    """The supergroup or channel exists and the caller owns it.

    Source: method/channels.createChannel
    Errors: CHAT_TITLE_EMPTY, CHAT_ABOUT_TOO_LONG, CHANNELS_TOO_MUCH, TTL_PERIOD_INVALID.
    """
    auto_delete.require_period(q.ttl_period or 0)
    if bool(q.broadcast) == bool(q.megagroup or q.forum):
        raise Invalid("channel_invalid")
    kind = CHANNEL if q.broadcast else SUPERGROUP
    flags = Flag.FORUM if q.forum else Flag(0)
    origin = call.device.auth_key_id

    def act(tx: Tx) -> tuple[Room, Entry]:
        call.services.gate.make_room(tx, call.user_id, kind)
        room = rooms.create(tx, call.user_id, kind, q.title, q.about, flags)
        if q.forum:
            topics.general(tx, room)
        told = posts.tell(tx, room, call.user_id, "ChannelCreate", origin, title=room.title)
        auto_delete.begin_room(tx, access.require_write(tx, call.user_id, room.id), q.ttl_period, 0)
        return room, told

    room, entry = await call.write(act)
    # COMPAT TDLib: it finds the new room by the only message of the answer, which must bear a random_id.
    return await room_result(call, room.id, [entry.told_as(fresh_random_id(call))])


@method("channels.getChannels")
async def get_channels(call: Call, q: f.channels.GetChannels) -> t.messages.Chats:
    """The rooms as the caller may see them. Source: method/channels.getChannels. Errors: CHANNEL_INVALID."""
    ids = [await inputs.channel(call, one) for one in q.id[:NAMED]]
    return t.messages.Chats(chats=await chats(call, ids))


@method("channels.editTitle")
async def edit_title(call: Call, q: f.channels.EditTitle) -> t.Updates:
    """The room has another title, and says so.

    Source: method/channels.editTitle
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, CHAT_TITLE_EMPTY, CHAT_NOT_MODIFIED.
    """
    origin = call.device.auth_key_id

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        return [room_editing.set_title(tx, grant, room, q.title, origin)]

    return await room_act(call, await inputs.channel(call, q.channel), act)


@method("channels.deleteChannel")
async def delete_channel(call: Call, q: f.channels.DeleteChannel) -> t.Updates:
    """The room is gone for everybody; its creator alone may do this.

    Source: method/channels.deleteChannel
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED.
    """
    room_id: PeerId = await inputs.channel(call, q.channel)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        room_editing.delete(tx, grant, room)
        return []

    return await room_act(call, room_id, act)
