"""The log as anybody may fetch it, and the page that says what it is. Source: tlog/tiles"""

import re
from gzip import compress

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chappe.transparency import Ledger, Tile
from chappe.web.log.reports import report_routes
from chappe.web.page import Pages

YEAR_S = 31_536_000
CHECKPOINT_S = 2
ANYBODY = {"access-control-allow-origin": "*"}
"""A verifier may run on a page of somebody else's."""
UNCHANGING = ANYBODY | {"cache-control": f"public, max-age={YEAR_S}, immutable"}
ENTRIES = "entries"
_TILE = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
LONGEST = 64


def log_routes(pages: Pages, log: Ledger) -> list[Route]:
    """The page, the keys, and what the format says: checkpoint, tiles, bundles of entries."""
    shelf = _Shelf(pages, log)
    return [
        Route("/log", shelf.page),
        Route("/log/", shelf.page),
        Route("/log/key", shelf.key),
        Route("/log/checkpoint", shelf.checkpoint),
        Route("/log/tile/{path:path}", shelf.tile),
        *report_routes(log),
    ]


def tile_of(path: str) -> Tile | None:
    """The tile of this name, or None if no tile is called so."""
    match = _TILE.fullmatch(path) if len(path) <= LONGEST else None
    if match is None:
        return None
    level, n, width = match.groups()
    digits = n.replace("x", "").replace("/", "")
    if len(digits) > 3 and digits.startswith("000"):
        return None
    if width is not None and int(width) > 255:
        return None
    return Tile(-1 if level == ENTRIES else int(level), int(digits), int(width or 256))


class _Shelf:
    def __init__(self, pages: Pages, log: Ledger) -> None:
        self.pages = pages
        self.log = log

    async def page(self, request: Request) -> Response:
        """What the log is, how it is today, and how to check it without this server's code."""
        status = await self.log.status()
        checkpoint = await self.log.checkpoint()
        facts = {
            "status": status,
            "checkpoint": checkpoint or "",
            "keys": self.log.keys.published().splitlines(),
            "origin": self.log.keys.origin,
            "base": self.pages.site.as_here(
                f"{self.pages.site.base}/log/", request.url.scheme, request.url.hostname or ""
            ),
        }
        return self.pages.show(request, "log.html", facts)

    async def key(self, request: Request) -> Response:
        """The public keys, one a line, the oldest first."""
        return PlainTextResponse(self.log.keys.published(), headers=ANYBODY | {"cache-control": "public, max-age=60"})

    async def checkpoint(self, request: Request) -> Response:
        """The signed checkpoint."""
        found = await self.log.checkpoint()
        if found is None:
            return PlainTextResponse("The log has not begun\n", 404, ANYBODY)
        return PlainTextResponse(
            found, headers=ANYBODY | {"cache-control": f"public, max-age={CHECKPOINT_S}, must-revalidate"}
        )

    async def tile(self, request: Request) -> Response:
        """A tile or a bundle that the checkpoint covers."""
        tile = tile_of(request.path_params["path"])
        data = None if tile is None else await self.log.tile(tile)
        if tile is None or data is None:
            return PlainTextResponse("No such tile\n", 404, ANYBODY | {"cache-control": "no-store"})
        headers = dict(UNCHANGING)
        if tile.level < 0:
            headers["vary"] = "accept-encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                data = compress(data, 6, mtime=0)
                headers["content-encoding"] = "gzip"
        return Response(data, media_type="application/octet-stream", headers=headers)
