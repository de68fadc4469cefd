"""Binding a temporary key to a permanent one: the inner message of auth.bindTempAuthKey.

Source: method/auth.bindTempAuthKey
"""

import struct
from hmac import compare_digest

from chappe import tl
from chappe.base.errors import Invalid, ProtocolError
from chappe.base.ids import Entropy
from chappe.mtproto.crypto import AuthKey, derive_v1, ige_decrypt, ige_encrypt, sha1
from chappe.tl import service as s

_HEAD = struct.Struct("<qiI")
_HEAD_BYTES = 32
_INNER_BYTES = 40


def _refuse() -> Invalid:
    return Invalid("encrypted_message_invalid")


def verify_bind(
    perm_key: bytes,
    temp_key_id: int,
    session_id: int,
    nonce: int,
    encrypted_message: bytes,
    msg_id: int,
    expires_at: int,
) -> None:
    """Returns if the owner of both keys made this message for just this call.

    Source: method/auth.bindTempAuthKey
    Shape: ids, nonce and session_id are signed 64 bits; msg_id is the call's own; encrypted_message is the permanent
    key's id (8), msg_key (16) and MTProto 1.0 data.
    Errors: Invalid `encrypted_message_invalid`.
    """
    key = AuthKey(perm_key)
    inner_msg_id, inner = _open(key, encrypted_message)
    expected = s.BindAuthKeyInner(
        nonce=nonce, temp_auth_key_id=temp_key_id, perm_auth_key_id=key.id, temp_session_id=session_id,
        expires_at=expires_at,
    )  # fmt: skip
    if inner_msg_id != msg_id or inner != tl.encode(expected, tl.NEWEST):
        raise _refuse()


def _open(key: AuthKey, message: bytes) -> tuple[int, bytes]:
    """(msg_id, body) of the inner message."""
    sealed = message[24:]
    if message[:8] != key.id_bytes or len(sealed) % 16 or not 72 <= len(sealed) <= 1024:
        raise _refuse()
    msg_key = message[8:24]
    plain = ige_decrypt(sealed, *derive_v1(key.key, msg_key))
    size = int.from_bytes(plain[28:32], "little")
    end = _HEAD_BYTES + size
    if size != _INNER_BYTES or not 0 <= len(plain) - end <= 15 + 16:
        raise _refuse()
    if not compare_digest(sha1(plain[:end])[4:], msg_key):
        raise _refuse()
    return int.from_bytes(plain[16:24], "little", signed=True), plain[_HEAD_BYTES:end]


def make_bind(
    perm_key: AuthKey,
    temp_key_id: int,
    session_id: int,
    nonce: int,
    msg_id: int,
    expires_at: int,
    entropy: Entropy,
) -> bytes:
    """The encrypted_message a client sends. Source: method/auth.bindTempAuthKey."""
    inner = tl.encode(
        s.BindAuthKeyInner(
            nonce=nonce, temp_auth_key_id=temp_key_id, perm_auth_key_id=perm_key.id, temp_session_id=session_id,
            expires_at=expires_at,
        ),
        tl.NEWEST,
    )  # fmt: skip
    if len(inner) != _INNER_BYTES:
        raise ProtocolError("bind_auth_key_inner has a wrong length")
    plain = entropy(16) + _HEAD.pack(msg_id, 0, len(inner)) + inner
    msg_key = sha1(plain)[4:]
    padded = plain + entropy(-len(plain) % 16)
    return perm_key.id_bytes + msg_key + ige_encrypt(padded, *derive_v1(perm_key.key, msg_key))
