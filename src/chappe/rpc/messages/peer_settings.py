"""The action bar above a dialog. Source: method/messages.getPeerSettings"""

from chappe.domain import access, dialogs
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users
from chappe.rpc.views.dialogs import bar_view
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.getPeerSettings")
async def get_peer_settings(call: Call, q: f.messages.GetPeerSettings) -> t.messages.PeerSettings:
    """What the bar offers about the peer. Source: method/messages.getPeerSettings. Errors: PEER_ID_INVALID."""
    peer, now = await inputs.peer(call, q.peer), call.now()
    bar = await call.read(lambda rx: dialogs.bar(rx, access.require_read(rx, call.user_id, peer), now))
    return t.messages.PeerSettings(
        settings=bar_view(bar), chats=await chats(call, (peer,)), users=await users(call, (peer,))
    )


@method("messages.hidePeerSettingsBar")
async def hide_peer_settings_bar(call: Call, q: f.messages.HidePeerSettingsBar) -> bool:
    """The bar stays closed. Source: method/messages.hidePeerSettingsBar. Errors: PEER_ID_INVALID."""
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id
    await call.write(lambda tx: dialogs.hide_bar(tx, access.require_read(tx, call.user_id, peer), origin))
    return True
