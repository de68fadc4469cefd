"""The routes of the portal, and what holds for each of them."""

from dataclasses import replace

from starlette.types import ASGIApp

from chappe import web
from chappe.portal.door import door_routes
from chappe.portal.filing import BODY_BYTES, filing_routes
from chappe.portal.following import following_routes
from chappe.portal.frame import HEADERS, Frame
from chappe.portal.inside import Inside


def make_portal(site: web.Site, inside: Inside, max_body_bytes: int) -> ASGIApp:
    """The application of the portal."""
    frame = Frame(replace(site, test_mode=site.test_mode or inside.trial), inside)
    routes = [*door_routes(frame), *filing_routes(frame), *following_routes(frame)]
    larger = {"/file": BODY_BYTES, "/orders": BODY_BYTES}
    return web.side_app(frame, routes, HEADERS, site.tls, max_body_bytes, larger)
