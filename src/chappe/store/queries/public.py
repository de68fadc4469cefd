"""The statements about what is public: words of channels' posts, words of rooms' names, in directories of their own."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx

Place = tuple[int, int, int]
"""(date, room, message)."""


def add_words(tx: Tx, rows: Sequence[tuple[bytes, int, int, int]]) -> None:
    """(word, date, room, message) can be found."""
    tx.many(
        "INSERT INTO public_words (word, date, room_id, message_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", rows
    )


def drop_words(tx: Tx, rows: Sequence[tuple[bytes, int, int, int]]) -> None:
    """(word, date, room, message) cannot be found any more."""
    tx.many("DELETE FROM public_words WHERE word = ? AND date = ? AND room_id = ? AND message_id = ?", rows)


def with_word(rx: Reader, word: bytes, below: Place, limit: int) -> list[Place]:
    """Where the word stands before the place, newest first."""
    return rx.all(
        "SELECT date, room_id, message_id FROM public_words WHERE word = ? AND (date, room_id, message_id) < (?, ?, ?)"
        " ORDER BY date DESC, room_id DESC, message_id DESC LIMIT ?",
        (word, *below, limit),
    )


def count(rx: Reader, word: bytes, most: int) -> int:
    """In how many posts the word stands, counted up to `most`."""
    row = rx.one("SELECT COUNT(*) FROM (SELECT 1 FROM public_words WHERE word = ? LIMIT ?) AS there", (word, most))
    return row[0] if row else 0


def newest_ids(rx: Reader, room_id: int, limit: int) -> list[int]:
    """Ids of the newest messages of a room's own box."""
    return [row[0] for row in rx.all(
        "SELECT id FROM messages WHERE owner_id = ? ORDER BY id DESC LIMIT ?", (room_id, limit)
    )]  # fmt: skip


def name_room(tx: Tx, room_id: int, words: Sequence[str]) -> None:
    """The room is found by strangers by these words, by none when empty."""
    tx.run("DELETE FROM room_words WHERE room_id = ?", (room_id,))
    if words:
        tx.many("INSERT INTO room_words (word, room_id) VALUES (?, ?)", [(word.encode(), room_id) for word in words])


def rooms_named(rx: Reader, prefix: str, limit: int) -> list[int]:
    """Public rooms a word of whose name begins so."""
    low = prefix.encode()
    rows = rx.all(
        "SELECT DISTINCT room_id FROM room_words WHERE word >= ? AND word < ? LIMIT ?", (low, low + b"\xff", limit)
    )
    return [row[0] for row in rows]
