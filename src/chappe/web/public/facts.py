"""What the templates of public pages name: a room's head, the links to other pages, how a post is shared."""

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlencode

from markupsafe import Markup

from chappe.domain import formatting
from chappe.domain.open_rooms import OpenRoom
from chappe.domain.rooms import Room
from chappe.web import formats
from chappe.web.language import Texts
from chappe.web.public import clean, views
from chappe.web.public.markup import plain, rich
from chappe.web.public.reading import Asked, Hall, Leaf
from chappe.web.public.views import Shown

DAY_S = 86_400
DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class Head:
    """A room's name, face and figures. Shape: counted is the text that counts its people."""

    title: str
    username: str
    path: str
    about: Markup
    description: str
    picture: str
    hue: int
    initials: str
    members: int
    counted: str
    readable: bool


def head(room: Room, *, readable: bool = False) -> Head:
    """The room as its pages show it."""
    title = views.title(room)
    text, entities = formatting.formatted(room.about, ())
    path = f"/@{room.username}"
    sizes = {size.kind for size in room.photo.sizes} if room.photo else set()
    kind = next((kind for kind in "cam" if kind in sizes), "")
    picture = f"{path}/photo/{kind}.jpg" if kind and room.username else ""
    return Head(
        title, room.username, path, rich(text, entities), plain(room.about, DESCRIPTION), picture, views.hue(room.id),
        views.initials(title), room.member_count, "room_subscribers" if room.broadcast else "room_members", readable,
    )  # fmt: skip


def of_hall(hall: Hall, asked: Asked, target: int, base: str) -> dict[str, object]:
    """What the page of a room names."""
    found = hall.room
    shown = head(found.room, readable=found.readable)
    canonical = f"{base}{shown.path}"
    if asked.before and not asked.words:
        canonical += f"?before={asked.before}"
    return {
        "room": shown, "posts": hall.posts, "similar": hall.similar, "asked": asked, "target": target,
        "canonical": canonical, "asked_day": _day(asked.date), "links": _links(shown.path, asked, hall),
    }  # fmt: skip


def _day(date: int) -> str:
    return f"{datetime.fromtimestamp(date - DAY_S, UTC):%Y-%m-%d}" if date > DAY_S else ""


def _links(path: str, asked: Asked, hall: Hall) -> dict[str, str]:
    words = {"q": asked.words} if asked.words else {}
    older = f"{path}?{urlencode(words | {'before': hall.older})}" if hall.older else ""
    newer = f"{path}?{urlencode({'after': hall.newer})}" if hall.newer and not asked.words else ""
    return {"older": older, "newer": newer}


def of_leaf(leaf: Leaf, t: Texts, base: str, *, embed: bool) -> dict[str, object]:
    """What the page of a post names."""
    shown, post = head(leaf.room.room, readable=True), leaf.post
    canonical = f"{base}{post.path}"
    said = post.headline or t.post_untitled.format(date=formats.day(t, post.date))
    known: dict[str, object] = {
        "room": shown, "p": post, "headline": said, "canonical": canonical,
        "description": plain(post.words, DESCRIPTION) or shown.title,
    }  # fmt: skip
    if embed:
        return known
    return known | {
        "past": leaf.past, "comments": leaf.comments, "comment_count": leaf.comment_count,
        "comments_after": leaf.comments_after, "older": leaf.older, "newer": leaf.newer,
        "picture": preview(leaf.room, shown, post, base), "shares": shares(t, said, canonical),
        "embed": embed_code(canonical, said),
    }  # fmt: skip


def preview(room: OpenRoom, shown: Head, post: Shown, base: str) -> tuple[str, int, int] | None:
    """(address, width, height) of the picture that other sites show beside a link; the room's own has no measures."""
    for medium in post.media:
        if medium.kind == "photo" and not medium.spoiler:
            return base + medium.src, medium.w, medium.h
        if medium.poster and not medium.spoiler:
            return base + medium.poster, medium.w, medium.h
    if post.card and post.card.src:
        return base + post.card.src, post.card.w, post.card.h
    return (base + shown.picture, 0, 0) if shown.picture else None


def shares(t: Texts, title: str, address: str) -> list[tuple[str, str]]:
    """(name, address) of the places a post can be shared at; plain links, nothing of theirs is loaded here."""
    link, text = quote(address, safe=""), quote(title, safe="")
    both = quote(f"{title} {address}", safe="")
    return [
        (t.share_mail, f"mailto:?subject={text}&body={both}"),
        (t.share_messenger, f"tg://msg_url?url={link}&text={text}"),
        ("Mastodon", f"https://share.joinmastodon.org/#text={both}"),
        ("Bluesky", f"https://bsky.app/intent/compose?text={both}"),
        ("WhatsApp", f"https://wa.me/?text={both}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={link}"),
        ("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?url={link}"),
        ("X", f"https://x.com/intent/post?url={link}&text={text}"),
    ]


def embed_code(address: str, title: str) -> str:
    """The lines that show the post on another page."""
    said = escape(clean.name(title, ""), quote=True)
    return (
        f'<iframe src="{escape(address)}?embed=1" title="{said}" width="480" height="420" loading="lazy" '
        'style="border:0;max-width:100%"></iframe>'
    )
