"""Signed-in devices: auth keys, who they speak for, and the list of sessions a person sees.

Source: api/auth, mtproto/auth_key, api/pfs
"""

from dataclasses import dataclass, replace

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import account_measures, connections, journal, secret, service_chat, texts, updates
from chappe.store import Reader, Tx
from chappe.store.queries import devices as rows
from chappe.store.queries import people, push_tokens

NO_SECRET_CHATS, NO_CALLS, UNCONFIRMED = secret.NO_SECRET_CHATS, 2, 4
"""Bits of an authorization's flags."""
FRESH_S = 86_400
"""A device so new may not end other sessions."""


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Whom a key speaks for. Shape: auth_key_id is the permanent key's; user_id 0 when nobody is signed in.

    `ended` says why, as a refusal's reason, where somebody else ended what was signed in.
    """

    auth_key_id: int
    user_id: UserId
    layer: int
    ended: str = ""


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
    port: int = 0
    """Of the far end when it signed in; not stored with the device."""


def of_key(rx: Reader, auth_key_id: int) -> KeyOwner:
    """Whom the key speaks for; a bound temporary key answers with its permanent key."""
    row = rows.key_owner(rx, auth_key_id)
    if row is None:
        return KeyOwner(auth_key_id, UserId(0), 0)
    perm, user_id, layer = row
    if perm:
        return of_key(rx, perm)
    if user_id < 0:
        ended = "session_revoked" if people.exists(rx, -user_id) == 0 else "user_deactivated"
        return KeyOwner(auth_key_id, UserId(0), layer, ended)
    return KeyOwner(auth_key_id, UserId(user_id), layer)


def set_layer(tx: Tx, auth_key_id: int, layer: int) -> None:
    """The key's layer is remembered for sessions that do not announce one."""
    rows.set_layer(tx, auth_key_id, layer)


def sign_in(tx: Tx, user_id: UserId, authorization: Authorization) -> None:
    """The device is signed in for the person. After: journal authorization_made."""
    rows.set_key_user(tx, authorization.auth_key_id, user_id)
    rows.put(tx, user_id, authorization)
    connections.seen(tx, user_id, authorization.hash, authorization.ip, authorization.port)
    journal.record(tx, "authorization_made", f"user:{user_id}", f"authorization:{authorization.hash}")


def sign_out(tx: Tx, user_id: UserId, auth_key_id: int) -> None:
    """The device is signed out, its secret chats have ended; its key may sign in again.

    After: journal authorization_ended.
    """
    rows.set_key_user(tx, auth_key_id, 0)
    if not rows.remove(tx, user_id, auth_key_id):
        raise NotFound("hash_invalid")
    push_tokens.remove_of_key(tx, user_id, auth_key_id)
    secret.end_device(tx, PeerId(user_id), auth_key_id)
    journal.record(tx, "authorization_ended", f"user:{user_id}", f"user:{user_id}")


def of_user(rx: Reader, user_id: UserId) -> list[Authorization]:
    """The person's signed-in devices, most recently active first."""
    return [Authorization(*row) for row in rows.of_user(rx, user_id)]


def others(rx: Reader, user_id: UserId, auth_key_id: int) -> list[Authorization]:
    """The person's devices but this one."""
    return [a for a in of_user(rx, user_id) if a.auth_key_id != auth_key_id]


def enter(tx: Tx, user_id: UserId, device: Authorization) -> None:
    """The device is signed in; the person's other devices hear of it and see where it is.

    Source: method/auth.signIn, type/updateNewAuthorization
    Errors: NotAllowed phone_number_banned; user_deactivated for an account that was deleted meanwhile.
    """
    account_measures.require_not_suspended(tx, user_id)
    if people.exists(tx, user_id) != 0:
        raise NotAllowed("user_deactivated")
    seen_by = others(tx, user_id, device.auth_key_id)
    _leave_other(tx, user_id, device.auth_key_id)
    sign_in(tx, user_id, device if seen_by else replace(device, flags=device.flags & ~UNCONFIRMED))
    if seen_by:
        state = updates.NewAuthorization(device.hash, device.date, device.device_model, device.ip, unconfirmed=True)
        updates.commit_state(tx, PeerId(user_id), state, origin=device.auth_key_id)
        name = f"{device.device_model}, {device.app_version}".strip(", ")
        service_chat.tell(tx, user_id, texts.new_device(device.lang_code, device.date, name, device.ip))


def enter_as_bot(tx: Tx, bot_id: UserId, device: Authorization) -> None:
    """The device is signed in for the bot; nobody is told, for nobody would read it. After: as `sign_in`."""
    _leave_other(tx, bot_id, device.auth_key_id)
    sign_in(tx, bot_id, replace(device, flags=device.flags & ~UNCONFIRMED))


def _leave_other(tx: Tx, user_id: UserId, auth_key_id: int) -> None:
    """Nobody but the person is signed in with the key."""
    before = rows.key_owner(tx, auth_key_id)
    if before is not None and before[1] > 0 and before[1] != user_id:
        sign_out(tx, UserId(before[1]), auth_key_id)


def end(tx: Tx, user_id: UserId, own_key: int, hash_: int, *, limited: bool = True) -> list[int]:
    """The other device of the hash is signed out; its keys, the permanent one first.

    Source: method/account.resetAuthorization
    Errors: NotFound hash_invalid; NotAllowed fresh_reset_authorisation_forbidden.
    """
    found = [a for a in others(tx, user_id, own_key) if a.hash == hash_]
    if not found:
        raise NotFound("hash_invalid")
    _require_settled(tx, user_id, own_key, limited)
    return _end(tx, user_id, found[0])


def end_others(tx: Tx, user_id: UserId, own_key: int, *, limited: bool = True) -> list[int]:
    """Only this device is still signed in; the keys of the others.

    Source: method/auth.resetAuthorizations
    Errors: NotAllowed fresh_reset_authorisation_forbidden.
    """
    _require_settled(tx, user_id, own_key, limited)
    return [key for a in others(tx, user_id, own_key) for key in _end(tx, user_id, a)]


def end_all(tx: Tx, user_id: UserId) -> list[int]:
    """No device is signed in any more; their keys."""
    return [key for a in of_user(tx, user_id) for key in _end(tx, user_id, a)]


def end_key(tx: Tx, user_id: UserId, auth_key_id: int) -> list[int]:
    """The device of the key is signed out; its keys."""
    return [key for a in of_user(tx, user_id) if a.auth_key_id == auth_key_id for key in _end(tx, user_id, a)]


def _end(tx: Tx, user_id: UserId, device: Authorization) -> list[int]:
    keys = [device.auth_key_id, *rows.bound_keys(tx, device.auth_key_id)]
    sign_out(tx, user_id, device.auth_key_id)
    rows.set_key_user(tx, device.auth_key_id, -user_id)  # its client is told so: it did not sign out itself
    return keys


def _require_settled(rx: Tx, user_id: UserId, own_key: int, limited: bool) -> None:
    mine = [a for a in of_user(rx, user_id) if a.auth_key_id == own_key]
    if limited and mine and rx.now - mine[0].date < FRESH_S:
        raise NotAllowed("fresh_reset_authorisation_forbidden")


def too_fresh_s(rx: Reader, user_id: UserId, own_key: int, now: int) -> int:
    """How long the device must still wait before it may do what cannot be undone, 0 when it may; alone it always may.

    Who got in for a moment must not take the account away from those who were there before.
    """
    there = of_user(rx, user_id)
    mine = next((a for a in there if a.auth_key_id == own_key), None)
    return max(0, mine.date + FRESH_S - now) if mine is not None and len(there) > 1 else 0


def change(
    tx: Tx, user_id: UserId, own_key: int, hash_: int, *, confirmed: bool = False,
    secret_chats: bool | None = None, calls: bool | None = None,
) -> None:  # fmt: skip
    """The device of the hash (0 for the own one) takes secret chats and calls as said, and is confirmed if said.

    Source: method/account.changeAuthorizationSettings
    Errors: NotFound hash_invalid.
    """
    found = [a for a in of_user(tx, user_id) if a.hash == hash_ or (not hash_ and a.auth_key_id == own_key)]
    if not found:
        raise NotFound("hash_invalid")
    flags = found[0].flags
    for bit, wanted in ((NO_SECRET_CHATS, secret_chats), (NO_CALLS, calls), (UNCONFIRMED, True if confirmed else None)):
        if wanted is not None:
            flags = flags & ~bit if wanted else flags | bit
    rows.set_flags(tx, user_id, found[0].auth_key_id, flags)
    if confirmed and found[0].flags & UNCONFIRMED:
        a = found[0]
        state = updates.NewAuthorization(a.hash, a.date, a.device_model, a.ip, unconfirmed=False)
        updates.commit_state(tx, PeerId(user_id), state)


def touch(tx: Tx, user_id: UserId, auth_key_id: int, ip: str, port: int = 0) -> None:
    """The device gave a sign of life, from this address. Source: evidence/3(10)"""
    hash_ = rows.hash_of(tx, user_id, auth_key_id)
    if hash_ is not None:
        rows.touch(tx, user_id, auth_key_id, tx.now, ip)
        connections.seen(tx, user_id, hash_, ip, port)


def bind_temporary(tx: Tx, temp_auth_key_id: int, perm_auth_key_id: int, expires: int) -> None:
    """The temporary key speaks for the permanent one until it expires.

    Source: method/auth.bindTempAuthKey
    Errors: Invalid temp_auth_key_empty, expires_at_invalid; Conflict temp_auth_key_already_bound.
    """
    temporary = rows.key_owner(tx, temp_auth_key_id)
    if temporary is None:
        raise Invalid("temp_auth_key_empty")
    if temporary[0] not in (0, perm_auth_key_id):
        raise Conflict("temp_auth_key_already_bound")
    if expires <= tx.now:
        raise Invalid("expires_at_invalid")
    if not rows.bind(tx, temp_auth_key_id, perm_auth_key_id, expires):
        raise Invalid("temp_auth_key_empty")


def join_key(tx: Tx, auth_key_id: int, perm_auth_key_id: int) -> None:
    """The key, made at another address of this server, speaks for the permanent one and ends with it."""
    rows.join(tx, auth_key_id, perm_auth_key_id)


def drop_temporary(tx: Tx, perm_auth_key_id: int, kept: set[int]) -> list[int]:
    """The temporary keys of the permanent one are gone but those to be kept; which they were.

    Source: method/auth.dropTempAuthKeys
    """
    dropped = [key for key in rows.temporary_keys(tx, perm_auth_key_id) if key not in kept]
    for key in dropped:
        rows.remove_key(tx, key)
    return dropped
