"""The chat list: its order, pins, the archive, marks; each owner has one of their own.

Source: method/messages.getDialogs, api/folders
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chappe.base.errors import Invalid
from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import drafts, notifications, peers, privacy, room_dialogs
from chappe.domain.access import SERVICE_USER, Grant
from chappe.domain.records import Dialog
from chappe.domain.updates import (
    DialogPinned,
    Entry,
    FolderMoved,
    PeerSettings,
    PinnedOrder,
    UnreadMark,
    commit_fact,
    commit_state,
)  # fmt: skip
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs as rows
from chappe.store.queries import people

ARCHIVE = 1
FOLDERS = (0, ARCHIVE)
ARCHIVE_PINS = 100
"""Dialogs that may be pinned in the archive."""
SUMMED = 500
"""Dialogs of the archive that its line on top of the list counts: whoever keeps thousands there waits for no count."""
LIMIT = 100
"""Lines in one page."""
_TOP = (2**31 - 1, 2**31 - 1, 2**53)


@dataclass(frozen=True, slots=True)
class List:
    """Lines of a chat list. Shape: count is how many the folder has; whole when nothing was left out."""

    dialogs: tuple[Dialog, ...]
    count: int
    whole: bool


@dataclass(frozen=True, slots=True)
class After:
    """The last line a client has: date and id of its top message, its peer (0 when not said)."""

    date: int = 0
    message_id: int = 0
    peer: int = 0


START = After()


def of_row(row: tuple[Any, ...]) -> Dialog:
    """The record of a row in the order of `rows.COLUMNS`."""
    draft, draft_date = drafts.decode(row[12])
    return Dialog(
        PeerId(row[0]), MsgId(row[1]), row[2], row[3], row[4], row[5], row[6], row[7], bool(row[8]), row[9], row[10],
        row[11], draft, draft_date,
    )  # fmt: skip


def listed(
    rx: Reader, owner: PeerId, after: After, limit: int, *, folder_id: int | None = None, exclude_pinned: bool = False
) -> List:
    """The lines after the given one: first the pinned ones, topmost first, then the others, newest first.

    Source: method/messages.getDialogs
    Shape: folder None means all folders.
    """
    limit = max(1, min(limit or LIMIT, LIMIT))
    pinned = room_dialogs.completed(rx, owner, [of_row(row) for row in rows.pinned(rx, owner, folder_id)])
    start, left = _start(rx, owner, after, pinned)
    head = [] if exclude_pinned else left[:limit]
    rest = _unpinned(rx, owner, folder_id, start, limit - len(head))
    count = rows.count(rx, owner, folder_id, pinned_too=not exclude_pinned)
    found = (*head, *rest)
    return List(found, count, after == START and count <= len(found))


def _unpinned(
    rx: Reader, owner: PeerId, folder_id: int | None, below: tuple[int, int, int], limit: int
) -> list[Dialog]:
    """Lines that are not pinned, newest first, rooms with a box of their own among them."""
    found = [of_row(row) for row in rows.page(rx, owner, folder_id, below, limit)]
    channels = room_dialogs.dated(rx, [of_row(row) for row in rows.of_channels(rx, owner, folder_id)])
    found += [d for d in channels if (d.date, d.top_message, d.peer_id) < below]
    found.sort(key=lambda d: (d.date, d.top_message, d.peer_id), reverse=True)
    return room_dialogs.completed(rx, owner, found[:limit])


def _start(
    rx: Reader, owner: PeerId, after: After, pinned: Sequence[Dialog]
) -> tuple[tuple[int, int, int], Sequence[Dialog]]:
    """(the line above the unpinned ones wanted, the pinned ones wanted)."""
    if after == START:
        return _TOP, pinned
    for place, dialog in enumerate(pinned):
        if dialog.peer_id == after.peer and dialog.top_message == after.message_id:
            return _TOP, pinned[place + 1 :]
    date = after.date
    if not date and after.peer:
        row = rows.one(rx, owner, after.peer)
        date = row[2] if row else 0
    return (date or _TOP[0], after.message_id or _TOP[1], after.peer or _TOP[2]), ()


def pinned(rx: Reader, owner: PeerId, folder_id: int) -> tuple[Dialog, ...]:
    """The pinned lines of a folder, topmost first. Source: method/messages.getPinnedDialogs"""
    if folder_id not in FOLDERS:
        raise Invalid("folder_id_invalid")
    found = [of_row(row) for row in rows.pinned(rx, owner, folder_id)]
    return tuple(room_dialogs.completed(rx, owner, found))


def of_peers(rx: Reader, owner: PeerId, wanted: Sequence[PeerId]) -> tuple[Dialog, ...]:
    """The line of each peer, in their order; a peer never spoken to has an empty one.

    Source: method/messages.getPeerDialogs
    """
    found = {row[0]: of_row(row) for row in rows.some(rx, owner, wanted)} if wanted else {}
    return tuple(room_dialogs.completed(rx, owner, [found.get(p) or _nothing(p) for p in wanted]))


def of_folder(rx: Reader, owner: PeerId, folder_id: int) -> tuple[Dialog, ...]:
    """The lines of a folder that spoke last, at most `SUMMED`; for its summary."""
    found = _unpinned(rx, owner, folder_id, _TOP, SUMMED)
    return (*pinned(rx, owner, folder_id), *found)


def _nothing(peer: PeerId) -> Dialog:
    return Dialog(peer, MsgId(0), 0, 0, 0, 0, 0, 0, False, 0, 0, 0, None, 0)


def pin(tx: Tx, grant: Grant, on: bool, most: int, origin: int = 0) -> bool:
    """The dialog is pinned on top of its folder, or not any more; True if that is news.

    Source: method/messages.toggleDialogPin
    Errors: Invalid peer_history_empty, pinned_dialogs_too_much.
    """
    owner, dialog = PeerId(grant.viewer), _existing(tx, grant)
    if on == bool(dialog.pinned_order):
        return False
    if on:
        _require_room(len(rows.pinned(tx, owner, dialog.folder_id)) + 1, dialog.folder_id, most)
    order = rows.highest_pin(tx, owner, dialog.folder_id) + 1 if on else 0
    rows.set_pin(tx, owner, grant.peer, order)
    commit_state(tx, owner, DialogPinned(grant.peer, on, dialog.folder_id), origin)
    return True


def _existing(rx: Reader, grant: Grant) -> Dialog:
    row = rows.one(rx, grant.viewer, grant.peer)
    if row is None or not row[1]:
        raise Invalid("peer_history_empty")
    return of_row(row)


def _require_room(wanted: int, folder_id: int, most: int) -> None:
    if wanted > (ARCHIVE_PINS if folder_id == ARCHIVE else most):
        raise Invalid("pinned_dialogs_too_much")


def reorder(
    tx: Tx, owner: PeerId, folder_id: int, order: Sequence[PeerId], most: int, *, force: bool, origin: int = 0
) -> None:
    """The pinned dialogs of the folder stand in this order; with `force` no other stays pinned.

    Source: method/messages.reorderPinnedDialogs
    Errors: Invalid folder_id_invalid, pinned_dialogs_too_much.
    """
    before = [d.peer_id for d in pinned(tx, owner, folder_id)]
    lines = {row[0]: row for row in rows.some(tx, owner, order)} if order else {}
    chosen = [p for p in dict.fromkeys(order) if p in lines and lines[p][1] and lines[p][10] == folder_id]
    if not force:
        chosen += [p for p in before if p not in chosen]
    _require_room(len(chosen), folder_id, most)
    for peer in before:
        if peer not in chosen:
            rows.set_pin(tx, owner, peer, 0)
    for place, peer in enumerate(reversed(chosen)):
        rows.set_pin(tx, owner, peer, place + 1)
    commit_state(tx, owner, PinnedOrder(folder_id, tuple(chosen)), origin)


def move(tx: Tx, owner: PeerId, wanted: Sequence[PeerId], folder_id: int, origin: int = 0) -> Entry | None:
    """The dialogs are in the folder; None when they were there before.

    Source: method/folders.editPeerFolders
    After: one fact in the owner's box. Errors: Invalid folder_id_invalid.
    """
    if folder_id not in FOLDERS:
        raise Invalid("folder_id_invalid")
    moved = [row[0] for row in rows.some(tx, owner, wanted) if row[1] and row[10] != folder_id] if wanted else []
    if not moved:
        return None
    for peer in moved:
        rows.set_folder(tx, owner, peer, folder_id)
    return commit_fact(tx, owner, FolderMoved(tuple(moved), folder_id), origin=origin)


def unarchive(tx: Tx, owner: PeerId, peer: PeerId) -> None:
    """A message came in: its dialog leaves the archive, unless it is muted. Source: api/folders#archive"""
    if not notifications.muted(tx, owner, peer, tx.now):
        move(tx, owner, (peer,), 0)


def mark_unread(tx: Tx, grant: Grant, on: bool, origin: int = 0) -> bool:
    """The dialog bears a mark that it is to be read, or not; True if that is news.

    Source: method/messages.markDialogUnread
    Errors: Invalid peer_history_empty.
    """
    owner, dialog = PeerId(grant.viewer), _existing(tx, grant)
    if dialog.unread_mark == on:
        return False
    rows.set_unread_mark(tx, owner, grant.peer, int(on))
    commit_state(tx, owner, UnreadMark(grant.peer, on), origin)
    return True


def marked_unread(rx: Reader, owner: PeerId) -> list[PeerId]:
    """The dialogs marked by hand. Source: method/messages.getDialogUnreadMarks"""
    return [PeerId(row[0]) for row in rows.unread_marks(rx, owner)]


@dataclass(frozen=True, slots=True)
class Bar:
    """What the action bar of a dialog offers."""

    report_spam: bool = False
    add_contact: bool = False
    block_contact: bool = False
    share_contact: bool = False


def bar(rx: Reader, grant: Grant, now: int) -> Bar:
    """The action bar: something to do about strangers who wrote, until it is closed.

    Source: method/messages.getPeerSettings
    """
    row = rows.bar(rx, grant.viewer, grant.peer)
    if row is None or row[0] or not row[1] or grant.peer in (PeerId(grant.viewer), PeerId(SERVICE_USER)):
        return Bar()
    cards = peers.cards(rx, grant.viewer, (grant.peer,), now)
    if not cards or cards[0].deleted or cards[0].bot:
        return Bar()
    if cards[0].contact:
        return Bar(share_contact=not privacy.permits(rx, grant.viewer, "PhoneNumber", UserId(grant.peer)))
    stranger = not people.has_blocked(rx, grant.viewer, grant.peer)
    return Bar(report_spam=stranger, add_contact=True, block_contact=stranger)


def hide_bar(tx: Tx, grant: Grant, origin: int = 0) -> None:
    """The action bar of the dialog is closed for good. Source: method/messages.hidePeerSettingsBar"""
    rows.hide_bar(tx, grant.viewer, grant.peer)
    commit_state(tx, PeerId(grant.viewer), PeerSettings(grant.peer), origin)
