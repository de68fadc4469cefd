"""The web client's built files under `/app/`: read when they were built, found by name alone, packed already.

Source: rfc/9111#5.2.2, csp/directives
Its sources are in `web-client`; `make run` builds them into `client` beside this file. A server without them says so;
one that runs while they are built anew serves the new page, and to pages still open the files they know.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

KINDS = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "wasm": "application/wasm",
    "json": "application/json",
    "webmanifest": "application/manifest+json",
}
PACKINGS = (("br", "br"), ("gzip", "gz"))
FOREVER = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; "
        "manifest-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    ),
    "permissions-policy": "camera=(), microphone=(self), geolocation=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)",
    "vary": "accept-encoding",
}
MISSING = "The web client is not built. Run `make client`.\n"


@dataclass(frozen=True, slots=True)
class File:
    """One built file and its packed copies by encoding."""

    body: bytes
    packed: Mapping[str, bytes]
    kind: str
    etag: str
    lasting: bool


def load(folder: Traversable) -> dict[str, File]:
    """Every built file by its path; empty if nothing was built."""
    bodies = dict(_read(folder)) if folder.is_dir() else {}
    return {name: _file(name, bodies) for name in bodies if name.rpartition(".")[2] in KINDS}


class Shelf:
    """The files of the newest build, and those of builds before it that open pages may still ask for."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._built = -1
        self.files: Mapping[str, File] = {}
        self._looking = asyncio.Lock()

    async def look(self) -> None:
        """A build that was finished since is on the shelf."""
        built = self._stamp()
        if built in (0, self._built):
            return
        async with self._looking:
            if built == self._built:
                return
            fresh = await asyncio.to_thread(load, self._folder)
            if "index.html" in fresh:
                kept = {name: file for name, file in self.files.items() if file.lasting}
                self.files, self._built = kept | fresh, built

    def _stamp(self) -> int:
        """When the page was built, 0 while there is none; in an archive it never changes."""
        page = self._folder / "index.html"
        try:
            return page.stat().st_mtime_ns if isinstance(page, Path) else int(page.is_file())
        except OSError:
            return 0


def messenger_routes(folder: Traversable | None = None) -> list[BaseRoute]:
    """The client's own page, and its files."""
    shelf = Shelf(folder or resources.files("chappe.web") / "client")

    async def serve(request: Request) -> Response:
        name = request.path_params.get("name") or "index.html"
        if name == "index.html" or name not in shelf.files:
            await shelf.look()
        found = shelf.files.get(name)
        if found is not None:
            return _answer(request, found)
        there = shelf.files or name.startswith("api/")
        return PlainTextResponse("Nothing is here.\n" if there else MISSING, 404 if there else 503)

    async def enter(request: Request) -> Response:
        return RedirectResponse("/app/", 308)

    return [Route("/app", enter), Route("/app/", serve), Route("/app/{name:path}", serve)]


def _answer(request: Request, file: File) -> Response:
    headers = HEADERS | {"cache-control": FOREVER if file.lasting else ASKED_AGAIN, "etag": file.etag}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    accepted = {part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    for encoding, _ in PACKINGS:
        if encoding in accepted and encoding in file.packed:
            headers["content-encoding"] = encoding
            return Response(file.packed[encoding], media_type=file.kind, headers=headers)
    return Response(file.body, media_type=file.kind, headers=headers)


def _file(name: str, bodies: Mapping[str, bytes]) -> File:
    body = bodies[name]
    packed = {encoding: bodies[f"{name}.{end}"] for encoding, end in PACKINGS if f"{name}.{end}" in bodies}
    smaller = {encoding: copy for encoding, copy in packed.items() if len(copy) < len(body)}
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    return File(body, smaller, KINDS[name.rpartition(".")[2]], etag, name.startswith("assets/"))


def _read(folder: Traversable, before: str = "") -> list[tuple[str, bytes]]:
    out: list[tuple[str, bytes]] = []
    for place in folder.iterdir():
        if place.is_dir():
            out += _read(place, f"{before}{place.name}/")
        else:
            out.append((before + place.name, place.read_bytes()))
    return out
