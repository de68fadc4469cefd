"""Pages over many rooms: hashtags, the directory, the map for search engines, invite links, members' messages.

Source: requirements/public-pages, sitemaps/protocol, rfc/9309
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from chappe.base.errors import Refusal, TooMany
from chappe.base.ids import channel_peer
from chappe.domain import open_rooms, public_names
from chappe.domain.access import STRANGER
from chappe.store import Reader, StoreUnavailable
from chappe.web import formats
from chappe.web.language import of_request
from chappe.web.page import Pages, packed
from chappe.web.public import clean, reading
from chappe.web.public.eyes import Eyes
from chappe.web.public.facts import Head, head
from chappe.web.public.kept import Kept, Rendered, Turns

PAGE = 50
TAGS_KEPT = 1000
"""Pages of hashtags of which is known what they show."""
MAPPED = 10_000
"""Rooms in the map for search engines."""
MAP_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
)
MAPS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
)
TAG = re.compile(r"[#$]?\w{1,64}")
HASH = re.compile(r"[A-Za-z0-9_-]{8,64}")
CLOSED_TO_ROBOTS = ("/app", "/operator", "/invite", "/metrics", "/+", "/joinchat/", "/c/")


class Lists:
    """The pages over many rooms."""

    def __init__(self, pages: Pages, eyes: Eyes, kept: Kept, turns: Turns) -> None:
        self.pages = pages
        self.eyes = eyes
        self.kept = kept
        self.turns = turns
        self._shown: dict[tuple[str, ...], tuple[int, ...]] = {}

    async def hashtag(self, request: Request) -> Response:
        """Posts of public channels with a hashtag, newest first."""
        tag = clean.said(request.path_params["tag"])
        if not TAG.fullmatch(tag):
            return self.pages.notice(request, "missing", 404)
        tag = tag if tag.startswith("$") else f"#{tag.removeprefix('#')}"
        offset = _place(request.query_params.get("from", ""))
        key = ("tag", tag, repr(offset), of_request(request), self.eyes.key(request))

        async def render() -> Rendered:
            async with self.turns:
                found = await self.eyes.read(request, lambda rx: reading.hashtag(rx, tag.removeprefix("#"), offset))
            self._shown[key] = found.rooms
            path = f"/hashtag/{quote(tag.removeprefix('#'), safe='')}"
            older = f"{path}?from={'.'.join(str(part) for part in found.last)}" if found.last[0] else ""
            known: dict[str, object] = {
                "tag": tag, "posts": found.posts, "number": found.count, "older": older,
                "canonical": self.pages.site.base + path, "robots": "" if found.posts else "noindex",
                "switch": lambda code: f"?lang={code}",
            }  # fmt: skip
            return await self._rendered(request, "public/hashtag.html", known)

        while len(self._shown) > TAGS_KEPT:
            del self._shown[next(iter(self._shown))]
        rooms = self._shown.get(key, ())
        mark = await self.eyes.read(request, lambda rx: open_rooms.mark_of_all(rx, rooms))
        try:
            return self.pages.remember(request, await self.kept.answer(request, key, mark, render))
        except TooMany as refusal:
            return busy(self.pages, request, refusal)

    async def channels(self, request: Request) -> Response:
        """The directory of public rooms, by name or by what is sought."""
        words, after = request.query_params.get("q", "")[:100].strip(), request.query_params.get("after", "")[:32]

        def query(rx: Reader) -> tuple[list[Head], str]:
            if words:
                found = open_rooms.by_id(rx, [room.id for room in public_names.find(rx, STRANGER, words, PAGE)])
                return [head(one.room) for one in found if one.indexed], ""
            listed = open_rooms.listed(rx, after.lower(), PAGE)
            return [head(one.room) for one in listed[0]], listed[1]

        async def render() -> Rendered:
            async with self.turns:
                rooms, more = await self.eyes.read(request, query)
            known: dict[str, object] = {
                "rooms": rooms, "more": more, "words": words, "switch": lambda code: f"?lang={code}",
                "robots": "noindex, follow" if words or after else "",
            }  # fmt: skip
            return await self._rendered(request, "public/channels.html", known)

        return await self._now(request, render)

    async def sitemap(self, request: Request) -> Response:
        """The map for search engines: fixed pages, and the public rooms that want to be found."""
        base = self.pages.site.base

        async def render() -> Rendered:
            found = await self.eyes.read(request, _mapped)
            places = [("/", 0), ("/channels", 0), ("/terms", 0), *found]
            lines = [f"<url><loc>{escape(base + path)}</loc>{_changed(date)}</url>" for path, date in places]
            body = "\n".join([*MAP_HEAD, *lines, "</urlset>\n"])
            return Rendered(body.encode(), "application/xml; charset=utf-8", {})

        return await self.kept.answer(request, ("sitemap",), (), render)

    async def maps(self, request: Request) -> Response:
        """The map of the maps: one for each public room that wants to be found, with its posts."""
        base = self.pages.site.base

        async def render() -> Rendered:
            found = [f"{base}{path}/sitemap.xml" for path, date in await self.eyes.read(request, _mapped) if date]
            lines = [f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in found]
            body = "\n".join([MAPS_HEAD, *lines, "</sitemapindex>\n"])
            return Rendered(body.encode(), "application/xml; charset=utf-8", {})

        return await self.kept.answer(request, ("maps",), (), render)

    async def robots(self, request: Request) -> Response:
        """What search engines are asked to leave alone."""
        closed = [f"Disallow: {path}" for path in CLOSED_TO_ROBOTS]
        there = [f"Sitemap: {self.pages.site.base}/{name}.xml" for name in ("sitemap", "sitemap-posts")]
        return PlainTextResponse("\n".join(["User-agent: *", *closed, "Allow: /", "", *there, ""]))

    async def invited(self, request: Request) -> Response:
        """The page of an invite link into a room: what it is called, how many are in it."""
        said = request.path_params["hash"]
        try:
            if not HASH.fullmatch(said):
                return self.pages.notice(request, "gone", 404)
            room = await self.eyes.read(request, lambda rx: open_rooms.behind_link(rx, said))
        except StoreUnavailable:
            raise
        except Refusal:
            return self.pages.notice(request, "gone", 404)
        if room.username:
            return RedirectResponse(f"/@{room.username}", 302, {"cache-control": "no-store"})
        texts = self.pages.texts[of_request(request)]
        shown = head(room)
        known: dict[str, object] = {
            "title": shown.title, "text": texts.invited_channel if room.broadcast else texts.invited_group,
            "room": shown, "app_link": f"/app/#/invited/{said}", "tg_link": f"tg://join?invite={said}",
            "robots": "noindex",
        }  # fmt: skip
        return self.pages.show(request, "public/elsewhere.html", known)

    async def members(self, request: Request) -> Response:
        """The page of a message in a private room: the same for any, whether it exists or not."""
        texts = self.pages.texts[of_request(request)]
        room, post = request.path_params["room"], request.path_params["id"]
        known: dict[str, object] = {
            "title": texts.members_title, "text": texts.members_text, "room": None, "robots": "noindex",
            "app_link": f"/app/#/c/{channel_peer(room)}/{post}", "tg_link": f"tg://privatepost?channel={room}&post={post}",
        }  # fmt: skip
        return self.pages.show(request, "public/elsewhere.html", known)

    async def _now(self, request: Request, render: Callable[[], Awaitable[Rendered]]) -> Response:
        """The directory is never kept: a room that becomes private is gone from it at once."""
        try:
            page = await render()
        except TooMany as refusal:
            return busy(self.pages, request, refusal)
        answer = Response(page.body, page.status, page.headers | {"cache-control": "no-cache"}, page.media_type)
        return packed(request, self.pages.remember(request, answer))

    async def _rendered(self, request: Request, template: str, known: dict[str, object]) -> Rendered:
        body = await asyncio.to_thread(self.pages.render, request, template, known)
        headers = {"vary": "accept-language, cookie, accept-encoding", "content-language": of_request(request)}
        if known.get("robots"):
            headers["x-robots-tag"] = str(known["robots"])
        return Rendered(body.encode("utf-8", "replace"), "text/html; charset=utf-8", headers)


def list_routes(pages: Pages, eyes: Eyes, kept: Kept, turns: Turns) -> list[Route]:
    """The addresses of the pages over many rooms."""
    lists = Lists(pages, eyes, kept, turns)
    return [
        Route("/hashtag/{tag}", lists.hashtag),
        Route("/channels", lists.channels),
        Route("/sitemap.xml", lists.sitemap),
        Route("/sitemap-posts.xml", lists.maps),
        Route("/robots.txt", lists.robots),
        Route("/+{hash}", lists.invited),
        Route("/joinchat/{hash}", lists.invited),
        Route("/c/{room:int}/{id:int}", lists.members),
        Route("/c/{room:int}/{thread:int}/{id:int}", lists.members),
    ]


def busy(pages: Pages, request: Request, refusal: TooMany) -> Response:
    """Too many search at once: the visitor is asked to come again in some seconds."""
    answer = pages.notice(request, "busy", 503)
    answer.headers["retry-after"] = str(refusal.wait_s)
    return answer


def _mapped(rx: Reader) -> list[tuple[str, int]]:
    """(path, date of the last post) of the public rooms that want to be found."""
    out: list[tuple[str, int]] = []
    rooms, after = open_rooms.listed(rx, "", 500)
    while rooms or after:
        out += [(f"/@{one.room.username}", one.room.top_date if one.readable else 0) for one in rooms]
        if not after or len(out) >= MAPPED:
            break
        rooms, after = open_rooms.listed(rx, after, 500)
    return out


def map_of_posts(base: str, path: str, posts: list[tuple[int, int]]) -> bytes:
    """The map of one room. Source: sitemaps/protocol"""
    lines = [f"<url><loc>{escape(f'{base}{path}/{number}')}</loc>{_changed(date)}</url>" for number, date in posts]
    return "\n".join([*MAP_HEAD, *lines, "</urlset>\n"]).encode()


def _changed(date: int) -> str:
    return f"<lastmod>{formats.stamp(date)}</lastmod>" if date else ""


def _place(said: str) -> tuple[int, int, int]:
    """Where a page of a hashtag begins: (date, room, message). Shape: `1700000000.-1000000001000.5`."""
    found = re.fullmatch(r"(\d{1,10})\.(-\d{13,16})\.(\d{1,10})", said)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)
