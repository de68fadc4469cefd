"""The statements of the journal: append and read, nothing else."""

from chappe.store.protocol import Reader, Tx


def append(
    tx: Tx, shard: int, date: int, kind: str, actor: str, subject: str, data: bytes, public: bytes | None
) -> int:
    """One entry is at the end of the shard's journal; its number."""
    row = tx.one(
        "INSERT INTO journal (shard, no, date, kind, actor, subject, data, public)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ?, ?, ? FROM journal WHERE shard = ? RETURNING no",
        (shard, date, kind, actor, subject, data, public, shard),
    )
    assert row is not None
    return int(row[0])


def public(rx: Reader, shard: int, no: int) -> bytes | None:
    """What of the entry the world sees, or None."""
    row = rx.one("SELECT public FROM journal WHERE shard = ? AND no = ?", (shard, no))
    return None if row is None else row[0]


def seal(tx: Tx, shard: int, no: int) -> None:
    """The entry is known to be sealed."""
    tx.run("INSERT INTO journal_seals (shard, no) VALUES (?, ?)", (shard, no))


def is_sealed(rx: Reader, shard: int, no: int) -> bool:
    """True if the entry was sealed and is not opened yet."""
    return rx.one("SELECT 1 FROM journal_seals WHERE shard = ? AND no = ? AND opened_no = 0", (shard, no)) is not None


def unseal(tx: Tx, shard: int, no: int, opened_no: int) -> None:
    """The sealed entry is opened by another."""
    tx.run("UPDATE journal_seals SET opened_no = ? WHERE shard = ? AND no = ?", (opened_no, shard, no))


def drop_salt(tx: Tx, shard: int, no: int) -> bool:
    """The salt of the entry is gone; True if there was one."""
    return tx.run("DELETE FROM journal_salts WHERE shard = ? AND no = ?", (shard, no)) > 0


def after(rx: Reader, shard: int, no: int, limit: int) -> list[tuple[int, int, str, str, str, bytes]]:
    """(no, date, kind, actor, subject, data) above no, oldest first."""
    return rx.all(
        "SELECT no, date, kind, actor, subject, data FROM journal WHERE shard = ? AND no > ? ORDER BY no LIMIT ?",
        (shard, no, limit),
    )
