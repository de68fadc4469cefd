"""How long messages of a dialog live. Source: method/messages.setHistoryTTL"""

from chappe.base.ids import PeerId
from chappe.domain import access, auto_delete
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import sent_updates
from chappe.rpc.views.peers import peer_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.setHistoryTTL")
async def set_history_ttl(call: Call, q: f.messages.SetHistoryTTL) -> t.TypeUpdates:
    """New messages of the dialog live so long on both sides.

    Source: method/messages.setHistoryTTL
    Errors: PEER_ID_INVALID, TTL_PERIOD_INVALID, CHAT_NOT_MODIFIED, USER_IS_BLOCKED, YOU_BLOCKED_USER.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> Entry:
        return auto_delete.set_period(tx, access.require_write(tx, call.user_id, peer), q.period, origin)

    told = t.UpdatePeerHistoryTTL(peer=peer_view(peer), ttl_period=q.period or None)
    return await sent_updates(call, [await call.write(act)], extra=[told])


@method("messages.getDefaultHistoryTTL")
async def get_default_history_ttl(call: Call, q: f.messages.GetDefaultHistoryTTL) -> t.DefaultHistoryTTL:
    """How long messages of dialogs live that the caller begins. Source: method/messages.getDefaultHistoryTTL"""
    owner = PeerId(call.user_id)
    return t.DefaultHistoryTTL(period=await call.read(lambda rx: auto_delete.default_period(rx, owner)))


@method("messages.setDefaultHistoryTTL")
async def set_default_history_ttl(call: Call, q: f.messages.SetDefaultHistoryTTL) -> bool:
    """Dialogs, groups and channels that the caller begins from now on have the period.

    Source: method/messages.setDefaultHistoryTTL
    Errors: TTL_PERIOD_INVALID.
    """
    owner = PeerId(call.user_id)
    await call.write(lambda tx: auto_delete.set_default_period(tx, owner, q.period))
    return True
