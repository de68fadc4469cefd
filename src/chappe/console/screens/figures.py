"""Screens that look on: rules with charts of what they found, and the figures of the moment."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe import web
from chappe.console import figures
from chappe.console.deeds import Nothing
from chappe.console.figures import DAYS, RuleView
from chappe.console.frame import Frame
from chappe.domain.operators import LEAD, Operator
from chappe.safety import taxonomy

BAR, HEIGHT = 10, 48


def figure_screens(frame: Frame) -> list[Route]:
    """The routes."""
    inside = frame.inside

    async def rules(request: Request, me: Operator) -> Response:
        found = await figures.list_rules(inside, me, Nothing())
        lang = web.language_of(request)
        facts = {
            "rules": [(one, _bars(one, found.first_day)) for one in found.rules],
            "in_words": lambda one: taxonomy.in_words(one.category, one.keyword, lang),
            "first": found.first_day * figures.DAY_S,
            "lead": me.may(LEAD),
            "width": DAYS * BAR,
            "height": HEIGHT,
        }
        return frame.show(request, me, "rules.html", facts)

    async def live(request: Request, me: Operator) -> Response:
        found = await figures.live_figures(inside, me, Nothing())
        return frame.show(request, me, "figures.html", {"found": found})

    return [Route("/rules", frame.signed_in(rules)), Route("/figures", frame.signed_in(live))]


def _bars(one: RuleView, first: int) -> list[tuple[int, int, int, int, int]]:
    """(x, y, height, day as a date, findings) of the bars of a chart; a day with a finding has a bar one can see."""
    most = max((day.found for day in one.days), default=0)
    out = []
    for day in one.days:
        tall = max(2, round(day.found * HEIGHT / most)) if day.found else 0
        out.append(((day.day - first) * BAR, HEIGHT - tall, tall, day.day * figures.DAY_S, day.found))
    return out
