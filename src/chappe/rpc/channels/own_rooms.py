"""The caller's own rooms: those that fell silent, who wrote for a room. Source: method/channels.getInactiveChannels"""

from chappe.base.errors import NotFound
from chappe.base.ids import CHANNEL_MARK
from chappe.domain import access, updates
from chappe.domain.content import Text
from chappe.domain.rooms import Room, require_right
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

SILENT_S = 30 * 86_400
LISTED = 100


@method("channels.getInactiveChannels")
async def get_inactive_channels(call: Call, q: f.channels.GetInactiveChannels) -> t.messages.InactiveChats:
    """The caller's rooms in which nothing was said for a month, the most silent first.

    Source: method/channels.getInactiveChannels
    """

    def query(rx: Reader) -> list[Room]:
        mine = [grant.room for grant in access.rooms_read(rx, call.user_id, 10_000) if grant.room is not None]
        silent = [room for room in mine if (room.top_date or room.date) < rx.now - SILENT_S]
        return sorted(silent, key=lambda room: room.top_date or room.date)[:LISTED]

    found = await call.read(query)
    shown = {chat.id: chat for chat in await chats(call, [room.id for room in found])}
    return t.messages.InactiveChats(
        dates=[room.top_date or room.date for room in found], chats=[shown[-room.id - CHANNEL_MARK] for room in found],
        users=[],
    )  # fmt: skip


@method("channels.getMessageAuthor")
async def get_message_author(call: Call, q: f.channels.GetMessageAuthor) -> t.TypeUser:
    """Who wrote a post that bears the room's name; for those who may delete it.

    Source: method/channels.getMessageAuthor
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, MESSAGE_ID_INVALID, USER_ID_INVALID.
    """
    room_id = await inputs.channel(call, q.channel)

    def query(rx: Reader) -> int:
        grant = access.require_member(rx, call.user_id, room_id)
        assert grant.room is not None and grant.me is not None
        require_right(grant.room, grant.me, "delete_messages")
        message = updates.of_dialog(rx, room_id, room_id, q.id, grant.floor)
        author = message.content.author_id if isinstance(message.content, Text) else 0
        return author or max(0, message.from_id)

    found = await users(call, (await call.read(query),))
    if not found:
        raise NotFound("user_id_invalid")
    return found[0]
