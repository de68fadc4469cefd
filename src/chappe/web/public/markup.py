"""A formatted text as HTML: entities become elements, everything else is escaped, links say where they go.

Source: api/entities
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import quote

from markupsafe import Markup, escape

from chappe.domain.content import Entity, utf16_len, utf16_slice
from chappe.web.public import clean

_TAGS = {
    "Bold": "strong", "Italic": "em", "Underline": "u", "Strike": "s", "Code": "code", "Pre": "pre",
    "Blockquote": "blockquote", "Spoiler": "span",
}  # fmt: skip
_OPENED = {"Spoiler": Markup('<span class="spoiler" tabindex="0">'), "Pre": Markup('<pre tabindex="0">')}
_BLOCKS = ("Blockquote", "Pre")
_LINKS = ("Url", "TextUrl", "Email", "Phone", "Mention", "Hashtag", "Cashtag")


class _Part:
    """An entity with the tags around it. Shape: rank puts blocks outside, then links, then styles."""

    __slots__ = ("close", "end", "open", "rank", "start")

    def __init__(self, entity: Entity, order: int, opened: Markup, closed: Markup) -> None:
        self.start, self.end = entity.offset, entity.offset + entity.length
        self.rank = (entity.kind not in _BLOCKS, entity.kind not in _LINKS, entity.offset, -entity.length, order)
        self.open, self.close = opened, closed


def rich(text: str, entities: Sequence[Entity], base: str = "") -> Markup:
    """The text as HTML. Shape: links into this server begin with base; line ends stay as they are."""
    size = utf16_len(text)
    parts = _parts(text, entities, size, base)
    if not parts:
        return escape(clean.said(text))
    cuts = sorted({0, size, *(one for part in parts for one in (part.start, part.end))})
    out: list[Markup] = []
    standing: list[_Part] = []
    after_block = False
    for start, end in pairwise(cuts):
        wanted = [part for part in parts if part.start <= start and part.end >= end]
        kept = 0
        while kept < min(len(standing), len(wanted)) and standing[kept] is wanted[kept]:
            kept += 1
        for part in reversed(standing[kept:]):
            out.append(part.close)
            after_block = after_block or not part.rank[0]
        out += (part.open for part in wanted[kept:])
        standing = wanted
        piece = clean.said(utf16_slice(text, start, end - start))
        out.append(escape(piece.removeprefix("\n") if after_block else piece))
        after_block = False
    out += (part.close for part in reversed(standing))
    return Markup("").join(out)


def plain(text: str, most: int) -> str:
    """The beginning of a text on one line, cut at a word."""
    flat = " ".join(clean.said(text[: most * 4]).split())
    return flat if len(flat) <= most else flat[: most - 1].rpartition(" ")[0][: most - 1].rstrip(" ,.;:") + "…"


def _parts(text: str, entities: Sequence[Entity], size: int, base: str) -> list[_Part]:
    """What has tags, outer ones first; a link inside of a link has none."""
    out: list[_Part] = []
    linked: list[tuple[int, int]] = []
    for order, entity in enumerate(entities):
        end = entity.offset + entity.length
        if entity.offset < 0 or entity.length <= 0 or end > size:
            continue
        if entity.kind in _TAGS:
            tag = _TAGS[entity.kind]
            out.append(_Part(entity, order, _OPENED.get(entity.kind, Markup(f"<{tag}>")), Markup(f"</{tag}>")))
        elif entity.kind in _LINKS and not any(a < end and entity.offset < b for a, b in linked):
            tags = _link(entity, utf16_slice(text, entity.offset, entity.length), base)
            if tags is not None:
                linked.append((entity.offset, end))
                out.append(_Part(entity, order, *tags))
    return sorted(out, key=lambda part: part.rank)


def _says(shown: str, place: str) -> bool:
    """True if the words begin with the very place that the link leads to."""
    rest = shown.partition("://")[2] or shown
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    return place.lower() in (authority, authority.partition(":")[0], shown)


def _link(entity: Entity, shown: str, base: str) -> tuple[Markup, Markup] | None:
    """(opening tag, closing tag with the real place when the words say another one)."""
    closed = Markup("</a>")
    if entity.kind == "Mention":
        return Markup('<a href="{}/@{}">').format(base, quote(shown.removeprefix("@"))), closed
    if entity.kind in ("Hashtag", "Cashtag"):
        return Markup('<a href="{}/hashtag/{}">').format(base, quote(shown.removeprefix("#"), safe="")), closed
    typed = {"Email": f"mailto:{shown}", "Phone": "tel:" + re.sub(r"[^\d+]", "", shown), "TextUrl": entity.value}
    there = clean.link(typed.get(entity.kind, shown))
    if there is None:
        return None
    if entity.kind in ("Url", "TextUrl") and not _says(shown.strip().lower(), there.place):
        closed = Markup('</a> <span class="to">({})</span>').format(there.place)
    return Markup('<a href="{}" rel="nofollow noopener ugc">').format(there.href), closed
