"""messages.getHistory and getMessages. Source: method/messages.getHistory, method/messages.getMessages"""

from chappe.base.ids import PeerId
from chappe.domain import access, history, updates
from chappe.domain.history import Offsets, Page
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


@method("messages.getMessages")
async def get_messages(call: Call, q: f.messages.GetMessages) -> t.messages.TypeMessages:
    """The messages of the caller's box with these ids; a missing one is messageEmpty.

    Source: method/messages.getMessages
    """
    ids = [value.id for value in q.id[:IDS] if isinstance(value, t.InputMessageID | t.InputMessageReplyTo)]
    owner = PeerId(call.user_id)
    found = {m.id: m for m in await call.read(lambda rx: updates.messages_by_id(rx, owner, ids))} if ids else {}
    seen = viewer(call)
    by_id: dict[int, t.TypeMessage] = {i: message_view(m, seen) for i, m in found.items()}
    shown = [by_id.get(i) or t.MessageEmpty(id=i) for i in ids]
    people = await users(call, people_of(found.values()))
    return t.messages.Messages(messages=shown, topics=[], chats=[], users=people)
