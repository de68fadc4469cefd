"""What a letter says, without how it looks. Fields are only ever added at the end, with a default."""

from datetime import UTC, datetime

import msgspec


class Heading(msgspec.Struct, tag="h", array_like=True, frozen=True):
    """A heading within the letter."""

    text: str


class Paragraph(msgspec.Struct, tag="p", array_like=True, frozen=True):
    """Words; a line break is one."""

    text: str


class Added(msgspec.Struct, tag="a", array_like=True, frozen=True):
    """Words that a person added to those of the instrument."""

    text: str


class Table(msgspec.Struct, tag="t", array_like=True, frozen=True):
    """Rows of a label and what it says."""

    rows: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Added | Table


class Body(msgspec.Struct, array_like=True, frozen=True):
    """A letter. Shape: lang en or fr; date in seconds; lines of whom it is to, and of who signs."""

    lang: str
    number: str
    title: str
    date: int
    to: tuple[str, ...]
    blocks: tuple[Block, ...]
    signature: tuple[str, ...] = ()


_encode = msgspec.msgpack.Encoder().encode
_decode: msgspec.msgpack.Decoder[Body] = msgspec.msgpack.Decoder(Body)


def pack(body: Body) -> bytes:
    """The letter as it is stored."""
    return _encode(body)


def unpack(data: bytes) -> Body:
    """The stored letter."""
    return _decode.decode(data)


def written(date: int) -> str:
    """A date and time that nobody reads two ways: `2026-11-22 10:42 UTC`."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d %H:%M UTC")
