"""Messages go: from one box or from both, one by one, as a whole history, or because their time has come.

Source: method/messages.deleteMessages, method/messages.deleteHistory
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import (
    drafts,
    editing,
    edits,
    indexing,
    many_reactions,
    mentions,
    messages,
    posts,
    room_log,
    rooms,
    threads,
    updates,
    withholding,
)
from chappe.domain.access import Grant
from chappe.domain.content import MediaPoll, Service, Text
from chappe.domain.history import MAX_ID, Page
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.domain.updates import (
    Deleted,
    DialogPinned,
    Entry,
    ReadInbox,
    RoomCleared,
    UnreadMark,
    commit_edit,
    commit_fact,
    commit_state,
)  # fmt: skip
from chappe.store import Reader, Row, Tx
from chappe.store.queries import dialogs, stats
from chappe.store.queries import messages as rows
from chappe.store.queries import posts as post_rows
from chappe.store.queries import rooms as room_rows

AT_ONCE = 100
"""Messages that one act deletes from a box; longer histories go in several."""
GROUP_PART = 5
"""Messages of a basic group that one act deletes from up to 200 boxes."""
CLEARED = "HistoryClear"
"""What stands in place of the newest message of a history that was emptied but kept in the list."""


def delete(tx: Tx, owner: PeerId, ids: Sequence[int], *, revoke: bool, origin: int = 0) -> Affected:
    """The messages are gone from the owner's box and, with `revoke`, from the other one.

    Source: method/messages.deleteMessages
    After: one deleted fact in each box; counters and top messages are right again.
    """
    found = updates.messages_by_id(tx, owner, sorted(set(ids)))
    if revoke:
        _remove_copies(tx, owner, [m for m in found if m.peer_id < 0])
    entry = remove(tx, owner, found, origin)
    if revoke:
        _remove_twins(tx, owner, found)
    return Affected.of(tx, owner, entry)


def delete_posts(tx: Tx, grant: Grant, ids: Sequence[int], origin: int = 0) -> Affected:
    """The messages are gone from the room's own box: one's own, or anybody's for those who may.

    Source: method/channels.deleteMessages
    After: one deleted fact in the room's box. Errors: NotAllowed message_delete_forbidden, channel_private.
    """
    room, me = grant.room, grant.me
    assert room is not None and me is not None
    if grant.veiled:
        raise NotAllowed("channel_private")
    found = [m for m in updates.messages_by_id(tx, room.id, sorted(set(ids))) if m.id > grant.floor]
    if not me.may("delete_messages"):
        may_own = not room.broadcast or me.may("post_messages")
        if not may_own or not all(_mine(m, grant) for m in found):
            raise NotAllowed("message_delete_forbidden")
    room_log.deleted(tx, room, grant.viewer, found)
    return Affected.of(tx, room.id, remove(tx, room.id, found, origin))


def _mine(message: Message, grant: Grant) -> bool:
    author = message.content.author_id if isinstance(message.content, Text) else 0
    return grant.viewer in (message.from_id, author)


def delete_author(tx: Tx, grant: Grant, author: UserId, origin: int = 0) -> Affected:
    """The next part of what the person wrote in the supergroup is gone; `left` says how many remain.

    Source: method/channels.deleteParticipantHistory
    Errors: NotAllowed chat_admin_required.
    """
    room, me = grant.room, grant.me
    assert room is not None and me is not None
    rooms.require_right(room, me, "delete_messages")
    found = [Message.of_row(row) for row in post_rows.by_author(tx, room.id, author, AT_ONCE)]
    room_log.deleted(tx, room, grant.viewer, found)
    entry = remove(tx, room.id, found, origin)
    return Affected.of(tx, room.id, entry, post_rows.count_by_author(tx, room.id, author))


def clear_room(tx: Tx, grant: Grant, max_id: int, *, for_everyone: bool, origin: int = 0) -> list[Entry]:
    """The room's history up to max_id is empty for the viewer alone, or the next part of it gone for everybody.

    Source: method/channels.deleteHistory
    Errors: NotAllowed chat_admin_required.
    """
    room, me = grant.room, grant.me
    assert room is not None and me is not None
    up_to = min(max_id or MAX_ID, room.top_message)
    if for_everyone:
        rooms.require_right(room, me, "delete_messages")
        page = rows.oldest_first(tx, room.id, room.id, up_to, (0, MAX_ID), AT_ONCE)
        found = [Message.of_row(row) for row in page]
        room_log.deleted(tx, room, grant.viewer, found)
        entry = remove(tx, room.id, found, origin)
        return [entry] if entry else []
    if up_to > me.cleared_id:
        room_rows.set_cleared(tx, room.id, grant.viewer, up_to)
        commit_state(tx, PeerId(grant.viewer), RoomCleared(room.id, up_to), origin)
    return []


def _remove_copies(tx: Tx, owner: PeerId, found: Sequence[Message]) -> None:
    """Every other member's copy of the basic groups' messages is gone.

    Errors: NotAllowed message_delete_forbidden for others' messages, unless by an administrator.
    """
    theirs: defaultdict[PeerId, list[Message]] = defaultdict(list)
    for m in found:
        if not m.out and not rooms.member(tx, m.peer_id, UserId(owner)).may("delete_messages"):
            raise NotAllowed("message_delete_forbidden")
        for copy in posts.copies(tx, m)[1:]:
            theirs[copy.owner_id].append(copy)
    for box, copies in sorted(theirs.items()):
        remove(tx, box, copies)


def require_revoke(grant: Grant, author: UserId) -> None:
    """The viewer may delete for everybody what the author wrote in the basic group: their own, or as an administrator.

    Errors: NotAllowed message_delete_forbidden.
    """
    if author != grant.viewer and (grant.me is None or not grant.me.may("delete_messages")):
        raise NotAllowed("message_delete_forbidden")


def revoke_author(tx: Tx, viewer: PeerId, group: PeerId, author: UserId, below: int) -> int:
    """The next part of what the author wrote in the basic group is gone for all; the id to go on below, 0 at the end.

    Source: method/messages.deleteChatUser
    The caller has made sure that the viewer may, with `require_revoke`. Events stay.
    """
    page = [Message.of_row(row) for row in rows.by_author(tx, viewer, group, author, below, GROUP_PART)]
    found = [message for message in page if isinstance(message.content, Text)]
    copies: defaultdict[PeerId, list[Message]] = defaultdict(list)
    for message in found:
        for copy in posts.copies(tx, message)[1:]:
            copies[copy.owner_id].append(copy)
    for box, theirs in sorted(copies.items()):
        remove(tx, box, theirs)
    remove(tx, viewer, found)
    return page[-1].id if len(page) == GROUP_PART else 0


def delete_page(tx: Tx, owner: PeerId, page: Page, origin: int = 0) -> Affected:
    """The messages of the page are gone from the owner's box; `left` says how many its list still has."""
    entry = remove(tx, owner, page.messages, origin)
    return Affected.of(tx, owner, entry, page.count - len(page.messages))


def _remove_twins(tx: Tx, owner: PeerId, found: Sequence[Message]) -> None:
    """The other side's copies are gone as well."""
    theirs: defaultdict[PeerId, list[int]] = defaultdict(list)
    for m in found:
        if m.twin_id and m.peer_id != owner and m.peer_id > 0:
            theirs[m.peer_id].append(m.twin_id)
    for peer, ids in sorted(theirs.items()):
        remove(tx, peer, updates.messages_by_id(tx, peer, ids))


def remove(tx: Tx, owner: PeerId, found: Sequence[Message], origin: int = 0) -> Entry | None:
    """The messages, all of one box, are gone from it; None when there are none. After: one deleted fact."""
    if not found:
        return None
    ids = sorted(m.id for m in found)
    rows.delete(tx, owner, ids)
    withholding.deleted(tx, owner, found)
    indexing.forget(tx, found)
    mentions.forget(tx, found)
    _forget_votes(tx, owner, found)
    if owner < 0:
        _repair_room(tx, owner, found)
        return commit_fact(tx, owner, Deleted(tuple(ids)), len(ids), origin)
    saved = [(messages.saved_peer(owner, m.content), m.id) for m in found if m.peer_id == owner]
    if saved:
        rows.drop_saved(tx, owner, saved)
    for peer, gone in groupby(sorted(found, key=lambda m: m.peer_id), key=lambda m: m.peer_id):
        _repair(tx, owner, peer, list(gone))
    return commit_fact(tx, owner, Deleted(tuple(ids)), len(ids), origin)


def _forget_votes(tx: Tx, owner: PeerId, gone: Sequence[Message]) -> None:
    """Nobody has votes to look at in polls that are gone."""
    for m in gone:
        if isinstance(m.content, Text) and isinstance(m.content.media, MediaPoll):
            author = owner if owner > 0 else m.content.author_id or m.from_id
            post_rows.looked_at(tx, "unread_votes", author, m.peer_id, (m.id,))


def _repair_room(tx: Tx, room_id: PeerId, gone: Sequence[Message]) -> None:
    """The room's count and its newest message are right again; nothing is counted of what went.

    A post's copy in the discussion group goes with it; what was said about it stays.
    """
    post_rows.forget(tx, room_id, [m.id for m in gone])
    spoken = [m.id for m in gone if isinstance(m.content, Text) and m.content.author_id]
    if spoken:
        post_rows.forget_spoken(tx, room_id, spoken)
    stats.forget_posts(tx, room_id, [m.id for m in gone if not m.from_id])
    edits.gone(tx, room_id, gone)
    many_reactions.gone(tx, room_id, gone)
    mirrors = sorted(threads.mirrors(tx, gone), key=lambda m: m.owner_id)
    threads.gone(tx, room_id, gone)
    for group, copies in groupby(mirrors, key=lambda m: m.owner_id):
        remove(tx, group, list(copies))
    for m in gone:
        if m.reactions and m.from_id > 0:
            post_rows.looked_at(tx, "unseen_reactions", m.from_id, room_id, (m.id,))
    post_rows.shrink(tx, room_id, len(gone), rows.newest(tx, room_id, room_id) or (0, 0))


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
