"""What wraps values on the wire: packed bodies and containers of messages."""

import struct
import zlib
from collections.abc import Iterable

from chappe.base.errors import ProtocolError

MAX_CONTAINER_MESSAGES = 1024
MAX_UNPACKED_BYTES = 16 << 20

MSG_CONTAINER = 0x73F1F8DC
GZIP_PACKED = 0x3072CFA1
_container_head = struct.Struct("<II")
_message_fields = struct.Struct("<qiI")
_word = struct.Struct("<I")

__all__ = [
    "GZIP_PACKED",
    "MSG_CONTAINER",
    "Allowance",
    "gzip",
    "join_container",
    "split_container",
    "string_at",
    "unpack",
]


class Allowance:
    """How many bytes may still be unpacked on behalf of one packet, however many packed objects it holds."""

    __slots__ = ("left",)

    def __init__(self, left: int = MAX_UNPACKED_BYTES) -> None:
        self.left = left


def gzip(body: bytes) -> bytes:
    """A gzip_packed that holds body. Source: mtproto/service_messages#packed-object."""
    stream = zlib.compressobj(6, wbits=31)
    packed = stream.compress(body) + stream.flush()
    size = len(packed)
    head = bytes([size]) if size < 254 else _word.pack(size << 8 | 254)
    return b"".join((_word.pack(GZIP_PACKED), head, packed, b"\0" * (-(len(head) + size) & 3)))


def unpack(packed: bytes, allowance: Allowance | None = None) -> bytes:
    """What a gzip or zlib stream holds; its size is taken off the allowance.

    Errors: ProtocolError if broken, cut, or longer than the allowance (without one: than 16 MiB).
    """
    most = MAX_UNPACKED_BYTES if allowance is None else allowance.left
    # COMPAT TDLib: sends zlib where the documentation says gzip; wbits 47 takes both.
    try:
        stream = zlib.decompressobj(wbits=47)
        body = stream.decompress(packed, most + 1)
    except zlib.error as error:
        raise ProtocolError("packed data are broken") from error
    if allowance is not None:
        allowance.left = max(most - len(body), 0)
    if len(body) > most or not stream.eof:
        raise ProtocolError("packed data are too long or cut")
    return body


def string_at(data: bytes, at: int) -> tuple[bytes, int]:
    """The TL string at a position and the position behind it. Errors: ProtocolError, whatever the bytes."""
    if at >= len(data):
        raise ProtocolError("string is cut")
    size, head = data[at], 1
    if size >= 254:
        if size == 255:
            raise ProtocolError("string length")
        size, head = int.from_bytes(data[at + 1 : at + 4], "little"), 4
    end = at + head + size
    if end > len(data):
        raise ProtocolError("string too long")
    return data[at + head : end], at + (head + size + 3 & -4)


def split_container(body: bytes | memoryview) -> list[tuple[int, int, memoryview]]:
    """The messages of a msg_container as (msg_id, seqno, body), their bodies unread.

    Source: mtproto/service_messages#simple-container. Shape: at most 1024 messages, bodies of whole words.
    Errors: ProtocolError, whatever the bytes.
    """
    view = memoryview(body)
    if len(view) < 8:
        raise ProtocolError("container is cut")
    ident, count = _container_head.unpack_from(view)
    if ident != MSG_CONTAINER or count > MAX_CONTAINER_MESSAGES:
        raise ProtocolError("not a container, or of too many messages")
    messages, at = [], 8
    for _ in range(count):
        if at + 16 > len(view):
            raise ProtocolError("container is cut")
        msg_id, seqno, size = _message_fields.unpack_from(view, at)
        at += 16
        if size & 3 or size < 4 or at + size > len(view):
            raise ProtocolError("message in a container is cut")
        messages.append((msg_id, seqno, view[at : at + size]))
        at += size
    if at != len(view):
        raise ProtocolError("bytes behind a container")
    return messages


def join_container(messages: Iterable[tuple[int, int, bytes]]) -> bytes:
    """A msg_container of (msg_id, seqno, body). Source: mtproto/service_messages#simple-container."""
    parts = [b""]
    for msg_id, seqno, body in messages:
        parts += [_message_fields.pack(msg_id, seqno, len(body)), body]
    parts[0] = _container_head.pack(MSG_CONTAINER, len(parts) // 2)
    return b"".join(parts)
