"""The hour of a removal order on one page: whose it is, what it names, what is still to do, and every button for it.

Source: tco/3(3), tco/annex-2, tco/annex-3, requirements/hotline
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import Invalid, Refusal
from chappe.base.ids import PeerId
from chappe.console.frame import Frame
from chappe.console.oncall.emergency import given, office_of
from chappe.domain import oncall, operators, rooms, updates
from chappe.domain.access import Moderator
from chappe.domain.content import Text
from chappe.domain.operators import APPROVER, DESK, Operator
from chappe.domain.rulings import Item
from chappe.legal import answers, envelope, listing, removing, screening, words
from chappe.legal.answers import Letter
from chappe.legal.listing import Wanted
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.orders.form import REMOVAL
from chappe.legal.records import Order
from chappe.legal.screening import WAYS, Screening
from chappe.store import Reader, Tx

SEED = 16
SHOWN = 2000
ASKED_BACK = ("clarification", "impossible")
"""Answers that stop the hour. Source: tco/3(7), tco/3(8)"""
STEPS = ("take", "whose", "act", "tell", "review")


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that the order names and that is there. Shape: text empty where the public cannot read it."""

    item: Item
    link: str
    text: str


@dataclass(frozen=True, slots=True)
class Hour:
    """All that is needed to act."""

    found: Screening
    page: oncall.Page | None
    seen: tuple[Seen, ...]
    territories: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]
    people: int
    letters: tuple[Letter, ...]
    in_force: bool
    left_s: int
    stopped: bool
    done: frozenset[str]

    @property
    def order(self) -> Order:
        """The order."""
        return self.found.order


def hour_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Hour(frame)
    return [
        Route("/oncall/hour", frame.signed_in(screens.listed)),
        Route("/oncall/hour/{order_id:int}", frame.signed_in(screens.one), methods=["GET", "POST"]),
    ]


class _Hour:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def listed(self, request: Request, me: Operator) -> Response:
        """The open removal orders whose time is an hour, the first to end first."""

        def query(rx: Reader, who: Moderator) -> list[Order]:
            return [one for one in listing.listed(rx, Wanted(instrument="tco_removal")).orders if not one.replied_at]

        found = await self.inside.seen_as(me, role_of(me), query)
        return self.frame.show(request, me, "oncall_hours.html", {"found": found, "now": self.inside.now})

    async def one(self, request: Request, me: Operator) -> Response:
        """Everything about one, and its buttons."""
        order_id, error = request.path_params["order_id"], ""
        office = office_of(self.inside)
        if request.method == "POST":
            said = await given(request)
            try:
                await self._posted(me, order_id, said, office)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return RedirectResponse(f"/oncall/hour/{order_id}?said=hour_{said['do']}", 303)
        lang = web.language_of(request)
        hour = await self.inside.seen_as(me, role_of(me), lambda rx, _: look(rx, order_id, office))
        known = words.texts(lang)
        facts = {
            "hour": hour, "order": hour.order, "error": error, "now": self.inside.now, "ways": WAYS, "steps": STEPS,
            "say": lambda key: known.get(key, key), "desk": me.may(DESK),
            "answers": [(one, of(hour.order.instrument).answers.get(one, ())) for one in ASKED_BACK],
            "names": {one.operator_id: one.name for one in await self.inside.read(operators.everyone)},
        }  # fmt: skip
        return self.frame.show(request, me, "oncall_hour.html", facts, 400 if error else 200)

    async def _posted(self, me: Operator, order_id: int, said: Mapping[str, str], office: Office) -> None:
        seed, do = self.inside.entropy(SEED), said.get("do", "")

        def act(tx: Tx, who: Moderator) -> None:
            match do:
                case "take":
                    page = _ringing(tx, envelope.get(tx, order_id))
                    if page is not None:
                        oncall.acknowledge(tx, page.page_id, who.actor, "console")
                case "confirm":
                    screening.confirm(tx, who, order_id, said.get("way", ""))
                case "effect":
                    removing.take_effect(tx, who, order_id, office, seed)
                    _answer(tx, who, order_id, office)
                case "undo":
                    removing.undo(tx, who, order_id, said.get("why", ""))
                case "review":
                    removing.review(tx, who, order_id)
                case "answer":
                    answer, _, reason = said.get("answer", "").partition(":")
                    _send(tx, who, order_id, office, answer, reason, said.get("text", ""))
                case _:
                    raise Invalid("asked_wrongly", what="do")

        await self.inside.as_role(me, DESK, act)


def look(rx: Reader, order_id: int, office: Office) -> Hour:
    """The order with all that is needed to act. Errors: NotFound order_unknown; Invalid order_not_removal."""
    found = screening.look(rx, order_id, office)
    order = found.order
    if of(order.instrument).family != REMOVAL:
        raise Invalid("order_not_removal")
    made = removing.plan(rx, order, found.authority, office) if found.authority is not None else None
    seen = tuple(_seen(rx, one, office) for one in made.items) if made is not None else ()
    named = {one.no: one.text for one in order.targets}
    faults = tuple((named.get(no, ""), code) for no, code in made.faults) if made is not None else ()
    left_s = order.left_s if order.stopped_at else order.deadline_at - rx.now
    letters = tuple(answers.of_order(rx, order_id))
    page = _ringing(rx, order)
    done = {
        "take": page is None, "whose": order.authenticity.stands, "act": bool(order.effect_at),
        "tell": bool(order.replied_at), "review": bool(order.reviewed_at),
    }  # fmt: skip
    return Hour(
        found, page, seen, made.territories if made is not None else (), faults, made.people if made is not None else 0,
        letters, removing.in_force(rx, order_id), left_s, bool(order.stopped_at),
        frozenset(name for name, value in done.items() if value),
    )  # fmt: skip


def role_of(me: Operator) -> str:
    """The role by which somebody sees orders."""
    return APPROVER if me.may(APPROVER) and not me.may(DESK) else DESK


def _ringing(rx: Reader, order: Order) -> oncall.Page | None:
    """The page of the order that nobody took."""
    kinds = ("removal", "order_late", "order_missed")
    found = [oncall.of_matter(rx, kind, order.subject) for kind in kinds]
    return next((one for one in found if one is not None and not one.acked_at), None)


def _seen(rx: Reader, item: Item, office: Office) -> Seen:
    """What is there; its words only where everybody may read them."""
    if item.kind != "message" or item.peer_id >= 0:
        return Seen(item, "", "")
    room = rooms.find(rx, PeerId(item.peer_id))
    if not room.username:
        return Seen(item, "", "")
    link = f"{office.links}{room.username}/{item.message_id}"
    messages = updates.messages_by_id(rx, PeerId(item.peer_id), [item.message_id])
    content = messages[0].content if messages else None
    return Seen(item, link, content.message[:SHOWN] if isinstance(content, Text) else "")


def _answer(tx: Tx, who: Moderator, order_id: int, office: Office) -> None:
    """The authority is told at once what was done. Source: tco/annex-2"""
    order = envelope.get(tx, order_id)
    part = order.outcome == "partially_executed"
    _send(tx, who, order_id, office, "partial" if part else "executed", "already_gone" if part else "", "")


def _send(tx: Tx, who: Moderator, order_id: int, office: Office, answer: str, reason: str, text: str) -> None:
    screening.into_review(tx, envelope.get(tx, order_id), who.actor)
    letter = answers.draft(tx, who, order_id, office, answer, reason, text)
    answers.send(tx, who, letter.letter_id, office)
