"""The routes of the portal, and what holds for each of them."""

from dataclasses import replace

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chappe import web
from chappe.portal.door import door_routes
from chappe.portal.filing import BODY_BYTES, filing_routes
from chappe.portal.following import following_routes
from chappe.portal.frame import HEADERS, Frame
from chappe.portal.inside import Inside
from chappe.store import StoreUnavailable


def make_portal(site: web.Site, inside: Inside, max_body_bytes: int) -> ASGIApp:
    """The application of the portal."""
    frame = Frame(replace(site, test_mode=site.test_mode or inside.trial), inside)
    house = _House(frame)
    routes: list[BaseRoute] = [
        Route("/health", house.health),
        Route("/static/{name:path}", house.static),
        Route("/favicon.ico", house.icon),
        *door_routes(frame),
        *filing_routes(frame),
        *following_routes(frame),
    ]
    handlers = {404: house.missing, 405: house.missing, 500: house.broken, StoreUnavailable: house.unstored}
    larger = {"/file": BODY_BYTES, "/orders": BODY_BYTES}
    return web.Guard(_Strict(Starlette(routes=routes, exception_handlers=handlers)), site.tls, max_body_bytes, larger)


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

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)
