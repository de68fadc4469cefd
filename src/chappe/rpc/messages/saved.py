"""Saved messages by the chat they were kept from. Source: api/saved-messages"""

from collections.abc import Sequence

from chappe.base.ids import PeerId
from chappe.domain import access, deletion, history, saved, search, updates
from chappe.domain.history import Offsets
from chappe.domain.reading import Affected
from chappe.domain.saved import Part
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.dialogs import dialog_peer
from chappe.rpc.messages.reading import affected_history_view
from chappe.rpc.messages.search import NOTHING, find_in
from chappe.rpc.results import messages_page, users, viewer_of
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.peers import peer_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


async def _parts_view(call: Call, chosen: Sequence[Part], count: int) -> t.messages.TypeSavedDialogs:
    owner = PeerId(call.user_id)
    tops = await call.read(lambda rx: updates.messages_by_id(rx, owner, [part.top_message for part in chosen]))
    shown = [
        t.SavedDialog(pinned=part.pinned, peer=peer_view(part.peer_id), top_message=part.top_message)
        for part in chosen
    ]
    seen = await viewer_of(call, tops)
    messages = [message_view(m, seen) for m in tops]
    people = await users(call, people_of(tops) | {part.peer_id for part in chosen})
    if count <= len(shown):
        return t.messages.SavedDialogs(dialogs=shown, messages=messages, chats=[], users=people)
    return t.messages.SavedDialogsSlice(count=count, dialogs=shown, messages=messages, chats=[], users=people)


@method("messages.getSavedDialogs")
async def get_saved_dialogs(call: Call, q: f.messages.GetSavedDialogs) -> t.messages.TypeSavedDialogs:
    """A page of the parts, pinned ones first. Source: method/messages.getSavedDialogs"""
    inputs.absent(q.parent_peer, "parent_peer_invalid")
    owner = PeerId(call.user_id)
    parts = await call.read(lambda rx: saved.parts(rx, owner))
    if q.exclude_pinned:
        parts = [part for part in parts if not part.pinned]
    left = [p for p in parts if not p.pinned and p.top_message < q.offset_id] if q.offset_id > 0 else parts
    return await _parts_view(call, left[: max(1, min(q.limit or history.LIMIT, history.LIMIT))], len(parts))


@method("messages.getPinnedSavedDialogs")
async def get_pinned_saved_dialogs(call: Call, q: f.messages.GetPinnedSavedDialogs) -> t.messages.TypeSavedDialogs:
    """The pinned parts in their order. Source: method/messages.getPinnedSavedDialogs"""
    owner = PeerId(call.user_id)
    parts = [part for part in await call.read(lambda rx: saved.parts(rx, owner)) if part.pinned]
    return await _parts_view(call, parts, len(parts))


@method("messages.getSavedDialogsByID")
async def get_saved_dialogs_by_id(call: Call, q: f.messages.GetSavedDialogsByID) -> t.messages.TypeSavedDialogs:
    """The named parts as far as they exist. Source: method/messages.getSavedDialogsByID. Errors: PEER_ID_INVALID."""
    inputs.absent(q.parent_peer, "parent_peer_invalid")
    owner = PeerId(call.user_id)
    wanted = [await inputs.peer(call, one) for one in q.ids[: history.LIMIT]]
    parts = [part for part in await call.read(lambda rx: saved.parts(rx, owner)) if part.peer_id in wanted]
    return await _parts_view(call, parts, len(parts))


@method("messages.getSavedHistory")
async def get_saved_history(call: Call, q: f.messages.GetSavedHistory) -> t.messages.TypeMessages:
    """A page of what was kept from the peer. Source: method/messages.getSavedHistory. Errors: PEER_ID_INVALID."""
    inputs.absent(q.parent_peer, "parent_peer_invalid")
    owner, peer = PeerId(call.user_id), await inputs.peer(call, q.peer)
    wanted = search.criteria(
        owner, owner, dates=(0, q.offset_date), ids=(q.min_id, q.max_id), saved_peer=peer
    )
    page = await find_in(call, owner, wanted, "", Offsets(q.offset_id, q.add_offset, q.limit))
    return await messages_page(call, page.messages, page.count)


@method("messages.deleteSavedHistory")
async def delete_saved_history(call: Call, q: f.messages.DeleteSavedHistory) -> t.messages.AffectedHistory:
    """The next part of what was kept from the peer is gone; to be called again while `offset` is above zero.

    Source: method/messages.deleteSavedHistory
    Errors: PEER_ID_INVALID.
    """
    inputs.absent(q.parent_peer, "parent_peer_invalid")
    owner, peer, origin = PeerId(call.user_id), await inputs.peer(call, q.peer), call.device.auth_key_id
    upper = q.max_id + 1 if q.max_id > 0 else 0
    first, last = (q.min_date or 1) - 1, q.max_date + 1 if q.max_date else 0
    wanted = search.criteria(owner, owner, dates=(first, last), ids=(0, upper), saved_peer=peer)

    def act(tx: Tx) -> Affected:
        access.require_read(tx, call.user_id, peer)
        page = search.find(tx, wanted, "", Offsets(limit=deletion.AT_ONCE), None) if wanted else NOTHING
        return deletion.delete_page(tx, owner, page, origin)

    return affected_history_view(await call.write(act))


@method("messages.toggleSavedDialogPin")
async def toggle_saved_dialog_pin(call: Call, q: f.messages.ToggleSavedDialogPin) -> bool:
    """The part is pinned on top, or not any more.

    Source: method/messages.toggleSavedDialogPin
    Errors: PEER_ID_INVALID, PINNED_TOO_MUCH.
    """
    owner, peer, origin = PeerId(call.user_id), await dialog_peer(call, q.peer), call.device.auth_key_id
    await call.write(lambda tx: saved.pin(tx, owner, peer, bool(q.pinned), origin))
    return True


@method("messages.reorderPinnedSavedDialogs")
async def reorder_pinned_saved_dialogs(call: Call, q: f.messages.ReorderPinnedSavedDialogs) -> bool:
    """The pinned parts stand in the given order.

    Source: method/messages.reorderPinnedSavedDialogs
    Errors: PEER_ID_INVALID, PINNED_TOO_MUCH.
    """
    owner, origin = PeerId(call.user_id), call.device.auth_key_id
    order = [await dialog_peer(call, one) for one in q.order[: history.LIMIT]]
    await call.write(lambda tx: saved.order_pins(tx, owner, order, origin))
    return True
