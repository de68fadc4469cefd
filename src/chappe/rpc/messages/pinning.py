"""messages.updatePinnedMessage and unpinAllMessages. Source: api/pin"""

from chappe.domain import access, pinning
from chappe.domain.reading import Affected
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.reading import affected_history_view
from chappe.rpc.results import sent_updates
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.updatePinnedMessage")
async def update_pinned_message(call: Call, q: f.messages.UpdatePinnedMessage) -> t.TypeUpdates:
    """The message is pinned or unpinned, for both unless `pm_oneside`.

    Source: method/messages.updatePinnedMessage
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, CHAT_NOT_MODIFIED, USER_IS_BLOCKED, YOU_BLOCKED_USER.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> list[Entry]:
        grant = access.require_write(tx, call.user_id, peer)
        return pinning.pin(
            tx, grant, q.id, unpin=bool(q.unpin), one_side=bool(q.pm_oneside), silent=bool(q.silent), origin=origin
        )

    return await sent_updates(call, await call.write(act))


@method("messages.unpinAllMessages")
async def unpin_all_messages(call: Call, q: f.messages.UnpinAllMessages) -> t.messages.AffectedHistory:
    """No message of the dialog, or of one topic of it, is pinned; to be called again while `offset` is above zero.

    Source: method/messages.unpinAllMessages
    Errors: PEER_ID_INVALID.
    """
    inputs.absent(q.saved_peer_id, "peer_id_invalid")
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> Affected:
        grant = access.require_write(tx, call.user_id, peer)
        return pinning.unpin_all(tx, grant, origin, q.top_msg_id or 0)

    return affected_history_view(await call.write(act))
