"""messages.getHistory and getMessages. Source: method/messages.getHistory, method/messages.getMessages"""

from collections.abc import Sequence

from chappe.base.ids import PeerId
from chappe.domain import access, history, mentions, pinning, room_bots, updates
from chappe.domain.access import Grant
from chappe.domain.history import Offsets, Page
from chappe.domain.records import Message
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, messages_page, people_of_polls, users, viewer_of
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.peers import peer_view
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

IDS = 200
"""Messages that one call may name."""


@method("messages.getHistory")
async def get_history(call: Call, q: f.messages.GetHistory) -> t.messages.TypeMessages:
    """A page of the dialog. Source: method/messages.getHistory. Errors: PEER_ID_INVALID."""
    peer = await inputs.peer(call, q.peer)

    def query(rx: Reader) -> Page:
        grant = access.require_read(rx, call.user_id, peer)
        offsets = Offsets(q.offset_id, q.add_offset, q.limit)
        return history.history(
            rx, grant, offsets, offset_date=q.offset_date, max_id=q.max_id, min_id=q.min_id
        )

    page = await call.read(query)
    return await messages_page(call, page.messages, page.count, room=peer)


@method("channels.getMessages")
async def get_channel_messages(call: Call, q: f.channels.GetMessages) -> t.messages.TypeMessages:
    """The posts of the room with these ids; a missing one is messageEmpty.

    Source: method/channels.getMessages
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE.
    """
    room_id, now = await inputs.channel(call, q.channel), call.now()
    wanted = q.id[:IDS]

    def query(rx: Reader) -> tuple[list[int], list[Message], int]:
        grant = access.require_read(rx, call.user_id, room_id)
        ids = [_id_of(rx, grant, value) for value in wanted]
        there = updates.messages_by_id(rx, room_id, sorted({i for i in ids if i > grant.floor}))
        found = room_bots.heard(rx, grant, there)
        return ids, mentions.seen_by(rx, call.user_id, found), updates.state(rx, room_id, now).pts

    ids, found, pts = await call.read(query)
    seen = await viewer_of(call, found)
    by_id: dict[int, t.TypeMessage] = {m.id: message_view(m, seen) for m in found}
    around = people_of(found) | people_of_polls(seen) | {room_id}
    return t.messages.ChannelMessages(
        pts=pts, count=len(ids), topics=[], chats=await chats(call, around), users=await users(call, around),
        messages=[by_id.get(i) or t.MessageEmpty(id=i, peer_id=peer_view(room_id)) for i in ids],
    )  # fmt: skip


def _id_of(rx: Reader, grant: Grant, value: t.TypeInputMessage) -> int:
    """The id a client means: the message itself, what it answers, or the one pinned last."""
    match value:
        case t.InputMessageID():
            return value.id
        case t.InputMessageReplyTo():
            there = updates.messages_by_id(rx, grant.box, (value.id,)) if value.id > grant.floor else []
            found = room_bots.heard(rx, grant, there)
            reply = found[0].content.reply_to if found else None
            return reply.msg_id if reply else 0
        case t.InputMessagePinned():
            return pinning.newest(rx, grant)
        case _:
            return 0


def _ids(rx: Reader, owner: PeerId, named: Sequence[t.InputMessageID | t.InputMessageReplyTo]) -> list[int]:
    """Which messages are meant, 0 for one that a message does not answer."""
    askers = [value.id for value in named if isinstance(value, t.InputMessageReplyTo)]
    replies = {m.id: m.content.reply_to for m in updates.messages_by_id(rx, owner, askers)}
    answered: dict[int, int] = {message_id: reply.msg_id for message_id, reply in replies.items() if reply is not None}
    return [value.id if isinstance(value, t.InputMessageID) else answered.get(value.id, 0) for value in named]


@method("messages.getMessages")
async def get_messages(call: Call, q: f.messages.GetMessages) -> t.messages.TypeMessages:
    """The messages of the caller's box with these ids, or those they answer; a missing one is messageEmpty.

    Source: method/messages.getMessages
    """
    named = [value for value in q.id[:IDS] if isinstance(value, t.InputMessageID | t.InputMessageReplyTo)]
    owner = PeerId(call.user_id)

    def query(rx: Reader) -> tuple[list[int], dict[int, Message]]:
        ids = _ids(rx, owner, named)
        return ids, {m.id: m for m in updates.messages_by_id(rx, owner, ids)}

    ids, found = await call.read(query)
    seen = await viewer_of(call, found.values())
    by_id: dict[int, t.TypeMessage] = {i: message_view(m, seen) for i, m in found.items()}
    shown = [by_id.get(i) or t.MessageEmpty(id=i) for i in ids]
    around = people_of(found.values())
    people = await users(call, around)
    return t.messages.Messages(messages=shown, topics=[], chats=await chats(call, around), users=people)
