"""The statements of recoveries: one an account, until it expires."""

from chappe.store.protocol import Reader, Row, Tx

_COLUMNS = "user_id, made_by, date, ready, expires, state, approved_by"


def put(
    tx: Tx, user_id: int, token_digest: bytes, refusal_digest: bytes, made_by: str, ready: int, expires: int
) -> None:
    """The account's recovery waits; an earlier one is worth nothing."""
    remove(tx, user_id)
    tx.run(
        "INSERT INTO recoveries (user_id, token_digest, refusal_digest, made_by, date, ready, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (user_id, token_digest, refusal_digest, made_by, tx.now, ready, expires),
    )


def of_user(rx: Reader, user_id: int) -> Row | None:
    """(user_id, made_by, date, ready, expires, state, approved_by) of the account's recovery."""
    return rx.one(f"SELECT {_COLUMNS} FROM recoveries WHERE user_id = ?", (user_id,))


def by_token(rx: Reader, digest: bytes) -> Row | None:
    """The same of the recovery that this token opens."""
    return rx.one(f"SELECT {_COLUMNS} FROM recoveries WHERE token_digest = ?", (digest,))


def by_refusal(rx: Reader, digest: bytes) -> Row | None:
    """The same of the recovery that this token refuses."""
    return rx.one(f"SELECT {_COLUMNS} FROM recoveries WHERE refusal_digest = ?", (digest,))


def opened(rx: Reader, user_id: int, now: int) -> bool:
    """True while the account's recovery shows codes."""
    row = rx.one("SELECT 1 FROM recoveries WHERE user_id = ? AND state = 'opened' AND expires > ?", (user_id, now))
    return row is not None


def everyone(rx: Reader, now: int) -> list[Row]:
    """The same of all that have not expired, the newest first."""
    return rx.all(f"SELECT {_COLUMNS} FROM recoveries WHERE expires > ? ORDER BY date DESC LIMIT 200", (now,))


def set_state(tx: Tx, user_id: int, state: str, expires: int) -> None:
    """The recovery stands so, until then."""
    tx.run("UPDATE recoveries SET state = ?, expires = ? WHERE user_id = ?", (state, expires, user_id))


def approve(tx: Tx, user_id: int, approved_by: str) -> None:
    """A second operator agrees."""
    tx.run("UPDATE recoveries SET approved_by = ? WHERE user_id = ?", (approved_by, user_id))


def remove(tx: Tx, user_id: int) -> int:
    """The account has no recovery."""
    return tx.run("DELETE FROM recoveries WHERE user_id = ?", (user_id,))
