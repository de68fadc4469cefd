"""The statements of login codes, login tokens and invites."""

from chappe.store.protocol import Reader, Row, Tx

_CODE = (
    "phone_code_hash, phone, auth_key_id, code_digest, sealed, channel, date, expires, attempts, resends, verified,"
    " purpose"
)


def insert(
    tx: Tx, phone_code_hash: str, phone: str, auth_key_id: int, digest: bytes, sealed: bytes, channel: str,
    expires: int, purpose: str,
) -> None:  # fmt: skip
    """The code waits to be typed in."""
    tx.run(
        "INSERT INTO login_codes (phone_code_hash, phone, auth_key_id, code_digest, sealed, channel, date, expires,"
        " purpose) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (phone_code_hash, phone, auth_key_id, digest, sealed, channel, tx.now, expires, purpose),
    )


def code(rx: Reader, phone_code_hash: str) -> Row | None:
    """The row of a hash."""
    return rx.one(f"SELECT {_CODE} FROM login_codes WHERE phone_code_hash = ?", (phone_code_hash,))


def live(rx: Reader, phone: str, now: int) -> list[Row]:
    """The codes of a number that have not expired, newest first."""
    return rx.all(
        f"SELECT {_CODE} FROM login_codes WHERE phone = ? AND expires > ? ORDER BY date DESC", (phone, now)
    )


def attempt(tx: Tx, phone_code_hash: str) -> None:
    """One more wrong guess was made."""
    tx.run("UPDATE login_codes SET attempts = attempts + 1 WHERE phone_code_hash = ?", (phone_code_hash,))


def verify(tx: Tx, phone_code_hash: str, expires: int) -> None:
    """The code was typed in rightly; what it allows is allowed until `expires`."""
    tx.run("UPDATE login_codes SET verified = 1, expires = ? WHERE phone_code_hash = ?", (expires, phone_code_hash))


def hide(tx: Tx, phone_code_hash: str) -> None:
    """The code can be typed in, but nobody here can read it any more."""
    tx.run("UPDATE login_codes SET sealed = ? WHERE phone_code_hash = ?", (b"", phone_code_hash))


def resend(tx: Tx, phone_code_hash: str, channel: str, expires: int) -> None:
    """The code went out once more, this way."""
    tx.run(
        "UPDATE login_codes SET channel = ?, resends = resends + 1, expires = ? WHERE phone_code_hash = ?",
        (channel, expires, phone_code_hash),
    )


def remove(tx: Tx, phone_code_hash: str) -> None:
    """The code is worth nothing any more."""
    tx.run("DELETE FROM login_codes WHERE phone_code_hash = ?", (phone_code_hash,))


def put_token(tx: Tx, token: bytes, purpose: str, user_id: int, auth_key_id: int, expires: int) -> None:
    """The digest of a login token is known."""
    tx.run(
        "INSERT INTO login_tokens (token, purpose, user_id, auth_key_id, expires) VALUES (?, ?, ?, ?, ?)",
        (token, purpose, user_id, auth_key_id, expires),
    )


def token(rx: Reader, token: bytes, purpose: str) -> tuple[int, int, int] | None:
    """(user id, auth_key_id, expires) of a token."""
    row = rx.one(
        "SELECT user_id, auth_key_id, expires FROM login_tokens WHERE token = ? AND purpose = ?", (token, purpose)
    )
    return (row[0], row[1], row[2]) if row else None


def tokens_of_key(rx: Reader, auth_key_id: int, purpose: str, now: int) -> list[Row]:
    """(token, user id, expires) of the device's living tokens."""
    return rx.all(
        "SELECT token, user_id, expires FROM login_tokens WHERE auth_key_id = ? AND purpose = ? AND expires > ?",
        (auth_key_id, purpose, now),
    )


def accept_token(tx: Tx, token: bytes, user_id: int, expires: int) -> None:
    """The person lets the device in that showed the token."""
    tx.run("UPDATE login_tokens SET user_id = ?, expires = ? WHERE token = ?", (user_id, expires, token))


def remove_token(tx: Tx, token: bytes) -> None:
    """The token is used up."""
    tx.run("DELETE FROM login_tokens WHERE token = ?", (token,))


def remove_tokens(tx: Tx, user_id: int, purpose: str) -> None:
    """The person's tokens for this purpose are worth nothing."""
    tx.run("DELETE FROM login_tokens WHERE user_id = ? AND purpose = ?", (user_id, purpose))


def insert_invite(tx: Tx, digest: bytes, phone: str, made_by: str, expires: int) -> None:
    """The invite reserves its number."""
    tx.run(
        "INSERT INTO invites (token_digest, phone, made_by, date, expires) VALUES (?, ?, ?, ?, ?)",
        (digest, phone, made_by, tx.now, expires),
    )


def invite(rx: Reader, digest: bytes) -> tuple[str, int, int] | None:
    """(phone, expires, used) of an invite."""
    row = rx.one("SELECT phone, expires, used FROM invites WHERE token_digest = ?", (digest,))
    return (row[0], row[1], row[2]) if row else None


def invite_of_phone(rx: Reader, phone: str) -> tuple[int, int] | None:
    """(expires, used) of the invite that reserves the number."""
    row = rx.one("SELECT expires, used FROM invites WHERE phone = ? ORDER BY expires DESC LIMIT 1", (phone,))
    return (row[0], row[1]) if row else None


def use_invite(tx: Tx, phone: str) -> int:
    """The number's invite is used up; 0 if there was none."""
    return tx.run("UPDATE invites SET used = 1 WHERE phone = ? AND used = 0", (phone,))
