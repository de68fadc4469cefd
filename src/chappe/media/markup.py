"""Runs in the worker alone: what an XML document is called, whether it is whole, and the words of its leaves by name.

Source: evidence/19
What they mean nobody says here. A document that brings a DTD is not read on: nothing in it is expanded, nothing that it
names is fetched; depth, number and length of what is read are bounded.
"""

from typing import NamedTuple
from xml.parsers import expat

NAME, PATH, VALUE = 300, 200, 2000
DEPTH, ELEMENTS, FIELDS, TEXT = 40, 20_000, 500, 100_000
"""Elements within one another, elements, leaves that are told, characters of all of them."""


class Looked(NamedTuple):
    """What a document is. Shape: root with its namespace before it, empty where there is none; whole: well formed to
    its end; dtd: it brings one; fields (path of names below the root, words), of a document that is well formed as far
    as it was read."""

    root: str
    whole: bool
    dtd: bool
    fields: tuple[tuple[str, str], ...] = ()


class _Enough(Exception):
    """There is no need to read on."""


def looks_so(head: bytes) -> bool:
    """True for what says that it is XML, in the encodings in which it may say so."""
    said = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return said.startswith((b"<?xml", b"\xff\xfe<\x00", b"\xfe\xff\x00<"))


def looked_at(data: bytes, *, cut: bool) -> Looked:
    """What the document is and says. Shape: cut where there is more than these bytes."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.begins
    parser.EndElementHandler = reader.ends
    parser.CharacterDataHandler = reader.says
    try:
        parser.Parse(data, not cut)
    except _Enough:  # what came before a bound is told, of what brings a DTD nothing
        return Looked(reader.root, False, reader.dtd, () if reader.dtd else tuple(reader.fields))
    except (expat.ExpatError, ValueError):
        return Looked(reader.root, False, False)
    return Looked(reader.root, not cut and not reader.more, False, tuple(reader.fields))


class _Reader:
    """What was read so far; elements beyond the bounds are passed over."""

    def __init__(self) -> None:
        self.root = ""
        self.dtd = self.more = False
        self.fields: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._leaf = False
        self._elements = self._told = 0

    def doctype(self, *_: object) -> None:
        """It brings a DTD."""
        self.dtd = True
        raise _Enough

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """An element began."""
        self._elements += 1
        if len(self._open) >= DEPTH or self._elements > ELEMENTS:
            raise _Enough
        self.root = self.root or _plain(name)
        self._open.append(_plain(name.rpartition(" ")[2])[:60])
        self._words, self._leaf = [], True
        for key, value in attributes.items():
            self._tell(f"@{_plain(key.rpartition(' ')[2])[:60]}", value)

    def ends(self, _: str) -> None:
        """An element ended: what held no other is told."""
        if self._leaf:
            self._tell("", "".join(self._words))
        self._open.pop()
        self._words, self._leaf = [], False

    def says(self, words: str) -> None:
        """Words of the innermost element."""
        if self._leaf:
            self._words.append(words)

    def _tell(self, attribute: str, words: str) -> None:
        said = _plain(words, VALUE)
        if not said:
            return
        if len(self.fields) >= FIELDS or self._told + len(said) > TEXT:
            self.more = True
            return
        self._told += len(said)
        self.fields.append((("/".join(self._open[1:]) + attribute)[-PATH:], said))


def _plain(name: str, longest: int = NAME) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())[:longest]
