"""The routes of the console, and what holds for each of them."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from chappe import web
from chappe.console import bulk, cases, complaints, figures, flaggers, history, people, rulings
from chappe.console.api import Api
from chappe.console.continuity import deeds as continuity
from chappe.console.continuity.screens import continuity_screens
from chappe.console.deeds import Deed
from chappe.console.desk import authorities as desk_authorities
from chappe.console.desk import form as desk_form
from chappe.console.desk import holding as desk_holding
from chappe.console.desk import letters as desk_letters
from chappe.console.desk import orders as desk_orders
from chappe.console.desk import ways_in as desk_ways_in
from chappe.console.desk.screens import desk_screens
from chappe.console.desk.ways_in import ways_in_screens
from chappe.console.door import door_routes
from chappe.console.frame import HEADERS, Frame
from chappe.console.inside import Inside
from chappe.console.oncall import deeds as oncall
from chappe.console.oncall.alerts import alert_screens
from chappe.console.oncall.emergency import emergency_screens
from chappe.console.oncall.hour import hour_screens
from chappe.console.oncall.screens import oncall_screens
from chappe.console.screens.cases import case_screens
from chappe.console.screens.complaints import complaint_screens
from chappe.console.screens.decisions import decision_screens
from chappe.console.screens.figures import figure_screens
from chappe.console.screens.staff import staff_screens
from chappe.console.territories import deeds as territories
from chappe.console.territories.screens import territory_screens

ROOMS = (
    cases, rulings, bulk, history, complaints, flaggers, figures, people, oncall, continuity, territories,
    desk_orders, desk_letters, desk_form, desk_authorities, desk_holding,
    desk_ways_in,
)  # fmt: skip
"""Where deeds are."""


def deeds() -> Sequence[Deed]:
    """Every deed there is."""
    return tuple(deed for room in ROOMS for deed in room.DEEDS.all.values())


def make_console(site: web.Site, inside: Inside, max_body_bytes: int) -> ASGIApp:
    """The application of the console."""
    frame = Frame(replace(site, test_mode=site.test_mode or inside.trial), inside)
    routes: list[BaseRoute] = [
        *door_routes(frame),
        *Api(inside, deeds()).routes(),
        *case_screens(frame),
        *decision_screens(frame),
        *complaint_screens(frame),
        *figure_screens(frame),
        *staff_screens(frame),
        *territory_screens(frame),
        *continuity_screens(frame),
        *desk_screens(frame),
        *ways_in_screens(frame),
        *oncall_screens(frame),
        *emergency_screens(frame),
        *alert_screens(frame),
        *hour_screens(frame),
        *(Route(f"/do/{one.name}", frame.signed_in(frame.does(one)), methods=["POST"]) for one in deeds()),
    ]
    return web.side_app(frame, routes, HEADERS, site.tls, max_body_bytes)
