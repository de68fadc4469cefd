"""Finding messages in one's own box: by words, by what they carry, by sender and date.

Source: method/messages.search, method/messages.searchGlobal
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chappe.base.ids import PeerId, is_channel
from chappe.domain import enforcement, indexing, media_kinds, updates, words
from chappe.domain.access import Grant
from chappe.domain.history import LIMIT, MAX_ID, Offsets, Page, stretch
from chappe.domain.records import Message
from chappe.store import Reader
from chappe.store.queries import search as rows
from chappe.store.queries.search import Criteria as Criteria

SCANNED = 5000
"""Messages with the rarest word that one call reads; with more of them the count is called inexact."""
DATED = 50_000
"""Messages whose dates one call reads."""
_CHUNK = 200
_URLS = tuple(media_kinds.WITH_URL + number for number in media_kinds.MEDIA_KINDS.values())

_CARRYING: dict[str, tuple[str, ...]] = {
    "Photos": ("photo",),
    "Video": ("video",),
    "PhotoVideo": ("photo", "video"),
    "Document": ("document",),
    "Gif": ("gif",),
    "Voice": ("voice",),
    "Music": ("audio",),
    "RoundVideo": ("round",),
    "RoundVoice": ("round", "voice"),
    "Geo": ("geo",),
    "Contacts": ("contact",),
    "Poll": ("poll",),
    "ChatPhotos": ("chat_photo",),
}
NOTHING_HERE = frozenset({"ChatPhotos", "PhoneCalls", "MyMentions"})
"""Filters under which a private conversation has no messages."""
FILTERS = frozenset(_CARRYING) | NOTHING_HERE | {"Empty", "Url", "Pinned"}


def kinds(name: str) -> tuple[int, ...]:
    """The values of the media column under a filter, none when the filter does not ask for media.

    Shape: name is TL's without `inputMessagesFilter`.
    """
    if name == "Url":
        return (media_kinds.MEDIA_KINDS["url"], *_URLS)
    numbers = tuple(media_kinds.MEDIA_KINDS[kind] for kind in _CARRYING.get(name, ()))
    return numbers + tuple(media_kinds.WITH_URL + number for number in numbers)


def criteria(
    owner: PeerId,
    peer: PeerId | None = None,
    name: str = "Empty",
    *,
    from_id: PeerId | None = None,
    dates: tuple[int, int] = (0, 0),
    ids: tuple[int, int] = (0, 0),
    saved_peer: PeerId | None = None,
) -> Criteria | None:
    """Which messages of the owner's box a search is for; None when there can be none.

    Shape: name is a filter's; dates and ids lie outside of what is wanted, 0 for no bound.
    """
    min_date, max_date, min_id, max_id = (max(0, bound) for bound in (*dates, *ids))
    if peer is not None and peer < 0 and name in FILTERS and name != "PhoneCalls":
        box = peer if is_channel(peer) else owner
        return Criteria(
            box, peer, kinds(name), name == "Pinned", None, min_date, max_date, min_id, max_id, from_id=from_id or 0,
            mentioned=owner if name == "MyMentions" else 0,
        )  # fmt: skip
    if name not in FILTERS or name in NOTHING_HERE or (from_id not in (None, owner, peer)):
        return None
    out = None if from_id is None or peer == owner else int(from_id == owner)
    return Criteria(
        owner, peer, kinds(name), name == "Pinned", out, min_date, max_date, min_id, max_id, saved_peer or 0
    )


def seen_by(wanted: Criteria, grant: Grant) -> Criteria:
    """The criteria as far as the viewer sees into the room."""
    from_id = 0 if grant.room is not None and grant.room.broadcast else wanted.from_id
    return replace(wanted, min_id=max(wanted.min_id, grant.floor), from_id=from_id)


def find(rx: Reader, wanted: Criteria, question: str, offsets: Offsets, viewer: int | None) -> Page:
    """The page of messages that meet the criteria and have every word of the question, newest first.

    Source: method/messages.search, api/offsets
    What is hidden where the viewer is, is not found; without a viewer all is, for acts over it.
    """
    asked = words.asked(question)
    if not asked:
        if question.strip():
            return Page((), 0)
        page = stretch(rx, wanted, offsets)
        shown = page if viewer is None else tuple(enforcement.visible(rx, viewer, page))
        return Page(shown, rows.count(rx, wanted))
    found, whole = _matching(rx, wanted, asked)
    if viewer is not None:
        found = enforcement.visible(rx, viewer, found)
    return Page(_window(found, offsets), len(found), inexact=not whole)


def count(rx: Reader, wanted: Criteria) -> int:
    """How many messages meet the criteria. Source: method/messages.getSearchCounters"""
    return rows.count(rx, wanted)


def _matching(rx: Reader, wanted: Criteria, asked: list[str]) -> tuple[list[Message], bool]:
    """(the messages that match, newest first, whether all were looked at)."""
    found: dict[int, Message] = {}
    looked = 0
    owner = PeerId(wanted.owner_id)
    for chunk in candidates(rx, owner, max(asked, key=len), indexing.unindexed(rx, owner)):
        looked += len(chunk)
        for message in (Message.of_row(row) for row in rows.among(rx, wanted, chunk)):
            if words.matches(message.content, asked):
                found[message.id] = message
        if looked >= SCANNED:
            break
    shown = updates.counted(rx, PeerId(wanted.owner_id), [found[i] for i in sorted(found, reverse=True)])
    return shown, looked < SCANNED


def candidates(
    rx: Reader, owner: int, word: str, tail: Sequence[int], below: int = MAX_ID
) -> Iterator[Sequence[int]]:
    """Ids of messages that may have a word beginning so: the tail not indexed yet, then those of the index."""
    for start in range(0, len(tail), _CHUNK):
        yield tail[start : start + _CHUNK]
    low, high = word.encode(), word.encode() + b"\xff"
    while chunk := [row[0] for row in rows.with_prefix(rx, owner, low, high, below, _CHUNK)]:
        yield chunk
        below = chunk[-1]


def _window(found: list[Message], offsets: Offsets) -> tuple[Message, ...]:
    """The page of a list that is at hand. Source: api/offsets"""
    before = sum(m.id >= offsets.offset_id for m in found) if offsets.offset_id > 0 else 0
    start = before + offsets.add_offset
    return tuple(found[max(0, start) : max(0, start + offsets.wanted)])


def days(rx: Reader, wanted: Criteria, below: int) -> list[tuple[int, int, int, int]]:
    """(midnight, smallest id, largest id, count) of each day with such messages, newest first.

    Source: method/messages.getSearchResultsCalendar
    Shape: as many whole days as are read at once; older ones are asked for by what lies below their ids.
    """
    out: list[tuple[int, int, int, int]] = []
    found = rows.dates(rx, wanted, below or MAX_ID, DATED)
    for message_id, date in found:
        midnight = date - date % 86400
        if out and out[-1][0] == midnight:
            out[-1] = (midnight, message_id, out[-1][2], out[-1][3] + 1)
        else:
            out.append((midnight, message_id, message_id, 1))
    return out[:-1] if len(found) == DATED and len(out) > 1 else out


def tops(rx: Reader, owner: PeerId, found: Sequence[tuple[int, int, int, int]]) -> Page:
    """The newest message of each of the days."""
    shown = updates.messages_by_id(rx, owner, [day[2] for day in found[:LIMIT]])
    return Page(tuple(sorted(shown, key=lambda m: -m.id)), len(found))


def positions(rx: Reader, wanted: Criteria, below: int, limit: int) -> list[tuple[int, int, int]]:
    """(id, date, place in the list) of messages spread over the list.

    Source: method/messages.getSearchResultsPositions
    """
    found = rows.dates(rx, wanted, below or MAX_ID, DATED)
    step = max(1, len(found) // max(1, limit))
    return [(message_id, date, place) for place, (message_id, date) in enumerate(found) if place % step == 0][:limit]
