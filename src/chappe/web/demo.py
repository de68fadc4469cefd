"""The page of a demonstration: every part can be stepped into, and what there is to look at."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.web.flaggers.openapi import BASE
from chappe.web.page import Pages
from chappe.web.site import origin
from chappe.web.start import portal_address

COURT_KEY = "AGE-SECRET-KEY-1GGZS4AFW28XCTMYKN87XUDCERACRTG8EDA4H29HUW0C2CVP23YPSXJ08LQ"
"""The key of a court that does not exist: everybody knows it, so that a visitor can open what the court was given."""
FLAGGER_KEY = "demo.flagger"
"""The file of the data folder with the key of the demo's trusted flagger, which every visitor may use."""
STAFF = ("moderator", "appeals", "child_safety", "lead", "auditor", "desk", "second_approver", "approver")
PLACES = (
    ("/@harbour_news", "demo_place_statement"),
    ("/hashtag/statement", "demo_place_tag"),
    ("/reports", "demo_place_reports"),
    ("/territories", "demo_place_territories"),
    ("/hotline", "demo_place_hotline"),
    ("/app/#/new/secret", "demo_place_secret"),
    ("/continuity", "demo_place_continuity"),
    ("/@demo_figures", "demo_place_figures"),
    ("/log/verify", "demo_place_verify"),
    ("/notice", "demo_place_notice"),
    ("/terms", "demo_place_terms"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody one can be. Shape: phone is a test number, whose code is no secret."""

    key: str
    name: str
    phone: str


PEOPLE = (
    Part("alice", "Alice", "99966211002"),
    Part("bob", "Bob", "99966211003"),
    Part("dave", "Dave", "99966211004"),
)


def demo_routes(pages: Pages) -> list[Route]:
    """The page."""

    async def page(request: Request) -> Response:
        host = request.url.hostname or pages.site.public_host
        console = f"{origin(request.url.scheme, host, pages.site.console_port)}/"
        facts = {
            "people": PEOPLE, "staff": STAFF, "places": PLACES, "console": console,
            "flagger_key": pages.site.demo_key, "flagger_api": str(request.base_url).rstrip("/") + BASE,
            "portal": portal_address(pages.site, request), "court_key": COURT_KEY,
        }  # fmt: skip
        return pages.show(request, "demo.html", facts)

    return [Route("/demo", page)]
