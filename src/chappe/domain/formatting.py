"""Text as it is kept: trimmed, with the links, mentions and tags in it marked even if the client did not.

Source: api/entities
Runs before the writing transaction; a text without the signs that begin such things costs one look.
"""

import re
from collections.abc import Sequence
from itertools import islice

from chappe.domain.content import Entity, utf16_len

MOST = 100
"""Entities kept of one message."""
LONGEST = 4096
"""Characters of a text that is looked through: no message is longer."""
TAKEN = 4 * LONGEST
"""Characters that a text may have with the white space around it; a longer one is left as it is, to be refused."""

_TLDS = (
    "com|org|net|edu|gov|mil|int|info|biz|name|io|me|co|app|dev|tv|fm|ai|xyz|online|site|shop|blog|news|cloud|tech|"
    "eu|uk|de|fr|es|it|nl|be|ch|at|pl|cz|se|no|fi|dk|pt|gr|ie|ru|ua|by|kz|tr|ir|il|in|cn|jp|kr|hk|tw|sg|id|my|th|vn|"
    "ph|au|nz|ca|us|mx|br|ar|cl|za|eg|ng|ke|link|chat|page|wiki|zone|world|space|pro|art|store|media|social"
)
_MARKS = (
    ("Url", re.compile(
        rf"(?<![\w@./-])(?:(?:https?|ftp|tg|ton)://[^\s<>\"]+|(?:[a-z0-9](?:[a-z0-9-]{{0,62}})\.)+(?:{_TLDS})"
        r"(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?(?![\w@]))", re.IGNORECASE)),
    ("Email", re.compile(
        r"(?<![\w.+-])[a-z0-9][\w.+-]{0,63}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?![\w@])", re.IGNORECASE)),
    ("Mention", re.compile(r"(?<![\w@/])@[a-z][a-z0-9_]{2,31}(?!\w)", re.IGNORECASE)),
    ("BotCommand", re.compile(r"(?<![\w/<>@])/[a-z0-9_]{1,64}(?:@[a-z0-9_]{3,32})?(?![\w/])", re.IGNORECASE)),
    ("Hashtag", re.compile(r"(?<![\w#@/])#(?!\d+(?!\w))\w{1,256}")),
    ("Cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)  # fmt: skip
_SIGNS = re.compile(r"[@#$/.]")
_END = ".,:;!?'\"*_"
_OPAQUE = frozenset({"Code", "Pre", "TextUrl", "Url", "Email", "Mention", "MentionName", "BotCommand", "Hashtag",
                     "Cashtag", "CustomEmoji", "Phone", "BankCard"})  # fmt: skip
"""Kinds inside of which nothing more is marked."""


def formatted(text: str, entities: Sequence[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """(the text without surrounding white space, its entities in order, found ones among them)."""
    if len(text) > TAKEN:
        return text, tuple(entities)[:MOST]
    kept, given = _trimmed(text, tuple(entities))
    if len(kept) <= LONGEST and _SIGNS.search(kept):
        given = (*given, *_found(kept, given))
    if len(given) > 1:
        given = tuple(sorted(given, key=lambda e: (e.offset, -e.length)))
    return kept, given[:MOST]


def _trimmed(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    kept = text.strip()
    if not entities or len(kept) == len(text):
        return kept, entities
    cut = utf16_len(text[: len(text) - len(text.lstrip())])
    size = utf16_len(kept)
    out = []
    for e in entities:
        start, end = max(0, e.offset - cut), min(size, e.offset + e.length - cut)
        if e.offset < 0 or e.length <= 0 or e.offset + e.length > utf16_len(text):
            out.append(e)
        elif start < end:
            out.append(Entity(e.kind, start, end - start, e.value, e.number, e.flag))
    return kept, tuple(out)


def _found(text: str, given: Sequence[Entity]) -> list[Entity]:
    """What the text itself shows, where the client marked nothing of the kind."""
    taken = [(e.offset, e.offset + e.length) for e in given if e.kind in _OPAQUE]
    out: list[Entity] = []
    for kind, pattern in _MARKS:
        for match in islice(pattern.finditer(text), MOST):
            shown = _without_end(match.group()) if kind == "Url" else match.group()
            start = utf16_len(text[: match.start()])
            end = start + utf16_len(shown)
            if all(end <= low or start >= high for low, high in taken):
                taken.append((start, end))
                out.append(Entity(kind, start, end - start))
    return out


def _without_end(url: str) -> str:
    """The link without the punctuation of its sentence."""
    while url and (url[-1] in _END or (url[-1] == ")" and url.count("(") < url.count(")"))):
        url = url[:-1]
    return url


def first_url(text: str, entities: Sequence[Entity]) -> str | None:
    """The first link of the text, with its scheme."""
    for e in entities:
        if e.kind == "TextUrl":
            return e.value
        if e.kind == "Url":
            url = text.encode("utf-16-le")[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le", "replace")
            return url if "://" in url else f"http://{url}"
    return None
