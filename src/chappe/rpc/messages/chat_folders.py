"""Chat folders: named selections of dialogs. Source: api/folders#dialog-filters"""

from collections.abc import Sequence, Set

from chappe.base.errors import Invalid, Refusal
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, folders
from chappe.domain.folders import FLAGS, Folder
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.views.dialogs import folder_view
from chappe.rpc.views.peers import input_peer_view
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.getDialogFilters")
async def get_dialog_filters(call: Call, q: f.messages.GetDialogFilters) -> t.messages.DialogFilters:
    """The chat folders in their order, the list of all chats among them.

    Source: method/messages.getDialogFilters
    """
    owner = PeerId(call.user_id)
    (found, place), tags = await call.read(lambda rx: (folders.every(rx, owner), folders.tags_shown(rx, owner)))
    named = await _input_peers(call, {p for one in found for p in (*one.pinned, *one.included, *one.excluded)})
    shown: list[t.TypeDialogFilter] = [folder_view(one, named) for one in found]
    # COMPAT TDLib: the default folder must be in the list.
    shown.insert(place, t.DialogFilterDefault())
    return t.messages.DialogFilters(tags_enabled=tags, filters=shown)


async def _input_peers(call: Call, ids: Set[int]) -> dict[int, t.TypeInputPeer]:
    """How the caller's clients name the peers; rooms that they may not look into any more are left out."""

    def query(rx: Reader) -> set[int]:
        return {p for p in ids if p > 0 or _may_read(rx, call.user_id, PeerId(p))}

    proof, me = call.services.access, call.user_id
    return {p: input_peer_view(proof, me, p) for p in await call.read(query)}


def _may_read(rx: Reader, viewer: UserId, room: PeerId) -> bool:
    try:
        access.require_read(rx, viewer, room)
    except Refusal:
        return False
    return True


@method("messages.updateDialogFilter")
async def update_dialog_filter(call: Call, q: f.messages.UpdateDialogFilter) -> bool:
    """The chat folder is as given, or gone.

    Source: method/messages.updateDialogFilter
    Errors: FILTER_ID_INVALID, FILTER_TITLE_EMPTY, FILTER_INCLUDE_EMPTY, PEER_ID_INVALID.
    """
    owner, origin = PeerId(call.user_id), call.device.auth_key_id
    if q.filter is None:
        await call.write(lambda tx: folders.remove(tx, owner, q.id, origin))
        return True
    folder = await _folder(call, q.id, q.filter)
    await call.write(lambda tx: folders.put(tx, owner, folder, origin))
    return True


async def _folder(call: Call, folder_id: int, value: t.TypeDialogFilter) -> Folder:
    if not isinstance(value, t.DialogFilter):
        raise Invalid("filter_not_supported")
    title = value.title
    pinned, included, excluded = [
        await _peers(call, some) for some in (value.pinned_peers, value.include_peers, value.exclude_peers)
    ]
    flags = tuple(name for name in FLAGS if getattr(value, name))
    color = -1 if value.color is None else value.color
    return Folder(
        folder_id, title.text, inputs.entities(call, title.entities), flags, (value.emoticon or "")[:16], color,
        pinned, included, excluded,
    )  # fmt: skip


async def _peers(call: Call, values: Sequence[t.TypeInputPeer]) -> tuple[int, ...]:
    if len(values) > folders.CHATS:
        raise Invalid("filter_include_too_much")
    return tuple([await inputs.peer(call, value) for value in values])


@method("messages.updateDialogFiltersOrder")
async def update_dialog_filters_order(call: Call, q: f.messages.UpdateDialogFiltersOrder) -> bool:
    """The chat folders stand in the given order; 0 is the list of all chats.

    Source: method/messages.updateDialogFiltersOrder
    """
    owner, origin, order = PeerId(call.user_id), call.device.auth_key_id, q.order[: folders.MOST + 1]
    await call.write(lambda tx: folders.reorder(tx, owner, order, origin))
    return True


@method("messages.toggleDialogFilterTags")
async def toggle_dialog_filter_tags(call: Call, q: f.messages.ToggleDialogFilterTags) -> bool:
    """Dialogs bear the names of their folders, or not. Source: method/messages.toggleDialogFilterTags"""
    owner, origin = PeerId(call.user_id), call.device.auth_key_id
    await call.write(lambda tx: folders.show_tags(tx, owner, bool(q.enabled), origin))
    return True
