"""What has been read, on both sides, and what has been played.

Source: method/messages.readHistory, api/updates
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import accounts, media_kinds, privacy, updates
from chappe.domain.access import Grant
from chappe.domain.history import MAX_ID
from chappe.domain.records import Message
from chappe.domain.rooms import READERS_TOLD, Room
from chappe.domain.updates import (
    Entry,
    ReadContents,
    ReadInbox,
    ReadOutbox,
    RoomRead,
    RoomReadOutbox,
    UnreadMark,
    commit_fact,
    commit_state,
)  # fmt: skip
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, dialogs
from chappe.store.queries import messages as rows
from chappe.store.queries import posts as post_rows
from chappe.store.queries import rooms as room_rows

READ_DATE_S = 7 * 86400
"""How long it is told when a message was read. Source: api/config#pm-read-date-expire-period"""

AUTHORS = 200
"""Messages looked through for authors who learn that somebody read them."""
COUNTED = 10_000
"""Unread posts of one room are counted up to this."""
FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Affected:
    """How far an act of the owner moved the own box. Shape: pts_count 0 when it changed nothing.

    left: how many messages a further call would still have to treat.
    """

    pts: int
    pts_count: int
    left: int = 0

    @classmethod
    def of(cls, rx: Reader, owner: PeerId, entry: Entry | None, left: int = 0) -> "Affected":
        """What the entry did, or where the box stands when there is none."""
        if entry is not None:
            return cls(entry.pts, entry.pts_count, left)
        counters = boxes.counters(rx, owner)
        return cls(counters[0] if counters else 0, 0, left)


def read_history(tx: Tx, grant: Grant, max_id: int, origin: int = 0) -> Affected:
    """The peer's messages up to max_id (0 means all) are read; the peer learns of it.

    Source: method/messages.readHistory
    After: a read_inbox fact in the reader's box, a read_outbox fact in the peer's.
    """
    owner, peer = PeerId(grant.viewer), grant.peer
    if grant.room is not None and grant.room.own_box:
        return _read_room(tx, grant, grant.room, max_id, origin)
    line = dialogs.one(tx, owner, peer)
    if line is None or peer == owner:
        return Affected.of(tx, owner, None)
    _, top, _, _, before, _, unread, _, mark, _, folder_id, *_ = line
    if mark:
        dialogs.set_unread_mark(tx, owner, peer, 0)
        commit_state(tx, owner, UnreadMark(peer, False), origin)
    reached = min(max_id or MAX_ID, top)
    last = rows.last_incoming(tx, owner, peer, reached)
    if last is None or last[0] <= before:
        return Affected.of(tx, owner, None)
    still = rows.incoming_above(tx, owner, peer, reached) if unread and reached < top else 0
    dialogs.set_inbox(tx, owner, peer, reached, still)
    entry = commit_fact(tx, owner, ReadInbox(peer, reached, still, folder_id), origin=origin)
    if peer < 0:
        _note(tx, grant, reached)
        _tell_group(tx, owner, peer, before, reached)
    elif last[1]:
        _tell_peer(tx, owner, peer, last[1])
    return Affected.of(tx, owner, entry)


def _note(tx: Tx, grant: Grant, max_id: int) -> None:
    """In a small group it is known when its members read. Source: method/messages.getMessageReadParticipants"""
    room = grant.room
    if room is not None and not room.broadcast and room.member_count <= READERS_TOLD:
        dialogs.add_read_date(tx, grant.viewer, room.id, max_id, tx.now)


def _tell_peer(tx: Tx, reader: PeerId, peer: PeerId, max_id: int) -> None:
    """The peer's messages up to max_id, an id of the peer's box, were read by the reader."""
    if dialogs.set_outbox(tx, peer, reader, max_id):
        dialogs.add_read_date(tx, peer, reader, max_id, tx.now)
        commit_fact(tx, peer, ReadOutbox(reader, max_id))


def _tell_group(tx: Tx, reader: PeerId, room_id: PeerId, above: int, up_to: int) -> None:
    """The authors of what somebody read in a basic group learn how far."""
    newest: dict[int, int] = {}
    for author, number in post_rows.incoming_between(tx, reader, room_id, above, up_to, AUTHORS):
        if number and author != reader:
            newest.setdefault(author, number)
    for author, number in sorted(newest.items()):
        message_id = room_rows.copies(tx, author, room_id, number)
        if message_id is not None and dialogs.set_outbox(tx, author, room_id, message_id):
            commit_fact(tx, PeerId(author), ReadOutbox(room_id, message_id))


def _read_room(tx: Tx, grant: Grant, room: Room, max_id: int, origin: int) -> Affected:
    """The posts of a room's own box up to max_id are read; the newest authors learn of it.

    After: a state in the reader's box, and in that of each author of a supergroup who was not read before.
    """
    owner, reached = PeerId(grant.viewer), min(max_id or MAX_ID, room.top_message)
    line = dialogs.one(tx, owner, room.id)
    if line is not None and line[8]:
        dialogs.set_unread_mark(tx, owner, room.id, 0)
        commit_state(tx, owner, UnreadMark(room.id, False), origin)
    pts = Affected.of(tx, room.id, None)
    if line is not None and room_rows.read_up_to(tx, owner, room.id, reached):
        _note(tx, grant, reached)
        still = room_rows.unread_after(tx, room.id, owner, reached, COUNTED) if reached < room.top_message else 0
        commit_state(tx, owner, RoomRead(room.id, reached, still, pts.pts, line[10]), origin)
    if not room.broadcast and room_rows.raise_read(tx, room.id, reached):
        for author in post_rows.authors_between(tx, room.id, room.read_max_id, reached, AUTHORS):
            if author > 0 and author != owner:
                commit_state(tx, PeerId(author), RoomReadOutbox(room.id, reached))
    return pts


def read_contents(tx: Tx, owner: PeerId, ids: Sequence[int], origin: int = 0) -> Affected:
    """Voice and round video messages were played, media that vanish were opened; their senders learn of it.

    Source: method/messages.readMessageContents
    After: a read_contents fact in the box of whoever played them and in each sender's.
    """
    found = [m for m in updates.messages_by_id(tx, owner, ids) if m.media_unread and not m.out]
    if not found:
        return Affected.of(tx, owner, None)
    played = sorted(m.id for m in found)
    rows.set_played(tx, owner, played)
    for m in found:
        vanishes = media_kinds.vanishes_s(m.content) if m.peer_id > 0 else 0
        if vanishes:
            rows.add_expiring(tx, owner, tx.now + vanishes, m.id)
            rows.add_expiring(tx, m.peer_id, tx.now + vanishes, m.twin_id)
        if m.peer_id < 0:
            post_rows.looked_at(tx, "mentions", owner, m.peer_id, (m.id,))
            _played_in_group(tx, m)
    entry = commit_fact(tx, owner, ReadContents(tuple(played), tx.now), len(played), origin)
    for peer in sorted({m.peer_id for m in found if m.peer_id > 0}):
        _played_by_peer(tx, peer, sorted(m.twin_id for m in found if m.peer_id == peer and m.twin_id))
    return Affected.of(tx, owner, entry)


def _played_in_group(tx: Tx, message: Message) -> None:
    """The author's own copy was played, if it is something to play."""
    author, copy = message.from_id, None
    if media_kinds.plays(message.content) and author > 0:
        copy = room_rows.copies(tx, author, message.peer_id, message.twin_id)
    if copy is not None:
        _played_by_peer(tx, author, [copy])


def _played_by_peer(tx: Tx, sender: PeerId, ids: list[int]) -> None:
    """The sender's copies, as far as they exist, were played."""
    there = tuple(m.id for m in updates.messages_by_id(tx, sender, ids) if m.media_unread)
    if there:
        rows.set_played(tx, sender, there)
        commit_fact(tx, sender, ReadContents(there, tx.now), len(there))


def hides_reading(rx: Reader, reader: UserId, other: UserId) -> bool:
    """True if the reader does not let the other know when they read: they wish so, and hide their presence as well.

    Source: type/globalPrivacySettings
    """
    hides = accounts.settings(rx, reader).hide_read_marks
    return hides and not privacy.permits(rx, reader, "StatusTimestamp", other)


def outbox_read_date(rx: Reader, grant: Grant, message_id: int, now: int) -> int:
    """When the peer read the owner's message.

    Source: method/messages.getOutboxReadDate
    Errors: Invalid msg_id_invalid, message_too_old, message_not_read_yet; NotAllowed your_privacy_restricted,
    user_privacy_restricted.
    """
    owner, peer = PeerId(grant.viewer), grant.peer
    message = _own(rx, owner, peer, message_id)
    if message.date < now - READ_DATE_S:
        raise Invalid("message_too_old")
    if hides_reading(rx, UserId(owner), UserId(peer)):
        raise NotAllowed("your_privacy_restricted")
    if hides_reading(rx, UserId(peer), UserId(owner)):
        raise NotAllowed("user_privacy_restricted")
    date = dialogs.read_date(rx, owner, peer, message_id)
    if date is None:
        raise Invalid("message_not_read_yet")
    return date


def _own(rx: Reader, owner: PeerId, peer: PeerId, message_id: int) -> Message:
    found = updates.messages_by_id(rx, owner, (message_id,))
    if not found or not found[0].out or found[0].peer_id != peer:
        raise Invalid("msg_id_invalid")
    return found[0]


OldDates = list[tuple[int, int, int]]


def old_read_dates(rx: Reader, now: int) -> OldDates:
    """Read dates that are told to nobody any more, a few hundred at a time."""
    return dialogs.old_read_dates(rx, now - READ_DATE_S, FORGOTTEN_AT_ONCE)


def forget_read_dates(tx: Tx, old: OldDates) -> None:
    """The read dates leave no row."""
    dialogs.forget_read_dates(tx, old)
