"""Deeds about orders: lists, search, calendar, one whole order, and every step that a person takes with it.

Source: requirements/legal-desk, dsa/9(1), dsa/10(1), tco/3(3)
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from chappe.base import Invalid, NotAllowed
from chappe.console.deeds import Deeds
from chappe.console.desk import views as v
from chappe.console.inside import Inside
from chappe.domain import access
from chappe.domain.access import Moderator
from chappe.domain.operators import APPROVER, DESK, Operator
from chappe.legal import (
    answers,
    approvals,
    clocks,
    envelope,
    holds,
    intake,
    listing,
    preserving,
    removing,
    screening,
    secrecy,
)
from chappe.legal.listing import Wanted
from chappe.legal.office import Office
from chappe.legal.records import STATES, Order
from chappe.store import Reader, Tx

DEEDS = Deeds()
CALENDAR_S = 31 * 86_400
SEED = 16


class WhichOrders(msgspec.Struct, frozen=True):
    """Which orders. Shape: after is what the last page ended with; q searches, and then nothing else counts."""

    instrument: str = ""
    country: str = ""
    state: str = ""
    channel: str = ""
    mine: bool = False
    late: bool = False
    unreviewed: bool = False
    closed: bool = False
    q: str = ""
    after: str = ""


class OneOrder(msgspec.Struct, frozen=True):
    """Which order."""

    order_id: int


class WordedOrder(msgspec.Struct, frozen=True):
    """An order, and words about it."""

    order_id: int
    text: str = ""


class ConfirmedOrder(msgspec.Struct, frozen=True):
    """How a person made sure of an order. Shape: way is call_back, letter, signature, in_person or on_call."""

    order_id: int
    way: str


class CheckedOrder(msgspec.Struct, frozen=True):
    """An answer to a question of the checklist. Shape: answer yes, no or unclear."""

    order_id: int
    code: str
    answer: str
    note: str = ""


class SecretOrder(msgspec.Struct, frozen=True):
    """Until when nobody concerned is told, by which provision or act; by: the kind of authority that prolongs it."""

    order_id: int
    until: int
    basis: str
    by: str = ""


class GivenOrder(msgspec.Struct, frozen=True):
    """Whose the order is to be."""

    order_id: int
    operator_id: int


class OrderSpan(msgspec.Struct, frozen=True):
    """A stretch of the calendar; a month from now if nothing is said."""

    since: int = 0
    until: int = 0


class OrderCalendar(msgspec.Struct, frozen=True):
    """What falls due."""

    dates: tuple[v.DateLine, ...]


class OrderDone(msgspec.Struct, frozen=True):
    """The order as it stands now."""

    order_id: int
    state: str


def office_of(inside: Inside) -> Office:
    """Who answers authorities. Errors: NotAllowed operator_role_needed where the server has no desk."""
    if inside.office is None:
        raise NotAllowed("operator_role_needed")
    return inside.office


def role_of(me: Operator) -> str:
    """The role by which somebody sees orders. Errors: NotAllowed operator_role_needed."""
    for role in (DESK, APPROVER):
        if me.may(role):
            return role
    raise NotAllowed("operator_role_needed")


@DEEDS.deed("GET", "/api/orders")
async def list_orders(inside: Inside, me: Operator, asked: WhichOrders) -> v.OrderList:
    """Orders that wait, the first to work first, with their clocks; or what a search finds."""
    wanted = Wanted(
        asked.instrument, asked.country.upper(), asked.state, asked.channel, me.operator_id if asked.mine else 0,
        asked.late, asked.unreviewed, asked.closed,
    )  # fmt: skip

    def query(rx: Reader, who: Moderator) -> v.OrderList:
        if asked.q.strip():
            below = int(asked.after) if asked.after.isdecimal() and len(asked.after) < 19 else 2**62
            page = listing.search(rx, asked.q, below)
        else:
            page = listing.listed(rx, wanted, asked.after)
        lines = tuple(v.order_line(one, page.names.get(one.authority_id, ""), rx.now) for one in page.orders)
        return v.OrderList(lines, page.after, listing.count(rx, wanted), listing.counts(rx))

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("GET", "/api/orders/calendar")
async def order_calendar(inside: Inside, me: Operator, asked: OrderSpan) -> OrderCalendar:
    """What falls due between two dates: answers, and the ends of secrecy."""
    since = asked.since or inside.now
    until = asked.until or since + CALENDAR_S
    found = await inside.seen_as(me, role_of(me), lambda rx, _: listing.calendar(rx, since, until))
    return OrderCalendar(tuple(map(v.date_line, found)))


@DEEDS.deed("GET", "/api/orders/{order_id}")
async def look_at_order(inside: Inside, me: Operator, asked: OneOrder) -> v.WholeOrder:
    """An order with its form, checks, history, letters, disclosures and words."""
    office = office_of(inside)
    return await inside.seen_as(me, role_of(me), lambda rx, who: whole(rx, who, asked.order_id, office))


def whole(rx: Reader, who: Moderator, order_id: int, office: Office) -> v.WholeOrder:
    """All there is about the order."""
    found = screening.look(rx, order_id, office)
    one, authority = found.order, found.authority
    name = authority.name if authority is not None else ""
    decided = removing.decisions_of(rx, order_id)
    return v.WholeOrder(
        v.order_line(one, name, rx.now), one.territories, one.language, one.category, one.keywords, one.legal_basis,
        one.reasons, one.redress, one.fields, one.sender, one.ack_at, one.effect_at, one.replied_at, one.informed_at,
        one.closed_at, one.reviewed_at, one.reviewed_by, one.secrecy_until, one.secrecy_basis, one.authenticity.how,
        one.authenticity.by, one.authenticity.at, one.people, one.reason, v.missing_names(found), found.beyond,
        found.late_contact, found.same, tuple(map(v.target_line, one.targets)),
        tuple(map(v.file_line, envelope.files(rx, order_id))), tuple(map(v.check_line, found.checks)),
        tuple(map(v.act_line, envelope.history(rx, order_id))), tuple(map(v.stop_line, clocks.stops(rx, order_id))),
        tuple(v.letter_line(letter, one.number) for letter in answers.of_order(rx, order_id)),
        tuple(
            v.disclosure_line(part, one.number, name, may_decide=approvals.may_decide(rx, who, part))
            for part in approvals.of_order(rx, order_id)
        ),
        tuple(
            v.HoldLine(
                hold.hold_id, hold.subject, hold.category, hold.state, hold.ends_at, hold.items,
                holds.may_extend(one, hold),
            )
            for hold in holds.of_order(rx, order_id)
        ),
        tuple(v.MessageLine(said.author, said.text, said.date, said.read_at) for said in intake.messages(rx, order_id)),
        v.authority_line(authority, rx.now) if authority is not None else None, decided,
        removing.in_force(rx, order_id), STATES[one.state], secrecy.prolonged_by(rx, one),
        rx.now + secrecy.first(rx, one.instrument, one.country),
    )  # fmt: skip


class _AboutOrder(Protocol):
    @property
    def order_id(self) -> int: ...


async def _does(inside: Inside, me: Operator, asked: _AboutOrder, act: Callable[[Tx, Moderator], object]) -> OrderDone:
    """The act was done with the order, by somebody who works orders; how the order stands afterwards."""

    def doing(tx: Tx, who: Moderator) -> Order:
        act(tx, who)
        return envelope.get(tx, asked.order_id)

    done = await inside.as_role(me, DESK, doing)
    return OrderDone(done.order_id, done.state)


@DEEDS.deed("POST", "/api/orders/{order_id}/take")
async def take_order(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """The order is mine."""
    return await _does(inside, me, asked, lambda tx, who: envelope.give(tx, who.actor, asked.order_id, me.operator_id))


@DEEDS.deed("POST", "/api/orders/{order_id}/give")
async def give_order(inside: Inside, me: Operator, asked: GivenOrder) -> OrderDone:
    """The order is somebody else's, who works orders, too."""

    def act(tx: Tx, who: Moderator) -> None:
        access.require_moderator(tx, asked.operator_id, DESK)
        envelope.give(tx, who.actor, asked.order_id, asked.operator_id)

    return await _does(inside, me, asked, act)


@DEEDS.deed("POST", "/api/orders/{order_id}/note")
async def note_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """A note stands in the order's history."""
    return await _does(inside, me, asked, lambda tx, who: envelope.note(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/say")
async def say_to_authority(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """The authority reads this where it signs in."""
    ref = inside.entropy(12).hex()
    return await _does(inside, me, asked, lambda tx, who: intake.say(tx, asked.order_id, who.actor, asked.text, ref))


@DEEDS.deed("POST", "/api/orders/{order_id}/read")
async def read_messages(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """What the authority wrote was read."""
    return await _does(inside, me, asked, lambda tx, who: intake.read(tx, asked.order_id, who.actor))


@DEEDS.deed("POST", "/api/orders/{order_id}/confirm")
async def confirm_order(inside: Inside, me: Operator, asked: ConfirmedOrder) -> OrderDone:
    """A person made sure that the order is from whom it names."""
    return await _does(inside, me, asked, lambda tx, who: screening.confirm(tx, who, asked.order_id, asked.way))


@DEEDS.deed("POST", "/api/orders/{order_id}/doubt")
async def doubt_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """The order may not be from whom it names; nothing is done before that is settled."""
    return await _does(inside, me, asked, lambda tx, who: screening.doubt(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/reject")
async def reject_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """The order is not from whom it names: it is not carried out."""
    return await _does(inside, me, asked, lambda tx, who: screening.reject(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/check")
async def check_order(inside: Inside, me: Operator, asked: CheckedOrder) -> OrderDone:
    """A question of the checklist is answered."""
    return await _does(
        inside, me, asked,
        lambda tx, who: screening.answer(tx, who, asked.order_id, asked.code, asked.answer, asked.note),
    )  # fmt: skip


@DEEDS.deed("POST", "/api/orders/{order_id}/accept")
async def accept_order(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """The order is to be carried out: authentic, in reach, complete, and every question answered with yes."""
    office = office_of(inside)
    return await _does(inside, me, asked, lambda tx, who: screening.accept(tx, who, asked.order_id, office))


@DEEDS.deed("POST", "/api/orders/{order_id}/clarified")
async def order_clarified(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """The authority answered what it was asked: the order is in review, and its clock goes on."""
    return await _does(inside, me, asked, lambda tx, who: screening.clarified(tx, who, asked.order_id))


@DEEDS.deed("POST", "/api/orders/{order_id}/reopen")
async def reopen_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """An answered order is looked at from the beginning: its authority sent what was lacking."""
    return await _does(inside, me, asked, lambda tx, who: screening.reopen(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/effect")
async def take_effect(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """What a removal order names is hidden now, where it was ordered."""
    office, seed = office_of(inside), inside.entropy(SEED)
    return await _does(inside, me, asked, lambda tx, who: removing.take_effect(tx, who, asked.order_id, office, seed))


@DEEDS.deed("POST", "/api/orders/{order_id}/undo")
async def undo_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """What a removal order hid is shown again."""
    return await _does(inside, me, asked, lambda tx, who: removing.undo(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/review")
async def review_order(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """A person looked at what took effect first, and lets it stand."""
    return await _does(inside, me, asked, lambda tx, who: removing.review(tx, who, asked.order_id))


@DEEDS.deed("POST", "/api/orders/{order_id}/withdraw")
async def withdraw_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """The authority takes its order back: what it hid is shown again."""
    return await _does(inside, me, asked, lambda tx, who: removing.withdraw(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/contest")
async def contest_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """Somebody contests what was done by the order."""
    return await _does(inside, me, asked, lambda tx, who: answers.contest(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/uphold")
async def uphold_order(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """What was contested stands."""
    return await _does(inside, me, asked, lambda tx, who: answers.uphold(tx, who, asked.order_id, asked.text))


@DEEDS.deed("POST", "/api/orders/{order_id}/preserve")
async def preserve_order(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """What an order to preserve names is kept; nothing is handed over."""
    office = office_of(inside)
    return await _does(inside, me, asked, lambda tx, who: preserving.carry_out(tx, who, asked.order_id, office))


@DEEDS.deed("POST", "/api/orders/{order_id}/close")
async def close_order(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """The answered order is closed."""
    return await _does(inside, me, asked, lambda tx, who: answers.close(tx, who, asked.order_id))


@DEEDS.deed("POST", "/api/orders/{order_id}/stop")
async def stop_clock(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """The order's clock stands still, for a reason that is kept: an obstacle, not a question."""
    return await _clock(inside, me, asked, lambda tx, one, by: clocks.stop(tx, one, asked.text, by))


@DEEDS.deed("POST", "/api/orders/{order_id}/resume")
async def resume_clock(inside: Inside, me: Operator, asked: OneOrder) -> OrderDone:
    """The order's clock goes on."""
    return await _clock(inside, me, asked, clocks.resume)


@DEEDS.deed("POST", "/api/orders/{order_id}/extend")
async def extend_clock(inside: Inside, me: Operator, asked: WordedOrder) -> OrderDone:
    """The order has the further months that its instrument allows, once."""
    return await _clock(inside, me, asked, lambda tx, one, by: clocks.extend(tx, one, asked.text, by))


async def _clock(
    inside: Inside, me: Operator, asked: _AboutOrder, turn: Callable[[Tx, Order, str], object]
) -> OrderDone:
    return await _does(inside, me, asked, lambda tx, who: turn(tx, envelope.get(tx, asked.order_id), who.actor))


@DEEDS.deed("POST", "/api/orders/{order_id}/secrecy")
async def set_secrecy(inside: Inside, me: Operator, asked: SecretOrder) -> OrderDone:
    """Nobody concerned is told before then."""
    if not asked.basis.strip():
        raise Invalid("order_secrecy_invalid")

    def act(tx: Tx, who: Moderator) -> None:
        order = envelope.get(tx, asked.order_id)
        envelope.set_secrecy(tx, order, asked.until, asked.basis.strip(), who.actor, asked.by)

    return await _does(inside, me, asked, act)
