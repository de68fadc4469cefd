"""Where push services find a person's devices.

Source: method/account.registerDevice
"""

from dataclasses import dataclass

from chappe.base.errors import Invalid
from chappe.base.ids import UserId
from chappe.store import Tx
from chappe.store.queries import push_tokens as rows

TYPES = range(1, 14)
TOKEN_LENGTH = 4096


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

    Errors: Invalid token_empty, token_type_invalid, token_invalid.
    """
    if not token.token:
        raise Invalid("token_empty")
    if token.token_type not in TYPES:
        raise Invalid("token_type_invalid")
    if len(token.token) > TOKEN_LENGTH or len(token.secret) not in (0, 256):
        raise Invalid("token_invalid")
    rows.remove(tx, user_id, auth_key_id, token.token_type)
    rows.put(
        tx, user_id, auth_key_id, token.token_type, token.token, token.app_sandbox, token.no_muted, token.secret
    )


def unregister(tx: Tx, user_id: UserId, auth_key_id: int, token_type: int, token: str) -> bool:
    """True if the token was the device's and reaches nobody any more."""
    return rows.remove_token(tx, user_id, auth_key_id, token_type, token) > 0
