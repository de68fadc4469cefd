"""Where push services find a person's devices.

Source: method/account.registerDevice, api/push-updates
"""

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from chappe.base.errors import Invalid
from chappe.base.ids import UserId
from chappe.store import Tx
from chappe.store.queries import push_tokens as rows

TYPES = range(1, 14)
TOKEN_LENGTH = 4096
WEB_PUSH = 10
POINT_BYTES, AUTH_BYTES = 65, 16


class Keys(msgspec.Struct, frozen=True):
    """What a browser's subscription is encrypted for, base64url."""

    p256dh: str
    auth: str


class Subscription(msgspec.Struct, frozen=True):
    """Where a browser is woken, as `PushSubscription.toJSON` has it."""

    endpoint: str
    keys: Keys

    @property
    def point(self) -> bytes:
        """The browser's public key, uncompressed. Shape: 65 bytes."""
        return _decoded(self.keys.p256dh)

    @property
    def secret(self) -> bytes:
        """The secret both sides mix in. Shape: 16 bytes."""
        return _decoded(self.keys.auth)


_decoder = msgspec.json.Decoder(Subscription)


def subscription(token: str) -> Subscription:
    """A token of web push, read. Errors: Invalid webpush_token_invalid, webpush_key_invalid, webpush_auth_invalid."""
    try:
        found = _decoder.decode(token)
        parts = urlsplit(found.endpoint)
        _ = parts.port
    except (msgspec.MsgspecError, ValueError):
        raise Invalid("webpush_token_invalid") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        raise Invalid("webpush_token_invalid")
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), found.point)
    except ValueError:
        raise Invalid("webpush_key_invalid") from None
    try:
        right = len(found.point) == POINT_BYTES and len(found.secret) == AUTH_BYTES
    except ValueError:
        right = False
    if not right:
        raise Invalid("webpush_auth_invalid")
    return found


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


@dataclass(frozen=True, slots=True)
class PushToken:
    """One way to wake a device. Shape: secret is empty or 256 bytes, by which what is pushed is encrypted."""

    token_type: int
    token: str
    app_sandbox: bool
    no_muted: bool
    secret: bytes


def register(tx: Tx, user_id: UserId, auth_key_id: int, token: PushToken) -> None:
    """The device is reached by the token, in place of an earlier one of that type.

    Errors: Invalid token_empty, token_type_invalid, token_invalid; webpush_token_invalid, webpush_key_invalid,
    webpush_auth_invalid.
    """
    if not token.token:
        raise Invalid("token_empty")
    if token.token_type not in TYPES:
        raise Invalid("token_type_invalid")
    if len(token.token) > TOKEN_LENGTH or len(token.secret) not in (0, 256):
        raise Invalid("token_invalid")
    if token.token_type == WEB_PUSH:
        subscription(token.token)
    rows.remove(tx, user_id, auth_key_id, token.token_type)
    rows.put(
        tx, user_id, auth_key_id, token.token_type, token.token, token.app_sandbox, token.no_muted, token.secret
    )


def unregister(tx: Tx, user_id: UserId, auth_key_id: int, token_type: int, token: str) -> bool:
    """True if the token was the device's and reaches nobody any more."""
    return rows.remove_token(tx, user_id, auth_key_id, token_type, token) > 0


def gone(tx: Tx, user_id: UserId, auth_key_id: int, token_type: int, token: str) -> None:
    """The push service says that the token reaches nobody; one that came in its place meanwhile stays."""
    rows.remove_token(tx, user_id, auth_key_id, token_type, token)
