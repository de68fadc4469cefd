"""Screens of people on call: what rings now, the calendar, and how each is reached."""

from datetime import UTC, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import NotFound, Refusal
from chappe.console.deeds import Nothing
from chappe.console.frame import Frame
from chappe.console.oncall import calendar, deeds
from chappe.console.oncall.deeds import PageLine
from chappe.domain import oncall, operators, rota
from chappe.domain import oncall_words as w
from chappe.domain.operators import APPROVER, DESK, LEAD, SAFETY_ROLES, Operator
from chappe.domain.rota import PLACES, Shift
from chappe.legal import calls
from chappe.store import Reader

WEEKS = 4
SOON_S = 7 * 86_400
PLACES_OF = {"order": "/orders/", "case": "/cases/", "authority": "/authorities/", "call": "/oncall/emergency/"}
OWN = {"alert": "/oncall/alerts/", "removal": "/oncall/hour/", "effect": "/oncall/hour/"}
"""Screens by what a page is about, and those by what kind it is."""
ROLES = {"/cases/": tuple(SAFETY_ROLES), "/oncall/emergency/": (), "/oncall/alerts/": ()}
"""Whose screens these are; the others are the desk's."""


def oncall_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _OnCall(frame)
    return [
        Route("/oncall", frame.signed_in(screens.now)),
        Route("/oncall/live", frame.signed_in(screens.live)),
        Route("/oncall/calendar", frame.signed_in(screens.calendar), methods=["GET", "POST"]),
        Route("/oncall/people", frame.signed_in(screens.people)),
        Route("/calendar/{token}.ics", screens.ics),
    ]


class _OnCall:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def now(self, request: Request, me: Operator) -> Response:
        """The pages that ring, with their clocks; whose turn it is; what is handed over."""
        pages = await deeds.list_pages(self.inside, me, Nothing())
        known = await deeds.list_on_call(self.inside, me, Nothing())
        unfinished = await self.inside.read(calls.unfinished)
        mine = [one for one in known.turn if one.operator_id == me.operator_id or me.may(LEAD)]
        facts = {
            "unfinished": unfinished, "pages": pages,
            "together": [one for one in pages.open if one.kind not in oncall.OWN], "rota": known,
            "mark": deeds.mark(pages.open), "lead": me.may(LEAD), "mine": mine,
            "headline": self._headline(request), "to": partial(_where, me=me),
            "names": {one.operator_id: one for one in known.people},
            "gap": next((one for one in known.gaps if known.now < one.start < known.now + SOON_S), None),
        }  # fmt: skip
        return self.frame.show(request, me, "oncall.html", facts)

    async def live(self, request: Request, me: Operator) -> Response:
        """What the script of every screen asks every few seconds: which pages ring, and since when."""
        pages = await deeds.list_pages(self.inside, me, Nothing())
        words = self._headline(request)
        ringing = [{"date": one.date, "text": words(one.kind)} for one in pages.open]
        said = {"now": pages.now, "target": pages.target, "mark": deeds.mark(pages.open), "open": ringing}
        return JSONResponse(said, headers={"cache-control": "no-store"})

    async def calendar(self, request: Request, me: Operator) -> Response:
        """Four weeks of shifts, gaps and the forms of a plan."""
        link, error = "", ""
        if request.method == "POST":
            try:
                link = await self._posted(request, me)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            if not link and not error:
                return RedirectResponse("/oncall/calendar?said=plan_shifts", 303)
        known = await deeds.list_on_call(self.inside, me, Nothing())
        shifts = [
            Shift(one.shift_id, one.operator_id, one.name, one.place, one.start, one.until) for one in known.shifts
        ]
        facts = {
            "rota": known, "weeks": calendar.weeks(shifts, known.now, WEEKS), "lead": me.may(LEAD), "error": error,
            "link": link, "places": range(PLACES), "today": known.now // 86_400 * 86_400,
            "next": f"{datetime.fromtimestamp(known.now + 3600, UTC):%Y-%m-%dT%H:00}",
            "hour": lambda date: f"{datetime.fromtimestamp(date, UTC):%H:%M}",
        }  # fmt: skip
        return self.frame.show(request, me, "oncall_calendar.html", facts, 400 if error else 200)

    async def _posted(self, request: Request, me: Operator) -> str:
        """What a form of the calendar asked was done; the address of one's calendar if that was asked."""
        form = await request.form()
        given = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        said = dict(given)
        if said.get("do") == "calendar":
            path = (await deeds.make_calendar(self.inside, me, Nothing())).path
            return f"{request.url.scheme}://{request.url.netloc}{path}"
        people = [value for name, value in given if name == "people"]
        asked = {"start": instant(said.get("start", "")), "place": said.get("place", "0")}
        if said.get("do") == "plan":
            asked |= {"people": people, "hours": said.get("hours", ""), "count": said.get("count", "")}  # type: ignore[dict-item]
            await deeds.DEEDS.all["plan_shifts"].do(self.inside, me, asked)
        else:
            asked |= {"operator_id": said.get("operator_id", ""), "until": instant(said.get("until", ""))}
            await deeds.DEEDS.all["add_shift"].do(self.inside, me, asked)
        return ""

    async def people(self, request: Request, me: Operator) -> Response:
        """How each is reached; one's own form, and for leads everybody's."""
        known = await deeds.list_on_call(self.inside, me, Nothing())
        staff = await self.inside.read(operators.everyone)
        there = {one.operator_id: one for one in known.people}
        named = await self.inside.read(lambda rx: {one: rota.account_name(rx, there[one].account) for one in there})
        shown = [one for one in staff if one.operator_id in there or one.operator_id == me.operator_id or me.may(LEAD)]
        facts = {"rota": known, "there": there, "staff": shown, "named": named, "lead": me.may(LEAD),
                 "zone": self.inside.zone}
        return self.frame.show(request, me, "oncall_people.html", facts)

    async def ics(self, request: Request) -> Response:
        """Somebody's shifts for a calendar program, which knows the address and nothing else. Source: rfc/5545"""
        token, site = request.path_params["token"], self.frame.pages.site

        def query(rx: Reader) -> bytes:
            operator_id = rota.by_calendar(rx, token)
            found = rota.shifts(rx, rx.now - SOON_S, rx.now + rota.AHEAD_S)
            mine = [one for one in found if one.operator_id == operator_id]
            return calendar.ics(mine, site.name, site.public_host, rx.now)

        try:
            data = await self.inside.read(query)
        except NotFound:
            return self.frame.notice(request, "missing", 404)
        return Response(data, media_type="text/calendar; charset=utf-8", headers={"cache-control": "no-store"})

    def _headline(self, request: Request) -> "_Headline":
        return _Headline(web.language_of(request))


class _Headline:
    """What a kind of page is called, in the language of who looks."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, kind: str) -> str:
        return w.headline(self._language, kind)


def instant(said: str) -> str:
    """The date of a field of a form, in seconds; what is none stays as it is, and is refused. Shape: UTC."""
    try:
        return str(int(datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp()))
    except ValueError:
        return said


def _where(page: PageLine, me: Operator) -> str:
    """The screen that a page is about; empty where there is none, or none for who looks."""
    about, _, number = page.subject.partition(":")
    place = OWN.get(page.kind) or PLACES_OF.get(about, "")
    if not place or not number.isdecimal():
        return ""
    roles = ROLES.get(place, (DESK, APPROVER))
    return f"{place}{number}" if not roles or any(map(me.may, roles)) else ""
