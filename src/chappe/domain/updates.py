"""Boxes: each change of what a person sees takes a pts in the writing transaction and is announced after commit.

Source: api/updates
A box is what one person (or one channel) sees. Entries with a pts are in the box's log and make the difference;
states (drafts, settings) have none and are kept by date; passing facts (typing, presence) are only announced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import msgspec

from chappe.base.errors import Invalid, NotFound
from chappe.base.ids import PeerId
from chappe.domain.content import Text
from chappe.domain.records import REACTIONS_KEPT, Message, Replies
from chappe.domain.sealed import Sealed, SecretChanged, Unsure
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, posts, reactions, threads

SHARD = 0
DIFFERENCE_LIMIT = 1000
"""Entries in one answer of updates.getDifference; more come in slices."""
LATE_S = 5
"""A change may be committed so long after the date it bears: that far back changes are told again."""
TOO_LONG = 100_000
"""A client further behind than this many pts reads its dialogs anew (updates.differenceTooLong)."""


class Kind(IntEnum):
    """What an entry of the log is about; the number is stored."""

    NEW_MESSAGE = 1
    EDIT_MESSAGE = 2
    FACT = 3


class Deleted(msgspec.Struct, array_like=True, frozen=True, tag="deleted"):
    """Messages are gone from the box."""

    ids: tuple[int, ...]


class ReadInbox(msgspec.Struct, array_like=True, frozen=True, tag="read_inbox"):
    """The owner read the peer's messages up to max_id."""

    peer_id: int
    max_id: int
    still_unread: int
    folder_id: int = 0


class ReadOutbox(msgspec.Struct, array_like=True, frozen=True, tag="read_outbox"):
    """The peer read the owner's messages up to max_id."""

    peer_id: int
    max_id: int


class ReadContents(msgspec.Struct, array_like=True, frozen=True, tag="read_contents"):
    """Voice or video messages were played."""

    ids: tuple[int, ...]
    date: int = 0


class Pinned(msgspec.Struct, array_like=True, frozen=True, tag="pinned"):
    """Messages were pinned or unpinned in the dialog with the peer."""

    peer_id: int
    ids: tuple[int, ...]
    pinned: bool


class FolderMoved(msgspec.Struct, array_like=True, frozen=True, tag="folder"):
    """Dialogs moved to a folder (1 is the archive)."""

    peer_ids: tuple[int, ...]
    folder_id: int


Fact = Deleted | ReadInbox | ReadOutbox | ReadContents | Pinned | FolderMoved
"""Changes with a pts besides new and edited messages."""


class Draft(msgspec.Struct, array_like=True, frozen=True, tag="draft"):
    """The draft for the peer is now this text; None when it was cleared."""

    peer_id: int
    draft: Text | None
    date: int
    topic_id: int = 0


class DialogPinned(msgspec.Struct, array_like=True, frozen=True, tag="dialog_pinned"):
    """A dialog was pinned to the top of its folder, or unpinned."""

    peer_id: int
    pinned: bool
    folder_id: int = 0


class PinnedOrder(msgspec.Struct, array_like=True, frozen=True, tag="pinned_order"):
    """The pinned dialogs of a folder, topmost first."""

    folder_id: int
    peer_ids: tuple[int, ...]


class UnreadMark(msgspec.Struct, array_like=True, frozen=True, tag="unread_mark"):
    """A dialog was marked as unread by hand, or the mark removed."""

    peer_id: int
    unread: bool


class Reactions(msgspec.Struct, array_like=True, frozen=True, tag="reactions"):
    """The reactions to a message changed; what they are now is read from the message."""

    peer_id: int
    message_id: int


class NotifyChanged(msgspec.Struct, array_like=True, frozen=True, tag="notify"):
    """Notification settings changed. Shape: scope is users, chats, broadcasts or `peer:<id>`."""

    scope: str


class PrivacyChanged(msgspec.Struct, array_like=True, frozen=True, tag="privacy"):
    """The rules of a privacy key changed."""

    key: str


class PeerBlocked(msgspec.Struct, array_like=True, frozen=True, tag="blocked"):
    """The owner blocked or unblocked a peer."""

    peer_id: int
    blocked: bool


class UserChanged(msgspec.Struct, array_like=True, frozen=True, tag="user"):
    """A person the owner knows changed a name, username, photo or number, or was saved or removed as a contact."""

    user_id: int
    what: str = "user"


class ContactsReset(msgspec.Struct, array_like=True, frozen=True, tag="contacts_reset"):
    """The contact list changed as a whole; clients read it again."""


class PeerSettings(msgspec.Struct, array_like=True, frozen=True, tag="peer_settings"):
    """The action bar of a dialog changed."""

    peer_id: int


class NewAuthorization(msgspec.Struct, array_like=True, frozen=True, tag="new_authorization"):
    """A device signed in and waits for a look from the others."""

    hash: int
    date: int
    device: str
    location: str
    unconfirmed: bool


class DialogFilters(msgspec.Struct, array_like=True, frozen=True, tag="dialog_filters"):
    """The chat folders changed; clients read them again."""


class HistoryTtl(msgspec.Struct, array_like=True, frozen=True, tag="history_ttl"):
    """The auto-delete time of the dialog changed."""

    peer_id: int
    ttl_period_s: int


class SavedOrder(msgspec.Struct, array_like=True, frozen=True, tag="saved_order"):
    """The pinned parts of the saved messages, topmost first."""

    peer_ids: tuple[int, ...]


class ConfigChanged(msgspec.Struct, array_like=True, frozen=True, tag="config"):
    """What the owner's account may do changed: clients ask for it. Source: type/updateConfig"""


class ForumViewed(msgspec.Struct, array_like=True, frozen=True, tag="forum_view"):
    """The owner reads the forum as one conversation, or by topics."""

    room_id: int
    as_messages: bool


class RoomChanged(msgspec.Struct, array_like=True, frozen=True, tag="room"):
    """A room the owner knows changed, or what the owner is in it."""

    room_id: int


class JoinRequests(msgspec.Struct, array_like=True, frozen=True, tag="join_requests"):
    """Who waits to be let into a room changed; for those who may let them in."""

    room_id: int


class Scheduled(msgspec.Struct, array_like=True, frozen=True, tag="scheduled"):
    """A message waits to be sent to the peer, or waits changed."""

    peer_id: int
    message_id: int


class Unscheduled(msgspec.Struct, array_like=True, frozen=True, tag="unscheduled"):
    """Messages do not wait any more; sent_ids are those they got, none when they were taken back."""

    peer_id: int
    ids: tuple[int, ...]
    sent_ids: tuple[int, ...] = ()


class ThreadRead(msgspec.Struct, array_like=True, frozen=True, tag="thread_read"):
    """The owner read a thread of a group up to max_id; post is what it discusses, 0 for none."""

    room_id: int
    top_id: int
    max_id: int
    channel_id: int = 0
    post_id: int = 0


class TopicsPinned(msgspec.Struct, array_like=True, frozen=True, tag="topics"):
    """The pinned topics of a forum changed. Never kept."""

    room_id: int


class PollChanged(msgspec.Struct, array_like=True, frozen=True, tag="poll"):
    """A poll in the box was voted in or closed; how it stands is read from its votes. Never kept."""

    peer_id: int
    message_id: int


class Pressed(msgspec.Struct, array_like=True, frozen=True, tag="pressed"):
    """Somebody pressed a button under the owner's message. Never kept."""

    query_id: int
    user_id: int
    peer_id: int
    message_id: int
    chat_instance: int
    data: bytes


class RoomReadOutbox(msgspec.Struct, array_like=True, frozen=True, tag="room_outbox"):
    """Others read the owner's posts in a room up to max_id."""

    room_id: int
    max_id: int


class RoomContents(msgspec.Struct, array_like=True, frozen=True, tag="room_contents"):
    """The owner looked at posts that mentioned them."""

    room_id: int
    ids: tuple[int, ...]


class RoomCleared(msgspec.Struct, array_like=True, frozen=True, tag="room_cleared"):
    """The owner emptied a room's history for themselves, up to max_id."""

    room_id: int
    max_id: int


class GroupChanged(msgspec.Struct, array_like=True, frozen=True, tag="group"):
    """The members of a basic group changed, or what they may do there."""

    room_id: int
    rights: bool = False


class RoomRead(msgspec.Struct, array_like=True, frozen=True, tag="room_read"):
    """The owner read a room's posts up to max_id."""

    room_id: int
    max_id: int
    still_unread: int
    pts: int
    folder_id: int = 0


State = (
    RoomChanged | RoomRead | RoomReadOutbox | RoomContents | RoomCleared | GroupChanged | JoinRequests
    | PollChanged | TopicsPinned | ThreadRead | Scheduled | Unscheduled
    | Draft | DialogPinned | PinnedOrder | UnreadMark | Reactions | NotifyChanged | PrivacyChanged | PeerBlocked
    | ForumViewed | ConfigChanged | SecretChanged | Pressed
    | UserChanged | ContactsReset | PeerSettings | NewAuthorization | DialogFilters | HistoryTtl | SavedOrder
)  # fmt: skip
"""Changes without a pts. Each says the whole new state, so hearing it twice does no harm."""


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is typing to the owner. Shape: action is TL's name without `sendMessage` and `Action`."""

    user_id: int
    action: str
    progress: int = 0
    room_id: int = 0
    """Where, when it is not the dialog of the two."""
    top_id: int = 0
    """In which topic of a forum."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody the owner knows came or went. Shape: until is when online ends, or when they were last seen."""

    user_id: int
    until: int
    online: bool


@dataclass(frozen=True, slots=True)
class LoginToken:
    """A QR login waits to be fetched by the device that showed it."""

    auth_key_id: int


Passing = Typing | Presence | LoginToken | Sealed | Unsure
"""Facts that are only announced: who is away never hears of them, or finds them where they wait (`secret`)."""


class Entry(msgspec.Struct, frozen=True):
    """One committed change of one box, as announced and as read from the log.

    Shape: `known` says that the owner had messages with the peer before (a short form will be understood);
    `origin` is the auth_key_id whose own call answers with this change, 0 for none; `scheduled` messages have no pts.
    """

    owner_id: PeerId
    pts: int
    pts_count: int
    date: int
    message: Message | None = None
    edited: bool = False
    fact: Fact | None = None
    random_id: int = 0
    known: bool = True
    origin: int = 0
    scheduled: bool = False

    def told_as(self, random_id: int) -> "Entry":
        """The entry for who caused it, as the message they sent under this random_id."""
        return msgspec.structs.replace(self, random_id=random_id)


@dataclass(frozen=True, slots=True)
class StateNote:
    """One announced change without a pts. Shape: `only` is the one device concerned, 0 for all of the owner."""

    owner_id: PeerId
    state: State | Passing
    date: int
    origin: int = 0
    only: int = 0


@dataclass(frozen=True, slots=True)
class BoxState:
    """Where a box stands. Source: type/updates.State"""

    pts: int
    qts: int
    date: int
    unread_count: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened above a pts. Shape: entries oldest first; final False means that more slices follow.

    too_long: the client is further behind than the log or the limit reaches; only state.pts counts then.
    """

    entries: tuple[Entry, ...]
    states: tuple[State, ...]
    state: BoxState
    final: bool
    too_long: bool = False


_encode = msgspec.msgpack.Encoder().encode
_decode_fact: msgspec.msgpack.Decoder[Fact] = msgspec.msgpack.Decoder(Fact)
_decode_state: msgspec.msgpack.Decoder[State] = msgspec.msgpack.Decoder(State)


def commit_fact(tx: Tx, owner_id: PeerId, fact: Fact, pts_count: int = 1, origin: int = 0) -> Entry:
    """The fact has its pts in the owner's box and will be announced. After: box of owner."""
    pts = boxes.advance(tx, owner_id, pts_count)
    if pts is None:
        raise NotFound("peer_id_invalid")
    boxes.append_log(tx, owner_id, pts, pts_count, Kind.FACT, 0, tx.now, _encode(fact))
    entry = Entry(owner_id, pts, pts_count, tx.now, fact=fact, origin=origin)
    tx.announce(entry)
    return entry


def commit_edit(tx: Tx, message: Message, origin: int = 0) -> Entry:
    """The edited message, already stored, has its pts and will be announced. After: box of its owner."""
    pts = boxes.advance(tx, message.owner_id, 1)
    if pts is None:
        raise NotFound("message_id_invalid")
    boxes.append_log(tx, message.owner_id, pts, 1, Kind.EDIT_MESSAGE, message.id, tx.now, None)
    entry = Entry(message.owner_id, pts, 1, tx.now, message=message, edited=True, origin=origin)
    tx.announce(entry)
    return entry


def keep_state(tx: Tx, owner_id: PeerId, state: State) -> None:
    """The change without pts is kept for devices that are away; those connected hear of it otherwise."""
    boxes.append_state(tx, owner_id, tx.now, _encode(state))


def tell_room(tx: Tx, room_id: PeerId, fact: State | Passing, origin: int = 0) -> None:
    """Members of the room who are connected hear of the change; nothing is kept."""
    tx.announce(StateNote(room_id, fact, tx.now, origin))


def commit_state(tx: Tx, owner_id: PeerId, state: State, origin: int = 0) -> None:
    """The change without pts is kept for devices that are away and will be announced to the others."""
    boxes.append_state(tx, owner_id, tx.now, _encode(state))
    tx.announce(StateNote(owner_id, state, tx.now, origin))


def pass_on(tx: Tx, owner_id: PeerId, fact: Passing, origin: int = 0, only: int = 0) -> None:
    """The passing fact will be announced to devices that are connected, or one of them, and forgotten."""
    tx.announce(StateNote(owner_id, fact, tx.now, origin, only))


def tell_device(tx: Tx, owner_id: PeerId, auth_key_id: int, state: State) -> None:
    """The change without pts will be announced to this device; `keep_state` keeps it for one that is away."""
    tx.announce(StateNote(owner_id, state, tx.now, only=auth_key_id))


def state(rx: Reader, owner_id: PeerId, now: int) -> BoxState:
    """Where the box stands. Source: method/updates.getState"""
    row = boxes.counters(rx, owner_id)
    if row is None:
        raise NotFound("user_id_invalid")
    return BoxState(row[0], row[1], now, boxes.unread_total(rx, owner_id))


def difference(
    rx: Reader, owner_id: PeerId, pts: int, date: int, now: int, limit: int = DIFFERENCE_LIMIT
) -> Difference:
    """Everything that happened in the box above pts, at most `limit` entries.

    Source: method/updates.getDifference
    """
    here = state(rx, owner_id, now)
    row = boxes.counters(rx, owner_id)
    floor = row[2] if row else 1
    # A client ahead of the box saw what a restored backup has not: it must begin anew, or miss what comes next.
    if not floor <= pts <= here.pts or here.pts - pts > TOO_LONG:
        return Difference((), (), here, final=True, too_long=True)
    posted = boxes.posted_after(rx, owner_id, pts, limit)
    new: list[LogRow] = [(row[-1], 1, Kind.NEW_MESSAGE.value, row[1], row[5], None) for row in posted]
    log = boxes.log_after(rx, owner_id, pts, limit)
    rows = sorted(new + log)[:limit] if log else new
    entries = _entries(rx, owner_id, rows, [Message.of_row(row[:-1]) for row in posted])
    final = len(rows) < limit or rows[-1][0] == here.pts
    # States come with the last entries alone, so the client's date stays until then.
    if not final:
        reached = BoxState(rows[-1][0], here.qts, min(date, rows[-1][4]), here.unread_count)
        return Difference(entries, (), reached, final=False)
    states, onward = _states(rx, owner_id, date - LATE_S, limit)
    if onward is None:
        return Difference(entries, states, here, final=True)
    if not states:
        return Difference((), (), here, final=True, too_long=True)
    return Difference(entries, states, BoxState(here.pts, here.qts, onward + LATE_S, here.unread_count), final=False)


def _states(rx: Reader, owner_id: PeerId, date: int, limit: int) -> tuple[tuple[State, ...], int | None]:
    """(changes from the date on, oldest first; the date from which there are more, None when these are all).

    Changes of one second are told together; none when that second alone has more than the limit.
    """
    kept = boxes.states_since(rx, owner_id, date, limit + 1)
    onward = kept[limit][1] if len(kept) > limit else None
    return tuple(_decode_state.decode(data) for data, when in kept if onward is None or when < onward), onward


LogRow = tuple[int, int, int, int, int, bytes | None]


def _entries(
    rx: Reader, owner_id: PeerId, rows: Sequence[LogRow], posted: Sequence[Message]
) -> tuple[Entry, ...]:
    """The log rows as entries; new and edited messages carry what they say now, gone ones are left out."""
    found: dict[int, Message] = {m.id: m for m in counted(rx, owner_id, posted)}
    wanted = sorted({row[3] for row in rows if row[2] != Kind.FACT} - found.keys())
    found |= {m.id: m for m in messages_by_id(rx, owner_id, wanted)}
    new = {row[3] for row in rows if row[2] == Kind.NEW_MESSAGE}
    out: list[Entry] = []
    for pts, pts_count, kind, message_id, date, data in rows:
        if kind == Kind.FACT:
            assert data is not None
            out.append(Entry(owner_id, pts, pts_count, date, fact=_decode_fact.decode(data)))
        elif message_id in found and not (kind == Kind.EDIT_MESSAGE and message_id in new):
            edited = kind == Kind.EDIT_MESSAGE
            out.append(Entry(owner_id, pts, pts_count, date, message=found[message_id], edited=edited))
    return tuple(out)


def newest(rx: Reader, room_id: PeerId, limit: int) -> list[Message]:
    """The newest messages of a room's own box, newest first."""
    return counted(rx, room_id, [Message.of_row(row) for row in boxes.newest(rx, room_id, limit)])


def of_dialog(rx: Reader, box: PeerId, peer: PeerId, message_id: int, floor: int = 0) -> Message:
    """The message of the dialog, above the floor of what its reader may see. Errors: Invalid message_id_invalid."""
    found = messages_by_id(rx, box, (message_id,)) if message_id > floor else []
    if not found or found[0].peer_id != peer:
        raise Invalid("message_id_invalid")
    return found[0]


def messages_by_id(rx: Reader, owner_id: PeerId, ids: Sequence[int]) -> list[Message]:
    """The messages of the box with these ids that exist, any number of ids."""
    out: list[Message] = []
    for start in range(0, len(ids), 500):
        out += (Message.of_row(row) for row in boxes.messages(rx, owner_id, ids[start : start + 500]))
    return counted(rx, owner_id, out)


def counted(rx: Reader, owner_id: PeerId, found: Sequence[Message]) -> list[Message]:
    """The messages of one box, those of rooms with their threads, posts of a channel with how often they were seen."""
    if owner_id < 0 and found:
        found = _tallied(rx, owner_id, _threaded(rx, owner_id, found))
    ids = [m.id for m in found if not m.from_id] if owner_id < 0 else []
    if not ids:
        return list(found)
    counts = {row[0]: row for row in posts.counts(rx, owner_id, ids)}
    none = (0, 0, 0, 0)
    return [
        m if m.from_id else msgspec.structs.replace(
            m, views=1 + counts.get(m.id, none)[1], forwards=counts.get(m.id, none)[2]
        )
        for m in found
    ]  # fmt: skip


def _tallied(rx: Reader, owner_id: PeerId, found: Sequence[Message]) -> Sequence[Message]:
    """The messages of a room, those with many reactions knowing how many."""
    many = [m.id for m in found if len(m.reactions) >= REACTIONS_KEPT]
    if not many:
        return found
    tallies: dict[int, list[tuple[str, bool, int]]] = {}
    for message_id, sign, custom, n in reactions.counts(rx, owner_id, many):
        tallies.setdefault(message_id, []).append((sign, custom, n))
    return [msgspec.structs.replace(m, tally=tuple(tallies[m.id])) if m.id in tallies else m for m in found]


def _threaded(rx: Reader, owner_id: PeerId, found: Sequence[Message]) -> Sequence[Message]:
    """The messages of a room, those with a thread knowing how it stands."""
    rows = {row[0]: row for row in threads.threads(rx, owner_id, [m.id for m in found])}
    return [_with_replies(m, rows[m.id]) if m.id in rows else m for m in found] if rows else found


def _with_replies(m: Message, row: tuple[Any, ...]) -> Message:
    _, count, max_id, recent, other, _ = row
    ids = tuple(PeerId(int(one)) for one in recent.split(",") if one)
    return msgspec.structs.replace(m, replies=Replies(count, max_id, ids, PeerId(0 if m.from_id else other)))
