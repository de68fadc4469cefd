"""What the public pages ask of the domain: one question, one snapshot, one record for a template.

Source: requirements/public-pages
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.base import NotFound
from chappe.base.errors import Invalid, NotAllowed
from chappe.domain import edits, enforcement, files, global_search, open_rooms, polls
from chappe.domain.access import STRANGER
from chappe.domain.content import Media, MediaDocument, MediaPhoto, MediaWebPage, Photo, Text
from chappe.domain.open_rooms import OpenRoom, Post, Stretch
from chappe.domain.records import Message
from chappe.store import Reader
from chappe.web.public import clean, views
from chappe.web.public.markup import rich
from chappe.web.public.safe_media import Bytes
from chappe.web.public.views import Context, Shown

SIMILAR = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Which posts of a room are wanted. Shape: date is midnight of the day after the one meant, 0 for none."""

    before: int = 0
    after: int = 0
    date: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Hall:
    """A room's page. Shape: older and newer are ids to go on from, 0 at an end.

    similar has (name, path, members, hue).
    """

    room: OpenRoom
    posts: tuple[Shown, ...]
    newer: int
    older: int
    similar: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The page of a hashtag. Shape: last is where the next page begins, or zeros; rooms are all that it looked at."""

    posts: tuple[Shown, ...]
    count: int
    last: tuple[int, int, int]
    rooms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment. Shape: what it carries is only named."""

    id: int
    who: str
    hue: int
    html: object
    date: int
    edited: int
    carries: str


@dataclass(frozen=True, slots=True)
class Past:
    """What a post said before. Shape: html None when it is kept no more."""

    date: int
    html: object


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single post's page. Shape: comments None where there is no discussion; older and newer are ids, 0 for none."""

    room: OpenRoom
    post: Shown
    past: tuple[Past, ...]
    comments: tuple[Remark, ...] | None
    comment_count: int
    comments_after: int
    older: int
    newer: int


def room(rx: Reader, name: str, asked: Asked, base: str = "", *, similar: bool = True) -> Hall:
    """The page of a room. Errors: NotFound username_not_occupied."""
    found = open_rooms.find(rx, name)
    stretch = _stretch(rx, found, asked) if found.readable else Stretch((), False, False)
    posts = told(rx, found, stretch.posts, base)
    alike = open_rooms.alike(rx, found)[:SIMILAR] if similar and found.room.broadcast else []
    return Hall(
        found, posts,
        stretch.posts[0][-1].id if stretch.newer and stretch.posts else 0,
        stretch.posts[-1][0].id if stretch.older and stretch.posts else 0,
        tuple((views.title(one), f"/@{one.username}", one.member_count, views.hue(one.id)) for one in alike),
    )  # fmt: skip


def _stretch(rx: Reader, found: OpenRoom, asked: Asked) -> Stretch:
    if asked.words.strip():
        return open_rooms.seek(rx, found, asked.words, asked.before)
    return open_rooms.page(rx, found, before=asked.before, after=asked.after, date=asked.date)


def told(rx: Reader, found: OpenRoom, posts: Sequence[Post], base: str = "") -> tuple[Shown, ...]:
    """The posts of one room as records for templates."""
    context = _context(rx, found, [m for post in posts for m in post], base)
    return tuple(views.shown(context, post) for post in posts)


def _context(rx: Reader, found: OpenRoom, messages: Sequence[Message], base: str) -> Context:
    before = open_rooms.answered(rx, found, messages)
    people = views.mentioned([*messages, *before.values()])
    names = open_rooms.names(rx, sorted(people), rx.now) if people else {}
    return Context(found, names, before, polls.standings(rx, messages, STRANGER), base)


def post(rx: Reader, name: str, message_id: int, *, single: bool = False, after: int = 0) -> Leaf:
    """The page of a post. Errors: NotFound username_not_occupied, message_id_invalid, channel_private."""
    found = open_rooms.find(rx, name)
    album = open_rooms.post(rx, found, message_id)
    if single:
        album = tuple(m for m in album if m.id == message_id)
    older, newer = open_rooms.near(rx, found, album)
    talked = max(album, key=lambda m: m.replies.count if m.replies else 0)
    said = open_rooms.comments(rx, found, talked.id, after)
    remarks = None
    if said is not None:
        ids = sorted({int(m.from_id) for m in said.messages if m.from_id})
        names = open_rooms.names(rx, ids, rx.now) if ids else {}
        names[said.group.id] = views.title(found.room)
        names[found.room.id] = views.title(found.room)
        remarks = tuple(_remark(m, names) for m in said.messages)
    return Leaf(
        found, told(rx, found, [album])[0], _past(rx, found, album), remarks,
        said.count if said else 0, said.after if said else 0, older, newer,
    )  # fmt: skip


def deleted(rx: Reader, name: str, message_id: int) -> int:
    """When a post that is gone was deleted. Errors: NotFound when there never was one, or that is not to be known."""
    found = open_rooms.find(rx, name)
    try:
        kept = edits.edits_of(rx, found.grant, found.room.id, message_id)
    except (Invalid, NotAllowed):
        raise NotFound("message_id_invalid") from None
    if not kept or not kept[-1].deleted:
        raise NotFound("message_id_invalid")
    return kept[-1].date


def _past(rx: Reader, found: OpenRoom, album: Post) -> tuple[Past, ...]:
    """What the post, or any of its album, said before, newest first."""
    versions = [one for m in album for one in edits.edits_of(rx, found.grant, found.room.id, m.id) if not one.deleted]
    versions.sort(key=lambda one: -one.date)
    return tuple(Past(one.date, rich(one.said.message, one.said.entities) if one.said else None) for one in versions)


def _remark(message: Message, names: dict[int, str]) -> Remark:
    content = message.content
    assert isinstance(content, Text)
    carries = "photo" if isinstance(content.media, MediaPhoto) else "file" if content.media is not None else ""
    if isinstance(content.media, MediaWebPage):
        carries = ""
    name = names.get(message.from_id, "")
    return Remark(
        message.id, clean.name(name, ""), views.hue(message.from_id), rich(content.message, content.entities),
        message.date, 0 if content.edit_hide else message.edit_date, carries,
    )  # fmt: skip


def hashtag(rx: Reader, tag: str, offset: tuple[int, int, int], base: str = "") -> Tagged:
    """Posts of public channels with the tag, newest first."""
    question = tag if tag.startswith("$") else f"#{tag}"
    page = global_search.public(rx, STRANGER, question, offset, open_rooms.POSTS + 1)
    kept = enforcement.for_strangers(rx, page.messages[: open_rooms.POSTS])  # what is hidden there was not found
    halls: dict[int, OpenRoom] = {one.room.id: one for one in open_rooms.by_id(rx, {m.owner_id for m in kept})}
    there: dict[tuple[int, int], Shown] = {}
    for hall in halls.values():
        mine = [(m,) for m in kept if m.owner_id == hall.room.id and hall.indexed and open_rooms.shown(m)]
        there |= {(hall.room.id, post.id): post for post in told(rx, hall, mine, base)}
    posts = [there[m.owner_id, m.id] for m in kept if (m.owner_id, m.id) in there]
    last = (kept[-1].date, int(kept[-1].owner_id), int(kept[-1].id)) if len(page.messages) > len(kept) else (0, 0, 0)
    return Tagged(tuple(posts), page.count, last, tuple(sorted(halls)))


def picture(rx: Reader, name: str, size: str) -> Bytes:
    """The room's own picture. Errors: NotFound username_not_occupied; Invalid location_invalid."""
    found = open_rooms.find(rx, name)
    if found.room.photo is None:
        raise NotFound("location_invalid")
    files.require_given(rx, found.room.photo.file_id)
    return _of_photo(found.room.photo, size)


def file(rx: Reader, name: str, message_id: int, part: str, size: str = "") -> Bytes:
    """What a post carries. Shape: part is photo, thumb, card, play or file; size is a letter of the size table.

    Errors: NotFound username_not_occupied, message_id_invalid, channel_private, location_invalid; Invalid.
    """
    found = open_rooms.find(rx, name)
    content = open_rooms.message(rx, found, message_id).content
    if found.protected or not isinstance(content, Text) or content.noforwards:
        raise NotFound("location_invalid")
    files.require_given(rx, file_of(content.media))
    match part, content.media:
        case "photo", MediaPhoto(photo=photo):
            return _of_photo(photo, size)
        case "card", MediaWebPage(page=page) if page.photo is not None:
            return _of_photo(page.photo, size)
        case "thumb", MediaDocument(document=document) if size:
            place = files.place(document, size)
            return Bytes(place.sha256, place.size_bytes, "image/jpeg")
        case "play", MediaDocument(document=document):
            return Bytes(document.sha256, document.size_bytes, document.mime_type)
        case "file", MediaDocument(document=document):
            return Bytes(document.sha256, document.size_bytes, document.mime_type, views.file_name(document))
        case _:
            raise NotFound("location_invalid")


def file_of(media: Media | None) -> int:
    """The id of the file that the media are, 0 for none."""
    match media:
        case MediaPhoto(photo=photo):
            return photo.file_id
        case MediaDocument(document=document):
            return document.file_id
        case MediaWebPage(page=page) if page.photo is not None:
            return page.photo.file_id
        case _:
            return 0


def _of_photo(photo: Photo, size: str) -> Bytes:
    place = files.place(photo, size)
    return Bytes(place.sha256, place.size_bytes, "image/jpeg")
