"""MTProto 2.0 encryption of messages, key ids, and the version 1 key derivation that `bind` still needs.

Source: mtproto/description, mtproto/description_v1
"""

import hashlib
from collections.abc import Callable
from hmac import compare_digest
from typing import NamedTuple

import cryptg

from chappe.base.errors import ProtocolError
from chappe.base.ids import Entropy

sha256 = hashlib.sha256
_encrypt: Callable[[bytes, bytes, bytes], bytes] = cryptg.encrypt_ige
_decrypt: Callable[[bytes, bytes, bytes], bytes] = cryptg.decrypt_ige

AUTH_KEY_BYTES = 256
MIN_PADDING = 12
MAX_PADDING = 1024


def sha1(data: bytes) -> bytes:
    """SHA-1, which the protocol still asks for in ids and the key exchange."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


def ige_encrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """AES-256-IGE. Shape: data is a multiple of 16 bytes; key and iv are 32 bytes."""
    return _encrypt(data, key, iv)


def ige_decrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """AES-256-IGE. Shape: data is a multiple of 16 bytes; key and iv are 32 bytes."""
    return _decrypt(data, key, iv)


class Side(NamedTuple):
    """The parts of an authorization key that one direction uses.

    Source: mtproto/description#defining-aes-key-and-initialization-vector
    """

    mac: bytes
    a: bytes
    b: bytes


def _side(key: bytes, x: int) -> Side:
    return Side(key[88 + x : 120 + x], key[x : 36 + x], key[40 + x : 76 + x])


class AuthKey:
    """An authorization key with what sealing and opening need ready at hand.

    Shape: key is 256 bytes; id is the last 8 bytes of its SHA-1, little endian, signed as every TL long here.
    """

    __slots__ = ("id", "id_bytes", "key", "to_client", "to_server")

    def __init__(self, key: bytes) -> None:
        if len(key) != AUTH_KEY_BYTES:
            raise ValueError("an authorization key has 256 bytes")
        digest = sha1(key)
        self.key = key
        self.id_bytes = digest[12:]
        self.id = int.from_bytes(self.id_bytes, "little", signed=True)
        self.to_server = _side(key, 0)
        self.to_client = _side(key, 8)

    @property
    def aux_hash(self) -> bytes:
        """auth_key_aux_hash: the first 8 bytes of the key's SHA-1."""
        return sha1(self.key)[:8]


def aes_parts(side: Side, msg_key: bytes) -> tuple[bytes, bytes]:
    """AES key and iv. Source: mtproto/description#defining-aes-key-and-initialization-vector"""
    x = sha256(msg_key + side.a).digest()
    y = sha256(side.b + msg_key).digest()
    return x[:8] + y[8:24] + x[24:], y[:8] + x[8:24] + y[24:]


def seal(id_bytes: bytes, side: Side, plain: bytes) -> bytes:
    """The encrypted message. Source: mtproto/description#encrypted-message. Shape: plain is padded already."""
    mac, a, b = side
    msg_key = sha256(mac + plain).digest()[8:24]
    x = sha256(msg_key + a).digest()
    y = sha256(b + msg_key).digest()
    return id_bytes + msg_key + _encrypt(plain, x[:8] + y[8:24] + x[24:], y[:8] + x[8:24] + y[24:])


def open_sealed(side: Side, packet: bytes) -> tuple[bytes, bytes]:
    """The padded plain text of a packet and the hash a quick ack is cut from.

    Source: mtproto/description#encrypted-message
    Shape: packet = auth_key_id (8), msg_key (16), data; up to 15 bytes of transport padding are left out.
    Errors: ProtocolError 404 when too short or when msg_key does not fit (compared in constant time).
    """
    size = (len(packet) - 24) & ~15
    if size < 48:
        raise ProtocolError("encrypted message too short", 404)
    msg_key = packet[8:24]
    mac, a, b = side
    x = sha256(msg_key + a).digest()
    y = sha256(b + msg_key).digest()
    plain = _decrypt(packet[24 : 24 + size], x[:8] + y[8:24] + x[24:], y[:8] + x[8:24] + y[24:])
    large = sha256(mac + plain).digest()
    if not compare_digest(large[8:24], msg_key):
        raise ProtocolError("message key differs", 404)
    return plain, large


def quick_token(large: bytes) -> int:
    """The quick ack token. Source: mtproto/mtproto-transports#quick-ack. Shape: 32 bits, the top one set."""
    return int.from_bytes(large[:4], "little") | 0x80000000


class Pool:
    """Entropy bought in larger lots: one call of the system for many small needs."""

    __slots__ = ("_at", "_lot", "_lot_bytes", "_source")

    def __init__(self, source: Entropy, lot_bytes: int = 8192) -> None:
        self._source = source
        self._lot_bytes = lot_bytes
        self._lot = b""
        self._at = lot_bytes

    def __call__(self, count: int, /) -> bytes:
        """The next `count` bytes, never given twice."""
        at = self._at
        end = at + count
        if end > len(self._lot):
            if count > self._lot_bytes:
                return self._source(count)
            self._lot = self._source(self._lot_bytes)
            at, end = 0, count
        self._at = end
        return self._lot[at:end]


def derive_v1(key: bytes, msg_key: bytes) -> tuple[bytes, bytes]:
    """AES key and iv of MTProto 1.0, client to server.

    Source: mtproto/description_v1#defining-aes-key-and-initialization-vector
    """
    a = sha1(msg_key + key[0:32])
    b = sha1(key[32:48] + msg_key + key[48:64])
    c = sha1(key[64:96] + msg_key)
    d = sha1(msg_key + key[96:128])
    return a[:8] + b[8:20] + c[4:16], a[8:20] + b[:8] + c[16:20] + d[:8]
