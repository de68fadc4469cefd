"""Signed-in devices: auth keys, who they speak for, and the list of sessions a person sees.

Source: api/auth, mtproto/auth_key, api/pfs
"""

from dataclasses import dataclass

from chappe.base.errors import NotFound
from chappe.base.ids import UserId
from chappe.domain import journal
from chappe.store import Reader, Tx
from chappe.store.queries import devices as rows


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Whom a key speaks for. Shape: auth_key_id is the permanent key's; user_id 0 when nobody is signed in."""

    auth_key_id: int
    user_id: UserId
    layer: int


@dataclass(frozen=True, slots=True)
class Authorization:
    """A signed-in device as its owner sees it. Source: type/Authorization"""

    auth_key_id: int
    hash: int
    api_id: int
    device_model: str
    platform: str
    system_version: str
    app_version: str
    lang_code: str
    ip: str
    date: int
    active: int
    flags: int = 0


def of_key(rx: Reader, auth_key_id: int) -> KeyOwner:
    """Whom the key speaks for; a bound temporary key answers with its permanent key."""
    row = rows.key_owner(rx, auth_key_id)
    if row is None:
        return KeyOwner(auth_key_id, UserId(0), 0)
    perm, user_id, layer = row
    if perm:
        return of_key(rx, perm)
    return KeyOwner(auth_key_id, UserId(user_id), layer)


def set_layer(tx: Tx, auth_key_id: int, layer: int) -> None:
    """The key's layer is remembered for sessions that do not announce one."""
    rows.set_layer(tx, auth_key_id, layer)


def sign_in(tx: Tx, user_id: UserId, authorization: Authorization) -> None:
    """The device is signed in for the person. After: journal authorization_made."""
    rows.set_key_user(tx, authorization.auth_key_id, user_id)
    rows.put(tx, user_id, authorization)
    journal.record(tx, "authorization_made", f"user:{user_id}", f"authorization:{authorization.hash}")


def sign_out(tx: Tx, user_id: UserId, auth_key_id: int) -> None:
    """The device is signed out; its key may sign in again. After: journal authorization_ended."""
    rows.set_key_user(tx, auth_key_id, 0)
    if not rows.remove(tx, user_id, auth_key_id):
        raise NotFound("hash_invalid")
    journal.record(tx, "authorization_ended", f"user:{user_id}", f"user:{user_id}")


def of_user(rx: Reader, user_id: UserId) -> list[Authorization]:
    """The person's signed-in devices, most recently active first."""
    return [Authorization(*row) for row in rows.of_user(rx, user_id)]
