"""Runs in the preview worker alone: what an HTML page says of itself (OpenGraph, Twitter cards, title)."""

import codecs
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urlsplit

from chappe.media.results import Preview

TITLE_CHARACTERS = 256
DESCRIPTION_CHARACTERS = 1024
DESCRIPTIONS = ("og:description", "twitter:description", "description")
FACTS = 64
FACT_CHARACTERS = 8192
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def read_page(body: bytes, charset: str) -> tuple[dict[str, str], str]:
    """The page's meta values (the first of each name, names in lower case) and its title."""
    reader = _Head()
    reader.feed(_text(body, charset))
    return reader.facts, "".join(reader.title)


def described(url: str, facts: Mapping[str, str], title: str, picture: bytes | None) -> Preview:
    """The preview these facts make.

    Source: constructor/webPage
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    shown = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return Preview(
        url=url,
        display_url=shown,
        type=_type(facts, picture),
        site_name=_line(facts.get("og:site_name", ""), TITLE_CHARACTERS) or host,
        title=_line(_first(facts, "og:title", "twitter:title") or title, TITLE_CHARACTERS),
        description=_line(_first(facts, *DESCRIPTIONS), DESCRIPTION_CHARACTERS),
        picture=picture,
    )


class _Head(HTMLParser):
    """Collects meta tags and the first title."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts: dict[str, str] = {}
        self.title: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A meta tag's value is kept; a title begins."""
        if tag == "title" and not self.title:
            self._in_title = True
        if tag != "meta" or len(self.facts) >= FACTS:
            return
        values = dict(attrs)
        name = (values.get("property") or values.get("name") or "").strip().lower()
        content = (values.get("content") or "").strip()
        if name and content and len(name) < 64:
            self.facts.setdefault(name, content[:FACT_CHARACTERS])

    def handle_endtag(self, tag: str) -> None:
        """A title ends."""
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        """Text of the title is kept."""
        if self._in_title:
            self.title.append(data[:FACT_CHARACTERS])


def _text(body: bytes, charset: str) -> str:
    """The body in the charset of the header, of the page itself, or UTF-8."""
    found = _META_CHARSET.search(body[:4096])
    for name in (charset, found[1].decode("ascii") if found else "", "utf-8"):
        try:
            if name and codecs.lookup(name).name not in ("idna", "punycode"):
                return body.decode(name, "replace")
        except (LookupError, ValueError):
            continue
    return ""


def _type(facts: Mapping[str, str], picture: bytes | None) -> str:
    """Telegram's word for the kind of page."""
    if not facts and picture is not None:
        return "photo"
    kind = facts.get("og:type", "").lower()
    if kind.startswith("video"):
        return "video"
    return "profile" if kind == "profile" else "article"


def _first(facts: Mapping[str, str], *names: str) -> str:
    """The first of these values that there is."""
    return next((facts[name] for name in names if name in facts), "")


def _line(text: str, characters: int) -> str:
    """The text in one line, cut at a length."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(plain.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"
