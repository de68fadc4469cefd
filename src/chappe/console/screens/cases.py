"""Screens about cases: the queue, and a case with what it is about and what may be decided."""

from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import Refusal
from chappe.console import cases, presets, rulings
from chappe.console.api import file_answer
from chappe.console.case_views import CaseEvidence, WholeCase
from chappe.console.deeds import Nothing, asked, of_form
from chappe.console.frame import Frame
from chappe.domain.operators import APPEALS, CHILD_SAFETY, LEAD, MODERATOR, SAFETY_ROLES, TRIAGE, Operator
from chappe.domain.rulings import SOURCES
from chappe.safety import taxonomy


def case_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Cases(frame)
    return [
        Route("/", frame.signed_in(screens.queue)),
        Route("/cases/{case_id:int}", frame.signed_in(screens.case)),
        Route("/cases/{case_id:int}/decision", frame.signed_in(screens.decide), methods=["POST"]),
        Route("/cases/{case_id:int}/files/{sha256}", frame.signed_in(screens.file)),
    ]


class _Cases:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def queue(self, request: Request, me: Operator) -> Response:
        """The cases of a queue, the first with any if none is said; who may see none hears what they may do."""
        if not any(me.may(role) for role in SAFETY_ROLES):
            return self.frame.show(request, me, "welcome.html", {})
        found = await cases.list_queues(self.inside, me, Nothing())
        known = cases.Asked.__struct_fields__
        said = of_form(cases.Asked, [pair for pair in request.query_params.multi_items() if pair[0] in known])
        wanted: cases.Asked = asked(cases.Asked, said)
        if wanted == cases.Asked(after=wanted.after) and found.queues:
            first = next((one for one in found.queues if one.count), found.queues[0])
            wanted = cases.Asked(queue_id=first.queue_id, after=wanted.after)
        listed = await cases.list_cases(self.inside, me, wanted)
        lang = web.language_of(request)
        facts = {
            "queues": found.queues,
            "wanted": wanted,
            "listed": listed,
            "lead": me.may(LEAD),
            "may_take": me.may(TRIAGE) or me.may(CHILD_SAFETY),
            "categories": taxonomy.category_menu(lang),
            "in_words": lambda one: taxonomy.in_words(one.category, one.keyword, lang),
            "sources": SOURCES,
            "now": self.inside.now,
            "more": _more(wanted, listed.after),
        }
        return self.frame.show(request, me, "queue.html", facts)

    async def case(self, request: Request, me: Operator) -> Response:
        """A case; what it is about is read when one holds it, or asks to."""
        return await self._case_page(request, me, {})

    async def decide(self, request: Request, me: Operator) -> Response:
        """The form of a decision; what was typed stays where it is refused."""
        deed = rulings.DEEDS.all["decide_case"]
        form = await request.form()
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        facts = of_form(deed.asks, [pair for pair in pairs if pair[0] != "case_id"])
        facts["case_id"] = number = request.path_params["case_id"]
        try:
            await deed.do(self.inside, me, facts)
        except Refusal as refusal:
            return await self._case_page(request, me, facts, self.frame.why(request, refusal))
        queue_id = _queue(request)
        return RedirectResponse(f"/cases/{number}?{f'queue_id={queue_id}&' if queue_id else ''}said=decide_case", 303)

    async def file(self, request: Request, me: Operator) -> Response:
        """The bytes of a file that the case keeps."""
        wanted = asked(cases.OneFile, request.path_params)
        return file_answer(request, self.inside, await cases.show_file(self.inside, me, wanted))

    async def _case_page(
        self, request: Request, me: Operator, typed: Mapping[str, object], error: str = ""
    ) -> Response:
        wanted = asked(cases.OneCase, request.path_params)
        whole = await cases.look_at_case(self.inside, me, wanted)
        reads = whole.case.mine or "read" in request.query_params
        evidence = CaseEvidence(())
        if reads:
            evidence = await cases.read_evidence(self.inside, me, wanted)
        taken = await rulings.decisions_of_case(self.inside, me, wanted)
        lang = web.language_of(request)
        facts = {
            "whole": whole,
            "case": whole.case,
            "queue_id": _queue(request),
            "reads": reads,
            "evidence": evidence.evidence,
            "taken": taken.decisions,
            "in_words": lambda one: taxonomy.in_words(one.category, one.keyword, lang),
            "typed": dict.fromkeys(rulings.OfCase.__struct_fields__, "") | dict(typed),
            "error": error,
            "may_work": _trained(me, whole) or (me.may(TRIAGE) and not whole.case.child_safety),
            "may_reopen": _trained(me, whole) or me.may(MODERATOR) or me.may(APPEALS),
            "may_decide": whole.case.is_open and _decides(me, whole),
            "now": self.inside.now,
            **_form_facts(self.frame, whole, lang),
        }
        return self.frame.show(request, me, "case.html", facts, 400 if error else 200)


def _queue(request: Request) -> int:
    """The queue that the case was taken from, 0 where nothing says it."""
    said = request.query_params.get("queue_id", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0


def _form_facts(frame: Frame, whole: WholeCase, lang: str) -> dict[str, object]:
    terms = frame.inside.terms
    kinds = presets.kinds_of(whole.items)
    known = presets.clauses(terms)
    categories = [
        (code, said, taxonomy.keyword_menu(code, lang)) for code, said in taxonomy.category_menu(lang)
    ]  # fmt: skip
    return {
        "presets": presets.offered(whole.case, whole.items, terms, whole.told_in, whole.media),
        "no_measure": presets.NO_MEASURE,
        "measures": presets.measures(kinds),
        "clauses": [(number, text[lang]) for number, text in known.items()],
        "clause": presets.clause_for(whole.case.category, whole.case.keyword),
        "categories": categories,
    }


def _trained(me: Operator, whole: WholeCase) -> bool:
    """True for a case of child abuse and who is trained for it."""
    return whole.case.child_safety and me.may(CHILD_SAFETY)


def _decides(me: Operator, whole: WholeCase) -> bool:
    """True where a decision would not be refused for lack of a role."""
    return me.may(CHILD_SAFETY) if whole.case.child_safety else me.may(MODERATOR)


def _more(wanted: cases.Asked, after: str) -> list[tuple[str, object]]:
    """The fields of the search for its next page."""
    if not after:
        return []
    plain = msgspec.structs.asdict(msgspec.structs.replace(wanted, after=after))
    pairs = [(name, value) for name, value in plain.items() if value not in ("", 0, False, None, ())]
    return [(name, ",".join(value) if isinstance(value, tuple) else value) for name, value in pairs]
