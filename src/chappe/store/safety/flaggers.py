"""The statements of trusted flaggers: who they are, their keys, which notices are theirs."""

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id

_COLUMNS = "flagger_id, name, email, country, categories, date, until, ended"
_NOTICE_COLUMNS = "notice_id, reference, idempotency_key, asked_digest, link, date"


def add(
    tx: Tx, name: str, email: str, country: str, categories: str, until: int, made_by: str
) -> int:
    """A flagger is known; the number."""
    flagger_id = take_id(tx, "flagger", 1)
    tx.run(
        "INSERT INTO flaggers (flagger_id, name, email, country, categories, date, until, made_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (flagger_id, name, email, country, categories, tx.now, until, made_by),
    )
    return flagger_id


def find(rx: Reader, flagger_id: int) -> Row | None:
    """(flagger_id, name, email, country, categories, date, until, ended)."""
    return rx.one(f"SELECT {_COLUMNS} FROM flaggers WHERE flagger_id = ?", (flagger_id,))


def everyone(rx: Reader) -> list[Row]:
    """The same of all, the first made first."""
    return rx.all(f"SELECT {_COLUMNS} FROM flaggers ORDER BY flagger_id")


def end(tx: Tx, flagger_id: int) -> None:
    """The flagger has no trust any more, and no key."""
    tx.run("UPDATE flaggers SET ended = ? WHERE flagger_id = ? AND ended = 0", (tx.now, flagger_id))
    tx.run("UPDATE flagger_keys SET revoked = ? WHERE flagger_id = ? AND revoked = 0", (tx.now, flagger_id))


def add_key(tx: Tx, digest: bytes, flagger_id: int, name: str) -> int:
    """The flagger has one more key; its number."""
    key_id = take_id(tx, "flagger_key", 1)
    tx.run(
        "INSERT INTO flagger_keys (key_id, key_digest, flagger_id, name, date) VALUES (?, ?, ?, ?, ?)",
        (key_id, digest, flagger_id, name, tx.now),
    )
    return key_id


def key(rx: Reader, key_id: int) -> Row | None:
    """(flagger_id, revoked) of a key."""
    return rx.one("SELECT flagger_id, revoked FROM flagger_keys WHERE key_id = ?", (key_id,))


def by_key(rx: Reader, digest: bytes) -> Row | None:
    """(key_id, flagger_id, used) of a key that works."""
    return rx.one("SELECT key_id, flagger_id, used FROM flagger_keys WHERE key_digest = ? AND revoked = 0", (digest,))


def keys_of(rx: Reader, flagger_id: int) -> list[Row]:
    """(key_id, name, date, used, revoked) of the flagger's keys, the newest first."""
    return rx.all(
        "SELECT key_id, name, date, used, revoked FROM flagger_keys WHERE flagger_id = ? ORDER BY key_id DESC",
        (flagger_id,),
    )


def revoke(tx: Tx, key_id: int) -> None:
    """The key works no more."""
    tx.run("UPDATE flagger_keys SET revoked = ? WHERE key_id = ? AND revoked = 0", (tx.now, key_id))


def key_used(tx: Tx, key_id: int) -> None:
    """The key was used now."""
    tx.run("UPDATE flagger_keys SET used = ? WHERE key_id = ?", (tx.now, key_id))


def add_notice(
    tx: Tx, flagger_id: int, notice_id: int, reference: str, idempotency_key: str, digest: bytes, link: str
) -> None:
    """The notice is the flagger's."""
    tx.run(
        "INSERT INTO flagger_notices (flagger_id, notice_id, reference, idempotency_key, asked_digest, link, date)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (flagger_id, notice_id, reference, idempotency_key, digest, link, tx.now),
    )


def notice(rx: Reader, flagger_id: int, notice_id: int) -> Row | None:
    """(notice_id, reference, idempotency_key, asked_digest, link, date) of a notice of the flagger's."""
    return rx.one(
        f"SELECT {_NOTICE_COLUMNS} FROM flagger_notices WHERE flagger_id = ? AND notice_id = ?",
        (flagger_id, notice_id),
    )


def notice_by_key(rx: Reader, flagger_id: int, idempotency_key: str) -> Row | None:
    """The same of the one that was asked for with this key."""
    return rx.one(
        f"SELECT {_NOTICE_COLUMNS} FROM flagger_notices WHERE flagger_id = ? AND idempotency_key = ?",
        (flagger_id, idempotency_key),
    )


def notices(rx: Reader, flagger_id: int, below: int, limit: int) -> list[Row]:
    """The same of all below that number, the newest first."""
    return rx.all(
        f"SELECT {_NOTICE_COLUMNS} FROM flagger_notices WHERE flagger_id = ? AND notice_id < ?"
        " ORDER BY notice_id DESC LIMIT ?",
        (flagger_id, below, limit),
    )
