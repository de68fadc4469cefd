"""Screens of countries: all of them, and one with its runbook. Source: requirements/leave"""

from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.console.deeds import Nothing
from chappe.console.frame import Frame
from chappe.console.territories import deeds
from chappe.domain import country_names, leaving
from chappe.domain.leaving import STEPS
from chappe.domain.operators import OWNER, Operator


def territory_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Territories(frame)
    return [
        Route("/territories", frame.signed_in(screens.all)),
        Route("/territories/{territory}", frame.signed_in(screens.one)),
    ]


class _Territories:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def all(self, request: Request, me: Operator) -> Response:
        """Countries that people are in; a form that opens any other."""
        asked = request.query_params.get("open", "").strip().upper()
        if leaving.is_known(asked):
            return RedirectResponse(f"/territories/{asked}", 303)
        found = await deeds.list_territories(self.inside, me, Nothing())
        facts = {"found": found, "wrong": bool(asked), "name": self._namer(request), "all": leaving.EVERYWHERE}
        return self.frame.show(request, me, "territories.html", facts, 404 if asked else 200)

    async def one(self, request: Request, me: Operator) -> Response:
        """One country: what leaving would touch, the steps with their dates, and what was done."""
        territory = request.path_params["territory"].upper()
        found = await deeds.look_at_territory(self.inside, me, deeds.WhichTerritory(territory))
        at = STEPS.index(found.country.step)
        ahead = [step for step in STEPS[2:] if STEPS.index(step) > at]
        planned = {one.step: one.date for one in found.country.plan}
        now = self.inside.now
        days = {step: max(0, (planned[step] - now + 86_399) // 86_400) if step in planned else "" for step in ahead}
        usual = {step: after // 86_400 for step, after in leaving.USUAL.items()}
        facts = {
            "found": found, "at": at, "steps": STEPS[1:], "next": STEPS[at + 1] if at + 1 < len(STEPS) else "",
            "back": STEPS[at - 1] if at else "", "planned": planned, "ahead": ahead, "days": days if at else usual,
            "may": me.may(OWNER), "name": self._namer(request), "number": STEPS.index,
            "everywhere": territory == leaving.EVERYWHERE,
        }  # fmt: skip
        return self.frame.show(request, me, "territory.html", facts)

    def _namer(self, request: Request) -> Callable[[str], str]:
        return partial(country_names.shown, language=web.language_of(request))
