"""The chat list: pages of it, single lines, pins and marks. Source: method/messages.getDialogs"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId, channel_peer, is_channel
from chappe.domain import access, dialogs, enforcement, notifications, peers, rooms, updates
from chappe.domain.dialogs import ARCHIVE, START, After
from chappe.domain.notifications import Settings
from chappe.domain.records import Dialog, Message, UserCard
from chappe.domain.rooms import Member, Room
from chappe.domain.updates import BoxState
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import viewer_of
from chappe.rpc.updates.difference import state_view
from chappe.rpc.views.dialogs import archive_view, dialog_view
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.rooms import room_view
from chappe.rpc.views.users import user_view
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

NAMED = 100
"""Dialogs that one call may name."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a chat list with all that is needed to show them, from one snapshot. Shape: archive None when empty."""

    dialogs: Sequence[Dialog]
    archived: Sequence[Dialog]
    settings: dict[PeerId, Settings]
    messages: Sequence[Message]
    cards: Sequence[UserCard]
    rooms: Sequence[tuple[Room, Member, bool]]
    """With whether the owner is a guest there, who reads without being inside."""
    state: BoxState


def lines_of(rx: Reader, owner: PeerId, found: Sequence[Dialog], now: int, *, archive: bool = False) -> Lines:
    """The lines with their top messages and people; with `archive` also what the archive holds."""
    archived = dialogs.of_folder(rx, owner, ARCHIVE) if archive else ()
    tops = [max(archived, key=lambda d: (d.date, d.top_message))] if archived else []
    shown = [d for d in (*tops, *found) if d.top_message]
    messages = updates.messages_by_id(rx, owner, [d.top_message for d in shown if not is_channel(d.peer_id)])
    for dialog in shown:
        if is_channel(dialog.peer_id):
            tops_there = updates.messages_by_id(rx, dialog.peer_id, (dialog.top_message,))
            closed = access.closed(rx, rooms.find(rx, dialog.peer_id), UserId(owner))
            messages += map(enforcement.veiled_whole, tops_there) if closed else tops_there
    settings = notifications.of_peers(rx, owner, [d.peer_id for d in (*found, *archived)])
    people = people_of(messages) | {d.peer_id for d in (*tops, *found)}
    cards = peers.cards(rx, UserId(owner), people, now)
    around = [_around(rx, room, UserId(owner)) for room in rooms.some(rx, people)]
    return Lines(found, archived, settings, messages, cards, around, updates.state(rx, owner, now))


def _around(rx: Reader, room: Room, user: UserId) -> tuple[Room, Member, bool]:
    me = rooms.member(rx, room.id, user)
    return room, me, not me.inside and access.discusses(rx, room, user)


async def _parts(call: Call, lines: Lines) -> dict[str, Any]:
    """The fields that every form of a chat list has."""
    seen = await viewer_of(call, lines.messages, [room for room, _, _ in lines.rooms])
    shown: list[t.TypeDialog] = [dialog_view(d, lines.settings[d.peer_id], seen) for d in lines.dialogs]
    if lines.archived:
        shown.insert(0, archive_view(lines.archived, lines.settings, call.now()))
    return {
        "dialogs": shown,
        "messages": [message_view(m, seen) for m in lines.messages],
        "chats": [room_view(room, me, seen, guest=guest) for room, me, guest in lines.rooms],
        "users": [user_view(card, seen) for card in lines.cards],
    }


@method("messages.getDialogs")
async def get_dialogs(call: Call, q: f.messages.GetDialogs) -> t.messages.TypeDialogs:
    """A page of the chat list, pinned dialogs first; the archive stands on top of the list it belongs to.

    Source: method/messages.getDialogs
    Errors: FOLDER_ID_INVALID, OFFSET_PEER_ID_INVALID.
    """
    if q.folder_id not in (None, *dialogs.FOLDERS):
        raise Invalid("folder_id_invalid")
    owner, now, after = PeerId(call.user_id), call.now(), await _after(call, q)
    archive = q.folder_id == 0 and not q.exclude_pinned and after == START

    def query(rx: Reader) -> tuple[dialogs.List, Lines]:
        found = dialogs.listed(
            rx, owner, after, q.limit, folder_id=q.folder_id, exclude_pinned=bool(q.exclude_pinned)
        )
        return found, lines_of(rx, owner, found.dialogs, now, archive=archive)

    found, lines = await call.read(query)
    parts = await _parts(call, lines)
    if found.whole:
        return t.messages.Dialogs(**parts)
    return t.messages.DialogsSlice(count=found.count, **parts)


async def _after(call: Call, q: f.messages.GetDialogs) -> After:
    if isinstance(q.offset_peer, t.InputPeerEmpty):
        return After(q.offset_date, q.offset_id)
    # COMPAT TDLib: it names the last dialog it has without a hash; this is but a place in the caller's own list.
    if isinstance(q.offset_peer, t.InputPeerUser):
        return After(q.offset_date, q.offset_id, PeerId(q.offset_peer.user_id))
    if isinstance(q.offset_peer, t.InputPeerChannel):
        return After(q.offset_date, q.offset_id, channel_peer(q.offset_peer.channel_id))
    try:
        return After(q.offset_date, q.offset_id, await inputs.peer(call, q.offset_peer))
    except Invalid as refusal:
        raise Invalid("offset_peer_id_invalid") from refusal


@method("messages.getPinnedDialogs")
async def get_pinned_dialogs(call: Call, q: f.messages.GetPinnedDialogs) -> t.messages.PeerDialogs:
    """The pinned dialogs of a folder, topmost first. Source: method/messages.getPinnedDialogs"""
    owner, now = PeerId(call.user_id), call.now()

    def query(rx: Reader) -> Lines:
        return lines_of(rx, owner, dialogs.pinned(rx, owner, q.folder_id), now, archive=q.folder_id == 0)

    lines = await call.read(query)
    return t.messages.PeerDialogs(state=state_view(lines.state), **await _parts(call, lines))


@method("messages.getPeerDialogs")
async def get_peer_dialogs(call: Call, q: f.messages.GetPeerDialogs) -> t.messages.PeerDialogs:
    """The lines of the named peers, also of those never spoken to.

    Source: method/messages.getPeerDialogs
    Errors: PEER_ID_INVALID.
    """
    owner, now = PeerId(call.user_id), call.now()
    archive = any(isinstance(one, t.InputDialogPeerFolder) and one.folder_id == ARCHIVE for one in q.peers)
    wanted = [await dialog_peer(call, one) for one in q.peers[:NAMED] if isinstance(one, t.InputDialogPeer)]

    def query(rx: Reader) -> Lines:
        for peer in wanted:
            access.require_read(rx, call.user_id, peer)
        return lines_of(rx, owner, dialogs.of_peers(rx, owner, wanted), now, archive=archive)

    lines = await call.read(query)
    return t.messages.PeerDialogs(state=state_view(lines.state), **await _parts(call, lines))


async def dialog_peer(call: Call, value: t.TypeInputDialogPeer) -> PeerId:
    """The peer a dialog is with. Errors: PEER_ID_INVALID, also for a folder."""
    if not isinstance(value, t.InputDialogPeer):
        raise Invalid("peer_id_invalid")
    return await inputs.peer(call, value.peer)


@method("messages.toggleDialogPin")
async def toggle_dialog_pin(call: Call, q: f.messages.ToggleDialogPin) -> bool:
    """The dialog is pinned on top of its folder, or not any more.

    Source: method/messages.toggleDialogPin
    Errors: PEER_ID_INVALID, PEER_HISTORY_EMPTY, PINNED_DIALOGS_TOO_MUCH.
    """
    peer, most, origin = await dialog_peer(call, q.peer), call.services.limits.dialog_pins, call.device.auth_key_id
    on = bool(q.pinned)
    await call.write(lambda tx: dialogs.pin(tx, access.require_read(tx, call.user_id, peer), on, most, origin))
    return True


@method("messages.reorderPinnedDialogs")
async def reorder_pinned_dialogs(call: Call, q: f.messages.ReorderPinnedDialogs) -> bool:
    """The pinned dialogs stand in the given order.

    Source: method/messages.reorderPinnedDialogs
    Errors: PEER_ID_INVALID, FOLDER_ID_INVALID, PINNED_DIALOGS_TOO_MUCH.
    """
    owner, most, origin = PeerId(call.user_id), call.services.limits.dialog_pins, call.device.auth_key_id
    order = [await dialog_peer(call, one) for one in q.order[:NAMED] if isinstance(one, t.InputDialogPeer)]
    await call.write(
        lambda tx: dialogs.reorder(tx, owner, q.folder_id, order, most, force=bool(q.force), origin=origin)
    )
    return True


@method("messages.markDialogUnread")
async def mark_dialog_unread(call: Call, q: f.messages.MarkDialogUnread) -> bool:
    """The dialog bears a mark that it is to be read, or not.

    Source: method/messages.markDialogUnread
    Errors: PEER_ID_INVALID, PEER_HISTORY_EMPTY.
    """
    inputs.absent(q.parent_peer, "parent_peer_invalid")
    peer, on, origin = await dialog_peer(call, q.peer), bool(q.unread), call.device.auth_key_id
    await call.write(lambda tx: dialogs.mark_unread(tx, access.require_read(tx, call.user_id, peer), on, origin))
    return True


@method("messages.getDialogUnreadMarks")
async def get_dialog_unread_marks(call: Call, q: f.messages.GetDialogUnreadMarks) -> list[t.TypeDialogPeer]:
    """The dialogs marked as unread by hand. Source: method/messages.getDialogUnreadMarks"""
    inputs.absent(q.parent_peer, "parent_peer_invalid")
    owner = PeerId(call.user_id)
    marked = await call.read(lambda rx: dialogs.marked_unread(rx, owner))
    return [t.DialogPeer(peer=peer_view(p)) for p in marked]
