"""The statements about holds: what is kept for an order, and the copies themselves."""

from collections.abc import Iterable, Mapping

from chappe.store.protocol import Reader, Row, Tx, Value

COLUMNS = (
    "hold_id, order_id, subject, category, since, until, state, made_by, made_at, ends_at, extended_at, ended_at,"
    " end_reason, reached, items"
)


def insert(
    tx: Tx, hold_id: int, order_id: int, subject: str, category: str, since: int, until: int, by: str, ends_at: int
) -> None:
    """A hold begins; its copying is still to be done."""
    tx.run(
        "INSERT INTO holds (hold_id, order_id, subject, category, since, until, state, made_by, made_at, ends_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'copying', ?, ?, ?)",
        (hold_id, order_id, subject, category, since, until, by, tx.now, ends_at),
    )


def find(rx: Reader, hold_id: int) -> Row | None:
    """The hold, in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM holds WHERE hold_id = ?", (hold_id,))


def of_order(rx: Reader, order_id: int) -> list[Row]:
    """Every hold of the order, oldest first."""
    return rx.all(f"SELECT {COLUMNS} FROM holds WHERE order_id = ? ORDER BY hold_id", (order_id,))


def of_authority(rx: Reader, authority_id: int, subject: str, category: str) -> list[Row]:
    """Holds that stand for orders of the authority, of this subject and category."""
    wanted = ", ".join(f"h.{name.strip()}" for name in COLUMNS.split(","))
    return rx.all(
        f"SELECT {wanted} FROM holds h, orders o WHERE h.subject = ? AND h.category = ? AND h.ended_at = 0"
        " AND o.order_id = h.order_id AND o.authority_id = ? AND o.authority_id <> 0 ORDER BY h.hold_id",
        (subject, category, authority_id),
    )


def to_copy(rx: Reader, limit: int) -> list[int]:
    """Holds whose copying is not done."""
    rows = rx.all("SELECT hold_id FROM holds WHERE state = 'copying' ORDER BY hold_id LIMIT ?", (limit,))
    return [row[0] for row in rows]


def to_end(rx: Reader, now: int, limit: int) -> list[int]:
    """Holds whose time is over, but nobody ended them yet."""
    rows = rx.all(
        "SELECT hold_id FROM holds WHERE ended_at = 0 AND ends_at > 0 AND ends_at <= ? ORDER BY ends_at LIMIT ?",
        (now, limit),
    )
    return [row[0] for row in rows]


def needless(rx: Reader, limit: int) -> list[tuple[int, int]]:
    """(id, 1 if its order was produced) of holds whose order was taken back, was false, or was answered and closed.

    Shape: an order to preserve stays in force when its case is closed; a production order does not.
    """
    return rx.all(
        "SELECT h.hold_id, CASE WHEN o.instrument = 'epoc' AND o.state = 'closed' THEN 1 ELSE 0 END FROM holds h,"
        " orders o WHERE h.ended_at = 0 AND o.order_id = h.order_id AND (o.state IN ('withdrawn_by_authority',"
        " 'rejected_inauthentic') OR o.outcome IN ('withdrawn', 'forged') OR (o.instrument = 'epoc' AND o.state ="
        " 'closed')) ORDER BY h.hold_id LIMIT ?",
        (limit,),
    )


def to_empty(rx: Reader, limit: int) -> list[int]:
    """Ended holds of which copies are left."""
    rows = rx.all("SELECT hold_id FROM holds WHERE ended_at <> 0 AND items > 0 ORDER BY hold_id LIMIT ?", (limit,))
    return [row[0] for row in rows]


def change(tx: Tx, hold_id: int, values: Mapping[str, Value]) -> bool:
    """The columns have these values, unless the hold is over; True if it was not."""
    marks = ", ".join(f"{name} = ?" for name in values)
    return tx.run(
        f"UPDATE holds SET {marks} WHERE hold_id = ? AND ended_at = 0", (*values.values(), hold_id)
    ) > 0  # fmt: skip


def keep(tx: Tx, hold_id: int, items: Iterable[tuple[str, int, bytes]], blobs: Iterable[bytes]) -> None:
    """The copies are the hold's. Shape: items (record key, date, data); a key that is there stays as it is."""
    tx.many(
        "INSERT INTO hold_items (hold_id, record_key, date, data) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (hold_id, record_key) DO NOTHING",
        [(hold_id, *item) for item in items],
    )
    tx.many(
        "INSERT INTO hold_blobs (hold_id, sha256) VALUES (?, ?) ON CONFLICT (hold_id, sha256) DO NOTHING",
        [(hold_id, blob) for blob in blobs],
    )


def items(rx: Reader, hold_id: int, above: str, limit: int) -> list[tuple[str, int, bytes]]:
    """(record key, date, data) of copies above a key, in the order of keys."""
    return rx.all(
        "SELECT record_key, date, data FROM hold_items WHERE hold_id = ? AND record_key > ? ORDER BY record_key"
        " LIMIT ?",
        (hold_id, above, limit),
    )


def blobs(rx: Reader, hold_id: int, limit: int) -> list[bytes]:
    """Some blobs that the hold keeps."""
    rows = rx.all("SELECT sha256 FROM hold_blobs WHERE hold_id = ? LIMIT ?", (hold_id, limit))
    return [row[0] for row in rows]


def empty(tx: Tx, hold_id: int, limit: int) -> int:
    """Some copies of the hold are gone; how many were."""
    gone = tx.run(
        "DELETE FROM hold_items WHERE hold_id = ? AND record_key IN"
        " (SELECT record_key FROM hold_items WHERE hold_id = ? LIMIT ?)",
        (hold_id, hold_id, limit),
    )
    return gone + tx.run(
        "DELETE FROM hold_blobs WHERE hold_id = ? AND sha256 IN (SELECT sha256 FROM hold_blobs WHERE hold_id = ?"
        " LIMIT ?)",
        (hold_id, hold_id, limit),
    )


def emptied(tx: Tx, hold_id: int) -> None:
    """Nothing of the ended hold is left."""
    tx.run("UPDATE holds SET items = 0, reached = NULL WHERE hold_id = ? AND ended_at <> 0", (hold_id,))
