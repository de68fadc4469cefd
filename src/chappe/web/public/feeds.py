"""The newest posts of a room for feed readers: RSS 2.0 and JSON Feed 1.1.

Source: rss/2.0, jsonfeed/1.1
"""

from collections.abc import Callable
from email.utils import formatdate
from xml.sax.saxutils import escape, quoteattr

import msgspec
from markupsafe import Markup
from markupsafe import escape as html

from chappe.web import formats
from chappe.web.public.facts import head
from chappe.web.public.reading import Hall
from chappe.web.public.views import Medium, Shown

Maker = Callable[[Hall, str], tuple[bytes, str]]


def rss(hall: Hall, base: str) -> tuple[bytes, str]:
    """The feed and its type."""
    shown = head(hall.room.room)
    address = base + shown.path
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>',
        f"<title>{_xml(shown.title)}</title><link>{escape(address)}</link>",
        f"<description>{_xml(shown.description or shown.title)}</description>",
        f"<atom:link href={quoteattr(address + '/feed.xml')} rel=\"self\" type=\"application/rss+xml\"/>",
    ]
    if shown.picture:
        picture = f"<url>{escape(base + shown.picture)}</url><title>{_xml(shown.title)}</title>"
        lines.append(f"<image>{picture}<link>{escape(address)}</link></image>")
    lines += [_item(post) for post in hall.posts]
    return "\n".join([*lines, "</channel></rss>\n"]).encode("utf-8", "replace"), "application/rss+xml; charset=utf-8"


def _item(post: Shown) -> str:
    enclosed = next((m for m in post.media if m.href and m.kind != "closed"), None)
    title = f"<title>{_xml(post.headline)}</title>" if post.headline else ""
    author = f"<dc:creator>{_xml(post.author)}</dc:creator>" if post.author else ""
    enclosure = _enclosure(enclosed) if enclosed else ""
    return (
        f"<item>{title}<link>{escape(post.path)}</link><guid>{escape(post.path)}</guid>"
        f"<pubDate>{formatdate(post.date, usegmt=True)}</pubDate>"
        f"<description>{_xml(_body(post))}</description>{author}{enclosure}</item>"
    )


def _enclosure(medium: Medium) -> str:
    return f'<enclosure url={quoteattr(medium.href)} length="{medium.size_bytes}" type={quoteattr(_kind(medium))}/>'


def json_feed(hall: Hall, base: str) -> tuple[bytes, str]:
    """The feed and its type."""
    shown = head(hall.room.room)
    address = base + shown.path
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": shown.title, "home_page_url": address,
        "feed_url": f"{address}/feed.json", "description": shown.description,
        "items": [_json_item(post) for post in hall.posts],
    }  # fmt: skip
    if shown.picture:
        feed["icon"] = base + shown.picture
    return msgspec.json.encode(feed), "application/feed+json; charset=utf-8"


def _json_item(post: Shown) -> dict[str, object]:
    item: dict[str, object] = {
        "id": post.path, "url": post.path, "content_html": str(_body(post)), "content_text": post.words,
        "date_published": formats.stamp(post.date),
    }  # fmt: skip
    if post.edited:
        item["date_modified"] = formats.stamp(post.edited)
    if post.headline:
        item["title"] = post.headline
    if post.author:
        item["authors"] = [{"name": post.author}]
    attached = [
        {"url": m.href, "mime_type": _kind(m), "size_in_bytes": m.size_bytes}
        for m in post.media if m.href and m.kind != "closed"
    ]  # fmt: skip
    if attached:
        item["attachments"] = attached
    return item


def _kind(medium: Medium) -> str:
    """What the address answers with: a download has no type of its own."""
    return medium.mime_type if medium.kind == "photo" else "application/octet-stream"


def _body(post: Shown) -> Markup:
    """The post as a reader shows it: pictures, the words, the link card."""
    parts = [
        Markup('<p><img src="{}" width="{}" height="{}" alt=""></p>').format(m.src or m.poster, m.w, m.h)
        for m in post.media if m.src and m.kind == "photo" and not m.spoiler
    ]  # fmt: skip
    if post.words:
        parts.append(Markup('<div style="white-space:pre-wrap">{}</div>').format(post.html))
    if post.poll:
        parts.append(Markup("<p>{}</p>").format(post.poll.question))
    if post.card:
        parts.append(Markup('<p><a href="{}">{} ({})</a></p>').format(post.card.href, post.card.title, post.card.place))
    return Markup("").join(parts) or html("")


def _xml(text: str) -> str:
    """Escaped, without the characters that XML cannot hold."""
    return escape("".join(c for c in text if c in "\t\n" or c >= " "), {"\u0085": " "})
