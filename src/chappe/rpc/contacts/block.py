"""contacts.block and its like. Source: api/block"""

from chappe.base.errors import Invalid
from chappe.domain import contacts
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import users
from chappe.rpc.views.peers import peer_view
from chappe.tl import functions as f
from chappe.tl import types as t

PAGE = 100


@method("contacts.block")
async def block(call: Call, q: f.contacts.Block) -> bool:
    """The peer cannot write to the caller any more. Source: method/contacts.block. Errors: PEER_ID_INVALID."""
    return await _set(call, q.id, q.my_stories_from, blocked=True)


@method("contacts.unblock")
async def unblock(call: Call, q: f.contacts.Unblock) -> bool:
    """The peer can write to the caller again. Source: method/contacts.unblock. Errors: PEER_ID_INVALID."""
    return await _set(call, q.id, q.my_stories_from, blocked=False)


async def _set(call: Call, target: t.TypeInputPeer, stories: bool, *, blocked: bool) -> bool:
    if stories:
        raise Invalid("method_invalid")
    peer = await inputs.peer(call, target)
    await call.write(lambda tx: contacts.block(tx, call.user_id, peer, blocked=blocked))
    return True


@method("contacts.setBlocked")
async def set_blocked(call: Call, q: f.contacts.SetBlocked) -> bool:
    """The block list is exactly this. Source: method/contacts.setBlocked. Errors: PEER_ID_INVALID, LIMIT_INVALID."""
    if q.my_stories_from:
        raise Invalid("method_invalid")
    if len(q.id) > PAGE:
        raise Invalid("limit_invalid")  # cut short, the list would unblock the rest
    wanted = [await inputs.peer(call, value) for value in q.id]
    await call.write(lambda tx: contacts.set_blocked(tx, call.user_id, wanted))
    return True


@method("contacts.getBlocked")
async def get_blocked(call: Call, q: f.contacts.GetBlocked) -> t.contacts.TypeBlocked:
    """The block list, newest first. Source: method/contacts.getBlocked"""
    found = [] if q.my_stories_from else await call.read(lambda rx: contacts.blocked(rx, call.user_id))
    offset = max(0, q.offset)
    page = found[offset : offset + max(1, min(q.limit, PAGE))]
    shown: list[t.TypePeerBlocked] = [t.PeerBlocked(peer_id=peer_view(peer), date=date) for peer, date in page]
    people = await users(call, [peer for peer, _ in page])
    if len(shown) == len(found):
        return t.contacts.Blocked(blocked=shown, chats=[], users=people)
    return t.contacts.BlockedSlice(count=len(found), blocked=shown, chats=[], users=people)
