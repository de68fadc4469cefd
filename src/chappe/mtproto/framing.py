"""The four MTProto framings: where a packet begins and ends in a byte stream.

Source: mtproto/mtproto-transports
A `Framing` measures and wraps packets and holds no bytes; `transport.py` holds the buffers. A *quick ack* bit may be
set in a packet's length by the client; the server answers with a bare 4-byte token.
"""

import struct
import zlib
from typing import ClassVar, Protocol

from chappe.base.errors import ProtocolError

MAX_PACKET_BYTES = (1 << 20) + (1 << 15)
"""Largest packet a server accepts: one mebibyte of file data and its envelope."""

_U32 = struct.Struct("<I")
_FULL_HEAD = struct.Struct("<II")

Measured = tuple[int, int, int, int]
"""(payload start, payload end, packet end, quick); a packet end beyond the data means: wait until that many bytes.

Shape: quick is 0, or for a server 1 (the client asks for a quick ack), or for a client the 32-bit token itself.
"""


class Entropic(Protocol):
    """Gives n unpredictable bytes, cheaply."""

    def __call__(self, count: int, /) -> bytes: ...


class Framing:
    """How packets lie in the stream, for one role."""

    __slots__ = ("client", "limit")
    TAG: ClassVar[bytes] = b""
    """Four bytes that name this framing in an obfuscated header."""
    PREFIX: ClassVar[bytes] = b""
    """What a client sends before anything else when it is not obfuscated."""

    def __init__(self, client: bool = False, limit: int = MAX_PACKET_BYTES) -> None:
        self.client = client
        self.limit = limit

    def measure(self, data: bytes, at: int) -> Measured:
        """Where the packet that begins at `at` lies. Errors: ProtocolError when too long or torn."""
        raise NotImplementedError

    def pack(self, payload: bytes, quick: bool = False) -> bytes:
        """The packet around a payload; `quick` asks for a quick ack (client only)."""
        raise NotImplementedError

    def token(self, token: int) -> bytes:
        """A quick ack as it lies in this framing. Shape: token has its top bit set."""
        return _U32.pack(token)

    def failure(self, code: int) -> bytes:
        """A transport error as it lies in this framing. Shape: the negated code, 4 bytes little endian, unpadded."""
        return self.pack(struct.pack("<i", -code))

    def _check(self, size: int) -> None:
        if size > self.limit or size < 4:
            raise ProtocolError("packet length out of bounds", 400)


class Abridged(Framing):
    """One length byte in words, or 0x7f and three; Source: mtproto/mtproto-transports#abridged."""

    __slots__ = ()
    TAG = b"\xef\xef\xef\xef"
    PREFIX = b"\xef"

    def measure(self, data: bytes, at: int) -> Measured:
        """Source: mtproto/mtproto-transports#abridged. The top bit of the first byte is the quick ack bit."""
        head = data[at]
        words = head & 0x7F
        if head & 0x80 and self.client:
            if len(data) < at + 4:
                return at, at, at + 4, 0
            # the token comes byte-swapped in this framing alone, so that its top bit lies in the first byte
            return at, at, at + 4, int.from_bytes(data[at : at + 4], "big")
        quick = head >> 7
        start = at + 1
        if words == 0x7F:
            start = at + 4
            if len(data) < start:
                return at, at, start, 0
            words = int.from_bytes(data[at + 1 : start], "little")
        self._check(words * 4)
        end = start + words * 4
        return start, end, end, quick

    def pack(self, payload: bytes, quick: bool = False) -> bytes:
        """Shape: the payload is a multiple of 4 bytes long."""
        words = len(payload) >> 2
        bit = 0x80 if quick else 0
        if words < 0x7F:
            return bytes((words | bit,)) + payload
        return bytes((0x7F | bit,)) + words.to_bytes(3, "little") + payload

    def token(self, token: int) -> bytes:
        """Shape: big endian in this framing alone, so that its top bit lies in the first byte."""
        return token.to_bytes(4, "big")


class Intermediate(Framing):
    """A 4-byte length; Source: mtproto/mtproto-transports#intermediate."""

    __slots__ = ()
    TAG = b"\xee\xee\xee\xee"
    PREFIX = TAG

    def measure(self, data: bytes, at: int) -> Measured:
        """Source: mtproto/mtproto-transports#intermediate. The top bit of the length is the quick ack bit."""
        start = at + 4
        if len(data) < start:
            return at, at, start, 0
        (size,) = _U32.unpack_from(data, at)
        if size & 0x80000000:
            if self.client:
                return at, at, start, size
            size &= 0x7FFFFFFF
            self._check(size)
            return start, start + size, start + size, 1
        self._check(size)
        return start, start + size, start + size, 0

    def pack(self, payload: bytes, quick: bool = False) -> bytes:
        """Shape: 4-byte little-endian length, then the payload."""
        return _U32.pack(len(payload) | (0x80000000 if quick else 0)) + payload


class Padded(Intermediate):
    """Intermediate with up to 15 random bytes behind; Source: mtproto/mtproto-transports#padded-intermediate."""

    __slots__ = ("_entropy",)
    TAG = b"\xdd\xdd\xdd\xdd"
    PREFIX = TAG

    def __init__(self, client: bool = False, limit: int = MAX_PACKET_BYTES, entropy: Entropic = bytes) -> None:
        super().__init__(client, limit)
        self._entropy = entropy

    def pack(self, payload: bytes, quick: bool = False) -> bytes:
        """Shape: the length counts the padding; short payloads (errors) stay bare so that they are recognised."""
        if len(payload) >= 16:
            # COMPAT Telethon: strips only `length mod 4` bytes, so a server pads with 0 to 3
            spare = self._entropy(16)
            payload += spare[: spare[15] & (15 if self.client else 3)]
        return super().pack(payload, quick)


class Full(Framing):
    """Length, sequence number, payload, CRC32; Source: mtproto/mtproto-transports#full."""

    __slots__ = ("_received", "_sent")

    def __init__(self, client: bool = False, limit: int = MAX_PACKET_BYTES) -> None:
        super().__init__(client, limit)
        self._sent = 0
        self._received = 0

    def measure(self, data: bytes, at: int) -> Measured:
        """Source: mtproto/mtproto-transports#full. Errors: wrong sequence number or checksum. No quick acks."""
        if len(data) < at + 8:
            return at, at, at + 8, 0
        size, seq = _FULL_HEAD.unpack_from(data, at)
        self._check(size - 12 if size >= 12 else 0)
        if seq != self._received & 0xFFFFFFFF:
            raise ProtocolError("packet out of order", 400)
        end = at + size
        if len(data) < end:
            return at, at, end, 0
        if zlib.crc32(data[at : end - 4]) != _U32.unpack_from(data, end - 4)[0]:
            raise ProtocolError("packet checksum differs", 400)
        self._received += 1
        return at + 8, end - 4, end, 0

    def pack(self, payload: bytes, quick: bool = False) -> bytes:
        """Shape: length counts all four parts; the checksum covers all but itself."""
        head = _FULL_HEAD.pack(len(payload) + 12, self._sent & 0xFFFFFFFF) + payload
        self._sent += 1
        return head + _U32.pack(zlib.crc32(head))

    def token(self, token: int) -> bytes:
        """This framing has no quick acks."""
        return b""


TAGS: dict[bytes, type[Framing]] = {kind.TAG: kind for kind in (Abridged, Intermediate, Padded)}
NAMES: dict[str, type[Framing]] = {
    "abridged": Abridged,
    "intermediate": Intermediate,
    "padded": Padded,
    "full": Full,
}


def make(kind: type[Framing], client: bool, limit: int, entropy: Entropic) -> Framing:
    """A framing of this kind for one connection."""
    if kind is Padded:
        return Padded(client, limit, entropy)
    return kind(client, limit)
