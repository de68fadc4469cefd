"""What people typed, made harmless: invisible controls, piles of accents, file names, links that lie.

Escaping is the templates' work; here goes what would bend a page even when escaped.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_CONTROLS = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff]")
"""Controls, and those that turn the direction of what follows; LRM, RLM and joiners stay, languages need them."""
_PILE = re.compile("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
                   "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_INVISIBLE = re.compile("[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u2065\u3164"
                        "\ufe00-\ufe0f\uffa0\u2800]+")  # fmt: skip
_NOT_IN_FILES = re.compile(r'[/\\:*?"<>|]+')
_UNSAFE_IN_LINKS = re.compile(r"[\s\\\u0000-\u0020<>\"`{}|^]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]")
NAME_LENGTH = 160
FILE_NAME_LENGTH = 150
WEB = ("http", "https")
OTHER = ("mailto", "tel", "tg", "geo")


def said(text: str) -> str:
    """A text without controls, its piles of accents cut to three."""
    if text.isascii() and text.isprintable():
        return text
    return _PILE.sub(r"\1", _CONTROLS.sub("", text))


def name(text: str, otherwise: str) -> str:
    """A name on one line; `otherwise` where nothing of it could be seen."""
    flat = " ".join(said(text).split())
    return flat[:NAME_LENGTH] if _INVISIBLE.sub("", flat) else otherwise


def file_name(text: str, otherwise: str) -> str:
    """A name under which a file may be kept on any machine; its ending survives a cut."""
    last = " ".join(said(text.rpartition("/")[2]).split())
    flat = _NOT_IN_FILES.sub("_", last).strip(". ") if _INVISIBLE.sub("", last) else otherwise
    if len(flat) <= FILE_NAME_LENGTH:
        return flat
    stem, dot, ending = flat.rpartition(".")
    return flat[:FILE_NAME_LENGTH] if not dot or len(ending) > 12 else stem[: FILE_NAME_LENGTH - 13] + dot + ending


def disposition(kind: str, filename: str) -> str:
    """The header that names a download. Source: rfc/6266#4"""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", filename)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link really goes. Shape: place is what a reader is told: the host, the address, the number."""

    href: str
    place: str


def link(address: str) -> Link | None:
    """The link, if it is one a page may carry: to the web, a mailbox, a telephone, a messenger, a point on the map."""
    address = said(address).strip()
    scheme, colon, rest = address.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) or rest[:1].isdecimal():
        scheme, address = "https", f"https://{address}"
    scheme = scheme.lower()
    if _UNSAFE_IN_LINKS.search(address) or len(address) > 2048:
        return None
    if scheme in OTHER:
        return Link(address, address.partition(":")[2].partition("?")[0] if scheme != "tg" else "tg://")
    host = _host(address) if scheme in WEB else None
    return Link(address, host) if host else None


def _host(address: str) -> str | None:
    """The host in the letters that the network uses, so that look-alikes show."""
    try:
        host = urlsplit(address).hostname or ""
        plain = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        return None
    plain = f"[{plain}]" if ":" in plain else plain.rstrip(".")
    return plain if _HOST.fullmatch(plain) else None
