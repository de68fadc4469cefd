"""The statements about exports that people began of their own data."""

from chappe.store.protocol import Reader, Tx


def put(tx: Tx, owner_id: int, auth_key_id: int, takeout_id: int, scope: str) -> None:
    """The device's export is this one."""
    tx.run("DELETE FROM takeouts WHERE owner_id = ? AND auth_key_id = ?", (owner_id, auth_key_id))
    tx.run(
        "INSERT INTO takeouts (owner_id, auth_key_id, takeout_id, scope, date) VALUES (?, ?, ?, ?, ?)",
        (owner_id, auth_key_id, takeout_id, scope, tx.now),
    )


def of_device(rx: Reader, owner_id: int, auth_key_id: int) -> tuple[int, str, int] | None:
    """(takeout id, scope, date) of the device's export."""
    row = rx.one(
        "SELECT takeout_id, scope, date FROM takeouts WHERE owner_id = ? AND auth_key_id = ?", (owner_id, auth_key_id)
    )
    return (row[0], row[1], row[2]) if row else None


def remove(tx: Tx, owner_id: int, auth_key_id: int) -> int:
    """The device's export is over."""
    return tx.run("DELETE FROM takeouts WHERE owner_id = ? AND auth_key_id = ?", (owner_id, auth_key_id))


def forget_old(tx: Tx, before: int) -> int:
    """Exports begun before the date are over."""
    return tx.run("DELETE FROM takeouts WHERE date < ?", (before,))
