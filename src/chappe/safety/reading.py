"""A public post as rules see it.

Source: requirements/rules
"""

import re
import unicodedata

from chappe.domain.content import MediaEmpty, MediaWebPage, Text
from chappe.domain.rooms import Room
from chappe.safety.events import Facts
from chappe.safety.recent import Pace

_LINKS = frozenset({"Url", "TextUrl"})
_NAMES = frozenset({"Mention", "MentionName"})
_PARTED = re.compile(r"\b\w(?:[\W_]{1,2}\w){2,}\b")
_MARKS = re.compile(r"[\W_]")
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """The text in small plain letters: without accents and hidden marks, letters kept apart put together."""
    if not text.isascii():
        text = "".join(
            letter for letter in unicodedata.normalize("NFKD", text)
            if unicodedata.category(letter) not in ("Mn", "Cf", "Me")
        )  # fmt: skip
    text = _SPACES.sub(" ", text.casefold())
    return _PARTED.sub(lambda found: _MARKS.sub("", found[0]), text)


def public(room: Room) -> bool:
    """True for what anybody may read: a channel or group with a public name. Nothing else is looked into."""
    return bool(room.username) and not room.deleted


def message(
    content: Text, room: Room, author: int, account_age_s: int, pace: Pace, now: int, *, tight: bool,
    folded: bool = True,
) -> Facts:  # fmt: skip
    """The event of a post. Shape: without `folded`, which takes longest, that field stays empty."""
    kinds = [entity.kind for entity in content.entities]
    return {  # a hot path: its fields are those of the event, which a test compares
        "account_age_s": account_age_s,
        "tight": tight,
        "member_count": room.member_count,
        "room_age_s": max(0, now - room.date),
        "own_room": room.broadcast or author == room.creator_id,
        "text": content.message,
        "folded": fold(content.message) if folded else "",
        "links": sum(kind in _LINKS for kind in kinds) if kinds else 0,
        "mentions": sum(kind in _NAMES for kind in kinds) if kinds else 0,
        "has_media": content.media is not None and not isinstance(content.media, MediaWebPage | MediaEmpty),
        "forwarded": content.fwd_from is not None,
        "posts_10m": pace.posts,
        "same_10m": pace.same,
        "rooms_10m": pace.rooms,
    }
