"""The 64-byte obfuscated header and the two AES-CTR streams that follow from it.

Source: mtproto/mtproto-transports#transport-obfuscation
The same header serves WebSocket and MTProxy; with a proxy secret the keys are SHA-256(key + secret).
"""

import hashlib
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from chappe.base.errors import ProtocolError
from chappe.mtproto.framing import TAGS, Entropic, Framing, Full

HEADER_BYTES = 64
_FULL_PEEK_BYTES = 8
_FORBIDDEN_STARTS = (b"HEAD", b"POST", b"GET ", b"OPTI", b"PUT ", b"DELE", b"PROX", b"PRI ", b"\x16\x03\x01\x02")
_FORBIDDEN_TAGS = (b"\xdd\xdd\xdd\xdd", b"\xee\xee\xee\xee")


class Obfuscated(NamedTuple):
    """A recognised header: what lies inside, for which data centre, and the two streams."""

    framing: type[Framing]
    dc: int | None
    incoming: CipherContext
    outgoing: CipherContext
    rest: bytes
    """Bytes after the header, already decrypted."""


def normal_secret(secret: bytes) -> bytes:
    """The 16 bytes that go into the keys. Shape: 16 bytes, or 17 beginning with 0xdd. Errors: ValueError."""
    if len(secret) == 17 and secret[0] == 0xDD:
        return secret[1:]
    if len(secret) == 16:
        return secret
    raise ValueError("a proxy secret is 16 bytes, or 17 with 0xdd first")


def stream(key: bytes, iv: bytes) -> CipherContext:
    """A long-lived AES-256-CTR stream (both directions are the same act)."""
    return Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()


def trusted_dc(header: bytes) -> int | None:
    """The data centre named by a decrypted header, or None where a client left noise there.

    Shape: int16 little endian at offset 60; trusted are 1 to 5, negated for media, plus 10000 for test.
    """
    # COMPAT Telethon, mtcute: these bytes are random unless a proxy secret is in use
    dc = int.from_bytes(header[60:62], "little", signed=True)
    return plausible_dc(dc)


def plausible_dc(dc: int) -> int | None:
    """The number itself if it can name a data centre."""
    bare = abs(dc)
    if bare > 10000:
        bare -= 10000
    return dc if 1 <= bare <= 5 else None


def _streams(header: bytes, secret: bytes | None) -> tuple[CipherContext, CipherContext]:
    """The sender's and the receiver's stream: the latter's key is the reversed header's."""
    mirror = header[55:7:-1]
    key, back = header[8:40], mirror[:32]
    if secret is not None:
        key = hashlib.sha256(key + secret).digest()
        back = hashlib.sha256(back + secret).digest()
    return stream(key, header[40:56]), stream(back, mirror[32:48])


def recognise(data: bytes, secrets: tuple[bytes, ...], full_limit: int) -> Obfuscated | None:
    """What an obfuscated beginning holds, trying no secret first and then each; None: more bytes are needed.

    Source: mtproto/mtproto-transports#transport-obfuscation
    Errors: ProtocolError when no key makes sense of it.
    """
    if len(data) < HEADER_BYTES:
        return None
    header = data[:HEADER_BYTES]
    for secret in (None, *secrets):
        incoming, outgoing = _streams(header, secret)
        plain = incoming.update(header)
        kind = TAGS.get(plain[56:60])
        if kind is not None:
            return Obfuscated(kind, trusted_dc(plain), incoming, outgoing, incoming.update(data[HEADER_BYTES:]))
    return _recognise_full(data, secrets, full_limit)


def _recognise_full(data: bytes, secrets: tuple[bytes, ...], limit: int) -> Obfuscated | None:
    """The full framing has no tag: look at the length and sequence number of the first packet."""
    if len(data) < HEADER_BYTES + _FULL_PEEK_BYTES:
        return None
    header = data[:HEADER_BYTES]
    for secret in (None, *secrets):
        incoming, outgoing = _streams(header, secret)
        plain = incoming.update(header)
        rest = incoming.update(data[HEADER_BYTES:])
        if looks_full(rest, limit):
            return Obfuscated(Full, trusted_dc(plain), incoming, outgoing, rest)
    raise ProtocolError("no framing known to us", 400)


def looks_full(data: bytes, limit: int) -> bool:
    """True if this begins like the first packet of the full framing."""
    size = int.from_bytes(data[:4], "little")
    return data[4:8] == bytes(4) and size % 4 == 0 and 16 <= size <= limit + 12


class Opened(NamedTuple):
    """A client's side of an obfuscated beginning."""

    header: bytes
    incoming: CipherContext
    outgoing: CipherContext


def begin(kind: type[Framing], dc: int, secret: bytes | None, entropy: Entropic) -> Opened:
    """A fresh header and the client's two streams. Source: mtproto/mtproto-transports#transport-obfuscation."""
    while True:
        noise = entropy(HEADER_BYTES)
        start = noise[:4]
        if noise[0] == 0xEF or start in _FORBIDDEN_STARTS or start in _FORBIDDEN_TAGS or noise[4:8] == bytes(4):
            continue
        break
    tag = kind.TAG or noise[56:60]
    header = noise[:56] + tag + dc.to_bytes(2, "little", signed=True) + noise[62:]
    outgoing, incoming = _streams(header, secret)
    sealed = outgoing.update(header)
    return Opened(header[:56] + sealed[56:], incoming, outgoing)
