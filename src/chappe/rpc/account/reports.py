"""Reports of people and rooms as such. Source: api/report"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access
from chappe.rpc import inputs, reporting
from chappe.rpc.context import Call, method
from chappe.safety import items
from chappe.safety.records import MENU, Located
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.reportPeer")
async def report_peer(call: Call, q: f.account.ReportPeer) -> bool:
    """The person or room is noticed, for this reason and in these words.

    Source: method/account.reportPeer
    Errors: PEER_ID_INVALID, MESSAGE_TOO_LONG, FLOOD_WAIT_X, NOTICES_LIMITED.
    """
    peer = await _other(call, q.peer)

    def found(rx: Reader) -> Sequence[Located]:
        grant = access.require_read(rx, call.user_id, peer)
        whole = items.room(rx, grant) if grant.room is not None else items.account(rx, call.user_id, UserId(peer))
        return (whole,)

    await reporting.file(call, MENU, reporting.reason(q.reason), q.message, found)
    return True


@method("account.reportProfilePhoto")
async def report_profile_photo(call: Call, q: f.account.ReportProfilePhoto) -> bool:
    """The photo of the person or room is noticed; without one, that which is shown now.

    Source: method/account.reportProfilePhoto
    Errors: PEER_ID_INVALID, PHOTO_ID_INVALID, MESSAGE_TOO_LONG, FLOOD_WAIT_X, NOTICES_LIMITED.
    """
    peer = await _other(call, q.peer)
    photo_id = q.photo_id.id if isinstance(q.photo_id, t.InputPhoto) else 0

    def found(rx: Reader) -> Sequence[Located]:
        return (items.profile_photo(rx, access.require_read(rx, call.user_id, peer), photo_id),)

    await reporting.file(call, MENU, reporting.reason(q.reason), q.message, found)
    return True


async def _other(call: Call, value: t.TypeInputPeer) -> PeerId:
    """Anybody but the caller. Errors: PEER_ID_INVALID."""
    peer = await inputs.peer(call, value)
    if peer == PeerId(call.user_id):
        raise Invalid("peer_id_invalid")
    return peer
