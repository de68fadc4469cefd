"""Posts as templates and feeds show them: plain records of what a stranger may see, made of the domain's.

Source: requirements/public-pages
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from chappe.base.ids import CHANNEL_MARK
from chappe.domain.content import (
    Document,
    MediaContact,
    MediaDice,
    MediaDocument,
    MediaEmpty,
    MediaGeo,
    MediaPhoto,
    MediaPoll,
    MediaTodo,
    MediaWebPage,
    Photo,
    PhotoSize,
    Text,
)
from chappe.domain.media_kinds import document_kind
from chappe.domain.open_rooms import OpenRoom, Post
from chappe.domain.polls import Standing
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.web.public import clean
from chappe.web.public.markup import plain, rich
from chappe.web.public.safe_media import PLAYABLE, STILL

SNIPPET = 120
HEADLINE = 90
WIDEST = 720
"""Pixels of the column a picture stands in."""


@dataclass(frozen=True, slots=True)
class Medium:
    """What a post carries. Shape: kind is photo, video, gif, audio, voice, sticker, file, or closed when withheld."""

    kind: str
    href: str = ""
    src: str = ""
    srcset: str = ""
    poster: str = ""
    w: int = 0
    h: int = 0
    name: str = ""
    mime_type: str = ""
    size_bytes: int = 0
    duration_s: int = 0
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A link card. Shape: place is where the link really goes."""

    href: str
    place: str
    title: str
    text: str
    src: str = ""
    w: int = 0
    h: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a poll. Shape: percent is None while nobody but voters may know."""

    text: str
    votes: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as strangers see it. Shape: told means that the answers have their percents."""

    question: str
    answers: tuple[Answer, ...]
    voters: int
    quiz: bool
    closed: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One post. Shape: path begins with a slash; ids has all of an album; reply and forward are (words, path)."""

    id: int
    path: str
    date: int
    edited: int
    html: Markup
    words: str
    media: tuple[Medium, ...]
    author: str
    author_hue: int
    views: int
    forwards: int
    reactions: tuple[tuple[str, int], ...]
    comments: int | None
    forward: tuple[str, str] | None
    reply: tuple[str, str, str] | None
    card: Card | None
    poll: Poll | None
    place: tuple[str, str, str] | None
    aside: str
    room: str = ""
    room_path: str = ""

    @property
    def headline(self) -> str:
        """What the post is about, on one line; empty when it has no words."""
        return plain(self.words.partition("\n")[0] or self.words, HEADLINE)


@dataclass(frozen=True, slots=True)
class Context:
    """What posts are read with: names of people and rooms, answered messages, standings of polls."""

    open_room: OpenRoom
    names: Mapping[int, str]
    answered: Mapping[int, Message]
    polls: Mapping[int, Standing]
    base: str = ""
    with_media: bool = True

    @property
    def path(self) -> str:
        """The room's address."""
        return f"{self.base}/@{self.open_room.room.username}"


def title(room: Room) -> str:
    """What the room is called on pages."""
    return clean.name(room.title, f"@{room.username}")


def hue(peer: int) -> int:
    """Which of the seven colours somebody has, the same as in the messenger."""
    return (-peer - CHANNEL_MARK if peer < -CHANNEL_MARK else abs(peer)) % 7 + 1


def initials(name: str) -> str:
    """One or two letters for a face without a picture."""
    parts = [part for part in name.split() if part[0].isalnum()]
    return "".join(part[0] for part in parts[:2]) or name[:1]


def shown(context: Context, post: Post) -> Shown:
    """The post as a record for templates. Shape: the words of an album are those of its first captioned part."""
    spoken = next((m for m in post if isinstance(m.content, Text) and m.content.message), post[0])
    content, room = spoken.content, context.open_room.room
    assert isinstance(content, Text)
    first = post[0]
    media = [one for m in post if (one := _medium(context, m)) is not None]
    author = content.post_author if not first.from_id else context.names.get(first.from_id, "")
    return Shown(
        id=first.id, path=f"{context.path}/{first.id}", date=first.date,
        edited=0 if content.edit_hide else max(m.edit_date for m in post),
        html=rich(content.message, content.entities, context.base), words=clean.said(content.message),
        media=tuple(media), author=clean.name(author, ""), author_hue=hue(first.from_id or room.id),
        views=max(m.views for m in post), forwards=max(m.forwards for m in post), reactions=_reactions(post),
        comments=sum(m.replies.count for m in post if m.replies) if room.broadcast and room.linked_id else None,
        forward=_forward(context, content), reply=_reply(context, content), card=_card(context, first),
        poll=_poll(context, content), place=_place(content), aside=_aside(content),
        room=title(room), room_path=context.path,
    )  # fmt: skip


def _reactions(post: Post) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for sign, custom, n in (one for m in post for one in m.tallied):
        found[sign] += 0 if custom else n
    return tuple((sign, n) for sign, n in found.most_common(8) if n)


def _forward(context: Context, content: Text) -> tuple[str, str] | None:
    """(where it comes from, its address if that is public)."""
    head = content.fwd_from
    if head is None:
        return None
    name = context.names.get(head.from_id, "") if head.from_id else head.from_name
    return clean.name(name, ""), ""


def _reply(context: Context, content: Text) -> tuple[str, str, str] | None:
    """(who said it, the beginning of what was said, its address)."""
    reply = content.reply_to
    if reply is None:
        return None
    before = context.answered.get(reply.msg_id)
    if before is None or not isinstance(before.content, Text):
        return (clean.name(reply.from_name, ""), plain(reply.quote_text, SNIPPET), "") if reply.quote_text else None
    name = context.names.get(before.from_id, "") if before.from_id else title(context.open_room.room)
    text = plain(reply.quote_text or before.content.message, SNIPPET) or "…"
    return clean.name(name, ""), text, f"{context.path}/{before.id}"


def _medium(context: Context, message: Message) -> Medium | None:
    content = message.content
    media = content.media if isinstance(content, Text) else None
    if not isinstance(media, MediaPhoto | MediaDocument | MediaEmpty):
        return None
    withheld = isinstance(content, Text) and content.noforwards
    if isinstance(media, MediaEmpty) or withheld or context.open_room.protected or not context.with_media:
        return Medium("closed", f"{context.path}/{message.id}")
    path = f"{context.path}/{message.id}"
    if isinstance(media, MediaPhoto):
        return _photo(media.photo, path, spoiler=media.spoiler)
    return _document(media, path)


def _photo(photo: Photo, path: str, *, spoiler: bool) -> Medium | None:
    sizes = [size for size in photo.sizes if size.w and size.h]
    if not sizes:
        return None
    best = next((size for size in sizes if size.w >= WIDEST), sizes[-1])
    several = ", ".join(f"{path}/photo/{size.kind}.jpg {size.w}w" for size in sizes if size.w >= 300)
    return Medium(
        "photo", f"{path}/photo/{sizes[-1].kind}.jpg", f"{path}/photo/{best.kind}.jpg", several,
        w=best.w, h=best.h, mime_type="image/jpeg", size_bytes=best.size_bytes, spoiler=spoiler,
    )  # fmt: skip


def _document(media: MediaDocument, path: str) -> Medium:
    document, kind = media.document, document_kind(media)
    name = file_name(document)
    w, h, duration_s = _measures(document)
    thumb = _thumb(document)
    poster = f"{path}/thumb/{thumb.kind}.jpg" if thumb else ""
    href = f"{path}/file/{quote(name, safe='')}"
    common = {"href": href, "name": name, "mime_type": document.mime_type, "size_bytes": document.size_bytes,
              "spoiler": media.spoiler, "duration_s": duration_s}  # fmt: skip
    play = f"{path}/play"
    if kind == "gif" and document.mime_type in STILL:
        return Medium("sticker", src=play, w=w, h=h, **common)  # type: ignore[arg-type]
    if kind in ("video", "gif", "round") and document.mime_type in PLAYABLE:
        return Medium("gif" if kind == "gif" else "video", src=play, poster=poster, w=w, h=h, **common)  # type: ignore[arg-type]
    if kind in ("audio", "voice") and document.mime_type in PLAYABLE:
        return Medium(kind, src=play, name=_song(document) or name, **{k: v for k, v in common.items() if k != "name"})  # type: ignore[arg-type]
    if kind == "sticker":
        src = play if document.mime_type in STILL else poster
        return Medium("sticker" if src else "file", src=src, w=w, h=h, **common)  # type: ignore[arg-type]
    return Medium("file", poster=poster, w=thumb.w if thumb else 0, h=thumb.h if thumb else 0, **common)  # type: ignore[arg-type]


def file_name(document: Document) -> str:
    """The name under which the file is offered."""
    said = next((a.name for a in document.attributes if a.kind == "Filename" and a.name), "")
    return clean.file_name(said, f"file-{document.file_id}")


def _song(document: Document) -> str:
    found = next((a for a in document.attributes if a.kind == "Audio" and (a.name or a.performer)), None)
    return clean.name(" – ".join(part for part in (found.performer, found.name) if part), "") if found else ""


def _measures(document: Document) -> tuple[int, int, int]:
    """(width, height, seconds) as far as the file tells."""
    w = h = duration_s = 0
    for a in document.attributes:
        w, h, duration_s = a.w or w, a.h or h, round(a.duration_s) or duration_s
    return min(w, 10_000), min(h, 10_000), duration_s


def _thumb(document: Document) -> PhotoSize | None:
    return document.thumbs[-1] if document.thumbs else None


def _card(context: Context, message: Message) -> Card | None:
    content = message.content
    media = content.media if isinstance(content, Text) else None
    if not isinstance(media, MediaWebPage) or media.page.state != "ready":
        return None
    page = media.page
    there = clean.link(page.url)
    if there is None:
        return None
    card_title = clean.name(page.title or page.site_name, there.place)
    size = _largest(page.photo) if context.with_media and not context.open_room.protected else None
    src = f"{context.path}/{message.id}/card/{size.kind}.jpg" if size else ""
    text = plain(page.description, 240)
    return Card(there.href, there.place, card_title, text, src, size.w if size else 0, size.h if size else 0)


def _largest(photo: Photo | None) -> PhotoSize | None:
    sizes = [size for size in photo.sizes if size.w and size.h] if photo else []
    return next((size for size in sizes if size.w >= 320), sizes[-1]) if sizes else None


def _poll(context: Context, content: Text) -> Poll | None:
    media = content.media
    if not isinstance(media, MediaPoll):
        return None
    standing = context.polls.get(media.poll_id, Standing(media.closed, 0, {}))
    told = standing.closed or not (media.quiz or media.hide_results)
    answers = tuple(
        Answer(clean.said(a.text), *((standing.counts.get(i, 0), _percent(standing, i)) if told else (0, None)))
        for i, a in standing.answers(media)
    )
    return Poll(clean.said(media.question), answers, standing.voters, media.quiz, standing.closed, told)


def _percent(standing: Standing, place: int) -> int:
    return round(100 * standing.counts.get(place, 0) / standing.voters) if standing.voters else 0


def _place(content: Text) -> tuple[str, str, str] | None:
    """(what the place is called, its address, its geo: link)."""
    media = content.media
    if not isinstance(media, MediaGeo):
        return None
    point = f"{media.lat:.5f}, {media.long:.5f}"
    return clean.name(media.title, point), clean.name(media.address, ""), f"geo:{media.lat:.5f},{media.long:.5f}"


def _aside(content: Text) -> str:
    """What has no form of its own: a throw, a checklist, somebody's card (their number is not for pages)."""
    media = content.media
    if isinstance(media, MediaDice):
        return f"{clean.said(media.emoticon)} {media.value}"
    if isinstance(media, MediaTodo):
        done = {tick.id for tick in media.ticks}
        tasks = [f"{'☑' if task.id in done else '☐'} {clean.said(task.text)}" for task in media.tasks]
        return "\n".join([clean.said(media.title), *tasks])
    return clean.name(f"{media.first_name} {media.last_name}", "") if isinstance(media, MediaContact) else ""


def mentioned(messages: Sequence[Message]) -> set[int]:
    """Everybody whose name the posts need."""
    ids = {m.from_id for m in messages if m.from_id}
    for m in messages:
        if isinstance(m.content, Text) and m.content.fwd_from and m.content.fwd_from.from_id:
            ids.add(m.content.fwd_from.from_id)  # type: ignore[arg-type]
    return {int(i) for i in ids}
