"""The statements about messages to be sent later; the owner is who wrote them, or the channel they are for."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

COLUMNS = "owner_id, id, peer_id, author_id, date, edit_date, random_id, grouped_id, content"


def take_id(tx: Tx, owner_id: int) -> int:
    """The next id among the owner's scheduled messages; ids are never used again."""
    row = tx.one(
        "INSERT INTO scheduled_ids (owner_id, last_id) VALUES (?, 1)"
        " ON CONFLICT (owner_id) DO UPDATE SET last_id = scheduled_ids.last_id + 1 RETURNING last_id",
        (owner_id,),
    )
    assert row is not None
    return int(row[0])


def insert(
    tx: Tx, owner_id: int, id_: int, peer_id: int, author_id: int, date: int, random_id: int, grouped_id: int,
    media_hash: bytes | None, content: bytes,
) -> None:  # fmt: skip
    """The message waits for its date."""
    tx.run(
        "INSERT INTO scheduled (owner_id, id, peer_id, author_id, date, random_id, grouped_id, size_bytes, media_hash,"
        " content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (owner_id, id_, peer_id, author_id, date, random_id, grouped_id, len(content), media_hash, content),
    )


def change(
    tx: Tx, owner_id: int, id_: int, date: int, edit_date: int, media_hash: bytes | None, content: bytes
) -> None:  # fmt: skip
    """The waiting message says this, and waits for this date."""
    tx.run(
        "UPDATE scheduled SET date = ?, edit_date = ?, size_bytes = ?, media_hash = ?, content = ?"
        " WHERE owner_id = ? AND id = ?",
        (date, edit_date, len(content), media_hash, content, owner_id, id_),
    )


def postpone(tx: Tx, owner_id: int, id_: int, date: int) -> None:
    """The waiting message waits for this date."""
    tx.run("UPDATE scheduled SET date = ? WHERE owner_id = ? AND id = ?", (date, owner_id, id_))


def one(rx: Reader, owner_id: int, id_: int) -> Row | None:
    """The waiting message in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM scheduled WHERE owner_id = ? AND id = ?", (owner_id, id_))


def repeated(rx: Reader, owner_id: int, peer_id: int, random_id: int) -> Row | None:
    """The waiting message that was sent with this random_id."""
    return rx.one(
        f"SELECT {COLUMNS} FROM scheduled WHERE owner_id = ? AND peer_id = ? AND random_id = ?",
        (owner_id, peer_id, random_id),
    )


def of_peer(rx: Reader, owner_id: int, peer_id: int) -> list[Row]:
    """What waits for the peer, the latest first."""
    return rx.all(
        f"SELECT {COLUMNS} FROM scheduled WHERE owner_id = ? AND peer_id = ? ORDER BY date DESC, id DESC",
        (owner_id, peer_id),
    )


def count(rx: Reader, owner_id: int, peer_id: int) -> int:
    """How many messages wait for the peer."""
    row = rx.one("SELECT COUNT(*) FROM scheduled WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id))
    return row[0] if row else 0


def due(rx: Reader, now: int, limit: int) -> list[tuple[int, int]]:
    """(owner, id) of messages whose date has come, the earliest first."""
    return rx.all("SELECT owner_id, id FROM scheduled WHERE date <= ? ORDER BY date, id LIMIT ?", (now, limit))


def awaiting(tx: Tx, peer_id: int, date: int, now: int) -> int:
    """Messages for the peer with the special date are due now; how many there were."""
    return tx.run("UPDATE scheduled SET date = ? WHERE date = ? AND peer_id = ?", (now, date, peer_id))


def delete(tx: Tx, owner_id: int, ids: Sequence[int]) -> None:
    """The messages do not wait any more."""
    tx.many("DELETE FROM scheduled WHERE owner_id = ? AND id = ?", [(owner_id, id_) for id_ in ids])
