"""The statements about auth keys and signed-in devices."""

from typing import Any

from chappe.store.protocol import Reader, Row, Tx

_COLUMNS = (
    "auth_key_id, hash, api_id, device_model, platform, system_version, app_version, lang_code, ip, date, active, flags"
)


def put_key(tx: Tx, auth_key_id: int, wrapped: bytes, date: int, expires: int) -> None:
    """The key is stored, wrapped by the server key. Shape: expires 0 for a permanent key."""
    tx.run(
        "INSERT INTO auth_keys (auth_key_id, wrapped, date, expires) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (auth_key_id) DO NOTHING",
        (auth_key_id, wrapped, date, expires),
    )


def wrapped_key(rx: Reader, auth_key_id: int) -> tuple[bytes, int] | None:
    """(wrapped key, expires) of an auth key."""
    row = rx.one("SELECT wrapped, expires FROM auth_keys WHERE auth_key_id = ?", (auth_key_id,))
    return (row[0], row[1]) if row else None


def remove_key(tx: Tx, auth_key_id: int) -> None:
    """The key and the temporary keys bound to it are gone."""
    tx.run("DELETE FROM auth_keys WHERE auth_key_id = ? OR perm_auth_key_id = ?", (auth_key_id, auth_key_id))


def bind(tx: Tx, temp_auth_key_id: int, perm_auth_key_id: int, expires: int) -> int:
    """The temporary key speaks for the permanent one; 0 when there is no such temporary key."""
    return tx.run(
        "UPDATE auth_keys SET perm_auth_key_id = ?, expires = ? WHERE auth_key_id = ? AND expires > 0",
        (perm_auth_key_id, expires, temp_auth_key_id),
    )


def bound_keys(rx: Reader, perm_auth_key_id: int) -> list[int]:
    """The temporary keys bound to a permanent one."""
    rows = rx.all("SELECT auth_key_id FROM auth_keys WHERE perm_auth_key_id = ?", (perm_auth_key_id,))
    return [row[0] for row in rows]


def remove_expired(tx: Tx, now: int, limit: int) -> int:
    """At most `limit` expired temporary keys are gone; how many were."""
    return tx.run(
        "DELETE FROM auth_keys WHERE auth_key_id IN"
        " (SELECT auth_key_id FROM auth_keys WHERE expires > 0 AND expires < ? LIMIT ?)",
        (now, limit),
    )


def key_owner(rx: Reader, auth_key_id: int) -> tuple[int, int, int] | None:
    """(permanent key if bound, user id, layer) of a key."""
    row = rx.one("SELECT perm_auth_key_id, user_id, layer FROM auth_keys WHERE auth_key_id = ?", (auth_key_id,))
    return (row[0], row[1], row[2]) if row else None


def set_layer(tx: Tx, auth_key_id: int, layer: int) -> None:
    """The key's last announced layer."""
    tx.run("UPDATE auth_keys SET layer = ? WHERE auth_key_id = ?", (layer, auth_key_id))


def set_key_user(tx: Tx, auth_key_id: int, user_id: int) -> None:
    """Whom the key speaks for; 0 for nobody, below 0 for nobody since others ended it."""
    tx.run("UPDATE auth_keys SET user_id = ? WHERE auth_key_id = ?", (user_id, auth_key_id))


def put(tx: Tx, owner_id: int, a: Any) -> None:
    """The device is in the owner's list of sessions."""
    tx.run("DELETE FROM authorizations WHERE owner_id = ? AND auth_key_id = ?", (owner_id, a.auth_key_id))
    tx.run(
        f"INSERT INTO authorizations (owner_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner_id, a.auth_key_id, a.hash, a.api_id, a.device_model, a.platform, a.system_version, a.app_version,
            a.lang_code, a.ip, a.date, a.active, a.flags,
        ),
    )  # fmt: skip


def remove(tx: Tx, owner_id: int, auth_key_id: int) -> int:
    """The device is no longer in the owner's list."""
    return tx.run("DELETE FROM authorizations WHERE owner_id = ? AND auth_key_id = ?", (owner_id, auth_key_id))


def of_user(rx: Reader, owner_id: int) -> list[Row]:
    """The owner's devices, most recently active first."""
    return rx.all(f"SELECT {_COLUMNS} FROM authorizations WHERE owner_id = ? ORDER BY active DESC", (owner_id,))


def set_flags(tx: Tx, owner_id: int, auth_key_id: int, flags: int) -> None:
    """The device's flags are these."""
    tx.run("UPDATE authorizations SET flags = ? WHERE owner_id = ? AND auth_key_id = ?", (flags, owner_id, auth_key_id))


def hash_of(rx: Reader, owner_id: int, auth_key_id: int) -> int | None:
    """The hash of the owner's device, None if it is not theirs."""
    row = rx.one("SELECT hash FROM authorizations WHERE owner_id = ? AND auth_key_id = ?", (owner_id, auth_key_id))
    return row[0] if row else None


def touch(tx: Tx, owner_id: int, auth_key_id: int, active: int, ip: str) -> None:
    """The device was active then, from this address."""
    tx.run(
        "UPDATE authorizations SET active = ?, ip = ? WHERE owner_id = ? AND auth_key_id = ?",
        (active, ip, owner_id, auth_key_id),
    )


def join(tx: Tx, auth_key_id: int, perm_auth_key_id: int) -> None:
    """The key, itself permanent, speaks for another one."""
    tx.run("UPDATE auth_keys SET perm_auth_key_id = ? WHERE auth_key_id = ?", (perm_auth_key_id, auth_key_id))


def temporary_keys(rx: Reader, perm_auth_key_id: int) -> list[int]:
    """The keys with an expiry that are bound to a permanent one."""
    rows = rx.all(
        "SELECT auth_key_id FROM auth_keys WHERE perm_auth_key_id = ? AND expires > 0", (perm_auth_key_id,)
    )
    return [row[0] for row in rows]
