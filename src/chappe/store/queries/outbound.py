"""The statements of the outbox. A waiting row has state 0, a delivered one 1, one given up 2."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx


def insert(tx: Tx, outbox_id: int, kind: str, address: str, payload: bytes, date: int, due: int, expires: int) -> None:
    """One waiting row is there."""
    tx.run(
        "INSERT INTO outbox (outbox_id, kind, address, payload, date, due, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (outbox_id, kind, address, payload, date, due, expires),
    )


def due(rx: Reader, date: int, limit: int, kinds: Sequence[str], others: bool) -> list[Row]:
    """(outbox_id, kind, address, payload, tries, date, due, expires) of waiting rows, longest due first.

    Shape: those of the kinds, or of all others.
    """
    return rx.all(
        "SELECT outbox_id, kind, address, payload, tries, date, due, expires FROM outbox"
        f" WHERE state = 0 AND due <= ? AND kind {_among(kinds, others)} ORDER BY due, outbox_id LIMIT ?",
        (date, *kinds, limit),
    )


def next_due(rx: Reader, kinds: Sequence[str], others: bool) -> int | None:
    """The due time of the row of these kinds, or of all others, that comes next."""
    row = rx.one(
        f"SELECT due FROM outbox WHERE state = 0 AND kind {_among(kinds, others)} ORDER BY due LIMIT 1", tuple(kinds)
    )
    return row[0] if row else None


def _among(kinds: Sequence[str], others: bool) -> str:
    return f"{'NOT ' if others else ''}IN ({', '.join('?' * len(kinds))})"


def tried_since(rx: Reader, kind: str, address: str, after: int, but: int) -> tuple[int, int]:
    """How many other rows for this address were tried after a date, and the first of those dates (0 for none)."""
    row = rx.one(
        "SELECT COUNT(*), COALESCE(MIN(tried), 0) FROM outbox"
        " WHERE kind = ? AND address = ? AND tried > ? AND outbox_id <> ?",
        (kind, address, after, but),
    )
    assert row is not None
    return row[0], row[1]


def lease(tx: Tx, outbox_id: int, was_due: int, date: int, until: int) -> bool:
    """The row is one try further and not due before `until`; False if another runner has it."""
    return (
        tx.run(
            "UPDATE outbox SET tries = tries + 1, tried = ?, due = ? WHERE outbox_id = ? AND due = ? AND state = 0",
            (date, until, outbox_id, was_due),
        )
        > 0
    )


def postpone(tx: Tx, outbox_id: int, due: int) -> None:
    """The waiting row is due later."""
    tx.run("UPDATE outbox SET due = ? WHERE outbox_id = ? AND state = 0", (due, outbox_id))


def retry(tx: Tx, outbox_id: int, tries: int, due: int, failure: str) -> None:
    """The row waits again, unless a later try is under way."""
    tx.run(
        "UPDATE outbox SET due = ?, failure = ? WHERE outbox_id = ? AND state = 0 AND tries = ?",
        (due, failure, outbox_id, tries),
    )


def finish(tx: Tx, outbox_id: int, state: int, date: int, failure: str) -> bool:
    """The row has ended and its payload is erased; False if it had ended before."""
    return (
        tx.run(
            "UPDATE outbox SET state = ?, finished = ?, failure = ?, payload = NULL WHERE outbox_id = ? AND state = 0",
            (state, date, failure, outbox_id),
        )
        > 0
    )


def forget(tx: Tx, before: int) -> int:
    """Rows that ended before this date are gone; how many."""
    return tx.run("DELETE FROM outbox WHERE state <> 0 AND finished < ?", (before,))


def counts(rx: Reader) -> list[Row]:
    """(kind, state, number) of all rows."""
    return rx.all("SELECT kind, state, COUNT(*) FROM outbox GROUP BY kind, state")
