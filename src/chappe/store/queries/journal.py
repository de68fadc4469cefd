"""The statements of the journal: append and read, nothing else."""

from chappe.store.protocol import Reader, Tx


def append(tx: Tx, shard: int, date: int, kind: str, actor: str, subject: str, data: bytes) -> None:
    """One entry is at the end of the shard's journal."""
    tx.run(
        "INSERT INTO journal (shard, no, date, kind, actor, subject, data)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ?, ? FROM journal WHERE shard = ?",
        (shard, date, kind, actor, subject, data, shard),
    )


def after(rx: Reader, shard: int, no: int, limit: int) -> list[tuple[int, int, str, str, str, bytes]]:
    """(no, date, kind, actor, subject, data) above no, oldest first."""
    return rx.all(
        "SELECT no, date, kind, actor, subject, data FROM journal WHERE shard = ? AND no > ? ORDER BY no LIMIT ?",
        (shard, no, limit),
    )
