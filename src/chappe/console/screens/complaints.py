"""Screens about complaints and trusted flaggers."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import Refusal
from chappe.console import complaints, flaggers, presets
from chappe.console.deeds import Nothing, asked
from chappe.console.frame import Frame
from chappe.domain.categories import OF_DECISIONS
from chappe.domain.operators import Operator
from chappe.safety import taxonomy
from chappe.safety.complaints import OUTCOMES


def complaint_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Complaints(frame)
    return [
        Route("/complaints", frame.signed_in(screens.listed)),
        Route("/complaints/{complaint_id:int}", frame.signed_in(screens.one), methods=["GET", "POST"]),
        Route("/flaggers", frame.signed_in(screens.flaggers), methods=["GET", "POST"]),
    ]


class _Complaints:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def listed(self, request: Request, me: Operator) -> Response:
        """Those that wait, or those that were decided."""
        said = {name: request.query_params[name] for name in ("decided", "after") if name in request.query_params}
        wanted = asked(complaints.WhichComplaints, said)
        found = await complaints.list_complaints(self.inside, me, wanted)
        lang = web.language_of(request)
        facts = {"found": found.complaints, "wanted": wanted, "title_of": lambda one: taxonomy.title(one, lang)}
        return self.frame.show(request, me, "complaints.html", facts)

    async def one(self, request: Request, me: Operator) -> Response:
        """A complaint with what it is about, and the form of the verdict."""
        number = request.path_params["complaint_id"]
        typed: dict[str, object] = {}
        error = ""
        if request.method == "POST":
            deed = complaints.DEEDS.all["judge"]
            typed = await self.frame.facts(request, deed) | {"complaint_id": number}
            try:
                await deed.do(self.inside, me, typed)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return RedirectResponse(f"/complaints/{number}?said=judge", 303)
        whole = await complaints.look_at_complaint(self.inside, me, asked(complaints.OneComplaint, request.path_params))
        lang = web.language_of(request)
        items = [one.item for one in whole.items]
        facts = {
            "whole": whole,
            "one": whole.complaint,
            "error": error,
            "items": items,
            "outcomes": OUTCOMES,
            "now": self.inside.now,
            "title_of": lambda one: taxonomy.title(one, lang),
            "typed": dict.fromkeys(complaints.Judged.__struct_fields__, "") | typed,
            "measures": presets.measures(presets.kinds_of(items)),
            "clauses": [(number, text[lang]) for number, text in presets.clauses(self.inside.terms).items()],
            "clause": whole.decision.clause if whole.decision else "",
        }
        return self.frame.show(request, me, "complaint.html", facts, 400 if error else 200)

    async def flaggers(self, request: Request, me: Operator) -> Response:
        """Trusted flaggers; a key that was just made is shown once."""
        made = None
        if request.method == "POST":
            deed = flaggers.DEEDS.all["make_flagger_key"]
            made = await deed.do(self.inside, me, await self.frame.facts(request, deed))
        found = await flaggers.list_flaggers(self.inside, me, Nothing())
        lang = web.language_of(request)
        facts = {
            "found": found.flaggers,
            "made": made,
            "categories": [one for one in taxonomy.category_menu(lang) if one[0] in OF_DECISIONS],
            "title_of": lambda one: taxonomy.title(one, lang),
        }
        return self.frame.show(request, me, "flaggers.html", facts)
