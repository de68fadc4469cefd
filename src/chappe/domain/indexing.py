"""The index of words: filled from the stream of events outside of hot acts, emptied with the messages.

Source: method/messages.search
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import repeat

import msgspec

from chappe.base.ids import PeerId, is_channel, is_chat
from chappe.domain import content, rooms, words
from chappe.domain.content import Content
from chappe.domain.records import Message
from chappe.domain.updates import SHARD
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, public
from chappe.store.queries import rooms as room_rows
from chappe.store.queries import search as rows

LOT = 2000
"""Events looked at together: rows of one box lie side by side, so the more of them at once, the fewer pages change."""
ACT = 25
"""Messages of one indexing act: it takes about a millisecond."""
GROUP_MEMBERS = 200
TAIL = 10_000
"""Unindexed events that a search looks through at most."""

PUBLISHED = "published"
"""The event of a room that became public."""
WITHDRAWN = "withdrawn"
"""The event of a public channel that became private, or was deleted."""
BEHIND = 10_000
"""The newest posts of a room that became public, which strangers find by their words."""

Wanted = tuple[tuple[int, tuple[int, ...]], ...]
"""Messages by box: (owner_id, ids)."""


MOST = 1_000_000
"""Posts of a channel that was public which strangers find no more."""


class Lot(msgspec.Struct, frozen=True):
    """Events that wait for the index: where they end, and what they speak of in portions for one act each.

    Shape: hidden are posts of channels that were public.
    """

    last: int
    portions: tuple[Wanted, ...]
    whole: bool
    hidden: tuple[Wanted, ...] = ()


def waiting(rx: Reader, limit: int = LOT) -> Lot | None:
    """The next events to index, None when there are none; not `whole` when more wait behind them."""
    events = rows.events_after(rx, SHARD, rows.position(rx, SHARD), limit)
    if not events:
        return None
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    hidden: dict[int, set[int]] = {}
    for _, kind, box_id, message_id, other_box_id, other_id in events:
        if kind in ("message", "edit"):
            wanted[box_id].add(message_id)
            if other_box_id < 0 and other_id:
                for user, copy in _copies(rx, other_box_id, other_id):
                    wanted[user].add(copy)
            elif other_box_id and other_id:
                wanted[other_box_id].add(other_id)
        elif kind == PUBLISHED:
            wanted[box_id].update(public.newest_ids(rx, box_id, BEHIND))
        elif kind == WITHDRAWN:
            hidden[box_id] = set(public.newest_ids(rx, box_id, MOST))
    return Lot(events[-1][0], tuple(_portions(wanted)), len(events) < limit, tuple(_portions(hidden)))


def _portions(wanted: dict[int, set[int]]) -> Iterator[Wanted]:
    """The messages in the order of their boxes, a bounded number at a time."""
    portion: list[tuple[int, tuple[int, ...]]] = []
    size = 0
    for owner in sorted(wanted):
        ids = sorted(wanted[owner])
        for start in range(0, len(ids), ACT):
            part = tuple(ids[start : start + ACT])
            if size + len(part) > ACT:
                yield tuple(portion)
                portion, size = [], 0
            portion.append((owner, part))
            size += len(part)
    if portion:
        yield tuple(portion)


def index(tx: Tx, wanted: Wanted) -> None:
    """The messages, as they stand now, are found by their words."""
    found: list[tuple[int, bytes, int]] = []
    for owner, ids in wanted:
        for message_id, _, blob in rows.contents(tx, owner, ids):
            found += zip(repeat(owner), _words_of(blob), repeat(message_id))
    found.sort()
    if found:
        rows.add_words(tx, found)
    for owner, ids in wanted:
        if is_channel(PeerId(owner)):
            _show(tx, PeerId(owner), ids)


def _show(tx: Tx, room_id: PeerId, ids: Sequence[int]) -> None:
    """Strangers find the posts, if they are those of a public channel."""
    if any(room.broadcast and room.username for room in rooms.some(tx, (room_id,))):
        found = [
            (word, date, room_id, message_id)
            for message_id, date, blob in rows.contents(tx, room_id, ids)
            for word in _words_of(blob)
        ]
        public.add_words(tx, sorted(found))


def hide(tx: Tx, hidden: Wanted) -> None:
    """Strangers find the posts no more, unless their channel is public again."""
    for room_id, ids in hidden:
        if any(room.username and not room.deleted for room in rooms.some(tx, (PeerId(room_id),))):
            continue
        public.drop_words(tx, [
            (word, date, room_id, message_id)
            for message_id, date, blob in rows.contents(tx, room_id, ids) for word in _words_of(blob)
        ])  # fmt: skip


def withdrawn(tx: Tx, room_id: PeerId) -> None:
    """What the channel said while it was public will be found by strangers no more. After: one event."""
    boxes.append_event(tx, SHARD, tx.now, WITHDRAWN, room_id, 0, 0, 0)


def published(tx: Tx, room_id: PeerId) -> None:
    """What the room said before it became public will be found by strangers, and looked at. After: one event."""
    boxes.append_event(tx, SHARD, tx.now, PUBLISHED, room_id, 0, 0, 0)


def reached(tx: Tx, last: int) -> None:
    """Every event up to this one is indexed."""
    rows.set_position(tx, SHARD, last)


def _copies(rx: Reader, room_id: int, number: int) -> list[tuple[int, int]]:
    """(member, id) of each copy of a basic group's message."""
    members = room_rows.member_ids(rx, room_id, GROUP_MEMBERS)
    found = [(user, room_rows.copies(rx, user, room_id, number)) for user in members]
    return [(user, copy) for user, copy in found if copy is not None]


@lru_cache(maxsize=LOT)
def _words_of(blob: bytes) -> tuple[bytes, ...]:
    """The words of a stored content, told once for all the copies a lot speaks of."""
    found = words.of_content(content.unpack(blob))
    return tuple("\n".join(found).encode().split(b"\n")) if found else ()


def forget(tx: Tx, messages: Collection[Message]) -> None:
    """No word leads to the messages any more."""
    gone = [(m.owner_id, word.encode(), m.id) for m in messages for word in words.of_content(m.content)]
    if gone:
        rows.drop_words(tx, gone)
    shown = [(m, word) for m in messages if _posted(m) for word in words.of_content(m.content)]
    if shown:
        public.drop_words(tx, [(word.encode(), m.date, m.owner_id, m.id) for m, word in shown])


def _posted(message: Message) -> bool:
    """True for what a channel said, which strangers may find."""
    return message.owner_id < 0 and not message.from_id


def changed(tx: Tx, message: Message, after: Content) -> None:
    """Words that an edit took away lead to the message no more; new ones come with the edit's event."""
    left = set(words.of_content(after))
    gone = [word.encode() for word in words.of_content(message.content) if word not in left]
    if gone:
        rows.drop_words(tx, [(message.owner_id, word, message.id) for word in gone])
    if gone and _posted(message):
        public.drop_words(tx, [(word, message.date, message.owner_id, message.id) for word in gone])


def _known_to(rx: Reader) -> int:
    """The event up to which the index is asked; a search looks through later ones itself."""
    return max(rows.position(rx, SHARD), rows.newest(rx, SHARD) - TAIL)


def unindexed_in(rx: Reader, owners: Collection[int]) -> dict[int, list[int]]:
    """Box → ids of its messages that the index does not know yet, newest first; of many boxes at one look."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for box_id, message_id, other_box_id, other_id in rows.later(rx, SHARD, _known_to(rx)):
        for owner, one in ((box_id, message_id), (other_box_id, other_id)):
            if owner in owners and one:
                found[owner].add(one)
    return {owner: sorted(ids, reverse=True) for owner, ids in found.items()}


def unindexed(rx: Reader, owner: PeerId) -> list[int]:
    """Ids of the owner's messages that the index does not know yet, newest first; among the latest events alone."""
    looked_at = _known_to(rx)
    tail = rows.tail(rx, SHARD, looked_at, owner)
    ids = {message_id if box_id == owner else other_id for box_id, message_id, other_id in tail}
    if owner > 0:
        for room_id in filter(is_chat, map(PeerId, room_rows.rooms_of(rx, owner))):
            numbers = [number for _, _, number in rows.tail(rx, SHARD, looked_at, room_id)]
            ids.update(room_rows.copies(rx, owner, room_id, number) or 0 for number in numbers)
    return sorted(ids - {0}, reverse=True)
