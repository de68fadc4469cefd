"""Messages go: from one box or from both, one by one, as a whole history, or because their time has come.

Source: method/messages.deleteMessages, method/messages.deleteHistory
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import drafts, editing, indexing, messages, updates
from chappe.domain.access import Grant
from chappe.domain.content import Service
from chappe.domain.history import MAX_ID, Page
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.domain.updates import (
    Deleted,
    DialogPinned,
    Entry,
    ReadInbox,
    UnreadMark,
    commit_edit,
    commit_fact,
    commit_state,
)  # fmt: skip
from chappe.store import Reader, Row, Tx
from chappe.store.queries import dialogs
from chappe.store.queries import messages as rows

AT_ONCE = 100
"""Messages that one act deletes from a box; longer histories go in several."""
CLEARED = "HistoryClear"
"""What stands in place of the newest message of a history that was emptied but kept in the list."""


def delete(tx: Tx, owner: PeerId, ids: Sequence[int], *, revoke: bool, origin: int = 0) -> Affected:
    """The messages are gone from the owner's box and, with `revoke`, from the other one.

    Source: method/messages.deleteMessages
    After: one deleted fact in each box; counters and top messages are right again.
    """
    found = updates.messages_by_id(tx, owner, sorted(set(ids)))
    entry = remove(tx, owner, found, origin)
    if revoke:
        _remove_twins(tx, owner, found)
    return Affected.of(tx, owner, entry)


def delete_page(tx: Tx, owner: PeerId, page: Page, origin: int = 0) -> Affected:
    """The messages of the page are gone from the owner's box; `left` says how many its list still has."""
    entry = remove(tx, owner, page.messages, origin)
    return Affected.of(tx, owner, entry, page.count - len(page.messages))


def _remove_twins(tx: Tx, owner: PeerId, found: Sequence[Message]) -> None:
    """The other side's copies are gone as well."""
    theirs: defaultdict[PeerId, list[int]] = defaultdict(list)
    for m in found:
        if m.twin_id and m.peer_id != owner:
            theirs[m.peer_id].append(m.twin_id)
    for peer, ids in sorted(theirs.items()):
        remove(tx, peer, updates.messages_by_id(tx, peer, ids))


def remove(tx: Tx, owner: PeerId, found: Sequence[Message], origin: int = 0) -> Entry | None:
    """The messages, all of one box, are gone from it; None when there are none. After: one deleted fact."""
    if not found:
        return None
    ids = sorted(m.id for m in found)
    rows.delete(tx, owner, ids)
    indexing.forget(tx, found)
    saved = [(messages.saved_peer(owner, m.content), m.id) for m in found if m.peer_id == owner]
    if saved:
        rows.drop_saved(tx, owner, saved)
    for peer, gone in groupby(sorted(found, key=lambda m: m.peer_id), key=lambda m: m.peer_id):
        _repair(tx, owner, peer, list(gone))
    return commit_fact(tx, owner, Deleted(tuple(ids)), len(ids), origin)


def _repair(tx: Tx, owner: PeerId, peer: PeerId, gone: Sequence[Message]) -> None:
    """The dialog's counters and its newest message are right again."""
    line = dialogs.one(tx, owner, peer)
    if line is None:
        return
    _, top, date, _, read_max, *_ = line
    if any(m.id == top for m in gone):
        top, date = rows.newest(tx, owner, peer) or (0, 0)
    unread = sum(not m.out and m.id > read_max for m in gone)
    reactions = sum(m.has_unseen for m in gone)
    dialogs.shrink(tx, owner, peer, len(gone), unread, reactions, (top, date))
    if not top:
        _take_off(tx, owner, peer, line)


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a history is meant. Shape: 0 means no bound; dates are inclusive."""

    max_id: int = 0
    min_date: int = 0
    max_date: int = 0

    @property
    def dated(self) -> bool:
        """True if only some days are meant."""
        return bool(self.min_date or self.max_date)

    @property
    def dates(self) -> tuple[int, int]:
        """First and last date."""
        return self.min_date, self.max_date or MAX_ID


def delete_history(
    tx: Tx, grant: Grant, span: Span, *, just_clear: bool, revoke: bool, origin: int = 0
) -> Affected:
    """The next part of the history is gone; `left` says how many messages remain to be treated.

    Source: method/messages.deleteHistory
    Shape: just_clear keeps the dialog in the list with an empty history.
    Errors: Invalid min_date_invalid, max_date_invalid.
    """
    if span.min_date < 0 or span.max_date < 0:
        raise Invalid("min_date_invalid" if span.min_date < 0 else "max_date_invalid")
    owner, peer = PeerId(grant.viewer), grant.peer
    max_id = span.max_id or MAX_ID
    found = [Message.of_row(row) for row in rows.oldest_first(tx, owner, peer, max_id, span.dates, AT_ONCE)]
    kept = found.pop() if _to_keep(tx, owner, peer, found, just_clear and not span.dated) else None
    entry = remove(tx, owner, found, origin)
    if revoke and peer != owner:
        _remove_twins(tx, owner, found)
    left = rows.count_to(tx, owner, peer, max_id, span.dates) - (kept is not None)
    if left == 0 and not span.dated:
        left = _finish(tx, owner, peer, kept, just_clear=just_clear, revoke=revoke, origin=origin)
    return Affected.of(tx, owner, entry, left)


def _finish(
    tx: Tx, owner: PeerId, peer: PeerId, kept: Message | None, *, just_clear: bool, revoke: bool, origin: int
) -> int:
    """What is due when the last part is gone is done; how many messages the other side still has to lose."""
    if kept is not None:
        _clear_last(tx, kept, revoke=revoke)
    elif rows.newest(tx, owner, peer) is not None:
        return 0
    elif not just_clear:
        drafts.save(tx, owner, peer, None, origin)
    return _rest_of_other_side(tx, peer, owner, just_clear) if revoke and peer != owner else 0


def _to_keep(rx: Reader, owner: PeerId, peer: PeerId, found: Sequence[Message], just_clear: bool) -> bool:
    """True if the last of the messages is the dialog's newest and is to mark the emptied history."""
    if not just_clear or not found:
        return False
    newest = rows.newest(rx, owner, peer)
    return newest is not None and newest[0] == found[-1].id


def _clear_last(tx: Tx, last: Message, *, revoke: bool) -> None:
    """The last message of an emptied history says so, and nothing else."""
    _clear_message(tx, last)
    if last.twin_id:
        for twin in updates.messages_by_id(tx, last.peer_id, (last.twin_id,)):
            if revoke:
                _clear_message(tx, twin)
            else:
                rows.part_twins(tx, twin.owner_id, twin.id)


def _clear_message(tx: Tx, message: Message) -> None:
    """The message is an empty mark. After: one edit in its box, also told to who caused it."""
    if isinstance(message.content, Service) and message.content.action == CLEARED:
        return
    indexing.forget(tx, (message,))
    if message.has_unseen:
        dialogs.add_unread_reactions(tx, message.owner_id, message.peer_id, -1)
    rows.clear(tx, message.owner_id, message.id)
    bare = msgspec.structs.replace(
        message, twin_id=0, pinned=False, media_unread=False, grouped_id=0, reactions=()
    )
    commit_edit(tx, editing.put_content(tx, bare, Service(CLEARED), 0))
    line = dialogs.one(tx, message.owner_id, message.peer_id)
    if line is not None and line[6]:
        dialogs.set_inbox(tx, message.owner_id, message.peer_id, message.id, 0)
        commit_fact(tx, message.owner_id, ReadInbox(message.peer_id, message.id, 0, line[10]))


def _take_off(tx: Tx, owner: PeerId, peer: PeerId, line: Row) -> None:
    """An empty dialog is off the list: neither pinned nor marked."""
    if line[9]:
        dialogs.set_pin(tx, owner, peer, 0)
        commit_state(tx, owner, DialogPinned(peer, False, line[10]))
    if line[8]:
        dialogs.set_unread_mark(tx, owner, peer, 0)
        commit_state(tx, owner, UnreadMark(peer, False))


def _rest_of_other_side(tx: Tx, owner: PeerId, peer: PeerId, just_clear: bool) -> int:
    """A further part of what only the other side still holds is gone; how many are left there."""
    found = [Message.of_row(row) for row in rows.oldest_first(tx, owner, peer, MAX_ID, (0, MAX_ID), AT_ONCE)]
    if just_clear and _to_keep(tx, owner, peer, found, True):
        _clear_message(tx, found.pop())
        remove(tx, owner, found)
        return 0
    remove(tx, owner, found)
    return rows.count_to(tx, owner, peer, MAX_ID, (0, MAX_ID))
