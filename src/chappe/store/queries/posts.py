"""The statements about messages in rooms: views and forwards, mentions, reactions not seen, whose they are."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.boxes import MESSAGE_COLUMNS

_WAITING = ("mentions", "unseen_reactions", "my_mentions", "played", "unread_votes")
"""Tables of what waits for somebody in a room, or what they did there, alike in form."""


def add_counts(tx: Tx, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """(room, message, more views, more forwards) are counted."""
    tx.many(
        "INSERT INTO post_counts (owner_id, message_id, views, forwards) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner_id, message_id) DO UPDATE SET views = post_counts.views + excluded.views,"
        " forwards = post_counts.forwards + excluded.forwards",
        rows,
    )


def counts(rx: Reader, room_id: int, ids: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """(message, views, forwards, replies) of the posts that have some."""
    marks = ", ".join("?" * len(ids))
    return rx.all(
        f"SELECT message_id, views, forwards, replies FROM post_counts WHERE owner_id = ? AND message_id IN ({marks})",
        (room_id, *ids),
    )


def forget(tx: Tx, room_id: int, ids: Sequence[int]) -> None:
    """Nothing is counted of the posts any more."""
    marks = ", ".join("?" * len(ids))
    tx.run(f"DELETE FROM post_counts WHERE owner_id = ? AND message_id IN ({marks})", (room_id, *ids))


def spoken(tx: Tx, author_id: int, room_id: int, message_id: int) -> None:
    """The person wrote the post, in which the room speaks in their place."""
    tx.run(
        "INSERT INTO spoken_posts (owner_id, room_id, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (author_id, room_id, message_id),
    )


def forget_spoken(tx: Tx, room_id: int, ids: Sequence[int]) -> None:
    """Nobody wrote these posts."""
    marks = ", ".join("?" * len(ids))
    tx.run(f"DELETE FROM spoken_posts WHERE room_id = ? AND message_id IN ({marks})", (room_id, *ids))


def wait(tx: Tx, table: str, user_id: int, room_id: int, message_id: int) -> None:
    """The message of the room waits to be looked at by the person. Shape: table is one of those of this module."""
    assert table in _WAITING
    tx.run(
        f"INSERT INTO {table} (owner_id, room_id, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (user_id, room_id, message_id),
    )


def waiting(rx: Reader, table: str, user_id: int, room_id: int, limit: int) -> list[int]:
    """Ids of the messages that wait for the person, newest first."""
    assert table in _WAITING
    found = rx.all(
        f"SELECT message_id FROM {table} WHERE owner_id = ? AND room_id = ? ORDER BY message_id DESC LIMIT ?",
        (user_id, room_id, limit),
    )
    return [row[0] for row in found]


def among(rx: Reader, table: str, user_id: int, room_id: int, ids: Sequence[int]) -> list[int]:
    """Those of the messages that the table has for the person."""
    assert table in _WAITING
    marks = ", ".join("?" * len(ids))
    found = rx.all(
        f"SELECT message_id FROM {table} WHERE owner_id = ? AND room_id = ? AND message_id IN ({marks})",
        (user_id, room_id, *ids),
    )
    return [row[0] for row in found]


def waiting_counts(rx: Reader, table: str, user_id: int) -> dict[int, int]:
    """Room → how many of its messages wait for the person."""
    assert table in _WAITING
    return dict(rx.all(f"SELECT room_id, COUNT(*) FROM {table} WHERE owner_id = ? GROUP BY room_id", (user_id,)))


def looked_at(tx: Tx, table: str, user_id: int, room_id: int, ids: Sequence[int]) -> None:
    """The messages wait for the person no more."""
    assert table in _WAITING
    tx.many(
        f"DELETE FROM {table} WHERE owner_id = ? AND room_id = ? AND message_id = ?",
        [(user_id, room_id, i) for i in ids],
    )


def all_looked_at(tx: Tx, user_id: int, room_id: int) -> None:
    """Nothing of the room waits for the person."""
    for table in _WAITING:
        tx.run(f"DELETE FROM {table} WHERE owner_id = ? AND room_id = ?", (user_id, room_id))


def authors_between(rx: Reader, room_id: int, above: int, up_to: int, limit: int) -> list[int]:
    """Who wrote the newest messages of the box with an id in the range."""
    rows = rx.all(
        "SELECT from_id FROM messages WHERE owner_id = ? AND peer_id = ? AND id > ? AND id <= ?"
        " ORDER BY id DESC LIMIT ?",
        (room_id, room_id, above, up_to, limit),
    )
    return sorted({row[0] for row in rows})


def incoming_between(
    rx: Reader, owner_id: int, room_id: int, above: int, up_to: int, limit: int
) -> list[tuple[int, int]]:
    """(author, number) of others' messages of a basic group in the range of one member's ids, newest first."""
    return rx.all(
        "SELECT from_id, twin_id FROM messages WHERE owner_id = ? AND peer_id = ? AND id > ? AND id <= ? AND out = 0"
        " ORDER BY id DESC LIMIT ?",
        (owner_id, room_id, above, up_to, limit),
    )


def by_author(rx: Reader, room_id: int, from_id: int, limit: int) -> list[Row]:
    """Rows of the room's own box that the person wrote, oldest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND from_id = ? AND owner_id < -1000000000000"
        " ORDER BY id LIMIT ?",
        (room_id, from_id, limit),
    )


def count_by_author(rx: Reader, room_id: int, from_id: int) -> int:
    """How many messages of the room's own box the person wrote."""
    row = rx.one(
        "SELECT COUNT(*) FROM messages WHERE owner_id = ? AND from_id = ? AND owner_id < -1000000000000",
        (room_id, from_id),
    )
    return row[0] if row else 0


def shrink(tx: Tx, room_id: int, fewer: int, top: tuple[int, int]) -> None:
    """The room's own box has so many fewer messages. Shape: top = (id, date) of the newest that is left."""
    tx.run(
        "UPDATE rooms SET message_no = message_no - ?, top_message = ?, top_date = ? WHERE owner_id = ?",
        (fewer, *top, room_id),
    )
