"""The statements of push tokens: one row a device and type."""

from chappe.store.protocol import Tx


def put(
    tx: Tx, owner_id: int, auth_key_id: int, token_type: int, token: str, app_sandbox: bool, no_muted: bool,
    secret: bytes,
) -> None:  # fmt: skip
    """The device is reached by this token."""
    tx.run(
        "INSERT INTO push_tokens (owner_id, auth_key_id, token_type, token, app_sandbox, no_muted, secret, date)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (owner_id, auth_key_id, token_type, token, int(app_sandbox), int(no_muted), secret, tx.now),
    )


def remove(tx: Tx, owner_id: int, auth_key_id: int, token_type: int) -> None:
    """The device has no token of that type."""
    tx.run(
        "DELETE FROM push_tokens WHERE owner_id = ? AND auth_key_id = ? AND token_type = ?",
        (owner_id, auth_key_id, token_type),
    )


def remove_token(tx: Tx, owner_id: int, auth_key_id: int, token_type: int, token: str) -> int:
    """The token is gone; how many rows were."""
    return tx.run(
        "DELETE FROM push_tokens WHERE owner_id = ? AND auth_key_id = ? AND token_type = ? AND token = ?",
        (owner_id, auth_key_id, token_type, token),
    )


def remove_of_key(tx: Tx, owner_id: int, auth_key_id: int) -> None:
    """The device has no token."""
    tx.run("DELETE FROM push_tokens WHERE owner_id = ? AND auth_key_id = ?", (owner_id, auth_key_id))
