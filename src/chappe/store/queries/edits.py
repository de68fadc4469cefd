"""The statements about what posts said before they were edited or deleted."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def add(
    tx: Tx, room_id: int, message_id: int, date: int, media: tuple[int, bytes | None], content: bytes, most: int
) -> None:
    """The post said this since the date, before it was changed; of more than `most` the second oldest goes.

    Shape: media = (file id, sha256).
    """
    row = tx.one(
        "INSERT INTO edits (owner_id, message_id, no, date, media_id, media_hash, size_bytes, content)"
        " SELECT ?, ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ?, ? FROM edits WHERE owner_id = ? AND message_id = ?"
        " RETURNING no",
        (room_id, message_id, date, *media, len(content), content, room_id, message_id),
    )
    if row and row[0] > most:
        tx.run(
            "DELETE FROM edits WHERE owner_id = ? AND message_id = ? AND no = ?",
            (room_id, message_id, row[0] - most + 1),
        )


def empty(tx: Tx, room_id: int, ids: Sequence[int]) -> None:
    """Nothing is kept of what the posts said."""
    tx.many(
        "UPDATE edits SET content = NULL, size_bytes = 0, media_id = 0, media_hash = NULL"
        " WHERE owner_id = ? AND message_id = ?",
        [(room_id, i) for i in ids],
    )


def bury(tx: Tx, room_id: int, ids: Sequence[int], date: int) -> None:
    """The posts were deleted at the date."""
    tx.many(
        "INSERT INTO edits (owner_id, message_id, no, date, deleted)"
        " SELECT ?, ?, COALESCE(MAX(no), 0) + 1, ?, 1 FROM edits WHERE owner_id = ? AND message_id = ?",
        [(room_id, i, date, room_id, i) for i in ids],
    )


def of_post(rx: Reader, room_id: int, message_id: int) -> list[tuple[int, int, bytes | None]]:
    """(date, deleted, content) of what is kept of the post, oldest first."""
    return rx.all(
        "SELECT date, deleted, content FROM edits WHERE owner_id = ? AND message_id = ? ORDER BY no",
        (room_id, message_id),
    )
