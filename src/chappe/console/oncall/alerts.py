"""Screens of what we found ourselves: the form of an alert, its letters for the second person, what became of it."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import NotAllowed, NotFound, Refusal
from chappe.console.frame import Frame
from chappe.console.oncall.emergency import given, office_of, verified
from chappe.domain import operators
from chappe.domain.operators import DESK, Operator
from chappe.legal import alerts
from chappe.legal.alert_letters import CONCERNED
from chappe.legal.alerts import Alert
from chappe.legal.letters import as_pdf


def alert_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Alerts(frame)
    return [
        Route("/oncall/alerts", frame.signed_in(screens.listed)),
        Route("/oncall/alerts/new", frame.signed_in(screens.new), methods=["GET", "POST"]),
        Route("/oncall/alerts/{order_id:int}", frame.signed_in(screens.one), methods=["GET", "POST"]),
        Route("/oncall/alerts/{order_id:int}/{no:int}.pdf", frame.signed_in(screens.pdf)),
    ]


class _Alerts:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def listed(self, request: Request, me: Operator) -> Response:
        """Those that wait for a second person, and those of late."""
        waiting = await self.inside.read(alerts.waiting)
        past = await self.inside.read(alerts.past)
        return self.frame.show(request, me, "oncall_alerts.html", {"waiting": waiting, "past": past})

    async def new(self, request: Request, me: Operator) -> Response:
        """The form; sent off, a second person is paged."""
        office, error = office_of(self.inside), ""
        said: Mapping[str, str] = dict(request.query_params)
        chosen: list[int] = []
        known = await self.inside.read(verified)
        if request.method == "POST":
            said = await given(request)
            form = await request.form()
            chosen = [int(one) for one in form.getlist("to") if isinstance(one, str) and one.isdecimal()]
            if not chosen and not said.get("other_name"):
                chosen = alerts.suggested(known, said.get("country", "").upper(), office.home)
            lang = web.language_of(request)
            try:
                made = await self.inside.write(lambda tx: alerts.propose(tx, me, office, said, chosen, lang))
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return RedirectResponse(f"/oncall/alerts/{made.order.order_id}?said=propose_alert", 303)
        facts = {
            "said": said, "error": error, "authorities": known, "chosen": chosen, "why": CONCERNED,
            "now": self.inside.now, "leads": range(1, alerts.LEADS + 1),
        }  # fmt: skip
        return self.frame.show(request, me, "oncall_alert_new.html", facts, 400 if error else 200)

    async def one(self, request: Request, me: Operator) -> Response:
        """The letters as they will go out, and the word of the second person.

        They say who somebody is and where they were: whoever names somebody in an alert shall not learn that by it.
        """
        order_id, error = request.path_params["order_id"], ""
        if request.method == "POST":
            said = await given(request)
            try:
                await self._posted(me, order_id, said)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return RedirectResponse(f"/oncall/alerts/{order_id}?said=alert_{said['do']}", 303)
        alert = await self.inside.read(lambda rx: alerts.get(rx, order_id))
        if not me.may(DESK):
            alert = replace(alert, letters=())
        names = {one.operator_id: one.name for one in await self.inside.read(operators.everyone)}
        facts = {
            "alert": alert, "names": names, "now": self.inside.now, "error": error, "desk": me.may(DESK),
            "mine": alert.made_by == me.operator_id, "alone": alert.may_go_alone(self.inside.now),
            "alone_at": alert.made_at + alerts.ALONE_S,
        }  # fmt: skip
        return self.frame.show(request, me, "oncall_alert.html", facts, 400 if error else 200)

    async def _posted(self, me: Operator, order_id: int, said: Mapping[str, str]) -> Alert | None:
        office, do, digest = office_of(self.inside), said.get("do", ""), said.get("digest", "")
        write = self.inside.write
        if do == "confirm":
            return await write(lambda tx: alerts.confirm(tx, me, order_id, digest, office))
        if do == "alone":
            return await write(lambda tx: alerts.send_alone(tx, me, order_id, digest, office))
        if do == "drop":
            return await write(lambda tx: alerts.drop(tx, me, order_id, said.get("why", ""), office))
        if do != "told" or not said.get("no", "").isdecimal():
            raise NotFound("alert_unknown")
        await write(lambda tx: alerts.told_by_phone(tx, me, order_id, int(said["no"])))
        return None

    async def pdf(self, request: Request, me: Operator) -> Response:
        """A letter on paper: for a fax, or to be read out."""
        order_id, no = request.path_params["order_id"], request.path_params["no"]
        if not me.may(DESK):
            raise NotAllowed("operator_role_needed")
        alert = await self.inside.read(lambda rx: alerts.get(rx, order_id))
        found = [one for one in alert.letters if one.no == no]
        if not found:
            raise NotFound("alert_unknown")
        named = f'inline; filename="{alert.order.number}-{no}.pdf"'
        headers = {"cache-control": "no-store", "content-disposition": named}
        return Response(as_pdf(found[0].body), media_type="application/pdf", headers=headers)
