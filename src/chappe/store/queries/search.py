"""The statements of full-text search: words of messages, the stream they are indexed from, and finding rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.boxes import MESSAGE_COLUMNS

READER = "search"
RANGE = 10_000
"""Places of words that begin alike which are looked at together; a large box is not sorted for every question."""
TOGETHER = 40
"""Words written by one statement."""
Event = tuple[int, str, int, int, int, int]


def position(rx: Reader, shard: int) -> int:
    """The number of the last event that was indexed."""
    row = rx.one("SELECT no FROM event_readers WHERE reader = ? AND shard = ?", (READER, shard))
    return row[0] if row else 0


def set_position(tx: Tx, shard: int, no: int) -> None:
    """Everything up to this event is indexed."""
    tx.run(
        "INSERT INTO event_readers (reader, shard, no) VALUES (?, ?, ?)"
        " ON CONFLICT (reader, shard) DO UPDATE SET no = excluded.no",
        (READER, shard, no),
    )


def events_after(rx: Reader, shard: int, no: int, limit: int) -> list[Event]:
    """(no, kind, box_id, message_id, other_box_id, other_message_id), oldest first."""
    return rx.all(
        "SELECT no, kind, box_id, message_id, other_box_id, other_message_id FROM events WHERE shard = ? AND no > ?"
        " ORDER BY no LIMIT ?",
        (shard, no, limit),
    )


def of_kinds(
    rx: Reader, shard: int, after: int, until: int, kinds: Sequence[str], limit: int
) -> list[tuple[str, int]]:
    """(kind, box_id) of the events of these kinds after one and up to another, oldest first."""
    return rx.all(
        "SELECT kind, box_id FROM events WHERE shard = ? AND no > ? AND no <= ?"
        f" AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY no LIMIT ?",
        (shard, after, until, *kinds, limit),
    )


def newest(rx: Reader, shard: int) -> int:
    """The number of the last event there is."""
    row = rx.one("SELECT MAX(no) FROM events WHERE shard = ?", (shard,))
    return (row[0] or 0) if row else 0


def tail(rx: Reader, shard: int, no: int, owner_id: int) -> list[tuple[int, int, int]]:
    """(box_id, message_id, other_message_id) of events after `no` that touch the box, newest first."""
    return rx.all(
        "SELECT box_id, message_id, other_message_id FROM events WHERE shard = ? AND no > ?"
        " AND (box_id = ? OR other_box_id = ?) ORDER BY no DESC",
        (shard, no, owner_id, owner_id),
    )


def contents(rx: Reader, owner_id: int, ids: Sequence[int]) -> list[tuple[int, int, bytes]]:
    """(id, date, content) of the messages that exist."""
    marks = ", ".join("?" * len(ids))
    return rx.all(f"SELECT id, date, content FROM messages WHERE owner_id = ? AND id IN ({marks})", (owner_id, *ids))


def later(rx: Reader, shard: int, no: int) -> list[tuple[int, int, int, int]]:
    """(box_id, message_id, other_box_id, other_message_id) of events after `no`, newest first."""
    return rx.all(
        "SELECT box_id, message_id, other_box_id, other_message_id FROM events WHERE shard = ? AND no > ?"
        " ORDER BY no DESC",
        (shard, no),
    )


def add_words(tx: Tx, rows: Sequence[tuple[int, bytes, int]]) -> None:
    """(owner_id, word, message_id) can be found. A step of a statement costs more than a row of it."""
    whole = len(rows) - len(rows) % TOGETHER
    for start in range(0, whole, TOGETHER):
        tx.run(_add_words(TOGETHER), tuple(chain.from_iterable(rows[start : start + TOGETHER])))
    if whole < len(rows):
        tx.many(_add_words(1), rows[whole:])


@cache
def _add_words(count: int) -> str:
    values = ", ".join(["(?, ?, ?)"] * count)
    return f"INSERT INTO search_words (owner_id, word, message_id) VALUES {values} ON CONFLICT DO NOTHING"


def drop_words(tx: Tx, rows: Sequence[tuple[int, bytes, int]]) -> None:
    """(owner_id, word, message_id) cannot be found any more."""
    tx.many("DELETE FROM search_words WHERE owner_id = ? AND word = ? AND message_id = ?", rows)


def with_prefix(rx: Reader, owner_id: int, low: bytes, high: bytes, below: int, limit: int) -> list[tuple[int]]:
    """(message_id,) below an id of messages with a word in the range, newest first.

    Where more than RANGE have one, those with the word `low` itself come first, and not all of the others.
    """
    return rx.all(
        "SELECT DISTINCT message_id FROM ("
        "SELECT message_id FROM (SELECT message_id FROM search_words WHERE owner_id = ? AND word = ? AND message_id < ?"
        " ORDER BY message_id DESC LIMIT ?) AS itself UNION ALL "
        "SELECT message_id FROM (SELECT message_id FROM search_words WHERE owner_id = ? AND word >= ? AND word < ?"
        " AND message_id < ? LIMIT ?) AS begun) AS found ORDER BY message_id DESC LIMIT ?",
        (owner_id, low, below, limit, owner_id, low, high, below, RANGE, limit),
    )


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which messages of a box are meant; what stays at its default does not matter.

    Shape: kinds are values of the column media_kind; min_id and max_id lie outside of what is meant.
    """

    owner_id: int
    peer_id: int | None = None
    kinds: tuple[int, ...] = ()
    pinned: bool = False
    out: int | None = None
    min_date: int = 0
    max_date: int = 0
    min_id: int = 0
    max_id: int = 0
    saved_peer_id: int = 0
    from_id: int = 0
    side: int = 0
    """1 for dialogs with people alone, -1 for those of groups."""
    mentioned: int = 0
    """Messages that mention this person alone."""
    top_id: int = 0
    """Messages of this thread alone."""

    def where(self) -> tuple[str, list[int]]:
        """The condition and its parameters."""
        text, params = "owner_id = ?", [self.owner_id]
        for condition, value in self._conditions():
            text += f" AND {condition}"
            params += value
        return text, params

    def _conditions(self) -> Iterator[tuple[str, list[int]]]:
        if self.peer_id is not None:
            yield "peer_id = ?", [self.peer_id]
        if self.kinds:
            yield f"media_kind <> 0 AND media_kind IN ({', '.join('?' * len(self.kinds))})", [*self.kinds]
        if self.from_id:
            yield "from_id = ?", [self.from_id]
        if self.pinned:
            yield "pinned <> 0", []
        if self.out is not None:
            yield "out = ?", [self.out]
        for column, sign, value in (
            ("date", ">", self.min_date), ("date", "<", self.max_date),
            ("id", ">", self.min_id), ("id", "<", self.max_id),
        ):  # fmt: skip
            if value:
                yield f"{column} {sign} ?", [value]
        yield from self._chosen()

    def _chosen(self) -> Iterator[tuple[str, list[int]]]:
        """What other tables know of the messages, or whose dialogs are meant."""
        if self.side:
            yield "peer_id > 0" if self.side > 0 else "peer_id < 0", []
        if self.saved_peer_id:
            chosen = "SELECT message_id FROM saved_messages WHERE owner_id = ? AND saved_peer_id = ?"
            yield f"id IN ({chosen})", [self.owner_id, self.saved_peer_id]
        if self.top_id:
            chosen = "SELECT message_id FROM thread_posts WHERE owner_id = ? AND top_id = ?"
            yield f"id IN ({chosen})", [self.owner_id, self.top_id]
        if self.mentioned:
            chosen = "SELECT message_id FROM my_mentions WHERE owner_id = ? AND room_id = ?"
            yield f"id IN ({chosen})", [self.mentioned, self.peer_id or 0]


def older(rx: Reader, wanted: Criteria, below: int, limit: int, skip: int = 0) -> list[Row]:
    """Newest first: what is meant with id < below, without the first `skip`."""
    where, params = wanted.where()
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE {where} AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?",
        (*params, below, limit, skip),
    )


def newer(rx: Reader, wanted: Criteria, from_id: int, limit: int, skip: int = 0) -> list[Row]:
    """Oldest first: what is meant with id >= from_id, without the first `skip`."""
    where, params = wanted.where()
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE {where} AND id >= ? ORDER BY id LIMIT ? OFFSET ?",
        (*params, from_id, limit, skip),
    )


def among(rx: Reader, wanted: Criteria, ids: Sequence[int]) -> list[Row]:
    """What is meant among these ids, in no promised order."""
    where, params = wanted.where()
    marks = ", ".join("?" * len(ids))
    return rx.all(f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE {where} AND id IN ({marks})", (*params, *ids))


def count(rx: Reader, wanted: Criteria, from_id: int = 0) -> int:
    """How many are meant with id >= from_id."""
    where, params = wanted.where()
    row = rx.one(f"SELECT COUNT(*) FROM messages WHERE {where} AND id >= ?", (*params, from_id))
    return int(row[0]) if row else 0


def dates(rx: Reader, wanted: Criteria, below: int, limit: int) -> list[tuple[int, int]]:
    """(id, date) of what is meant below an id, newest first."""
    where, params = wanted.where()
    return rx.all(
        f"SELECT id, date FROM messages WHERE {where} AND id < ? ORDER BY id DESC LIMIT ?", (*params, below, limit)
    )
