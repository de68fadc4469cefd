"""messages.getHistory and getMessages. Source: method/messages.getHistory, method/messages.getMessages"""

from collections.abc import Sequence

from chappe.base.ids import PeerId
from chappe.domain import access, history, updates
from chappe.domain.history import Offsets, Page
from chappe.domain.records import Message
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import messages_page, users, viewer
from chappe.rpc.views.messages import message_view, people_of
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
    return await messages_page(call, page.messages, page.count)


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
    owner, seen = PeerId(call.user_id), viewer(call)

    def query(rx: Reader) -> tuple[list[int], dict[int, Message]]:
        ids = _ids(rx, owner, named)
        return ids, {m.id: m for m in updates.messages_by_id(rx, owner, ids)}

    ids, found = await call.read(query)
    by_id: dict[int, t.TypeMessage] = {i: message_view(m, seen) for i, m in found.items()}
    shown = [by_id.get(i) or t.MessageEmpty(id=i) for i in ids]
    people = await users(call, people_of(found.values()))
    return t.messages.Messages(messages=shown, topics=[], chats=[], users=people)
