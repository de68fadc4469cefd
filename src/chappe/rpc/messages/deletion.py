"""messages.deleteMessages and deleteHistory. Source: method/messages.deleteMessages, method/messages.deleteHistory"""

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, deletion
from chappe.domain.deletion import Span
from chappe.domain.reading import Affected
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.reading import affected_history_view, affected_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.deleteMessages")
async def delete_messages(call: Call, q: f.messages.DeleteMessages) -> t.messages.AffectedMessages:
    """The messages are gone from the caller's box, with `revoke` from the other side's as well.

    Source: method/messages.deleteMessages
    Errors: LIMIT_INVALID for more than 100 at once.
    """
    if len(q.id) > deletion.AT_ONCE:
        raise Invalid("limit_invalid")
    owner, origin, revoke = PeerId(call.user_id), call.device.auth_key_id, bool(q.revoke)
    return affected_view(await call.write(lambda tx: deletion.delete(tx, owner, q.id, revoke=revoke, origin=origin)))


@method("messages.deleteHistory")
async def delete_history(call: Call, q: f.messages.DeleteHistory) -> t.messages.AffectedHistory:
    """The next part of the history is gone; to be called again while `offset` is above zero.

    Source: method/messages.deleteHistory
    Errors: PEER_ID_INVALID, MIN_DATE_INVALID, MAX_DATE_INVALID.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id
    span = Span(max(0, q.max_id), q.min_date or 0, q.max_date or 0)

    def act(tx: Tx) -> Affected:
        grant = access.require_read(tx, call.user_id, peer)
        return deletion.delete_history(
            tx, grant, span, just_clear=bool(q.just_clear), revoke=bool(q.revoke), origin=origin
        )

    return affected_history_view(await call.write(act))
