"""Auth keys at rest: wrapped by a key that lies outside the database, so that its copy alone opens nothing.

Source: mtproto/auth_key
"""

from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.base.ids import Entropy
from chappe.domain import authorizations
from chappe.store import Reader, Tx
from chappe.store.queries import devices as rows

NONCE_BYTES = 12


class Wrapper:
    """Wraps small secrets with AES-256-GCM; what is wrapped for one thing opens for no other."""

    __slots__ = ("_aead", "_digest_key", "_entropy")

    def __init__(self, secret: bytes, entropy: Entropy) -> None:
        self._aead = AESGCM(blake2b(secret, person=b"chappe-wrap", digest_size=32).digest())
        self._digest_key = blake2b(secret, person=b"chappe-digest", digest_size=32).digest()
        self._entropy = entropy

    def wrap(self, data: bytes, about: bytes) -> bytes:
        """Shape: nonce 12, ciphertext, tag 16; `about` names what the secret belongs to."""
        nonce = self._entropy(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, data, about)

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes | None:
        """The secret; None if it was wrapped by another key, for another thing, or was damaged."""
        try:
            return self._aead.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], about)
        except (InvalidTag, ValueError):
            return None

    def digest(self, data: bytes, about: bytes) -> bytes:
        """What a low-entropy secret (a login code) is compared by. Shape: 32 bytes, keyed."""
        sized = len(about).to_bytes(4, "little") + about + data
        return blake2b(sized, key=self._digest_key, digest_size=32).digest()

    def seal(self, letter: bytes) -> bytes:
        """The payload of a letter of the outbox."""
        return self.wrap(letter, b"letter")

    def unseal(self, payload: bytes) -> bytes:
        """The letter again. Errors: ValueError if it was sealed by another key or damaged."""
        letter = self.unwrap(payload, b"letter")
        if letter is None:
            raise ValueError("not sealed by this server's key")
        return letter


def keep(tx: Tx, wrapper: Wrapper, auth_key_id: int, auth_key: bytes, expires: int | None) -> bool:
    """The key is stored; False if another key has its id. Shape: `expires` is given for a temporary key."""
    if rows.wrapped_key(tx, auth_key_id) is not None:
        return False
    rows.put_key(tx, auth_key_id, wrapper.wrap(auth_key, _about(auth_key_id)), tx.now, expires or 0)
    return True


def find(rx: Reader, wrapper: Wrapper, auth_key_id: int, now: int) -> tuple[bytes, int | None] | None:
    """The key and the end of a temporary one, if it is here and has not expired."""
    row = rows.wrapped_key(rx, auth_key_id)
    if row is None or 0 < row[1] <= now:
        return None
    key = wrapper.unwrap(row[0], _about(auth_key_id))
    return (key, row[1] or None) if key is not None else None


def drop(tx: Tx, auth_key_id: int) -> bool:
    """The key is gone and whoever was signed in with it is signed out; False if there was no such key.

    Source: mtproto/service_messages#destroying-a-key
    After: journal authorization_ended if somebody was signed in.
    """
    if rows.wrapped_key(tx, auth_key_id) is None:
        return False
    owner = authorizations.of_key(tx, auth_key_id)
    if owner.user_id and owner.auth_key_id == auth_key_id:
        authorizations.sign_out(tx, owner.user_id, auth_key_id)
    rows.remove_key(tx, auth_key_id)
    return True


def _about(auth_key_id: int) -> bytes:
    return b"auth_key" + auth_key_id.to_bytes(8, "little", signed=True)
