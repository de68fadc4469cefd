"""Passkeys of accounts: made on a device that is signed in, used to sign in on another.

Source: api/passkeys
A challenge belongs to the auth key that asked for it, lives for minutes, and is used up by the first answer.
"""

from dataclasses import dataclass

from chappe.base.errors import Invalid, NotAllowed, NotFound
from chappe.base.ids import UserId
from chappe.domain import authorizations, journal, service_chat, texts
from chappe.domain.webauthn import Passkey
from chappe.store import Reader, Row, Tx
from chappe.store.queries import passkeys as rows

MOST = 10
"""Passkeys of one account."""
CHALLENGE_S = 600
REGISTER, LOGIN = "register", "login"
NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Kept:
    """A passkey as its owner sees it. Shape: used is 0 until it signed somebody in."""

    passkey: Passkey
    user_id: UserId
    name: str
    date: int
    used: int


def challenge(tx: Tx, auth_key_id: int, purpose: str, fresh: bytes) -> None:
    """The device may answer this challenge within ten minutes; an earlier one for the same purpose is worth nothing."""
    rows.put_challenge(tx, auth_key_id, purpose, fresh, tx.now + CHALLENGE_S)


def take_challenge(tx: Tx, auth_key_id: int, purpose: str, answered: bytes) -> None:
    """The device's challenge is used up. Errors: Invalid credential_invalid."""
    if not rows.take_challenge(tx, auth_key_id, purpose, answered, tx.now):
        raise Invalid("credential_invalid")


def require_may_add(rx: Reader, user_id: UserId, auth_key_id: int, now: int, *, limited: bool) -> list[Kept]:
    """The person's passkeys, to which this device may add one.

    Source: method/account.initPasskeyRegistration
    Errors: Invalid passkeys_too_much; NotAllowed fresh_reset_authorisation_forbidden for a device signed in for less
    than a day beside others: who got in for a moment must not stay for good.
    """
    mine = of_user(rx, user_id)
    if len(mine) >= MOST:
        raise Invalid("passkeys_too_much")
    devices = authorizations.of_user(rx, user_id)
    fresh = any(one.auth_key_id == auth_key_id and now - one.date < authorizations.FRESH_S for one in devices)
    if limited and fresh and len(devices) > 1:
        raise NotAllowed("fresh_reset_authorisation_forbidden")
    return mine


def add(
    tx: Tx, user_id: UserId, auth_key_id: int, passkey: Passkey, name: str, lang_code: str, *, limited: bool
) -> Kept:
    """The person has one more way in, and is told so on every device.

    Source: method/account.registerPasskey
    Errors: as `require_may_add`; Invalid credential_invalid if it is somebody's already.
    After: journal passkey_added.
    """
    require_may_add(tx, user_id, auth_key_id, tx.now, limited=limited)
    name = name[:NAME_LENGTH]
    if not rows.add(tx, passkey.credential_id, user_id, passkey.public_key, passkey.sign_count, name, tx.now):
        raise Invalid("credential_invalid")
    journal.record(tx, "passkey_added", f"user:{user_id}", f"user:{user_id}")
    if authorizations.others(tx, user_id, auth_key_id):
        service_chat.tell(tx, user_id, texts.passkey_added(lang_code, tx.now, name))
    return Kept(passkey, user_id, name, tx.now, 0)


def remove(tx: Tx, user_id: UserId, credential_id: bytes) -> None:
    """The passkey lets nobody in.

    Source: method/account.deletePasskey
    Errors: NotFound credential_invalid.
    After: journal passkey_removed.
    """
    if not rows.remove(tx, user_id, credential_id):
        raise NotFound("credential_invalid")
    journal.record(tx, "passkey_removed", f"user:{user_id}", f"user:{user_id}")


def of_user(rx: Reader, user_id: UserId) -> list[Kept]:
    """The person's passkeys, the first made first. Source: method/account.getPasskeys"""
    return [_kept(row) for row in rows.of_user(rx, user_id)]


def find(rx: Reader, credential_id: bytes) -> Kept:
    """What is known of a passkey. Errors: Invalid credential_invalid if it is nobody's."""
    row = rows.by_id(rx, credential_id)
    if row is None:
        raise Invalid("credential_invalid")
    return _kept(row)


def signed(tx: Tx, kept: Kept, sign_count: int) -> None:
    """The passkey was used. Errors: Invalid credential_invalid if it was used or removed in the same moment."""
    known = kept.passkey
    if not rows.used(tx, known.credential_id, known.sign_count, sign_count, tx.now):
        raise Invalid("credential_invalid")


def remove_all(tx: Tx, user_id: UserId) -> int:
    """The person has no passkey; how many there were."""
    return rows.remove_of_user(tx, user_id)


def _kept(row: Row) -> Kept:
    credential_id, user_id, public_key, sign_count, name, date, used = row
    return Kept(Passkey(bytes(credential_id), bytes(public_key), sign_count), UserId(user_id), name, date, used)
