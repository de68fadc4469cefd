"""Screens about decisions: the list, one with its undoing, many at once, and the history of a person or room."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import Refusal
from chappe.console import bulk, history, presets, rulings
from chappe.console.deeds import asked, of_form
from chappe.console.frame import Frame
from chappe.domain import decisions, effects
from chappe.domain.operators import CHILD_SAFETY, MODERATOR, Operator
from chappe.safety import taxonomy


def decision_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Decisions(frame)
    return [
        Route("/decisions", frame.signed_in(screens.listed)),
        Route("/decisions/{decision_id:int}", frame.signed_in(screens.one)),
        Route("/bulk", frame.signed_in(screens.bulk), methods=["GET", "POST"]),
        Route("/accounts/{user_id:int}", frame.signed_in(screens.account), methods=["GET", "POST"]),
        Route("/rooms/{room_id}", frame.signed_in(screens.room), methods=["GET", "POST"]),
    ]


class _Decisions:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def listed(self, request: Request, me: Operator) -> Response:
        """Decisions, the newest first."""
        before = request.query_params.get("before", "")
        wanted = asked(rulings.Before, {"before": before} if before else {})
        found = await rulings.list_decisions(self.inside, me, wanted)
        return self.frame.show(request, me, "decisions.html", {"found": found, "in_words": _in_words(request)})

    async def one(self, request: Request, me: Operator) -> Response:
        """One decision."""
        wanted = asked(rulings.OneDecision, request.path_params)
        whole = await rulings.look_at_decision(self.inside, me, wanted)
        may = decisions.undoers(whole.decision.source, whole.decision.keywords)
        may_undo = whole.decision.state == "in_force" and any(map(me.may, may))
        sparable = [one for one in whole.items if one.state in ("held", "waiting") and one.item.kind != "media"]
        facts = {
            "whole": whole, "one": whole.decision, "may_undo": may_undo, "sparable": sparable,
            "in_words": _in_words(request),
        }  # fmt: skip
        return self.frame.show(request, me, "decision.html", facts)

    async def bulk(self, request: Request, me: Operator) -> Response:
        """What a decision over many cases would touch, and its form."""
        known = bulk.AskedMany.__struct_fields__
        pairs = [pair for pair in request.query_params.multi_items() if pair[0] in known]
        wanted = asked(bulk.AskedMany, of_form(bulk.AskedMany, pairs))
        typed: dict[str, object] = {}
        error = ""
        if request.method == "POST":
            deed = bulk.DEEDS.all["decide_bulk"]
            typed = await self.frame.facts(request, deed)
            try:
                made = await deed.do(self.inside, me, typed)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return RedirectResponse(f"/decisions/{made.decision_id}?said=decide_bulk", 303)
        preview = await bulk.preview_bulk(self.inside, me, wanted)
        first = preview.cases[0] if preview.cases else None
        facts = {
            "preview": preview,
            "wanted": wanted,
            "query": request.url.query,
            "told": preview.languages[0][0] if preview.languages else "en",
            "error": error,
            "clause": presets.clause_for(first.category, first.keyword) if first else "",
            "category": f"{first.category}/{first.keyword}".rstrip("/") if first else "",
            "in_words": _in_words(request),
            **self._form(request, typed, list(effects.ALLOWED)),
        }
        return self.frame.show(request, me, "bulk.html", facts, 400 if error else 200)

    async def account(self, request: Request, me: Operator) -> Response:
        """A person: what everybody may know, and what was decided."""
        found = await history.look_at_account(self.inside, me, asked(history.OneAccount, request.path_params))
        return await self._history(request, me, found)

    async def room(self, request: Request, me: Operator) -> Response:
        """A room: the same."""
        wanted = asked(history.OneRoom, request.path_params)
        return await self._history(request, me, await history.look_at_room(self.inside, me, wanted))

    async def _history(self, request: Request, me: Operator, found: history.HistoryView) -> Response:
        typed: dict[str, object] = {}
        error = ""
        if request.method == "POST":
            deed = rulings.DEEDS.all["decide_at_once"]
            typed = await self.frame.facts(request, deed)
            try:
                made = await deed.do(self.inside, me, typed | {"items": [found.item_key]})
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return RedirectResponse(f"/decisions/{made.decision_id}?said=decide_case", 303)
        kind = found.item_key.partition(":")[0]
        facts = {
            "found": found,
            "kind": kind,
            "error": error,
            "clause": "",
            "category": "",
            "may_decide": me.may(MODERATOR) or me.may(CHILD_SAFETY),
            "now": self.inside.now,
            "in_words": _in_words(request),
            **self._form(request, typed, presets.measures({kind, presets.BOT} if found.owner_id else {kind})),
        }
        return self.frame.show(request, me, "history.html", facts, 400 if error else 200)

    def _form(self, request: Request, typed: dict[str, object], measures: list[str]) -> dict[str, object]:
        lang = web.language_of(request)
        known = presets.clauses(self.inside.terms)
        return {
            "typed": dict.fromkeys(rulings.Wanted.__struct_fields__, "") | typed,
            "measures": measures,
            "clauses": [(number, text[lang]) for number, text in known.items()],
            "categories": [
                (code, said, taxonomy.keyword_menu(code, lang)) for code, said in taxonomy.category_menu(lang)
            ],
        }


def _in_words(request: Request) -> object:
    """What a category is called, of a case or of a decision."""
    lang = web.language_of(request)

    def words(one: object) -> str:
        keywords = getattr(one, "keywords", ()) or (getattr(one, "keyword", ""),)
        return taxonomy.in_words(getattr(one, "category", ""), keywords[0], lang)

    return words
