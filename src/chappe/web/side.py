"""Pages on a port of their own: what the console and the portal share around their routes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chappe.store import StoreUnavailable
from chappe.web.guard import Guard, cut_off
from chappe.web.page import Pages


class Frame(Protocol):
    """What stands around each page."""

    @property
    def pages(self) -> Pages:
        """Templates, texts and files."""

    def notice(self, request: Request, topic: str, status: int) -> Response:
        """A short page that says one thing: `missing` or `broken`."""

    def unstored(self, request: Request, error: Exception) -> Response:
        """A short page that asks to come back."""


def side_app(
    frame: Frame, routes: Sequence[BaseRoute], headers: Mapping[str, str], tls: bool, max_body_bytes: int,
    larger: Mapping[str, int] = MappingProxyType({}),
) -> ASGIApp:  # fmt: skip
    """The application of these routes, with health, files and words for faults, and every answer under these headers.

    Shape: larger: path → the most bytes of a body there.
    """
    house = _House(frame)
    whole: list[BaseRoute] = [
        Route("/health", house.health),
        Route("/static/{name:path}", house.static),
        Route("/favicon.ico", house.icon),
        *routes,
    ]
    handlers = {
        404: house.missing, 405: house.missing, 500: house.broken, StoreUnavailable: house.unstored,
        ClientDisconnect: cut_off,
    }  # fmt: skip
    return Guard(_Strict(Starlette(routes=whole, exception_handlers=handlers), headers), tls, max_body_bytes, larger)


class _House:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    async def health(self, request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok\n")

    async def static(self, request: Request) -> Response:
        """Style, script and picture."""
        found = self.frame.pages.assets.answer(request, request.path_params["name"])
        return found or self.frame.notice(request, "missing", 404)

    async def icon(self, request: Request) -> Response:
        """The sign of this server."""
        return self.frame.pages.assets.answer(request, "chappe.svg") or Response(status_code=404)

    async def missing(self, request: Request, error: Exception) -> Response:
        """Nothing is at this address."""
        return self.frame.notice(request, "missing", 404)

    async def unstored(self, request: Request, error: Exception) -> Response:
        """The database or the disk gave way."""
        return self.frame.unstored(request, error)

    async def broken(self, request: Request, error: Exception) -> Response:
        """Our fault; starlette raises it again after this, and it is logged there."""
        return self.frame.notice(request, "broken", 500)


class _Strict:
    """Headers stricter than those of the pages for everybody."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)
