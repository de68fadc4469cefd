"""The routes of all pages, and the small ones themselves."""

import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import segno
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from chappe.store import StoreUnavailable
from chappe.transparency import Ledger
from chappe.web.continuity import Continuity, continuity_routes
from chappe.web.demo import demo_routes
from chappe.web.design import design_routes
from chappe.web.flaggers import FLAGGER_BODIES, flagger_routes
from chappe.web.goals import Goal, goal_routes
from chappe.web.guard import Guard, cut_off
from chappe.web.hotline import Hotline, hotline_routes
from chappe.web.invites import Invites, invite_routes
from chappe.web.language import of_request
from chappe.web.log import log_routes
from chappe.web.messenger import messenger_routes
from chappe.web.notice import BODY_BYTES, NoticeDesk, notice_routes
from chappe.web.operators import Desk, operator_routes
from chappe.web.page import Pages
from chappe.web.people import People, people_routes
from chappe.web.public import PublicPages, PublicRooms
from chappe.web.recoveries import Recoveries, recovery_routes
from chappe.web.reports import page_routes
from chappe.web.site import HERE, Site
from chappe.web.start import deeds, portal_address, start_facts
from chappe.web.statement import COMPLAINT_BYTES, statement_routes
from chappe.web.terms import Terms, terms_routes
from chappe.web.territories import Lands, land_routes

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What the pages may ask of the server; handed in by `app`."""

    metrics: Callable[[], bytes]
    ready: Callable[[], Awaitable[bool]]
    metrics_nets: Sequence[Network]
    desk: Desk
    invites: Invites
    people: People
    recoveries: Recoveries
    rooms: PublicRooms
    terms: tuple[Terms, ...]
    client: Callable[[], Mapping[str, object]]
    """What the web client must know of this server."""
    lands: Lands | None = None
    """What pages of countries read."""
    log: Ledger | None = None
    hotline: Hotline | None = None
    continuity: Continuity | None = None
    goals: tuple[Goal, ...] = ()
    notices: NoticeDesk | None = None


def make_app(site: Site, inside: Inside, max_body_bytes: int) -> ASGIApp:
    """The application of all pages."""
    pages = Pages(site)
    house = _House(site, inside, pages)
    routes: list[BaseRoute] = [
        Route("/", house.start),
        Route("/mtproto.pub.pem", house.public_key),
        Route("/authorities.pub", house.desk_key),
        Route("/health", house.health),
        Route("/ready", house.ready),
        Route("/metrics", house.metrics),
        Route("/static/{name:path}", house.static),
        Route("/favicon.ico", house.icon),
        *design_routes(pages),
        *terms_routes(pages, inside.terms),
        *operator_routes(pages, inside.desk, inside.invites, inside.recoveries),
        *invite_routes(pages, inside.invites),
        *recovery_routes(pages, inside.recoveries),
        *people_routes(pages, inside.people, inside.invites, inside.client),
        *messenger_routes(),
    ]
    if inside.continuity is not None:
        routes += continuity_routes(pages, inside.continuity)
    if inside.hotline is not None:
        routes += hotline_routes(pages, inside.hotline)
    if inside.notices is not None:
        routes += notice_routes(pages, inside.notices, inside.log)
        routes += statement_routes(pages, inside.notices, inside.log)
        routes += flagger_routes(pages, inside.notices)
    if inside.lands is not None:
        routes += land_routes(pages, inside.lands)
    if inside.log is not None:
        routes += log_routes(pages, inside.log)
        routes += page_routes(pages, inside.log)
        routes += goal_routes(pages, inside.goals, inside.log)
    if site.demo:
        routes += demo_routes(pages)
    if site.certificate is not None:
        routes += [Route("/install-ca", house.install), Route("/ca.crt", house.ca), Route("/ca.pem", house.ca_pem)]
    routes += PublicPages(pages, inside.rooms).routes()  # the last: some of their addresses begin like any other
    handlers = {
        404: house.missing, 405: house.missing, 500: house.broken, StoreUnavailable: pages.unstored,
        ClientDisconnect: cut_off,
    }  # fmt: skip
    larger = {"/notice": BODY_BYTES, "/statement": COMPLAINT_BYTES, **FLAGGER_BODIES}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), site.tls, max_body_bytes, larger)


class _House:
    """The small pages."""

    def __init__(self, site: Site, inside: Inside, pages: Pages) -> None:
        self.site = site
        self.inside = inside
        self.pages = pages

    async def start(self, request: Request) -> Response:
        """What this server is, who runs it, how to connect."""

        def facts() -> dict[str, object]:
            shown = deeds(self.pages.texts[of_request(request)], portal_address(self.site, request))
            known = {"deeds": shown, "terms": self.inside.terms[0]}
            return start_facts(self.site, request) | known

        return self.pages.show_to_all(request, "start.html", facts)

    async def public_key(self, request: Request) -> Response:
        """The RSA public key as clients take it."""
        return Response(self.site.public_pem, media_type="application/x-pem-file")

    async def desk_key(self, request: Request) -> Response:
        """The key under what is handed to authorities. Source: requirements/legal-packages"""
        return Response(f"{self.site.desk_key}\n", media_type="text/plain")

    async def health(self, request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """The database answers too."""
        ready = await self.inside.ready()
        return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)

    async def metrics(self, request: Request) -> Response:
        """Figures in the text format of Prometheus, to the networks that may read them."""
        address = ipaddress.ip_address(request.client.host if request.client else "0.0.0.0")
        if not any(address.version == net.version and address in net for net in self.inside.metrics_nets):
            return self.pages.notice(request, "refused", 403)
        return Response(self.inside.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def static(self, request: Request) -> Response:
        """Style, script and picture of these pages."""
        found = self.pages.assets.answer(request, request.path_params["name"])
        return found or self.pages.notice(request, "missing", 404)

    async def icon(self, request: Request) -> Response:
        """The sign of this server, for what a browser shows without a page that names one."""
        return self.pages.assets.answer(request, "chappe.svg") or Response(status_code=404)

    async def install(self, request: Request) -> Response:
        """How to trust this server's own authority, with a code to scan."""
        host = request.url.hostname or self.site.public_host
        if host in HERE:
            host = self.site.public_host
        shown = f"[{host}]" if ":" in host else host
        link = f"http://{shown}:{request.url.port or self.site.public_port}/install-ca"
        picture = segno.make(link, error="m").svg_inline(omitsize=True)
        return self.pages.show(
            request, "install.html", {"link": link, "qr": picture, "fingerprint": self._certificate()[1]}
        )

    async def ca(self, request: Request) -> Response:
        """The authority's certificate, in the form phones and browsers install."""
        kind, name = "application/x-x509-ca-cert", "chappe-ca.crt"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(self._certificate()[0], media_type=kind, headers=headers)

    async def ca_pem(self, request: Request) -> Response:
        """The same as PEM, for command lines."""
        return PlainTextResponse(ssl.DER_cert_to_PEM_cert(self._certificate()[0]))

    async def missing(self, request: Request, error: Exception) -> Response:
        """Nothing is at this address."""
        return self.pages.notice(request, "missing", 404)

    async def broken(self, request: Request, error: Exception) -> Response:
        """Our fault; starlette raises it again after this, and it is logged there."""
        return self.pages.notice(request, "broken", 500)

    def _certificate(self) -> tuple[bytes, str]:
        assert self.site.certificate is not None
        return self.site.certificate()
