"""Large packets, sealed and opened a piece at a time, so that nobody waits long behind a part of a file.

Source: mtproto/description#encrypted-message
AES-IGE of 512 KiB takes over a millisecond and cannot be interrupted. Chained by hand (the next piece's iv is the
last block of either side of this one) it can stop after each piece; the result is the same to the byte. Joining the
pieces is a step of its own: what is done with the whole packet, which is copied some more times, comes on top.
"""

from hmac import compare_digest

from chappe.base.errors import ProtocolError
from chappe.mtproto.crypto import Side, aes_parts, ige_decrypt, ige_encrypt, sha256

LARGE_BYTES = 64 * 1024
"""Longer packets are worked on in pieces."""
PIECE_BYTES = 132 * 1024
"""A third of a millisecond; a part of 512 KiB with its heads has four."""


class Sealing:
    """A packet being sealed. Shape: `plain` is padded already."""

    __slots__ = ("_at", "_cipher", "_head", "_iv", "_key", "_plain", "_side")

    def __init__(self, id_bytes: bytes, side: Side, plain: bytes) -> None:
        self._head = id_bytes
        self._side = side
        self._plain = plain
        self._at = -1
        self._key = self._iv = b""
        self._cipher: list[bytes] = []

    def step(self) -> bytes | None:
        """One piece more; the packet when all are done."""
        if self._at < 0:
            self._at = 0
            digest = sha256(self._side.mac)
            digest.update(self._plain)
            msg_key = digest.digest()[8:24]
            self._head += msg_key
            self._key, self._iv = aes_parts(self._side, msg_key)
            return None
        if self._at >= len(self._plain):
            return b"".join((self._head, *self._cipher))
        plain = self._plain[self._at : self._at + PIECE_BYTES]
        cipher = ige_encrypt(plain, self._key, self._iv)
        self._iv = cipher[-16:] + plain[-16:]
        self._cipher.append(cipher)
        self._at += PIECE_BYTES
        return None


class Opening:
    """A packet being opened."""

    __slots__ = ("_at", "_digest", "_end", "_iv", "_key", "_msg_key", "_packet", "_plain")

    def __init__(self, side: Side, packet: bytes) -> None:
        self._packet = packet
        self._at = 24
        self._end = 24 + ((len(packet) - 24) & ~15)
        self._msg_key = packet[8:24]
        self._key, self._iv = aes_parts(side, self._msg_key)
        self._digest = sha256(side.mac)
        self._plain: list[bytes] = []

    def step(self) -> tuple[bytes, bytes] | None:
        """One piece more; as `open_sealed` when all are done. Errors: ProtocolError 404."""
        if self._at >= self._end:
            return self._whole()
        cipher = self._packet[self._at : min(self._at + PIECE_BYTES, self._end)]
        plain = ige_decrypt(cipher, self._key, self._iv)
        self._iv = cipher[-16:] + plain[-16:]
        self._digest.update(plain)
        self._plain.append(plain)
        self._at += PIECE_BYTES
        return None

    def _whole(self) -> tuple[bytes, bytes]:
        large = self._digest.digest()
        if not compare_digest(large[8:24], self._msg_key):
            raise ProtocolError("message key differs", 404)
        return b"".join(self._plain), large
