"""The statement and its complaint.

Source: dsa/17(3), dsa/20(1)
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe.base import Refusal, TooMany
from chappe.domain import limits, statement_words, statements
from chappe.domain.limits import Rate
from chappe.domain.rulings import Statement
from chappe.safety import complaints, taxonomy
from chappe.safety.complaints import Complaint
from chappe.store import Reader, StoreUnavailable, Tx
from chappe.transparency import Ledger
from chappe.web.language import of_request
from chappe.web.notice.desk import NoticeDesk
from chappe.web.notice.form import plain
from chappe.web.notice.proofs import COMPLAINT_PROOF, PROOF, proof_answer
from chappe.web.notice.routes import PART_BYTES, address, large_page, redress, too_long, wait_page, words_in
from chappe.web.page import Pages

PATH = "/statement"
COMPLAINT_BYTES = 2 * PART_BYTES
COMPLAINED = Rate(60, 3600)
"""Complaints from one address."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement as its page shows it. Shape: items in words of the page's language; more: how many besides."""

    statement: Statement
    items: tuple[str, ...]
    measure: str
    complaint: Complaint | None
    more: int
    spared_at: int
    spared: bool
    """Whether the decision holds for nothing of theirs any more."""


def statement_routes(pages: Pages, desk: NoticeDesk, log: Ledger | None = None) -> list[Route]:
    """The pages by secret link; any link that is none answers alike."""
    door = _Door(pages, desk, log)
    return [Route(PATH + "/{token:path}", door.page, methods=["GET", "POST"])]


class _Door:
    def __init__(self, pages: Pages, desk: NoticeDesk, log: Ledger | None) -> None:
        self.pages = pages
        self.desk = desk
        self.log = log

    async def page(self, request: Request) -> Response:
        """What was decided, and why; a POST objects."""
        token, _, part = request.path_params["token"].partition("/")
        if request.method == "POST" and not part:
            return await self._complain(request, token)
        if part:
            return await self._proof(request, token, part)
        return await self._page(request, token)

    async def _proof(self, request: Request, token: str, part: str) -> Response:
        """What proves that the decision, or the complaint about it, is in the log."""
        found = await self.desk.store.read(lambda rx: _look(rx, token, "en"))
        complaint = found.complaint if found is not None else None
        entries = {
            PROOF: found.statement.decision.journal_no if found else 0,
            COMPLAINT_PROOF: complaint.journal_no if complaint else 0,
        }
        return await proof_answer(self.pages, request, self.log, entries.get(part, 0))

    async def _page(self, request: Request, token: str, said: str = "", error: str = "") -> Response:
        language = of_request(request)
        found = await self.desk.store.read(lambda rx: _look(rx, token, language))
        if found is None:
            return self.pages.notice(request, "gone", 404)
        decision, complaint = found.statement.decision, found.complaint
        told = decision.words(language)
        category = [taxonomy.in_words(decision.category, one, language) for one in decision.keywords or ("",)]
        facts = {
            "s": found.statement, "d": decision, "items": found.items, "complaint_": complaint,
            "told": told, "more": found.more, "spared_at": found.spared_at, "spared": found.spared,
            "measure": found.measure,
            "source": statement_words.SOURCES[language][decision.source], "categories": category,
            "open": complaint is None and found.statement.complain_until >= self.desk.now(),
            "state": f"complaint_state_{complaint.state}" if complaint else "",
            "settled": f"complaint_outcome_{complaint.outcome}" if complaint and complaint.outcome else "",
            "said": said, "error": error, "robots": "noindex", "path": f"{PATH}/{token}",
            "proves": self.log is not None,
        }  # fmt: skip
        known = facts | redress(self.pages.site)
        return self.pages.show(request, "statement/page.html", known, 400 if error else 200)

    async def _complain(self, request: Request, token: str) -> Response:
        said = await words_in(request)
        if said is None:
            return large_page(self.pages, request)

        def act(tx: Tx) -> Complaint:
            if self.desk.desk.limited:
                limits.take(tx, f"complaint-form:{address(request)}", COMPLAINED)
            return complaints.file(tx, token, plain(said))

        try:
            await self.desk.store.write(act)
        except TooMany as refusal:
            return wait_page(self.pages, request, refusal)
        except StoreUnavailable:
            raise
        except Refusal as refusal:
            error = too_long(self.pages, request, said) if refusal.reason == "complaint_too_long" else ""
            return await self._page(request, token, said if error else "", error)
        return RedirectResponse(f"{request.url.path}#complaint", 303)


def _look(rx: Reader, token: str, language: str) -> Shown | None:
    found = statements.by_token(rx, token)
    if found is None:
        return None
    items = tuple(statements.named(rx, one, language) for one in found.items[: statements.SHOWN])
    measure = statements.measure_in_words(rx, found.decision.measure.kind, found.items, language)
    spared_at = statements.last_spared(rx, found)
    spared = bool(spared_at) and statements.is_spared(rx, found.decision, found.person_id)
    more = statements.more(rx, found)
    return Shown(found, items, measure, complaints.of_statement(rx, found), more, spared_at, spared)
