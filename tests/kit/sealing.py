"""An end of a secret chat with a real key, as a client has it: agreeing on a key, sealing, opening.

Source: api/end-to-end, mtproto/description#encrypted-message
"""

import os
from hashlib import sha256

from chappe.domain import dh_group
from chappe.mtproto.crypto import AuthKey, ige_decrypt, ige_encrypt, open_sealed, seal

LEAST_PADDING = 12


class SealedEnd:
    """One end. Shape: `asked` for the one who asked for the chat; `key` once the other half is known."""

    def __init__(self, asked: bool) -> None:
        self.asked = asked
        self.exponent = os.urandom(256)
        self.half = pow(dh_group.G, int.from_bytes(self.exponent, "big"), dh_group.P).to_bytes(256, "big")
        self.key = AuthKey(bytes(256))

    def agrees(self, half: bytes) -> int:
        """The key is made; its fingerprint."""
        shared = pow(int.from_bytes(half, "big"), int.from_bytes(self.exponent, "big"), dh_group.P)
        self.key = AuthKey(shared.to_bytes(256, "big"))
        return self.key.id

    def seals(self, words: bytes) -> bytes:
        """The words, so that only the other end can read them."""
        plain = len(words).to_bytes(4, "little") + words
        plain += os.urandom(LEAST_PADDING + -(len(plain) + LEAST_PADDING) % 16)
        return seal(self.key.id_bytes, self.key.to_server if self.asked else self.key.to_client, plain)

    def opens(self, packet: bytes) -> bytes:
        """What the other end sealed. Errors: ProtocolError."""
        plain, _ = open_sealed(self.key.to_client if self.asked else self.key.to_server, packet)
        return plain[4 : 4 + int.from_bytes(plain[:4], "little")]


class SealedBytes:
    """A file with a key of its own, which travels inside a message."""

    def __init__(self, data: bytes) -> None:
        self.key, self.iv, self.size = os.urandom(32), os.urandom(32), len(data)
        self.data = ige_encrypt(data + os.urandom(-len(data) % 16), self.key, self.iv)
        digest = sha256(self.key + self.iv).digest()
        self.fingerprint = int.from_bytes(digest[:4], "little", signed=True)

    def opens(self, data: bytes) -> bytes:
        """The file again."""
        return ige_decrypt(data, self.key, self.iv)[: self.size]
