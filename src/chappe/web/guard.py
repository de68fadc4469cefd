"""What holds for every page: security headers, the way to the secure origin, bounded bodies."""

import ipaddress
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(:[0-9]{1,5})?")
PLAIN_PATHS = ("/install-ca", "/ca.crt", "/ca.pem", "/health", "/ready", "/static/chappe.css", "/static/chappe.svg")
DRAINED = 256 * 1024 * 1024
"""So much of what is too large is read and thrown away."""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer a form's Origin would be null
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Wraps the application of pages."""

    def __init__(
        self, app: ASGIApp, tls: bool, max_body_bytes: int, larger: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """`larger` has the paths that take more than others, with all below them.

        Where even that is too much, a page of theirs says so: they are asked as if the sender had gone, once what was
        sent is read and thrown away, since browsers hear no answer before.
        """
        self.app = app
        self.tls = tls
        self.max_body_bytes = max_body_bytes
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request is answered, redirected or refused."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        most = self._most(scope["path"])
        if not HOST.fullmatch(host):
            await PlainTextResponse("Host header missing or malformed\n", 400)(scope, receive, send)
        elif self._must_be_secure(scope):
            asked = b"?" + scope["query_string"] if scope["query_string"] else b""
            target = f"https://{host}{(scope['raw_path'] + asked).decode('ascii', 'replace')}"
            await RedirectResponse(target, 308, {"cache-control": "no-store"})(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD", "OPTIONS") and not _same_origin(scope, headers, host):
            await PlainTextResponse("Request from another origin\n", 403)(scope, receive, send)
        elif _too_long(headers, most) and self._says_itself(scope["path"]):
            await self.app(scope, _bounded(receive, 0, DRAINED), _with_headers(send))
        elif _too_long(headers, most):
            await PlainTextResponse("Request too large\n", 413, {"connection": "close"})(scope, receive, send)
        else:
            drained = DRAINED if self._says_itself(scope["path"]) else 0
            await self.app(scope, _bounded(receive, most, drained), _with_headers(send))

    def _most(self, path: str) -> int:
        """How large a body may be there."""
        allowed = (most for place, most in self.larger.items() if path == place or path.startswith(f"{place}/"))
        return max(self.max_body_bytes, *allowed, 0)

    def _says_itself(self, path: str) -> bool:
        return any(path == place or path.startswith(f"{place}/") for place in self.larger)

    def _must_be_secure(self, scope: Scope) -> bool:
        if not self.tls or scope["scheme"] == "https" or scope["path"] in PLAIN_PATHS:
            return False
        return not is_loopback(scope)


async def cut_off(request: Request, error: Exception) -> Response:
    """For pages whose form did not come whole: the visitor has gone, or sent more than is read."""
    return PlainTextResponse("Request too large\n", 413, {"connection": "close"})


def is_loopback(scope: Scope) -> bool:
    """True if the request comes from this very machine."""
    client = scope.get("client")
    return client is not None and ipaddress.ip_address(client[0]).is_loopback


def _same_origin(scope: Scope, headers: Headers, host: str) -> bool:
    """True unless a browser says that another site made this request.

    A page without TLS under our own name is anybody's on the way; only a proxy in front makes ours seem to be without.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    scheme, _, place = origin.partition("://")
    return place == host and (scheme == "https" or scope["scheme"] == "http")


def _too_long(headers: Headers, most: int) -> bool:
    length = headers.get("content-length", "0")
    return not length.isdecimal() or int(length) > most


def _bounded(receive: Receive, most: int, drained: int) -> Receive:
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen <= most:
            return message
        while seen <= drained and message.get("more_body", False):
            message = await receive()
            seen += len(message.get("body", b""))
        return {"type": "http.disconnect"}

    return bounded


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
