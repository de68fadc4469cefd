"""The statements of second passwords: verifiers, challenges under way, devices that still owe one."""

from chappe.store.protocol import Reader, Row, Tx


def of_user(rx: Reader, user_id: int) -> Row | None:
    """(salt1, salt2, wrapped_verifier, hint, email, reset_date) of the person's password."""
    return rx.one(
        "SELECT salt1, salt2, wrapped_verifier, hint, email, reset_date FROM passwords WHERE owner_id = ?", (user_id,)
    )


def put(tx: Tx, user_id: int, salt1: bytes, salt2: bytes, wrapped_verifier: bytes, hint: str, email: str) -> None:
    """The person's password is this one; nobody has asked to reset it."""
    remove(tx, user_id)
    tx.run(
        "INSERT INTO passwords (owner_id, salt1, salt2, wrapped_verifier, hint, email, date)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (user_id, salt1, salt2, wrapped_verifier, hint, email, tx.now),
    )


def set_email(tx: Tx, user_id: int, email: str) -> None:
    """The person's password is recovered by this address, or by none; nobody has asked to reset it."""
    tx.run("UPDATE passwords SET email = ?, reset_date = 0 WHERE owner_id = ?", (email, user_id))


def set_reset(tx: Tx, user_id: int, date: int) -> None:
    """The person's password may be taken away from then on; 0 for nobody has asked."""
    tx.run("UPDATE passwords SET reset_date = ? WHERE owner_id = ?", (date, user_id))


def remove(tx: Tx, user_id: int) -> None:
    """The person has no password."""
    tx.run("DELETE FROM passwords WHERE owner_id = ?", (user_id,))


def put_challenge(tx: Tx, srp_id: int, user_id: int, wrapped_secret: bytes, expires: int) -> None:
    """A challenge waits for its answer."""
    tx.run(
        "INSERT INTO srp_challenges (srp_id, user_id, wrapped_secret, expires) VALUES (?, ?, ?, ?)",
        (srp_id, user_id, wrapped_secret, expires),
    )


def challenge(rx: Reader, srp_id: int) -> tuple[int, bytes, int] | None:
    """(user id, wrapped secret, expires) of a challenge."""
    row = rx.one("SELECT user_id, wrapped_secret, expires FROM srp_challenges WHERE srp_id = ?", (srp_id,))
    return (row[0], row[1], row[2]) if row else None


def remove_challenge(tx: Tx, srp_id: int) -> None:
    """The challenge cannot be answered any more."""
    tx.run("DELETE FROM srp_challenges WHERE srp_id = ?", (srp_id,))


def pend(tx: Tx, auth_key_id: int, user_id: int, expires: int) -> None:
    """The device proved the number and owes the person's password until `expires`."""
    tx.run("DELETE FROM password_pending WHERE auth_key_id = ?", (auth_key_id,))
    tx.run(
        "INSERT INTO password_pending (auth_key_id, user_id, expires) VALUES (?, ?, ?)",
        (auth_key_id, user_id, expires),
    )


def pending(rx: Reader, auth_key_id: int, now: int) -> int | None:
    """The person whose password the device owes."""
    row = rx.one(
        "SELECT user_id FROM password_pending WHERE auth_key_id = ? AND expires > ?", (auth_key_id, now)
    )
    return row[0] if row else None


def settle(tx: Tx, auth_key_id: int) -> None:
    """The device owes nothing."""
    tx.run("DELETE FROM password_pending WHERE auth_key_id = ?", (auth_key_id,))
