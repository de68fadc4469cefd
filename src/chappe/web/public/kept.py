"""Rendered pages, kept as long as what they show has not changed.

Each request still asks the database for the room's mark, so that a post that goes is gone at once; only counters
(views, reactions) may be a few seconds old.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from gzip import compress
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from chappe.base import Clock
from chappe.base.errors import TooMany

COUNTERS_S = 15
MOST_BYTES = 32 * 1024 * 1024
PACKED_FROM = 1024
AT_ONCE = 2
WAITING = 40
BUSY_S = 5
Mark = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it leaves."""

    body: bytes
    media_type: str
    headers: dict[str, str]
    status: int = 200


@dataclass(slots=True)
class _Entry:
    mark: Mark
    until: float
    page: Rendered
    packed: bytes
    tag: str

    @property
    def size(self) -> int:
        return len(self.page.body) + len(self.packed) + 1000


class Turns:
    """Lets few searches run at once, so that strangers who search never slow down those who talk."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._here = 0

    @property
    def left(self) -> int:
        """How many more may come before somebody is sent away."""
        return WAITING - self._here

    async def __aenter__(self) -> None:
        if self.left <= 0:
            raise TooMany("server_busy", BUSY_S)
        self._here += 1
        await self._free.acquire()

    async def __aexit__(self, *exc: object) -> None:
        self._here -= 1
        self._free.release()


class Kept:
    """The pages that were asked for lately, up to a number of bytes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pages: OrderedDict[tuple[str, ...], _Entry] = OrderedDict()
        self._bytes = 0

    async def answer(
        self, request: Request, key: tuple[str, ...], mark: Mark, render: Callable[[], Awaitable[Rendered]]
    ) -> Response:
        """The page under the key, made anew if the mark is another one or its counters are old."""
        entry = self._pages.get(key)
        if entry is None or entry.mark != mark or entry.until <= self._clock.monotonic():
            entry = self._keep(key, mark, await render())
        else:
            self._pages.move_to_end(key)
        headers = entry.page.headers | {"etag": entry.tag, "cache-control": "no-cache"}
        if entry.tag in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        body = entry.page.body
        if entry.packed and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["content-encoding"] = entry.packed, "gzip"
        return Response(body, entry.page.status, headers, entry.page.media_type)

    def _keep(self, key: tuple[str, ...], mark: Mark, page: Rendered) -> _Entry:
        packed = compress(page.body, 6, mtime=0) if len(page.body) >= PACKED_FROM else b""
        tag = f'W/"{blake2b(page.body, digest_size=9).hexdigest()}"'
        entry = _Entry(mark, self._clock.monotonic() + COUNTERS_S, page, packed, tag)
        self._drop(key)
        self._pages[key] = entry
        self._bytes += entry.size
        while self._bytes > MOST_BYTES:
            self._drop(next(iter(self._pages)))
        return entry

    def _drop(self, key: tuple[str, ...]) -> None:
        old = self._pages.pop(key, None)
        self._bytes -= old.size if old else 0
