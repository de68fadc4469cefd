"""Runs in the worker alone: what an XML document is called and whether it is whole; never what it means.

Source: evidence/19
A document that brings a DTD is not read on: nothing in it is expanded, nothing that it names is fetched.
"""

from xml.parsers import expat

NAME = 300


class _Enough(Exception):
    """There is no need to read on."""


def looks_so(head: bytes) -> bool:
    """True for what says that it is XML, in the encodings in which it may say so."""
    said = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return said.startswith((b"<?xml", b"\xff\xfe<\x00", b"\xfe\xff\x00<"))


def looked_at(data: bytes, *, cut: bool) -> tuple[str, bool, bool]:
    """(name of the root with its namespace before it, whether the document is whole and well formed, whether it
    brings a DTD). Shape: cut where there is more than these bytes; the name is empty where there is none."""
    found: list[str] = []
    dtd: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def doctype(name: str, *_: object) -> None:
        dtd.append(name)
        raise _Enough

    def begins(name: str, _: object) -> None:
        if not found:
            found.append(_plain(name))

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begins
    try:
        parser.Parse(data, not cut)
    except (expat.ExpatError, _Enough, ValueError):
        return "".join(found), False, bool(dtd)
    return "".join(found), not cut, False


def _plain(name: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())[:NAME]
