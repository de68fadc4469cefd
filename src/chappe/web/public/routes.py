"""The addresses of public rooms, and those that clients make: `/@name`, `/name/123`, `/+hash`, `/c/…`.

Source: requirements/public-pages
A private room, a person, a name nobody has and one that was never possible look the same.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe.base import Clock
from chappe.base.errors import Refusal, TooMany
from chappe.domain import open_rooms
from chappe.domain.places import NOWHERE, Places
from chappe.store import Reader, Store, StoreUnavailable
from chappe.store.blobs import Blobs
from chappe.web import formats
from chappe.web.language import of_request
from chappe.web.page import Pages
from chappe.web.public import facts, feeds, lists, reading, safe_media
from chappe.web.public.eyes import Eyes
from chappe.web.public.kept import Kept, Rendered, Turns
from chappe.web.public.lists import busy
from chappe.web.public.reading import Asked, Hall
from chappe.web.public.safe_media import Bytes

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
HIGHEST = 2**31 - 1
DAY_S = 86_400
MAPPED = 5000
"""Posts of one room that its map names."""
EMBED_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'none'; base-uri 'self'; "
    "frame-ancestors *"
)


@dataclass(frozen=True, slots=True)
class PublicRooms:
    """Where public rooms and their files lie; handed in by `app`."""

    store: Store
    blobs: Blobs
    clock: Clock
    places: Places = NOWHERE
    """Which country an address is in."""


class PublicPages:
    """The pages of public rooms; one for the whole server."""

    def __init__(self, pages: Pages, rooms: PublicRooms) -> None:
        self.pages = pages
        self.eyes = Eyes(rooms.store, rooms.places, pages)
        self.blobs = rooms.blobs
        self.kept = Kept(rooms.clock)
        self.turns = Turns()

    def routes(self) -> list[Route]:
        """Every address; the last ones take whatever no other page has."""
        room, post = "/@{name}", "/@{name}/{id:int}"
        found = [
            Route(room, self.room),
            Route(f"{room}/feed.xml", self.rss),
            Route(f"{room}/feed.json", self.json_feed),
            Route(f"{room}/sitemap.xml", self.map),
            Route(f"{room}/photo/{{size}}.jpg", self.picture),
            Route(post, self.post),
            Route(f"{post}/{{part}}/{{size}}.jpg", self.still),
            Route(f"{post}/play", self.play),
            Route(f"{post}/file/{{filename:path}}", self.download),
            Route("/s/{name}", self.moved),
            Route("/s/{name}/{id:int}", self.moved),
            *lists.list_routes(self.pages, self.eyes, self.kept, self.turns),
            Route("/{name}", self.moved),
            Route("/{name}/{id:int}", self.moved),
            Route("/{name}/{thread:int}/{id:int}", self.moved),
        ]
        return [Route(one.path, self.eyes.guarded(one.endpoint)) for one in found]

    async def room(self, request: Request) -> Response:
        """A channel with its posts, or a group."""
        asked = _asked(request)
        target = _number(request, "post")

        async def render() -> Rendered:
            hall = await self._hall(request, request.path_params["name"], asked)
            known = facts.of_hall(hall, asked, target, self.pages.site.base)
            robots = "noindex" if not hall.room.indexed else "noindex, follow" if asked.words or asked.date else ""
            said = {"q": asked.words, "before": asked.before, "after": asked.after, "post": target}
            return await self._html(request, "public/room.html", known, robots, **said)

        return await self._answer(request, ("room", repr(asked), str(target)), render)

    async def _hall(self, request: Request, name: str, asked: Asked) -> Hall:
        """What the page shows; a search waits for its turn. Errors: TooMany server_busy."""
        if not asked.words:
            return await self.eyes.read(request, lambda rx: reading.room(rx, name, asked))
        async with self.turns:
            return await self.eyes.read(request, lambda rx: reading.room(rx, name, asked))

    async def post(self, request: Request) -> Response:
        """One post, alone or, embedded, as a card for another page."""
        single, embed = (word in request.query_params for word in ("single", "embed"))
        after = _number(request, "comments")
        message_id = min(request.path_params["id"], HIGHEST)

        async def render() -> Rendered:
            name = request.path_params["name"]
            try:
                leaf = await self.eyes.read(
                    request, lambda rx: reading.post(rx, name, message_id, single=single, after=after)
                )
            except Refusal as refusal:
                return await self._without(request, name, message_id, refusal)
            known = facts.of_leaf(leaf, self.pages.texts[of_request(request)], self.pages.site.base, embed=embed)
            robots = "" if leaf.room.indexed and not after and not single else "noindex"
            template = "public/embed.html" if embed else "public/post.html"
            return await self._html(request, template, known, robots, single=single, comments=after)

        key = ("post", str(message_id), f"{single} {embed}", str(after))
        return await self._answer(request, key, render, embed=embed)

    async def _without(self, request: Request, name: str, message_id: int, refusal: Refusal) -> Rendered:
        """The page of a post that is not there: deleted, for members, or never written."""
        if refusal.reason == "channel_private":
            hall = await self.eyes.read(request, lambda rx: reading.room(rx, name, Asked()))
            known = facts.of_hall(hall, Asked(), message_id, self.pages.site.base)
            return await self._html(request, "public/room.html", known, "noindex")
        date = await self.eyes.read(request, lambda rx: reading.deleted(rx, name, message_id))
        texts = self.pages.texts[of_request(request)]
        told = texts.post_deleted_text.format(date=formats.moment(texts, date))
        page = await self._html(request, "notice.html", {"title": texts.post_deleted_title, "text": told}, "noindex")
        return Rendered(page.body, page.media_type, page.headers, 410)

    async def rss(self, request: Request) -> Response:
        """The newest posts as RSS 2.0."""
        return await self._feed(request, "rss", feeds.rss)

    async def json_feed(self, request: Request) -> Response:
        """The newest posts as a JSON Feed."""
        return await self._feed(request, "json", feeds.json_feed)

    async def _feed(self, request: Request, kind: str, make: feeds.Maker) -> Response:
        base = self.pages.site.base

        async def render() -> Rendered:
            name = request.path_params["name"]
            hall = await self.eyes.read(request, lambda rx: reading.room(rx, name, Asked(), base, similar=False))
            open_rooms.require_readable(hall.room)
            body, media_type = await asyncio.to_thread(make, hall, base)
            return Rendered(body, media_type, {} if hall.room.indexed else {"x-robots-tag": "noindex"})

        return await self._answer(request, ("feed", kind), render)

    async def map(self, request: Request) -> Response:
        """The newest posts for search engines; none of a room that wants no index. Source: sitemaps/protocol"""
        name = request.path_params["name"]

        def query(rx: Reader) -> tuple[str, list[tuple[int, int]]]:
            found = open_rooms.find(rx, name)
            return f"/@{found.room.username}", open_rooms.mapped(rx, found, MAPPED) if found.indexed else []

        async def render() -> Rendered:
            path, posts = await self.eyes.read(request, query)
            body = lists.map_of_posts(self.pages.site.base, path, posts)
            return Rendered(body, "application/xml; charset=utf-8", {})

        return await self._answer(request, ("map",), render)

    async def picture(self, request: Request) -> Response:
        """The room's own picture."""
        name, size = request.path_params["name"], request.path_params["size"]
        return await self._bytes(request, lambda rx: reading.picture(rx, name, size))

    async def still(self, request: Request) -> Response:
        """A photo, or the still of a video or a link card."""
        part, size = request.path_params["part"], request.path_params["size"]
        if part not in ("photo", "thumb", "card"):
            return self._missing(request)
        return await self._part(request, part, size)

    async def play(self, request: Request) -> Response:
        """A video, a sound or a picture that was sent as a file, to be shown in place."""
        return await self._part(request, "play")

    async def download(self, request: Request) -> Response:
        """A file to be kept; the name in the address does not matter."""
        return await self._part(request, "file")

    async def _part(self, request: Request, part: str, size: str = "") -> Response:
        name, message_id = request.path_params["name"], request.path_params["id"]
        return await self._bytes(request, lambda rx: reading.file(rx, name, message_id, part, size))

    async def moved(self, request: Request) -> Response:
        """Addresses as clients make them lead to the pages; what has none is for the messenger."""
        name = request.path_params["name"]
        number = f"/{request.path_params['id']}" if "id" in request.path_params else ""
        if not NAME.fullmatch(name):
            return self.pages.notice(request, "missing", 404)
        if await self.eyes.read(request, lambda rx: open_rooms.mark(rx, name)) is None:
            return self._missing(request, f"{name}{number}")
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/@{name}{number}{asked}", 302, {"cache-control": "no-cache"})

    async def _answer(
        self, request: Request, key: tuple[str, ...], render: Callable[[], Awaitable[Rendered]], *, embed: bool = False
    ) -> Response:
        name = request.path_params["name"]
        if not NAME.fullmatch(name):
            return self._missing(request)
        mark = await self.eyes.read(request, lambda rx: open_rooms.mark(rx, name))
        if mark is None:
            return self._missing(request, name)
        try:
            whole = (name.lower(), of_request(request), self.eyes.key(request), *key)
            answer = await self.kept.answer(request, whole, mark, render)
        except TooMany as refusal:
            return busy(self.pages, request, refusal)
        except StoreUnavailable:
            raise
        except Refusal:
            return self._missing(request, name)
        if embed:
            answer.headers["content-security-policy"] = EMBED_POLICY
        return self.pages.remember(request, answer)

    async def _bytes(self, request: Request, query: Callable[[Reader], Bytes]) -> Response:
        try:
            found = await self.eyes.read(request, query)
            return safe_media.answer(request, self.blobs, found)
        except StoreUnavailable:
            raise
        except Refusal:
            return self._missing(request)

    async def _html(
        self, request: Request, template: str, known: dict[str, object], robots: str, **asked: object
    ) -> Rendered:
        """The page, whose language links know no more of the request than what the page depends on."""
        language = of_request(request)
        words = {key: value for key, value in asked.items() if value}

        def switch(code: str) -> str:
            return "?" + urlencode(words | {"lang": code})

        extra: dict[str, object] = {"switch": switch, "robots": robots}
        body = await asyncio.to_thread(self.pages.render, request, template, known | extra)
        headers = {"vary": "accept-language, cookie, accept-encoding", "content-language": language}
        if robots:
            headers["x-robots-tag"] = robots
        return Rendered(body.encode("utf-8", "replace"), "text/html; charset=utf-8", headers)

    def _missing(self, request: Request, target: str = "") -> Response:
        """One page for what does not exist and what is not for everybody."""
        link = f"/app/#/to/{target}" if target else "/app/"
        texts = self.pages.texts[of_request(request)]
        known: dict[str, object] = {
            "title": texts.elsewhere_title, "text": texts.elsewhere_text, "room": None, "app_link": link, "tg_link": "",
            "robots": "noindex",
        }  # fmt: skip
        return self.pages.show(request, "public/elsewhere.html", known, 404)


def _number(request: Request, word: str) -> int:
    said = request.query_params.get(word, "")
    return min(int(said), HIGHEST) if said.isascii() and said.isdecimal() and len(said) < 12 else 0


def _asked(request: Request) -> Asked:
    """What the address asks for; a day that is none counts as not said."""
    day = request.query_params.get("date", "")
    try:
        date = int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) + DAY_S if day else 0
    except ValueError:
        date = 0
    words = request.query_params.get("q", "")[:200]
    return Asked(_number(request, "before"), _number(request, "after"), max(0, date), words)
