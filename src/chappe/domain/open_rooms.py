"""What strangers may read without an account: public channels, and groups that say so.

Source: requirements/public-pages
The owner decides by two tags in the room's description, which every client can edit: `#noindex` keeps its pages out
of search engines and of this server's lists, `#worldreadable` opens a group's messages, which are closed otherwise.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid, NotFound
from chappe.domain import access, enforcement, invite_links, peers, rooms, search, similar, threads, updates
from chappe.domain.access import STRANGER, Grant
from chappe.domain.content import MediaDocument, MediaPhoto, Text
from chappe.domain.history import MAX_ID, Offsets
from chappe.domain.records import Message
from chappe.domain.rooms import Flag, Room
from chappe.domain.updates import SHARD
from chappe.store import Reader
from chappe.store.queries import boxes
from chappe.store.queries import open_rooms as rows
from chappe.store.queries import search as search_rows
from chappe.store.queries.search import Criteria

POSTS = 20
"""Posts on a page; an album is one."""
ALBUM = 10
COMMENTS = 50
_CHUNK = 60
_MOST = 600
"""Messages that one page looks through."""
_NOINDEX = re.compile(r"(?<!\w)#noindex(?!\w)", re.IGNORECASE)
_READABLE = re.compile(r"(?<!\w)#worldreadable(?!\w)", re.IGNORECASE)

Post = tuple[Message, ...]
"""What is shown as one: a message, or all of an album, oldest first."""


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room as strangers may see it. Shape: protected ones show no media; readable ones show messages at all."""

    grant: Grant
    room: Room

    @property
    def indexed(self) -> bool:
        """False if the owner wants no search engine here."""
        return not _NOINDEX.search(self.room.about)

    @property
    def readable(self) -> bool:
        """True if strangers read the messages."""
        return self.room.broadcast or bool(_READABLE.search(self.room.about))

    @property
    def protected(self) -> bool:
        """True if nothing may be carried away."""
        return Flag.NOFORWARDS in self.room.flags


@dataclass(frozen=True, slots=True)
class Stretch:
    """Posts, newest first, and whether there are others on either side."""

    posts: tuple[Post, ...]
    newer: bool
    older: bool


@dataclass(frozen=True, slots=True)
class Comments:
    """What is said under a post, oldest first. Shape: after is the id to go on from, 0 at the end."""

    group: Room
    count: int
    messages: tuple[Message, ...]
    after: int


def mark(rx: Reader, username: str) -> tuple[int, ...] | None:
    """Changes whenever what a page of the room shows does, but for counters; None when there is no such room."""
    return rows.mark(rx, username.lower())


def mark_of_all(rx: Reader, shown_rooms: Sequence[int]) -> tuple[int, ...]:
    """Changes whenever somebody posts anywhere, or one of the rooms changes; for pages over many rooms."""
    parts = rows.marks(rx, shown_rooms) if shown_rooms else []
    return (search_rows.newest(rx, SHARD), *(number for part in parts for number in part))


def find(rx: Reader, username: str) -> OpenRoom:
    """The public room of this name. Errors: NotFound username_not_occupied."""
    grant = access.require_public(rx, username)
    assert grant.room is not None
    return OpenRoom(grant, grant.room)


def by_id(rx: Reader, ids: Iterable[int]) -> list[OpenRoom]:
    """Those of the rooms that strangers may look at."""
    open_ = [room for room in rooms.some(rx, ids) if room.username and not access.closed(rx, room, STRANGER)]
    return [find(rx, room.username) for room in open_]


def listed(rx: Reader, after: str, limit: int) -> tuple[list[OpenRoom], str]:
    """(public rooms behind the name, in the order of names, the name to go on from or '').

    Shape: names in lower case; those that want no index are left out, so there may be fewer than the limit.
    """
    names = rows.names_from(rx, after, limit)
    there = rooms.some(rx, [room_id for _, room_id in names])
    living = {room.id for room in there if not access.closed(rx, room, STRANGER)}
    found = [find(rx, name) for name, room_id in names if room_id in living]
    return [one for one in found if one.indexed], names[-1][0] if len(names) == limit else ""


def behind_link(rx: Reader, hash_: str) -> Room:
    """The room that an invite link leads into. Errors: as `invite_links.behind`."""
    return invite_links.behind(rx, hash_, rx.now, STRANGER)[0]


def alike(rx: Reader, open_room: OpenRoom) -> list[Room]:
    """Public channels with the same members that are in the lists. Source: api/recommend"""
    found = similar.channels(rx, STRANGER, open_room.room.id)
    return [room for room in found if not _NOINDEX.search(room.about)]


def require_readable(open_room: OpenRoom) -> None:
    """Strangers read messages here. Errors: NotFound channel_private."""
    if not open_room.readable:
        raise NotFound("channel_private")


def page(rx: Reader, open_room: OpenRoom, *, before: int = 0, after: int = 0, date: int = 0) -> Stretch:
    """The posts below an id, above one, or up to a date; the newest when nothing is said.

    Errors: NotFound channel_private.
    """
    require_readable(open_room)
    wanted = Criteria(open_room.room.id, open_room.room.id)
    if date:
        before = boxes.first_after(rx, open_room.room.id, open_room.room.id, date) or 0
    if after:
        posts, more = _cut(_upwards(rx, wanted, after))
        posts = [post[::-1] for post in posts[::-1]]
        below = bool(posts) and _any(rx, Criteria(wanted.owner_id, wanted.peer_id, max_id=after + 1))
        return Stretch(_counted(rx, open_room, posts), more, below)
    posts, more = _cut(_downwards(rx, wanted, before or MAX_ID))
    above = bool(before) and _any(rx, Criteria(wanted.owner_id, wanted.peer_id, min_id=before - 1))
    return Stretch(_counted(rx, open_room, posts), above, more)


def mapped(rx: Reader, open_room: OpenRoom, most: int) -> list[tuple[int, int]]:
    """(id, date of the last change) of the newest posts, newest first; an album is its first part.

    Errors: NotFound channel_private.
    """
    require_readable(open_room)
    wanted, below, out = Criteria(open_room.room.id, open_room.room.id), MAX_ID, list[tuple[int, int]]()
    album = 0
    while len(out) < most:
        chunk = [Message.of_row(row) for row in search_rows.older(rx, wanted, below, _MOST)]
        for message in enforcement.visible(rx, STRANGER, [m for m in chunk if shown(m)]):
            if album and message.grouped_id == album:
                out.pop()
            album = message.grouped_id
            out.append((message.id, max(message.date, message.edit_date)))
        if len(chunk) < _MOST:
            break
        below = chunk[-1].id
    return out[:most]


def _downwards(rx: Reader, wanted: Criteria, below: int) -> Iterator[Message]:
    for _ in range(0, _MOST, _CHUNK):
        chunk = [Message.of_row(row) for row in search_rows.older(rx, wanted, below, _CHUNK)]
        yield from (m for m in chunk if shown(m))
        if len(chunk) < _CHUNK:
            return
        below = chunk[-1].id


def _upwards(rx: Reader, wanted: Criteria, above: int) -> Iterator[Message]:
    for _ in range(0, _MOST, _CHUNK):
        chunk = [Message.of_row(row) for row in search_rows.newer(rx, wanted, above + 1, _CHUNK)]
        yield from (m for m in chunk if shown(m))
        if len(chunk) < _CHUNK:
            return
        above = chunk[-1].id


def shown(message: Message) -> bool:
    """True for what somebody said; events of the room and media that vanish are not for pages."""
    content = message.content
    if not isinstance(content, Text):
        return False
    return not (isinstance(content.media, MediaPhoto | MediaDocument) and content.media.ttl_seconds)


def _cut(found: Iterator[Message]) -> tuple[list[list[Message]], bool]:
    """(a page of posts in the order they came in, whether there are more)."""
    posts: list[list[Message]] = []
    for message in found:
        if posts and message.grouped_id and posts[-1][0].grouped_id == message.grouped_id:
            posts[-1].append(message)
        elif len(posts) == POSTS:
            return posts, True
        else:
            posts.append([message])
    return posts, False


def _any(rx: Reader, wanted: Criteria) -> bool:
    return next(_downwards(rx, wanted, MAX_ID), None) is not None


def _counted(rx: Reader, open_room: OpenRoom, posts: Sequence[Sequence[Message]]) -> tuple[Post, ...]:
    """The posts knowing how often they were seen, each oldest first."""
    plain = enforcement.for_strangers(rx, [m for post in posts for m in post])
    known = {m.id: m for m in updates.counted(rx, open_room.room.id, plain)}
    return tuple(tuple(known[m.id] for m in sorted(post, key=lambda m: m.id)) for post in posts)


def post(rx: Reader, open_room: OpenRoom, message_id: int) -> Post:
    """The post, with the others of its album. Errors: NotFound message_id_invalid, channel_private."""
    require_readable(open_room)
    room_id = open_room.room.id
    if not 0 < message_id <= MAX_ID:
        raise NotFound("message_id_invalid")
    near = range(max(1, message_id - ALBUM + 1), message_id + ALBUM)
    found = [m for m in updates.messages_by_id(rx, room_id, near) if m.peer_id == room_id and shown(m)]
    found = enforcement.for_strangers(rx, found)
    one = next((m for m in found if m.id == message_id), None)
    if one is None:
        raise NotFound("message_id_invalid")
    album = [m for m in found if m.id == one.id or (one.grouped_id and m.grouped_id == one.grouped_id)]
    return tuple(sorted(album, key=lambda m: m.id))


def message(rx: Reader, open_room: OpenRoom, message_id: int) -> Message:
    """One message alone. Errors: NotFound message_id_invalid, channel_private."""
    return next(m for m in post(rx, open_room, message_id) if m.id == message_id)


def seek(rx: Reader, open_room: OpenRoom, question: str, before: int = 0) -> Stretch:
    """The posts that have every word of the question. Errors: NotFound channel_private."""
    require_readable(open_room)
    wanted = Criteria(open_room.room.id, open_room.room.id, max_id=max(0, before))
    found = search.find(rx, wanted, question, Offsets(0, 0, POSTS + 1), STRANGER).messages
    posts = tuple((m,) for m in enforcement.for_strangers(rx, found) if shown(m))
    return Stretch(posts[:POSTS], bool(before), len(found) > POSTS)


def near(rx: Reader, open_room: OpenRoom, post: Post) -> tuple[int, int]:
    """(the post before, the post after) by their ids, 0 for none."""
    wanted = Criteria(open_room.room.id, open_room.room.id)
    older = next(_downwards(rx, wanted, post[0].id), None)
    newer = next(_upwards(rx, wanted, post[-1].id), None)
    return (older.id if older else 0), (newer.id if newer else 0)


def comments(rx: Reader, open_room: OpenRoom, message_id: int, after: int = 0) -> Comments | None:
    """What is said under the post of a channel, in the order it was said; None where it is not discussed.

    Source: api/discussion
    """
    try:
        grant = access.require_discussion(rx, open_room.grant)
        group, top = threads.place_of(rx, open_room.grant, message_id)
    except (NotFound, Invalid):
        return None
    assert grant.room is not None
    if group != grant.room.id:
        return None
    size = COMMENTS + 1
    found = threads.replies(rx, group, top, Offsets(max(after, top) + 1, -size, size))
    told = [m for m in enforcement.for_strangers(rx, found.messages[::-1]) if m.id > after and shown(m)]
    more = len(told) > COMMENTS
    told = told[:COMMENTS]
    return Comments(grant.room, found.count, tuple(told), told[-1].id if more else 0)


def names(rx: Reader, ids: Sequence[int], now: int) -> dict[int, str]:
    """What people and public rooms are called to strangers; nothing for deleted accounts and private rooms."""
    out: dict[int, str] = {}
    for card in peers.cards(rx, STRANGER, ids, now):
        if not card.deleted:
            out[card.id] = f"{card.first_name} {card.last_name}".strip()
    for room in rooms.some(rx, ids):
        if room.username and not access.closed(rx, room, STRANGER):
            out[room.id] = room.title
    return out


def answered(rx: Reader, open_room: OpenRoom, posts: Sequence[Message]) -> dict[int, Message]:
    """The messages that these answer, by their ids."""
    wanted = {m.content.reply_to.msg_id for m in posts if m.content.reply_to and m.content.reply_to.msg_id}
    found = enforcement.for_strangers(rx, updates.messages_by_id(rx, open_room.room.id, sorted(wanted)))
    return {m.id: m for m in found if shown(m)}
