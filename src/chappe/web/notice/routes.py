"""The pages of a notice: the form, the look over it, the receipt and what became of it.

Source: dsa/16, dsa/20
"""

from collections.abc import Mapping
from math import ceil

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe.base import NotAllowed, Refusal, TooMany
from chappe.domain.limits import network
from chappe.safety import complaints, taxonomy
from chappe.safety.attachments import FILES, SIZE_BYTES
from chappe.transparency import Ledger
from chappe.web.language import NAMES, of_request
from chappe.web.notice import form
from chappe.web.notice.desk import Checked, NoticeDesk, Standing
from chappe.web.notice.form import Written
from chappe.web.notice.places import Places
from chappe.web.notice.proofs import COMPLAINT_PROOF, PROOF, proof_answer
from chappe.web.page import Pages
from chappe.web.site import Site

PATH = "/notice"
BODY_BYTES = FILES * SIZE_BYTES + 2 * 1024 * 1024
"""The largest form that is read."""
PART_BYTES = 256 * 1024
LIST_OF_BODIES = "https://digital-strategy.ec.europa.eu/en/policies/dsa-out-court-dispute-settlement"


def notice_routes(pages: Pages, desk: NoticeDesk, log: Ledger | None = None) -> list[Route]:
    """The form, and the pages by secret link; any link that is none answers alike."""
    door = _Door(pages, desk, log)
    return [
        Route(PATH, door.form, methods=["GET", "POST"]),
        Route(PATH + "/{token:path}", door.standing, methods=["GET", "POST"]),
    ]


class _Door:
    def __init__(self, pages: Pages, desk: NoticeDesk, log: Ledger | None) -> None:
        self.pages = pages
        self.desk = desk
        self.log = log
        self.places = Places(desk.clock)

    async def form(self, request: Request) -> Response:
        """The empty form; what was written, with what is wrong; the look over it; or the way to the receipt."""
        if request.method == "GET":
            where = form.read(FormData([("where", request.query_params.get("where", "")[: 2 * PART_BYTES])])).where
            return self._form_page(request, Checked(Written(where=where)), robots="noindex" if where else "")
        try:
            await self.desk.require_turn(address(request))
            said = await self._read(request)
            if said is None:
                return large_page(self.pages, request)
            return await self._answer(request, said)
        except TooMany as refusal:
            return wait_page(self.pages, request, refusal)

    async def _read(self, request: Request) -> FormData | None:
        """The form that was sent, None where it is no form or too large. Errors: TooMany server_busy."""
        try:
            async with self.places.place(address(request)):
                return await request.form(max_files=4 * FILES, max_fields=200, max_part_size=PART_BYTES)
        except (HTTPException, ClientDisconnect):
            return None

    async def _answer(self, request: Request, said: FormData) -> Response:
        language = of_request(request)
        written = form.read(said)
        checked = await self.desk.check(written, address(request), hosts(self.pages.site, request),
                                        self.pages.texts[language])  # fmt: skip
        wanted = said.get("do")
        if checked.faults and wanted != "change":
            return self._form_page(request, checked, 400)
        if wanted == "send":
            try:
                token = await self.desk.send(checked, address(request), language)
            except NotAllowed:
                checked.faults["email"] = [self.pages.say(request, "notice_limited")]
                return self._form_page(request, checked, 403)
            way = "mail" if self.desk.desk.mails and written.email else "1"
            return RedirectResponse(f"{PATH}/{token}?sent={way}", 303)
        if wanted == "change":
            clear = Checked(checked.written, checked.found, checked.files)
            return self._form_page(request, clear, posted=True)
        facts = {"c": checked, "kind": kind(checked.written.category, checked.written.keyword, language)}
        return self.pages.show(request, "notices/check.html", facts | {"robots": "noindex"})

    def _form_page(
        self, request: Request, checked: Checked, status: int = 200, *, posted: bool = False, robots: str = "noindex"
    ) -> Response:
        language = of_request(request)
        facts = {
            "c": checked, "w": checked.written, "most": form.limits(), "kinds": kinds(language),
            "faults": checked.faults, "posted": posted or status != 200,
            "example": f"{self.pages.site.base}/@name/5", "others": self._others(language), "robots": robots,
        }  # fmt: skip
        return self.pages.show(request, "notices/form.html", facts, status)

    def _others(self, language: str) -> list[tuple[str, str]]:
        """(code, its own name) of the other languages."""
        return [(code, name) for code, name in NAMES.items() if code != language]

    async def standing(self, request: Request) -> Response:
        """What became of a notice; a POST objects to its refusal."""
        token, _, part = request.path_params["token"].partition("/")
        if request.method == "POST" and not part:
            return await self._complain(request, token)
        if part:
            return await self._proof(request, token, part)
        return await self._standing_page(request, token)

    async def _proof(self, request: Request, token: str, part: str) -> Response:
        """What proves that the notice, or the complaint about it, is in the log."""
        found = await self.desk.look(token)
        complaint = found.complaint if found is not None else None
        entries = {PROOF: found.entry if found else 0, COMPLAINT_PROOF: complaint.journal_no if complaint else 0}
        return await proof_answer(self.pages, request, self.log, entries.get(part, 0))

    async def _standing_page(self, request: Request, token: str, said: str = "", error: str = "") -> Response:
        found = await self.desk.look(token)
        if found is None:
            return self.pages.notice(request, "gone", 404)
        language = of_request(request)
        sent = request.query_params.get("sent", "")
        facts = {
            "s": found, "sent": sent, "kind": kind(found.notice.category, found.notice.keyword, language),
            "link": f"{self.pages.site.base}{PATH}/{token}", "said": said, "error": error, "robots": "noindex",
            "open": bool(found.appeal_until and found.appeal_until >= self.desk.now()), "words": words(found),
            "path": f"{PATH}/{token}", "proves": self.log is not None,
        }  # fmt: skip
        known = facts | redress(self.pages.site)
        return self.pages.show(request, "notices/standing.html", known, 400 if error else 200)

    async def _complain(self, request: Request, token: str) -> Response:
        said = await words_in(request)
        if said is None:
            return large_page(self.pages, request)
        try:
            await self.desk.complain(token, form.plain(said), address(request))
        except TooMany as refusal:
            return wait_page(self.pages, request, refusal)
        except Refusal as refusal:
            if refusal.reason != "complaint_too_long":
                return await self._standing_page(request, token)
            return await self._standing_page(request, token, said, too_long(self.pages, request, said))
        return RedirectResponse(f"{request.url.path}#complaint", 303)


async def words_in(request: Request) -> str | None:
    """What was written into the one field of a complaint; None where it is no form or too large."""
    try:
        return str((await request.form(max_files=0, max_fields=10, max_part_size=PART_BYTES)).get("said", ""))
    except (HTTPException, ClientDisconnect):
        return None


def large_page(pages: Pages, request: Request) -> Response:
    """It cannot be read."""
    title, text = (pages.say(request, f"notice_large_{part}") for part in ("title", "text"))
    answer = pages.show(request, "notice.html", {"title": title, "text": text}, 413)
    answer.headers["connection"] = "close"  # what is still on its way is not read
    return answer


def wait_page(pages: Pages, request: Request, refusal: TooMany) -> Response:
    """Others from there were quicker: when to come again, and what not to wait for."""
    topic = "busy" if refusal.reason == "server_busy" else "wait"
    minutes = ceil(refusal.wait_s / 60)
    text = pages.say(request, f"notice_{topic}_text", **({} if topic == "busy" else {"minutes": minutes}))
    facts = {"title": pages.say(request, f"notice_{topic}_title"), "text": text}
    answer = pages.show(request, "notice.html", facts, 429)
    answer.headers["retry-after"] = str(refusal.wait_s)
    if topic == "busy":
        answer.headers["connection"] = "close"  # as above
    return answer


def too_long(pages: Pages, request: Request, said: str) -> str:
    """What is said of a complaint with too many words."""
    return pages.say(request, "complaint_wrong_long", most=complaints.TEXT_LENGTH, count=len(said.strip()))


def address(request: Request) -> str:
    """Whom forms are counted by."""
    return network(request.client.host if request.client else "")


def hosts(site: Site, request: Request) -> frozenset[str]:
    """The names of this server: its own, and the one it was asked by."""
    public = site.public_host.lower()
    asked = (request.url.hostname or "").lower()
    return frozenset({public, f"{public}:{site.public_port}", asked, request.url.netloc.lower()})


def kinds(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(category's title, its choices), the worst first; a choice is (value, title)."""
    out = []
    for category, title in taxonomy.category_menu(language):
        inside = [(f"{category}/{code}", said) for code, said in taxonomy.keyword_menu(category, language)]
        out.append((title, inside or [(category, title)]))
    return out


def kind(category: str, keyword: str, language: str) -> str:
    """What it was reported as, in words."""
    return taxonomy.in_words(category, keyword, language)


def words(found: Standing) -> Mapping[str, str]:
    """Which texts say how it stands."""
    complaint = found.complaint
    return {
        "state": f"notice_state_{found.state}",
        "outcome": f"notice_outcome_{found.outcome}" if found.outcome else "",
        "automated": f"notice_automated_{found.automated}",
        "complaint": f"complaint_state_{complaint.state}" if complaint else "",
        "settled": f"complaint_outcome_{complaint.outcome}_notice" if complaint and complaint.outcome else "",
    }


def redress(site: Site) -> dict[str, object]:
    """What pages say about settling disputes elsewhere. Source: dsa/21"""
    return {"bodies": site.dispute_bodies, "list_of_bodies": LIST_OF_BODIES}
