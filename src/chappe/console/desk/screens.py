"""Screens of the legal desk: lists with clocks, calendar, one order, drafts, approvals, authorities.

Source: requirements/legal-desk
"""

from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe import web
from chappe.base import NotFound, Refusal
from chappe.console.api import file_answer
from chappe.console.cases import FileBytes
from chappe.console.deeds import Nothing, asked, of_form
from chappe.console.desk import authorities as authority_deeds
from chappe.console.desk import letters as letter_deeds
from chappe.console.desk import orders as deeds
from chappe.console.desk.entry import Entry
from chappe.console.frame import Frame
from chappe.domain.operators import APPROVER, DESK, Operator
from chappe.legal import answers, envelope, letters, screening, words
from chappe.legal.authorities import CHECKS, KINDS
from chappe.legal.letters import compose
from chappe.legal.orders import INSTRUMENTS, of
from chappe.legal.records import CHANNELS, STATES
from chappe.store import Reader

DAY_S = 86_400
CALENDAR_DAYS = 28
OF_NOBODY = ("test", "unsorted", "wish")
"""Families of instruments that nobody is vouched for."""
PDF, HTML = "application/pdf", "text/html; charset=utf-8"
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A letter is shown by itself: it runs nothing and fetches nothing."""


def desk_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens, entry = _Desk(frame), Entry(frame)
    return [
        Route("/orders", frame.signed_in(screens.listed)),
        Route("/orders/calendar", frame.signed_in(screens.calendar)),
        Route("/orders/drafts", frame.signed_in(screens.drafts)),
        Route("/orders/approvals", frame.signed_in(screens.approvals)),
        Route("/orders/new", frame.signed_in(entry.new), methods=["GET", "POST"]),
        Route("/orders/letters/{letter_id:int}", frame.signed_in(screens.letter)),
        Route("/orders/letters/{letter_id:int}.{form}", frame.signed_in(screens.printed)),
        Route("/orders/{order_id:int}", frame.signed_in(screens.order)),
        Route("/orders/{order_id:int}/form", frame.signed_in(entry.correct), methods=["GET", "POST"]),
        Route("/orders/{order_id:int}/files/{no:int}", frame.signed_in(screens.file)),
        Route("/authorities", frame.signed_in(screens.authorities), methods=["GET", "POST"]),
        Route("/authorities/{authority_id:int}", frame.signed_in(screens.authority), methods=["GET", "POST"]),
    ]


class _Desk:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    def show(
        self, request: Request, me: Operator, template: str, facts: dict[str, object], status: int = 200
    ) -> Response:
        """The page, with the room's own words."""
        lang = web.language_of(request)
        known = {"w": words.texts(words.language(lang)), "now": self.inside.now, "desk": me.may(DESK), **facts}
        return self.frame.show(request, me, template, known, status)

    async def listed(self, request: Request, me: Operator) -> Response:
        """Orders that wait, the first to work first."""
        known = deeds.WhichOrders.__struct_fields__
        said = of_form(deeds.WhichOrders, [pair for pair in request.query_params.multi_items() if pair[0] in known])
        wanted: deeds.WhichOrders = asked(deeds.WhichOrders, said)
        found = await deeds.list_orders(self.inside, me, wanted)
        more = _query(msgspec.structs.replace(wanted, after=found.after)) if found.after else ""
        facts = {
            "wanted": wanted, "found": found, "more": more, "instruments": tuple(INSTRUMENTS), "states": tuple(STATES),
            "channels": CHANNELS,
        }  # fmt: skip
        return self.show(request, me, "orders.html", facts)

    async def calendar(self, request: Request, me: Operator) -> Response:
        """Four weeks, day by day, with what falls due."""
        start = self.inside.now // DAY_S * DAY_S
        said = request.query_params.get("from", "")
        if said.isdecimal() and len(said) < 11:
            start = int(said) // DAY_S * DAY_S
        span = deeds.OrderSpan(start, start + CALENDAR_DAYS * DAY_S)
        found = await deeds.order_calendar(self.inside, me, span)
        days = [
            (day, [one for one in found.dates if day <= one.at < day + DAY_S])
            for day in range(start, start + CALENDAR_DAYS * DAY_S, DAY_S)
        ]
        facts = {"weeks": [days[at : at + 7] for at in range(0, len(days), 7)], "start": start, "span": span}
        return self.show(request, me, "orders_calendar.html", facts)

    async def drafts(self, request: Request, me: Operator) -> Response:
        """Letters that wait to be sent."""
        found = await letter_deeds.list_drafts(self.inside, me, Nothing())
        return self.show(request, me, "orders_drafts.html", {"letters": found.letters})

    async def approvals(self, request: Request, me: Operator) -> Response:
        """What waits for a second person."""
        found = await letter_deeds.list_disclosures(self.inside, me, Nothing())
        facts = {"disclosures": found.disclosures, "approver": me.may(APPROVER)}
        return self.show(request, me, "orders_approvals.html", facts)

    async def order(self, request: Request, me: Operator) -> Response:
        """One order on one page: clock, what it says, what stands in its way, what may be done, what was done."""
        one = await deeds.look_at_order(self.inside, me, asked(deeds.OneOrder, request.path_params))
        reach: tuple[object, ...] = ()
        why = ""
        instrument = of(one.line.instrument)
        if me.may(DESK) and instrument.discloses and not one.disclosures:
            try:
                found = await letter_deeds.reach_of_order(self.inside, me, deeds.OneOrder(one.line.order_id))
                reach = found.disclosures[0].pieces
            except Refusal as refusal:
                why = self.frame.why(request, refusal)
        facts = {
            "one": one, "line": one.line, "instrument": instrument, "reach": reach, "why": why,
            "ways": screening.WAYS, "answers": instrument.answers, "approver": me.may(APPROVER),
        }  # fmt: skip
        return self.show(request, me, "order.html", facts)

    async def letter(self, request: Request, me: Operator) -> Response:
        """A letter as the authority will read it, and the words that may be added."""
        found = await self._letter(request, me)
        number = await self.inside.read(lambda rx: envelope.get(rx, found.order_id).number)
        facts = {
            "letter": found, "number": number, "text": letters.as_text(found.body), "added": compose.added(found.body),
        }  # fmt: skip
        return self.show(request, me, "order_letter.html", facts)

    async def printed(self, request: Request, me: Operator) -> Response:
        """The letter as a file: html or pdf."""
        found = await self._letter(request, me)
        match request.path_params["form"]:
            case "html":
                body, kind = letters.as_html(found.body).encode(), HTML
            case "pdf":
                body, kind = letters.as_pdf(found.body), PDF
            case _:
                return self.frame.notice(request, "missing", 404)
        headers = {"content-security-policy": ALONE, "cache-control": "private, no-store"}
        return Response(body, 200, headers, kind)

    async def _letter(self, request: Request, me: Operator) -> answers.Letter:
        number = request.path_params["letter_id"]
        return await self.inside.seen_as(me, deeds.role_of(me), lambda rx, _: answers.get(rx, number))

    async def file(self, request: Request, me: Operator) -> Response:
        """A file of the order, as it came: to be saved, never shown inside a page."""
        order_id, no = request.path_params["order_id"], request.path_params["no"]

        def query(rx: Reader, _: object) -> FileBytes:
            for one in envelope.files(rx, order_id):
                if one.no == no:
                    return FileBytes(one.sha256, one.size_bytes, "application/octet-stream")
            raise NotFound("operator_file_unknown")

        return file_answer(request, self.inside, await self.inside.seen_as(me, deeds.role_of(me), query))

    async def authorities(self, request: Request, me: Operator) -> Response:
        """Who may order anything, by name, and the form for one more."""
        error, typed = "", {}
        if request.method == "POST":
            deed = authority_deeds.DEEDS.all["register_authority"]
            typed = await self.frame.facts(request, deed)
            try:
                made = await deed.do(self.inside, me, typed)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return self.frame.go(f"/authorities/{made.authority_id}?said=register_authority")
        said = {name: request.query_params[name] for name in ("q", "after") if name in request.query_params}
        wanted = asked(authority_deeds.WhichAuthorities, said)
        found = await authority_deeds.list_authorities(self.inside, me, wanted)
        facts = {"found": found, "wanted": wanted, "kinds": KINDS, "typed": typed, "error": error}
        return self.show(request, me, "authorities.html", facts, 400 if error else 200)

    async def authority(self, request: Request, me: Operator) -> Response:
        """One authority: what it says, how somebody made sure, what it may use."""
        error = ""
        number = request.path_params["authority_id"]
        if request.method == "POST":
            deed = authority_deeds.DEEDS.all["change_authority"]
            try:
                await deed.do(self.inside, me, {**await self.frame.facts(request, deed), "authority_id": number})
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return self.frame.go(f"/authorities/{number}?said=change_authority")
        one = await authority_deeds.look_at_authority(self.inside, me, authority_deeds.OneAuthority(number))
        facts = {
            "one": one, "kinds": KINDS, "checks": CHECKS, "error": error, "typed": msgspec.structs.asdict(one),
            "instruments": [code for code, kind in INSTRUMENTS.items() if kind.family not in OF_NOBODY],
        }  # fmt: skip
        return self.show(request, me, "authority.html", facts, 400 if error else 200)


def _query(wanted: deeds.WhichOrders) -> str:
    plain = msgspec.structs.asdict(wanted)
    return urlencode([(name, "true" if value is True else value) for name, value in plain.items() if value])
