"""Tokens that let one device vouch for another: exported authorizations and QR logins. Known here by digests.

Source: api/datacenter#authorization-transfer, api/qr-login
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from chappe.base.errors import Conflict, Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import authorizations, updates
from chappe.domain.authorizations import Authorization
from chappe.store import Tx
from chappe.store.queries import codes as rows
from chappe.store.queries import passwords

TOKEN_BYTES = 32
EXPORT_S = 300
QR_S = 30
"""How long a QR code shown by a device may be scanned."""
ACCEPTED_S = 300
FUTURE_S = 90 * 86_400
FUTURE_TOKENS = 20
"""Tokens of earlier sign-ins that a device may show at once. Source: api/auth#future-auth-tokens"""
_EXPORT, _QR, _FUTURE = "export", "qr", "future"

Describe = Callable[[int], Authorization]
"""What is known of the device of a key."""


@dataclass(frozen=True, slots=True)
class QrLogin:
    """Where a QR login stands. Shape: user_id 0 while it waits to be scanned."""

    expires: int
    auth_key_id: int
    user_id: UserId


def export(tx: Tx, user_id: UserId, auth_key_id: int, token: bytes) -> None:
    """Whoever shows the token within five minutes speaks for this device, once.

    Source: method/auth.exportAuthorization
    """
    rows.put_token(tx, _digest(_EXPORT, token), _EXPORT, user_id, auth_key_id, tx.now + EXPORT_S)


def redeem_export(tx: Tx, user_id: int, token: bytes, auth_key_id: int) -> int:
    """The key speaks for the device that exported; that device's permanent key.

    Source: method/auth.importAuthorization
    Errors: Invalid auth_bytes_invalid.
    """
    digest = _digest(_EXPORT, token)
    row = rows.token(tx, digest, _EXPORT)
    if row is None or row[0] != user_id or row[2] <= tx.now:
        raise Invalid("auth_bytes_invalid")
    rows.remove_token(tx, digest)
    owner = authorizations.of_key(tx, row[1])  # since the export it may itself have come to speak for another
    if owner.user_id != user_id:
        raise Invalid("auth_bytes_invalid")
    if owner.auth_key_id != auth_key_id:
        authorizations.join_key(tx, auth_key_id, owner.auth_key_id)
    return owner.auth_key_id


def leave(tx: Tx, user_id: UserId, auth_key_id: int, token: bytes) -> None:
    """Whoever shows the token within 90 days need not prove the number again, once.

    Source: api/auth#future-auth-tokens
    """
    rows.put_token(tx, _digest(_FUTURE, token), _FUTURE, user_id, auth_key_id, tx.now + FUTURE_S)


def redeem_future(tx: Tx, user_id: UserId, shown: Sequence[bytes]) -> bool:
    """True if one of the tokens was left by somebody who was signed in as the person; it is used up."""
    for token in shown[:FUTURE_TOKENS]:
        digest = _digest(_FUTURE, token)
        row = rows.token(tx, digest, _FUTURE)
        if row is not None and row[0] == user_id and row[2] > tx.now:
            rows.remove_token(tx, digest)
            return True
    return False


def forget(tx: Tx, user_id: UserId) -> None:
    """Tokens that the person's devices were left when they signed out are worth nothing."""
    rows.remove_tokens(tx, user_id, _FUTURE)


def show(tx: Tx, auth_key_id: int, token: bytes) -> int:
    """The device shows this token as a QR code; until when it may be scanned. Source: method/auth.exportLoginToken"""
    for old, _user, _expires in rows.tokens_of_key(tx, auth_key_id, _QR, tx.now):
        rows.remove_token(tx, old)
    rows.put_token(tx, _digest(_QR, token), _QR, 0, auth_key_id, tx.now + QR_S)
    return tx.now + QR_S


def accepted(tx: Tx, auth_key_id: int) -> UserId | None:
    """Who let the device in that showed a token, if somebody did; the token is used up then."""
    for token, user_id, _expires in rows.tokens_of_key(tx, auth_key_id, _QR, tx.now):
        if user_id:
            rows.remove_token(tx, token)
            return UserId(user_id)
    return None


def accept(tx: Tx, user_id: UserId, own_key: int, token: bytes, describe: Describe) -> Authorization:
    """The device that shows the token is the person's, as soon as it has given the password if there is one.

    Source: method/auth.acceptLoginToken
    Errors: Invalid auth_token_invalid, auth_token_expired; Conflict auth_token_already_accepted.
    """
    login = known(tx, token)
    if login.user_id:
        raise Conflict("auth_token_already_accepted")
    if login.auth_key_id == own_key:
        raise Invalid("auth_token_invalid")
    rows.accept_token(tx, _digest(_QR, token), user_id, tx.now + ACCEPTED_S)
    device = describe(login.auth_key_id)
    if passwords.of_user(tx, user_id) is None:
        authorizations.enter(tx, user_id, device)
    updates.pass_on(tx, PeerId(0), updates.LoginToken(login.auth_key_id))
    return device


def known(tx: Tx, token: bytes) -> QrLogin:
    """Where the login of a token stands. Errors: Invalid auth_token_invalid, auth_token_expired."""
    row = rows.token(tx, _digest(_QR, token), _QR)
    if row is None:
        raise Invalid("auth_token_invalid")
    if row[2] <= tx.now:
        raise Invalid("auth_token_expired")
    return QrLogin(row[2], row[1], UserId(row[0]))


def _digest(purpose: str, token: bytes) -> bytes:
    return sha256(purpose.encode() + b"\x00" + token).digest()
