"""The words by which a message is found: the same for the text, the question and the index.

Shape: case folded, accents stripped (NFKD), runs of letters and digits; scripts without spaces word by character.
"""

import re
import unicodedata

from chappe.domain.content import (
    Content,
    MediaContact,
    MediaDocument,
    MediaGeo,
    MediaPoll,
    MediaTodo,
    MediaWebPage,
    Text,
)

PER_MESSAGE = 128
"""Different words of one message that are indexed."""
LENGTH = 32
"""Characters of a word that count."""
ASKED = 16
"""Words of a question that count."""

TAGS = 32
"""Different hashtags of one message that are indexed."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")

_PLAIN = re.compile("[0-9a-z]+")
"""What `_WORD` finds in folded ASCII, in a third of the time."""

_TAG = re.compile(r"(?<![\w#$])[#$]\w+")


def folded(text: str) -> str:
    """The text without case and accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def tags(text: str) -> list[str]:
    """The different hashtags of a text, in their order. Shape: with the sign; `$` stays one of its own."""
    if "#" not in text and "$" not in text:
        return []
    return list(dict.fromkeys(found[0] + folded(found[1:])[:LENGTH] for found in _TAG.findall(text)))


def words(text: str) -> list[str]:
    """The different words of a text in their order."""
    plain = folded(text)
    found: list[str] = (_PLAIN if plain.isascii() else _WORD).findall(plain)
    if max(map(len, found), default=0) > LENGTH:
        found = [word[:LENGTH] for word in found]
    return list(dict.fromkeys(found))


def of_content(content: Content) -> list[str]:
    """The words a message is found by: its text, and the names of what it carries."""
    if not isinstance(content, Text):
        return []
    text = content.message
    said = words(text if content.media is None else f"{text}\n{_names(content)}")
    return [*tags(text)[:TAGS], *said][:PER_MESSAGE]


def _names(content: Text) -> str:
    match content.media:
        case MediaDocument(document=document):
            return "\n".join(f"{a.name} {a.performer}" for a in document.attributes if a.kind in ("Filename", "Audio"))
        case MediaWebPage(page=page):
            return f"{page.title} {page.site_name}"
        case MediaContact():
            return f"{content.media.first_name} {content.media.last_name} {content.media.phone_number}"
        case MediaGeo():
            return f"{content.media.title} {content.media.address}"
        case MediaPoll():
            return "\n".join([content.media.question, *(answer.text for answer in content.media.answers)])
        case MediaTodo():
            return "\n".join([content.media.title, *(task.text for task in content.media.tasks)])
        case _:
            return ""


def asked(question: str) -> list[str]:
    """The words of a question; a hashtag is one with its sign, and stands for itself alone."""
    return [*tags(question), *words(_TAG.sub(" ", question))][:ASKED]


def matches(content: Content, wanted: list[str]) -> bool:
    """True if each wanted word begins a word of the message, and each wanted hashtag is one of its."""
    there = of_content(content)
    return all(one in there if one[0] in "#$" else any(word.startswith(one) for word in there) for one in wanted)
