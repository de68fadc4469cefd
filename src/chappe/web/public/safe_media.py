"""Bytes of files on their way to a browser: nothing among them can run, a stretch may be asked for, copies are kept.

Source: rfc/9110#14, rfc/6266#4
Pictures, sound and video of known types are shown in place; everything else is a download of no type. Whatever a
file claims to be, the browser is told not to guess, and to give it no rights if it is opened by itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from chappe.store.blobs import Blobs
from chappe.web.public import clean

STILL = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
PLAYABLE = frozenset({
    "video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/mp4", "audio/x-m4a", "audio/aac", "audio/flac",
    "audio/wav", "audio/x-wav", "audio/webm",
})  # fmt: skip
KEPT_S = 300
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_POLICY = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Bytes:
    """What is sent. Shape: filename only for a download; mime_type only of the lists above for what is shown."""

    sha256: bytes
    size_bytes: int
    mime_type: str
    filename: str = ""


def answer(request: Request, blobs: Blobs, found: Bytes) -> Response:
    """The bytes, or the stretch of them that was asked for, or the word that the visitor's copy is still right."""
    mark = f'"{found.sha256.hex()[:32]}"'
    headers = _headers(found) | {"etag": mark}
    if mark in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    span = _span(request, found.size_bytes, mark)
    if span is None:
        return Response(None, 416, headers | {"content-range": f"bytes */{found.size_bytes}"})
    start, length = span
    headers["content-length"] = str(length)
    whole = length == found.size_bytes
    if not whole:
        headers["content-range"] = f"bytes {start}-{start + length - 1}/{found.size_bytes}"
    status = 200 if whole else 206
    if request.method == "HEAD":
        return Response(None, status, headers)
    return StreamingResponse(blobs.stream(found.sha256, start, length), status, headers)


def _headers(found: Bytes) -> dict[str, str]:
    shows = not found.filename and found.mime_type in STILL | PLAYABLE
    return {
        "content-type": found.mime_type if shows else "application/octet-stream",
        "content-disposition": "inline" if shows else clean.disposition("attachment", found.filename or "file"),
        "content-security-policy": _POLICY,
        "cache-control": f"public, max-age={KEPT_S}",
        "accept-ranges": "bytes",
        "cross-origin-resource-policy": "cross-origin" if found.mime_type in STILL and shows else "same-origin",
    }


def _span(request: Request, size: int, mark: str) -> tuple[int, int] | None:
    """(start, length) of what is asked for; None when it lies outside. Shape: several stretches count as none."""
    asked: Mapping[str, str] = request.headers
    found = _RANGE.fullmatch(asked.get("range", "").strip())
    if found is None or (found[1] == "" and found[2] == "") or asked.get("if-range", mark) != mark:
        return 0, size
    if not found[1]:
        start, end = max(0, size - int(found[2])), size - 1
    else:
        start, end = int(found[1]), min(int(found[2] or size), size - 1)
    return (start, end - start + 1) if start < size and start <= end else None
