"""Finding messages in many boxes at once: over all rooms of a person, and over the posts of public channels.

Source: api/search, method/messages.searchGlobal, method/channels.searchPosts
Each box gives its newest that fit, and the pages are cut from them by date. A large box is never read whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chappe.base.ids import PeerId, UserId, is_channel
from chappe.domain import access, enforcement, indexing, rooms, search, updates, words
from chappe.domain.access import Grant
from chappe.domain.history import MAX_ID, Page
from chappe.domain.records import Message
from chappe.domain.rooms import Status
from chappe.store import Reader
from chappe.store.queries import dialogs
from chappe.store.queries import public as public_rows
from chappe.store.queries import search as rows
from chappe.store.queries.search import Criteria

BOXES = 300
"""Rooms of a person that are looked into, those that spoke last."""
DEEP = 1000
"""Messages with a word that are looked at in one box."""
POSTS = 2000
"""Public posts with a word that one call looks at."""
COUNTED = 10_000
_CHUNK = 100

Place = tuple[int, int, int]
"""(date, box, id): what results are ordered by."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is sought. Shape: name is a filter's; only is users, groups, broadcasts or empty; folder None for any.

    offset is (date, peer, id) of the last message of the page before, zeros at the beginning.
    """

    question: str
    name: str = "Empty"
    dates: tuple[int, int] = (0, 0)
    only: str = ""
    folder: int | None = None
    offset: tuple[int, int, int] = (0, 0, 0)
    limit: int = 20


def own(rx: Reader, viewer: UserId, asked: Asked) -> Page:
    """The newest messages of all the viewer's dialogs that fit. Source: method/messages.searchGlobal"""
    sought = words.asked(asked.question)
    if (asked.question.strip() and not sought) or not (sought or asked.name != "Empty"):
        return Page((), 0)
    before = _place(viewer, asked.offset)
    archived = set(dialogs.in_folder(rx, viewer, 1)) if asked.folder is not None else set()
    boxes = list(_boxes(rx, viewer, asked, archived))
    fresh = indexing.unindexed_in(rx, {one.owner_id for one in boxes})
    fresh[viewer] = indexing.unindexed(rx, PeerId(viewer))
    found: list[Message] = []
    whole = True
    for one in boxes:
        part, all_ = _newest(rx, one, sought, fresh.get(one.owner_id, []), before, asked.limit)
        found += [m for m in part if asked.folder is None or (m.peer_id in archived) == (asked.folder == 1)]
        whole = whole and all_
    shown = sorted(enforcement.visible(rx, viewer, found), key=_place_of, reverse=True)
    return Page(tuple(_counted(rx, shown[: asked.limit])), len(shown), inexact=not whole)


def _place(viewer: UserId, offset: tuple[int, int, int]) -> Place:
    date, peer, message_id = offset
    return (date or MAX_ID, peer if is_channel(PeerId(peer)) else viewer, message_id or MAX_ID)


def _place_of(message: Message) -> Place:
    return (message.date, message.owner_id, message.id)


def _boxes(rx: Reader, viewer: UserId, asked: Asked, archived: Iterable[int]) -> Iterable[Criteria]:
    """What is sought in the viewer's own box, and in that of each room."""
    low, high = asked.dates
    before = asked.offset[0] + 1 if asked.offset[0] else 0
    dates = (low, min(high, before) if high and before else high or before)
    mine = search.criteria(PeerId(viewer), None, asked.name, dates=dates)
    if mine is not None and asked.only != "broadcasts":
        side = {"users": 1, "groups": -1}.get(asked.only, 0)
        yield Criteria(mine.owner_id, None, mine.kinds, mine.pinned, None, *dates, side=side)
    if asked.only == "users":
        return
    for grant in access.rooms_read(rx, viewer, BOXES):
        if asked.only and (asked.only == "broadcasts") != _broadcast(grant):
            continue
        if asked.folder is not None and (grant.peer in archived) != (asked.folder == 1):
            continue
        wanted = search.criteria(PeerId(viewer), grant.peer, asked.name, dates=dates)
        if wanted is not None:
            yield search.seen_by(wanted, grant)


def _broadcast(grant: Grant) -> bool:
    return grant.room is not None and grant.room.broadcast


def _newest(
    rx: Reader, wanted: Criteria, sought: Sequence[str], fresh: Sequence[int], before: Place, limit: int
) -> tuple[list[Message], bool]:
    """(the newest of one box that fit and stand before the place, whether those are all)."""
    below = before[2] if before[1] == wanted.owner_id else MAX_ID
    if not sought:
        page = [Message.of_row(row) for row in rows.older(rx, wanted, below, limit + 1)]
        return page[:limit], len(page) <= limit
    found: dict[int, Message] = {}
    looked = 0
    for chunk in search.candidates(rx, wanted.owner_id, max(sought, key=len), fresh, below):
        looked += len(chunk)
        for message in (Message.of_row(row) for row in rows.among(rx, wanted, chunk)):
            if message.id < below and _place_of(message) < before and words.matches(message.content, list(sought)):
                found[message.id] = message
        if len(found) > limit or looked >= DEEP:
            break
    newest = [found[i] for i in sorted(found, reverse=True)]
    return newest[:limit], len(found) <= limit and looked < DEEP


def _counted(rx: Reader, found: Sequence[Message]) -> list[Message]:
    """The messages, in their order, each with what its box counts of it."""
    boxes: defaultdict[PeerId, list[Message]] = defaultdict(list)
    for message in found:
        boxes[message.owner_id].append(message)
    known = {(m.owner_id, m.id): m for box, part in boxes.items() for m in updates.counted(rx, box, part)}
    return [known[m.owner_id, m.id] for m in found]


def public(rx: Reader, viewer: UserId, question: str, offset: tuple[int, int, int], limit: int) -> Page:
    """The newest posts of public channels that have every word, or the hashtag, of the question.

    Source: method/channels.searchPosts
    Shape: one word is sought whole, the others, and the last, which may be half typed, by their beginning.
    """
    sought = words.asked(question)
    if not sought:
        return Page((), 0)
    word = max(sought[:-1] or sought, key=lambda one: (one[0] in "#$", len(one))).encode()
    below: Place = offset if offset[0] else (MAX_ID, 0, 0)
    found: list[Message] = []
    for _ in range(0, POSTS, _CHUNK):
        places = public_rows.with_word(rx, word, below, _CHUNK)
        found += [m for m in _shown(rx, viewer, places) if words.matches(m.content, sought)]
        if len(found) >= limit or len(places) < _CHUNK:
            break
        below = places[-1]
    count = public_rows.count(rx, word, COUNTED)
    return Page(tuple(found[:limit]), count, inexact=len(sought) > 1 or count == COUNTED)


def _shown(rx: Reader, viewer: UserId, places: Sequence[Place]) -> list[Message]:
    """What stands at the places and is still the viewer's to see, in their order."""
    by_room: defaultdict[int, list[int]] = defaultdict(list)
    for _, room_id, message_id in places:
        by_room[room_id].append(message_id)
    found: dict[tuple[int, int], Message] = {}
    for room in rooms.some(rx, by_room):
        out = not room.username or access.closed(rx, room, viewer)
        if not out and rooms.member(rx, room.id, viewer).status != Status.BANNED:
            found |= {(m.owner_id, m.id): m for m in updates.messages_by_id(rx, room.id, by_room[room.id])}
    there = [found[room_id, message_id] for _, room_id, message_id in places if (room_id, message_id) in found]
    return enforcement.visible(rx, viewer, there)
