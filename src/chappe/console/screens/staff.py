"""Screens about staff: people and their roles, and one's own tokens."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.console import people
from chappe.console.deeds import Nothing, asked
from chappe.console.frame import Frame
from chappe.domain.operators import OWNER, ROLES, Operator


def staff_screens(frame: Frame) -> list[Route]:
    """The routes."""
    inside = frame.inside

    async def staff(request: Request, me: Operator) -> Response:
        link = ""
        if request.method == "POST":
            deed = people.DEEDS.all["add_operator"]
            link = (await deed.do(inside, me, await frame.facts(request, deed))).link
        found = await people.list_operators(inside, me, Nothing())
        facts = {"everyone": found.operators, "roles": ROLES, "link": link, "owner": me.role == OWNER}
        return frame.show(request, me, "people.html", facts)

    async def tokens(request: Request, me: Operator) -> Response:
        made = None
        if request.method == "POST":
            deed = people.DEEDS.all["make_token"]
            facts = await frame.facts(request, deed)
            made = await people.make_token(inside, me, asked(deed.asks, facts))
        found = await people.list_tokens(inside, me, Nothing())
        return frame.show(request, me, "tokens.html", {"tokens": found.tokens, "made": made})

    return [
        Route("/people", frame.signed_in(staff), methods=["GET", "POST"]),
        Route("/tokens", frame.signed_in(tokens), methods=["GET", "POST"]),
    ]
