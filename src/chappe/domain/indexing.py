"""The index of words: filled from the stream of events outside of hot acts, emptied with the messages.

Source: method/messages.search
"""

from collections import defaultdict
from collections.abc import Iterable

from chappe.base.ids import PeerId, is_chat
from chappe.domain import content, words
from chappe.domain.content import Content
from chappe.domain.records import Message
from chappe.domain.updates import SHARD
from chappe.store import Reader, Tx
from chappe.store.queries import rooms as room_rows
from chappe.store.queries import search as rows

BATCH = 50
"""Events of one indexing act: it stays below 20 ms."""
GROUP_MEMBERS = 200
TAIL = 10_000
"""Unindexed events that a search looks through at most."""


def index_batch(tx: Tx, limit: int = BATCH) -> int:
    """The next events are indexed; how many they were, so that fewer than `limit` means the end was reached."""
    events = rows.events_after(tx, SHARD, rows.position(tx, SHARD), limit)
    if not events:
        return 0
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for _, kind, box_id, message_id, other_box_id, other_id in events:
        if kind in ("message", "edit"):
            wanted[box_id].add(message_id)
            if other_box_id < 0 and other_id:
                for user, copy in _copies(tx, other_box_id, other_id):
                    wanted[user].add(copy)
            elif other_box_id and other_id:
                wanted[other_box_id].add(other_id)
    found = [row for owner, ids in wanted.items() for row in _rows_of(tx, owner, ids)]
    if found:
        rows.add_words(tx, found)
    rows.set_position(tx, SHARD, events[-1][0])
    return len(events)


def _copies(rx: Reader, room_id: int, number: int) -> list[tuple[int, int]]:
    """(member, id) of each copy of a basic group's message."""
    members = room_rows.member_ids(rx, room_id, GROUP_MEMBERS)
    found = [(user, room_rows.copies(rx, user, room_id, number)) for user in members]
    return [(user, copy) for user, copy in found if copy is not None]


def _rows_of(rx: Reader, owner: int, ids: Iterable[int]) -> list[tuple[int, bytes, int]]:
    return [
        (owner, word.encode(), message_id)
        for message_id, blob in rows.contents(rx, owner, tuple(ids))
        for word in words.of_content(content.unpack(blob))
    ]


def forget(tx: Tx, messages: Iterable[Message]) -> None:
    """No word leads to the messages any more."""
    gone = [(m.owner_id, word.encode(), m.id) for m in messages for word in words.of_content(m.content)]
    if gone:
        rows.drop_words(tx, gone)


def changed(tx: Tx, owner: PeerId, message_id: int, before: Content, after: Content) -> None:
    """Words that an edit took away lead to the message no more; new ones come with the edit's event."""
    left = set(words.of_content(after))
    gone = [(owner, word.encode(), message_id) for word in words.of_content(before) if word not in left]
    if gone:
        rows.drop_words(tx, gone)


def unindexed(rx: Reader, owner: PeerId) -> list[int]:
    """Ids of the owner's messages that the index does not know yet, newest first."""
    done = rows.position(rx, SHARD)
    tail = rows.tail(rx, SHARD, done, owner, TAIL)
    ids = {message_id if box_id == owner else other_id for box_id, message_id, other_id in tail}
    if owner > 0:
        for room_id in filter(is_chat, map(PeerId, room_rows.rooms_of(rx, owner))):
            numbers = [number for _, _, number in rows.tail(rx, SHARD, done, room_id, TAIL)]
            ids.update(room_rows.copies(rx, owner, room_id, number) or 0 for number in numbers)
    return sorted(ids - {0}, reverse=True)
