"""Links to posts, and channels like another one. Source: method/channels.exportMessageLink, api/recommend"""

from chappe.base.errors import Invalid
from chappe.domain import access, similar, updates
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("channels.exportMessageLink")
async def export_message_link(call: Call, q: f.channels.ExportMessageLink) -> t.ExportedMessageLink:
    """A link by which the post is found: by the room's name, or by its number for who is in it.

    Source: method/channels.exportMessageLink
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, MESSAGE_ID_INVALID.
    """
    room_id = await inputs.channel(call, q.channel)

    def query(rx: Reader) -> tuple[Room, Message]:
        grant = access.require_read(rx, call.user_id, room_id)
        assert grant.room is not None
        return grant.room, updates.of_dialog(rx, room_id, room_id, q.id, grant.floor)

    room, message = await call.read(query)
    where = room.username or f"c/{room.bare_id}"
    reply = message.content.reply_to
    thread = f"{reply.top_id}/" if q.thread and reply and reply.top_id else ""
    single = "?single" if message.grouped_id and not q.grouped else ""
    link = f"{call.services.link_prefix}{where}/{thread}{message.id}{single}"
    return t.ExportedMessageLink(link=link, html=f'<a href="{link}">{link}</a>')


@method("channels.getChannelRecommendations")
async def get_channel_recommendations(
    call: Call, q: f.channels.GetChannelRecommendations
) -> t.messages.Chats:
    """Public channels whose members are those of the channel, or of the caller's own.

    Source: method/channels.getChannelRecommendations
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE.
    """
    room_id = await inputs.channel(call, q.channel) if q.channel is not None else None

    def query(rx: Reader) -> list[Room]:
        if room_id is not None:
            room = access.require_read(rx, call.user_id, room_id).room
            if room is None or not room.broadcast:
                raise Invalid("channel_invalid")
        return similar.channels(rx, call.user_id, room_id)

    found = await call.read(query)
    shown = {chat.id: chat for chat in await chats(call, [room.id for room in found])}
    return t.messages.Chats(chats=[shown[room.bare_id] for room in found])
