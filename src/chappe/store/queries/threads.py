"""The statements about threads; a channel's post and its copy in the group name each other as `other`."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.boxes import MESSAGE_COLUMNS

COLUMNS = "top_id, replies, max_id, recent, other_id, other_top_id"


def threads(rx: Reader, room_id: int, tops: Sequence[int]) -> list[Row]:
    """Those of the messages that have a thread, in the order of COLUMNS."""
    marks = ", ".join("?" * len(tops))
    return rx.all(f"SELECT {COLUMNS} FROM threads WHERE owner_id = ? AND top_id IN ({marks})", (room_id, *tops))


def join(tx: Tx, room_id: int, top_id: int, other_id: int, other_top_id: int) -> None:
    """The thread of the one is that of the other."""
    tx.run(
        "INSERT INTO threads (owner_id, top_id, other_id, other_top_id) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner_id, top_id) DO UPDATE SET other_id = excluded.other_id,"
        " other_top_id = excluded.other_top_id",
        (room_id, top_id, other_id, other_top_id),
    )


def put(tx: Tx, room_id: int, top_id: int, message_id: int) -> None:
    """The message belongs to the thread."""
    tx.run(
        "INSERT INTO thread_posts (owner_id, top_id, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (room_id, top_id, message_id),
    )


def raise_to(tx: Tx, room_id: int, top_id: int, more: int, max_id: int, recent: str) -> None:
    """The thread has so many more replies, the newest of them this one. Shape: recent: ids with commas between."""
    tx.run(
        "INSERT INTO threads (owner_id, top_id, replies, max_id, recent) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, top_id) DO UPDATE SET replies = threads.replies + excluded.replies,"
        " max_id = excluded.max_id, recent = excluded.recent",
        (room_id, top_id, more, max_id, recent),
    )


def drop(tx: Tx, room_id: int, top_id: int, message_id: int) -> int:
    """The message does not belong to the thread any more; 0 when it did not before."""
    return tx.run(
        "DELETE FROM thread_posts WHERE owner_id = ? AND top_id = ? AND message_id = ?", (room_id, top_id, message_id)
    )


def newest(rx: Reader, room_id: int, top_id: int) -> int:
    """The id of the thread's newest message, 0 when it has none."""
    row = rx.one("SELECT MAX(message_id) FROM thread_posts WHERE owner_id = ? AND top_id = ?", (room_id, top_id))
    return (row[0] or 0) if row else 0


def shrink(tx: Tx, room_id: int, top_id: int, fewer: int, max_id: int) -> None:
    """The thread has so many replies fewer, the newest is this one."""
    tx.run(
        "UPDATE threads SET replies = replies - ?, max_id = ? WHERE owner_id = ? AND top_id = ?",
        (fewer, max_id, room_id, top_id),
    )


def forget(tx: Tx, room_id: int, ids: Sequence[int]) -> None:
    """The messages have no thread any more."""
    tx.many("DELETE FROM threads WHERE owner_id = ? AND top_id = ?", [(room_id, i) for i in ids])


def page(
    rx: Reader, room_id: int, top_id: int, below: int, above: int, limit: int, skip: int, *, newer: bool = False
) -> list[Row]:
    """Messages of the thread between the ids, newest first; with `newer` the oldest ones of those, oldest first."""
    ids = rx.all(
        "SELECT message_id FROM thread_posts WHERE owner_id = ? AND top_id = ? AND message_id < ? AND message_id > ?"
        f" ORDER BY message_id {'ASC' if newer else 'DESC'} LIMIT ? OFFSET ?",
        (room_id, top_id, below, above, limit, skip),
    )
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    order = "ASC" if newer else "DESC"
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND id IN ({marks}) ORDER BY id {order}",
        (room_id, *(row[0] for row in ids)),
    )


def read_up_to(rx: Reader, user_id: int, room_id: int, top_id: int) -> int:
    """Up to where the person read the thread."""
    row = rx.one(
        "SELECT max_id FROM thread_reads WHERE owner_id = ? AND room_id = ? AND top_id = ?", (user_id, room_id, top_id)
    )
    return row[0] if row else 0


def set_read(tx: Tx, user_id: int, room_id: int, top_id: int, max_id: int) -> int:
    """The person read the thread up to the id; 0 when they had before."""
    return tx.run(
        "INSERT INTO thread_reads (owner_id, room_id, top_id, max_id) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner_id, room_id, top_id) DO UPDATE SET max_id = excluded.max_id"
        " WHERE thread_reads.max_id < excluded.max_id",
        (user_id, room_id, top_id, max_id),
    )


def unread(rx: Reader, room_id: int, top_id: int, max_id: int) -> int:
    """Messages of the thread above the id."""
    row = rx.one(
        "SELECT COUNT(*) FROM thread_posts WHERE owner_id = ? AND top_id = ? AND message_id > ?",
        (room_id, top_id, max_id),
    )
    return row[0] if row else 0
