"""The statements of accounts' passkeys, and of the challenges that devices were given."""

from chappe.store.protocol import Reader, Row, Tx

_COLUMNS = "credential_id, user_id, public_key, sign_count, name, date, used"


def add(tx: Tx, credential_id: bytes, user_id: int, public_key: bytes, sign_count: int, name: str, date: int) -> int:
    """The passkey is the person's; 0 if it is somebody's already."""
    return tx.run(
        "INSERT INTO passkeys (credential_id, user_id, public_key, sign_count, name, date)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (credential_id) DO NOTHING",
        (credential_id, user_id, public_key, sign_count, name, date),
    )


def by_id(rx: Reader, credential_id: bytes) -> Row | None:
    """(credential_id, user_id, public_key, sign_count, name, date, used) of a passkey."""
    return rx.one(f"SELECT {_COLUMNS} FROM passkeys WHERE credential_id = ?", (credential_id,))


def of_user(rx: Reader, user_id: int) -> list[Row]:
    """The same of all the person's passkeys, the first made first."""
    return rx.all(f"SELECT {_COLUMNS} FROM passkeys WHERE user_id = ? ORDER BY date, credential_id", (user_id,))


def used(tx: Tx, credential_id: bytes, was: int, sign_count: int, date: int) -> int:
    """The passkey signed once more; 0 if it signed otherwise meanwhile, or is gone."""
    return tx.run(
        "UPDATE passkeys SET sign_count = ?, used = ? WHERE credential_id = ? AND sign_count = ?",
        (sign_count, date, credential_id, was),
    )


def remove(tx: Tx, user_id: int, credential_id: bytes) -> int:
    """The passkey is gone; 0 if it was none of the person's."""
    return tx.run("DELETE FROM passkeys WHERE credential_id = ? AND user_id = ?", (credential_id, user_id))


def remove_of_user(tx: Tx, user_id: int) -> int:
    """The person has no passkey; how many there were."""
    return tx.run("DELETE FROM passkeys WHERE user_id = ?", (user_id,))


def put_challenge(tx: Tx, auth_key_id: int, purpose: str, challenge: bytes, expires: int) -> None:
    """The device has this challenge for the purpose, and no other."""
    tx.run(
        "INSERT INTO passkey_challenges (auth_key_id, purpose, challenge, expires) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (auth_key_id, purpose)"
        " DO UPDATE SET challenge = excluded.challenge, expires = excluded.expires",
        (auth_key_id, purpose, challenge, expires),
    )


def take_challenge(tx: Tx, auth_key_id: int, purpose: str, challenge: bytes, now: int) -> int:
    """The device's challenge is used up; 0 if it had not this one, or too long ago."""
    return tx.run(
        "DELETE FROM passkey_challenges WHERE auth_key_id = ? AND purpose = ? AND challenge = ? AND expires > ?",
        (auth_key_id, purpose, challenge, now),
    )
