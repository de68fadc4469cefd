"""The statements that change or remove messages of one box, and those that find them by more than their id."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.boxes import MESSAGE_COLUMNS


def set_content(
    tx: Tx, owner_id: int, message_id: int, edit_date: int, media: tuple[int, int, bytes | None], content: bytes
) -> None:
    """The message says this now. Shape: media = (kind, file id, sha256)."""
    tx.run(
        "UPDATE messages SET content = ?, size_bytes = ?, edit_date = ?, media_kind = ?, media_id = ?, media_hash = ?"
        " WHERE owner_id = ? AND id = ?",
        (content, len(content), edit_date, *media, owner_id, message_id),
    )


def set_reactions(tx: Tx, owner_id: int, message_id: int, reactions: bytes | None) -> None:
    """The message bears these reactions."""
    tx.run("UPDATE messages SET reactions = ? WHERE owner_id = ? AND id = ?", (reactions, owner_id, message_id))


def set_pinned(tx: Tx, owner_id: int, ids: Sequence[int], pinned: int) -> None:
    """The messages are pinned in their dialog, or not."""
    marks = ", ".join("?" * len(ids))
    tx.run(f"UPDATE messages SET pinned = ? WHERE owner_id = ? AND id IN ({marks})", (pinned, owner_id, *ids))


def set_played(tx: Tx, owner_id: int, ids: Sequence[int]) -> None:
    """The voice and video messages were played."""
    marks = ", ".join("?" * len(ids))
    tx.run(f"UPDATE messages SET media_unread = 0 WHERE owner_id = ? AND id IN ({marks})", (owner_id, *ids))


def part_twins(tx: Tx, owner_id: int, message_id: int) -> None:
    """The message is not the copy of another any more."""
    tx.run("UPDATE messages SET twin_id = 0 WHERE owner_id = ? AND id = ?", (owner_id, message_id))


def delete(tx: Tx, owner_id: int, ids: Sequence[int]) -> None:
    """The messages are gone from the box."""
    marks = ", ".join("?" * len(ids))
    tx.run(f"DELETE FROM messages WHERE owner_id = ? AND id IN ({marks})", (owner_id, *ids))


def newest(rx: Reader, owner_id: int, peer_id: int) -> tuple[int, int] | None:
    """(id, date) of the newest message of the dialog."""
    return rx.one(
        "SELECT id, date FROM messages WHERE owner_id = ? AND peer_id = ? ORDER BY id DESC LIMIT 1",
        (owner_id, peer_id),
    )


def incoming_above(rx: Reader, owner_id: int, peer_id: int, message_id: int) -> int:
    """How many messages of the peer lie above the id."""
    row = rx.one(
        "SELECT COUNT(*) FROM messages WHERE owner_id = ? AND peer_id = ? AND id > ? AND out = 0",
        (owner_id, peer_id, message_id),
    )
    return int(row[0]) if row else 0


def last_incoming(rx: Reader, owner_id: int, peer_id: int, max_id: int) -> tuple[int, int] | None:
    """(id, twin_id) of the peer's newest message up to max_id."""
    return rx.one(
        "SELECT id, twin_id FROM messages WHERE owner_id = ? AND peer_id = ? AND id <= ? AND out = 0"
        " ORDER BY id DESC LIMIT 1",
        (owner_id, peer_id, max_id),
    )


def oldest_first(
    rx: Reader, owner_id: int, peer_id: int, max_id: int, dates: tuple[int, int], limit: int
) -> list[Row]:
    """Rows of the dialog up to max_id and sent within the dates, oldest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND peer_id = ? AND id <= ? AND date >= ?"
        " AND date <= ? ORDER BY id LIMIT ?",
        (owner_id, peer_id, max_id, *dates, limit),
    )


def count_to(rx: Reader, owner_id: int, peer_id: int, max_id: int, dates: tuple[int, int]) -> int:
    """How many messages of the dialog lie up to max_id and within the dates."""
    row = rx.one(
        "SELECT COUNT(*) FROM messages WHERE owner_id = ? AND peer_id = ? AND id <= ? AND date >= ? AND date <= ?",
        (owner_id, peer_id, max_id, *dates),
    )
    return int(row[0]) if row else 0


def pinned(rx: Reader, owner_id: int, peer_id: int, limit: int) -> list[tuple[int, int]]:
    """(id, twin_id) of the pinned messages of the dialog, newest first."""
    return rx.all(
        "SELECT id, twin_id FROM messages WHERE owner_id = ? AND peer_id = ? AND pinned <> 0 ORDER BY id DESC LIMIT ?",
        (owner_id, peer_id, limit),
    )


def reacted(rx: Reader, owner_id: int, peer_id: int, limit: int) -> list[Row]:
    """Rows of the owner's messages in the dialog that bear reactions, newest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND peer_id = ? AND out <> 0"
        " AND reactions IS NOT NULL ORDER BY id DESC LIMIT ?",
        (owner_id, peer_id, limit),
    )


def reacted_in(rx: Reader, owner_id: int, peer_id: int, limit: int) -> list[Row]:
    """Rows of the dialog's messages that bear reactions, among its newest, newest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM (SELECT * FROM messages WHERE owner_id = ? AND peer_id = ?"
        " ORDER BY id DESC LIMIT ?) AS newest WHERE reactions IS NOT NULL ORDER BY id DESC",
        (owner_id, peer_id, limit),
    )


def by_author(rx: Reader, owner_id: int, peer_id: int, from_id: int, below: int, limit: int) -> list[Row]:
    """Rows of what the person wrote in the owner's dialog below an id, newest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND peer_id = ? AND from_id = ? AND id < ?"
        " ORDER BY id DESC LIMIT ?",
        (owner_id, peer_id, from_id, below, limit),
    )


def add_expiring(tx: Tx, owner_id: int, date: int, message_id: int) -> None:
    """The message will be deleted from the box at the date."""
    tx.run(
        "INSERT INTO expiring (owner_id, date, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (owner_id, date, message_id),
    )


def spoke(rx: Reader, owner_id: int, peer_id: int, limit: int) -> bool:
    """True if one of the newest messages of the dialog is the owner's own, or if it has more than so many."""
    found = rx.all(
        "SELECT out FROM messages WHERE owner_id = ? AND peer_id = ? ORDER BY id DESC LIMIT ?",
        (owner_id, peer_id, limit),
    )
    return len(found) == limit or any(row[0] for row in found)


def expired(rx: Reader, now: int, limit: int) -> list[tuple[int, int, int]]:
    """(owner_id, date, message_id) of deletions that are due, first due first."""
    return rx.all("SELECT owner_id, date, message_id FROM expiring WHERE date <= ? ORDER BY date LIMIT ?", (now, limit))


def next_expiry(rx: Reader) -> int | None:
    """When the next deletion is due."""
    row = rx.one("SELECT MIN(date) FROM expiring")
    return row[0] if row else None


def drop_expiring(tx: Tx, rows: Sequence[tuple[int, int, int]]) -> None:
    """The due rows are done with."""
    tx.many("DELETE FROM expiring WHERE owner_id = ? AND date = ? AND message_id = ?", rows)


def add_saved(tx: Tx, owner_id: int, saved_peer_id: int, message_id: int) -> None:
    """The message of the saved messages belongs to the part kept from this peer."""
    tx.run(
        "INSERT INTO saved_messages (owner_id, saved_peer_id, message_id) VALUES (?, ?, ?)",
        (owner_id, saved_peer_id, message_id),
    )


def drop_saved(tx: Tx, owner_id: int, rows: Sequence[tuple[int, int]]) -> None:
    """These are saved messages no more. Shape: (saved_peer_id, message_id)."""
    tx.many(
        "DELETE FROM saved_messages WHERE owner_id = ? AND saved_peer_id = ? AND message_id = ?",
        [(owner_id, *row) for row in rows],
    )


def saved_tops(rx: Reader, owner_id: int) -> list[tuple[int, int]]:
    """(saved_peer_id, top message id) of each part of the saved messages, newest first."""
    return rx.all(
        "SELECT saved_peer_id, MAX(message_id) FROM saved_messages WHERE owner_id = ? GROUP BY saved_peer_id"
        " ORDER BY 2 DESC",
        (owner_id,),
    )




def clear(tx: Tx, owner_id: int, message_id: int) -> None:
    """Nothing but its content is left of the message: no twin, pin, reaction or album."""
    tx.run(
        "UPDATE messages SET twin_id = 0, pinned = 0, media_unread = 0, grouped_id = 0, reactions = NULL"
        " WHERE owner_id = ? AND id = ?",
        (owner_id, message_id),
    )
