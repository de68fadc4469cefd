"""Style, scripts and pictures of the pages: read once, packed once, named with a mark of what they hold.

Source: rfc/9111#5.2.2
The sheets of the design system and of the pages are one file, `chappe.css`, so that a page costs one request.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response

KINDS = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}
BUNDLE = "chappe.css"
SHEETS = ("design/tokens.css", "design/components.css", "site.css", "public.css", "reports.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
_ASKED_AGAIN = {"cache-control": "public, max-age=3600"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent. Shape: mark is eight hex digits of its SHA-256."""

    body: bytes
    packed: bytes
    kind: str
    mark: str


class Assets:
    """Every file under `static` of these rooms, by its path there."""

    def __init__(self, rooms: tuple[str, ...] = ("chappe.web",)) -> None:
        found = dict(one for room in rooms for one in _files(resources.files(room) / "static"))
        sheets = b"\n".join(_short(found[name]) for name in SHEETS)
        self.files = {name: _asset(name, body) for name, body in {**found, BUNDLE: sheets}.items()}

    def link(self, name: str) -> str:
        """The address of a file; another content has another address."""
        return f"/static/{name}?v={self.files[name].mark}"

    def answer(self, request: Request, name: str) -> Response | None:
        """The file as an answer, or None when there is no such file."""
        asset = self.files.get(name)
        if asset is None:
            return None
        packs = "gzip" in request.headers.get("accept-encoding", "") and len(asset.packed) < len(asset.body)
        headers = {"vary": "accept-encoding"} | ({"content-encoding": "gzip"} if packs else {})
        headers |= _FOREVER if request.query_params.get("v") == asset.mark else _ASKED_AGAIN
        return Response(asset.packed if packs else asset.body, media_type=asset.kind, headers=headers)


@cache
def load_assets(rooms: tuple[str, ...] = ("chappe.web",)) -> Assets:
    """The files of these rooms, read and packed once."""
    return Assets(rooms)


def _files(folder: Traversable, before: str = "") -> list[tuple[str, bytes]]:
    out = []
    for place in folder.iterdir():
        if place.is_dir():
            out += _files(place, f"{before}{place.name}/")
        elif place.name.rpartition(".")[2] in KINDS:
            out.append((before + place.name, place.read_bytes()))
    return out


def _short(sheet: bytes) -> bytes:
    """The sheet without comments and indentation."""
    lines = (line.strip() for line in _COMMENT.sub("", sheet.decode()).splitlines())
    return "\n".join(line for line in lines if line).encode()


def _asset(name: str, body: bytes) -> Asset:
    kind = KINDS[name.rpartition(".")[2]]
    return Asset(body, gzip.compress(body, 9, mtime=0), kind, sha256(body).hexdigest()[:8])
