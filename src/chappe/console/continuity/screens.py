"""The screen about continuity: who was there, what holds, what may be done, and what was tried out."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.base import Refusal
from chappe.console.continuity import deeds
from chappe.console.deeds import Nothing
from chappe.console.frame import Frame
from chappe.domain.continuity import HELD, HOUR_S, HOURS_LEAST, HOURS_MOST, WORDS_NEEDED
from chappe.domain.operators import OWNER, ROLES, Operator
from chappe.domain.takeovers import FOR_ANOTHER, TEXT_MOST, WAITS


def continuity_screens(frame: Frame) -> list[Route]:
    """The routes."""
    inside = frame.inside

    async def screen(request: Request, me: Operator) -> Response:
        link, error = "", ""
        if request.method == "POST":
            deed = deeds.DEEDS.all["carry_out_act"]
            try:
                link = (await deed.do(inside, me, await frame.facts(request, deed))).link
            except Refusal as refusal:
                error = frame.why(request, refusal)
        found = await deeds.look_at_continuity(inside, me, Nothing())
        facts = {
            "found": found,
            "now": inside.now,
            "link": link,
            "error": error,
            "owner": me.role == OWNER,
            "successor": found.rule is not None and me.operator_id in found.rule.successors,
            "holds": found.takeover is not None and found.takeover.state == HELD,
            "waits": {kind: wait // HOUR_S for kind, wait in WAITS.items()},
            "for_another": FOR_ANOTHER,
            "roles": ROLES,
            "bounds": (HOURS_LEAST, HOURS_MOST, TEXT_MOST, WORDS_NEEDED),
        }
        return frame.show(request, me, "continuity.html", facts, 400 if error else 200)

    return [Route("/continuity", frame.signed_in(screen), methods=["GET", "POST"])]
