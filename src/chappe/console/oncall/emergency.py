"""The form of one screen for who has an authority on the telephone: its clock runs since the call began."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import Invalid, NotFound, Refusal
from chappe.console.frame import Frame
from chappe.console.inside import Inside
from chappe.domain.operators import Operator
from chappe.legal import authorities, calls
from chappe.legal.authorities import Authority
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.store import Reader

LISTED = 500
NOTHING: Mapping[str, str] = MappingProxyType({})


def emergency_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Emergency(frame)
    return [
        Route("/oncall/emergency", frame.signed_in(screens.begin), methods=["POST"]),
        Route("/oncall/emergency/{call_id:int}", frame.signed_in(screens.form), methods=["GET", "POST"]),
        Route("/oncall/emergency/{call_id:int}/keep", frame.signed_in(screens.keep), methods=["POST"]),
    ]


class _Emergency:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def begin(self, request: Request, me: Operator) -> Response:
        """The clock runs, and the form is there."""
        call = await self.inside.write(lambda tx: calls.begin(tx, me))
        return RedirectResponse(f"/oncall/emergency/{call.call_id}", 303)

    async def keep(self, request: Request, me: Operator) -> Response:
        """What is typed is kept, every few seconds."""
        call_id, said = request.path_params["call_id"], await given(request)
        await self.inside.write(lambda tx: calls.keep(tx, call_id, said))
        return PlainTextResponse("kept\n")

    async def form(self, request: Request, me: Operator) -> Response:
        """The form as far as it was filled in; then the order that it became."""
        call_id, error = request.path_params["call_id"], ""
        said: Mapping[str, str] = NOTHING
        if request.method == "POST":
            said = await given(request)
            try:
                return RedirectResponse(await self._posted(request, me, call_id, said), 303)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
        call = await self.inside.read(lambda rx: calls.get(rx, call_id))
        if call.ended_at:
            number = call.came_to.removeprefix("order:")
            return RedirectResponse(f"/orders/{number}" if number.isdecimal() else "/oncall", 303)
        clock = of("emergency_disclosure").clock
        facts = {
            "call": call, "said": said or call.said, "error": error, "rows": range(1, calls.TARGETS + 1),
            "data": calls.DATA, "authorities": await self.inside.read(verified), "now": self.inside.now,
            "due": call.began + clock.within_s,
        }  # fmt: skip
        return self.frame.show(request, me, "oncall_emergency.html", facts, 400 if error else 200)

    async def _posted(self, request: Request, me: Operator, call_id: int, said: Mapping[str, str]) -> str:
        """Where to go, now that it is done; what cannot be filed yet is kept all the same."""
        if said.get("do") == "drop":
            await self.inside.write(lambda tx: calls.drop(tx, me, call_id, said.get("why", "")))
            return "/oncall?said=drop_call"
        await self.inside.write(lambda tx: calls.keep(tx, call_id, said))
        if said.get("do") != "file":
            return f"/oncall/emergency/{call_id}?said=keep_call"
        language = web.language_of(request)
        received = await self.inside.write(lambda tx: calls.file(tx, me, call_id, said, language))
        return f"/orders/{received.order.order_id}?said=file_call"


async def given(request: Request) -> dict[str, str]:
    """The texts of a form. Errors: Invalid asked_wrongly for signs that no text has."""
    form = await request.form()
    found = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    if any("\x00" in value for value in found.values()):
        raise Invalid("asked_wrongly", what="a sign that no text has")
    return found


def office_of(inside: Inside) -> Office:
    """Who answers authorities. Errors: NotFound alert_unknown where the server has no desk."""
    if inside.office is None:
        raise NotFound("alert_unknown")
    return inside.office


def verified(rx: Reader) -> list[Authority]:
    """Authorities that somebody vouched for, by country and name."""
    found = [one for one in authorities.some(rx, limit=LISTED) if one.holds(rx.now)]
    return sorted(found, key=lambda one: (one.country, one.name))
