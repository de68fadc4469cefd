"""Small questions about messages and dialogs. Source: method/messages.getMessagesViews"""

from chappe.base.ids import PeerId
from chappe.domain import access, updates
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import messages_page
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

IDS = 100


@method("messages.getMessagesViews")
async def get_messages_views(call: Call, q: f.messages.GetMessagesViews) -> t.messages.MessageViews:
    """One entry for each message; private messages count no views.

    Source: method/messages.getMessagesViews
    Errors: PEER_ID_INVALID.
    """
    peer = await inputs.peer(call, q.peer)
    await call.read(lambda rx: access.require_read(rx, call.user_id, peer))
    return t.messages.MessageViews(views=[t.MessageViews() for _ in q.id[:IDS]], chats=[], users=[])


@method("messages.getCommonChats")
async def get_common_chats(call: Call, q: f.messages.GetCommonChats) -> t.messages.TypeChats:
    """The groups both are in: there are none yet. Source: method/messages.getCommonChats. Errors: USER_ID_INVALID."""
    await inputs.user(call, q.user_id)
    return t.messages.Chats(chats=[])


@method("messages.getUnreadMentions")
async def get_unread_mentions(call: Call, q: f.messages.GetUnreadMentions) -> t.messages.TypeMessages:
    """Unread mentions: in private dialogs there are none. Source: method/messages.getUnreadMentions"""
    peer = await inputs.peer(call, q.peer)
    await call.read(lambda rx: access.require_read(rx, call.user_id, peer))
    return await messages_page(call, (), 0)


@method("messages.readMentions")
async def read_mentions(call: Call, q: f.messages.ReadMentions) -> t.messages.AffectedHistory:
    """All mentions in the dialog are read: in private ones there are none. Source: method/messages.readMentions"""
    peer, owner, now = await inputs.peer(call, q.peer), PeerId(call.user_id), call.now()

    def query(rx: Reader) -> int:
        access.require_read(rx, call.user_id, peer)
        return updates.state(rx, owner, now).pts

    return t.messages.AffectedHistory(pts=await call.read(query), pts_count=0, offset=0)
