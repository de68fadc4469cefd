"""Before anything is done: is the order its authority's, within its mandate and reach, complete, and right to obey?

Source: tco/3(5), dsa/9(2), dsa/10(2), requirements/legal-checklist
What can be told without a person is told by `look`; what only a person can tell is the checklist, answered point by
point. An order is accepted when both say yes.
"""

from dataclasses import dataclass

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import journal
from chappe.domain.access import Moderator
from chappe.legal import authorities, clocks, envelope, leaves, reach
from chappe.legal.authorities import Authority
from chappe.legal.office import Office
from chappe.legal.orders import Missing, missing, of
from chappe.legal.orders.form import ANYBODY
from chappe.legal.records import (
    ACCEPTED,
    AUTHENTICATING,
    CLARIFICATION_REQUESTED,
    CONFIRMED,
    DOUBTED,
    FORGED,
    IN_REVIEW,
    REJECTED_INAUTHENTIC,
    Order,
)
from chappe.store import Reader, Tx
from chappe.store.legal import desk as rows

YES, NO, UNCLEAR = "yes", "no", "unclear"
WAYS = ("call_back", "letter", "signature", "in_person", "on_call")
"""How a person made sure of an order that no channel proved."""
SAME = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One question of the checklist. Shape: answer yes, no, unclear, or empty while nobody answered."""

    code: str
    answer: str = ""
    note: str = ""
    operator_id: int = 0
    date: int = 0


@dataclass(frozen=True, slots=True)
class Screening:
    """What stands between an order and its execution.

    Shape: beyond: code of why it is out of reach, or nothing; same: other orders of the same authority, file number
    or target; late_contact: True where procedure and deadlines were not explained in time before.
    """

    order: Order
    authority: Authority | None
    missing: tuple[Missing, ...]
    beyond: str
    checks: tuple[Check, ...]
    same: tuple[int, ...]
    late_contact: bool

    @property
    def sound(self) -> bool:
        """True if nothing but the checklist is left."""
        return self.order.authenticity.stands and not self.missing and not self.beyond

    @property
    def cleared(self) -> bool:
        """True if every question of the checklist was answered with yes."""
        return all(one.answer == YES for one in self.checks)


def look(rx: Reader, order_id: int, office: Office) -> Screening:
    """What is known of the order without asking anybody. Errors: NotFound order_unknown."""
    order = envelope.get(rx, order_id)
    authority = authority_of(rx, order)
    said = {row[0]: Check(*row) for row in rows.checks(rx, order_id)}
    checklist = tuple(said.get(code, Check(code)) for code in of(order.instrument).checklist)
    beyond = reach.of_order(order, authority, rx.now, office.home)
    same = {one for target in order.targets[:SAME] for one in rows.about_text(rx, target.text, order_id, SAME)}
    return Screening(
        order, authority, missing(order), beyond, checklist, tuple(sorted(same, reverse=True)[:SAME]),
        late_contact(order, authority),
    )  # fmt: skip


def late_contact(order: Order, authority: Authority | None) -> bool:
    """True where the authority did not explain procedure and deadlines long enough before. Source: tco/3(2)"""
    needed = of(order.instrument).clock.first_contact_s
    if not needed or authority is None:
        return False
    return not authority.first_contact_at or order.received_at < authority.first_contact_at + needed


def authority_of(rx: Reader, order: Order) -> Authority | None:
    """Who ordered, None for nobody registered."""
    try:
        return authorities.get(rx, order.authority_id) if order.authority_id else None
    except NotFound:
        return None


def confirm(tx: Tx, who: Moderator, order_id: int, way: str) -> Order:
    """A person made sure that the order is its authority's.

    Errors: Invalid order_way_invalid; Conflict order_authority_needed without a registered one that is in force,
    order_state_invalid. After: journal order_authenticated; the order is in review.
    """
    envelope.require_desk(who)
    order = envelope.get(tx, order_id)
    authority = authority_of(tx, order)
    anybody = ANYBODY in of(order.instrument).issuers.get("", ())
    if way not in WAYS:
        raise Invalid("order_way_invalid")
    if not anybody and (authority is None or not authority.holds(tx.now)):
        raise Conflict("order_authority_needed")
    order = envelope.set_authenticity(tx, order, CONFIRMED, way, who.actor)
    return into_review(tx, order, who.actor)


def doubt(tx: Tx, who: Moderator, order_id: int, why: str) -> Order:
    """The order may not be its authority's: nothing is done before that is settled. Errors: Invalid
    order_reason_needed."""
    envelope.require_desk(who)
    if not why.strip():
        raise Invalid("order_reason_needed")
    return envelope.set_authenticity(tx, envelope.get(tx, order_id), DOUBTED, why.strip()[:200], who.actor)


def reject(tx: Tx, who: Moderator, order_id: int, why: str) -> Order:
    """The order is not from whom it names: it is not carried out, and that is published.

    Errors: Invalid order_reason_needed; Conflict order_state_invalid. After: journal order_settled, leaf `forged`.
    """
    envelope.require_desk(who)
    if not why.strip():
        raise Invalid("order_reason_needed")
    order = envelope.set_authenticity(tx, envelope.get(tx, order_id), FORGED, why.strip()[:200], who.actor)
    order = envelope.walk(tx, _started(tx, order, who.actor), who.actor, REJECTED_INAUTHENTIC)
    order = envelope.set_outcome(tx, order, "forged", "inauthentic")
    clocks.end(tx, order_id)
    leaves.say(tx, order, "order_settled", "forged", who.actor, since=order.received_at, ground="inauthentic")
    leaves.open_all(tx, order_id, who.actor)  # a forger orders no secrecy
    return envelope.get(tx, order_id)


def into_review(tx: Tx, order: Order, actor: str) -> Order:
    """The order is looked at by a person, if it was not yet."""
    order = _started(tx, order, actor)
    return envelope.move(tx, order, IN_REVIEW, actor) if order.state == AUTHENTICATING else order


def _started(tx: Tx, order: Order, actor: str) -> Order:
    """The order is on its way: receipt made, sender looked at."""
    order = envelope.pass_on(tx, order)
    return envelope.move(tx, order, AUTHENTICATING, actor) if order.state == "acknowledged" else order


def answer(tx: Tx, who: Moderator, order_id: int, code: str, said: str, note: str) -> Check:
    """One question of the checklist is answered.

    Errors: Invalid order_check_invalid; NotAllowed operator_role_needed for a machine; Conflict order_closed.
    After: journal order_checked.
    """
    envelope.require_desk(who)
    if who.machine:
        raise NotAllowed("operator_role_needed")
    order = envelope.get(tx, order_id)
    if code not in of(order.instrument).checklist or said not in (YES, NO, UNCLEAR) or len(note) > 2000:
        raise Invalid("order_check_invalid")
    if not order.is_open:
        raise Conflict("order_closed")
    rows.set_check(tx, order_id, code, said, note.strip(), who.operator_id)
    envelope.add_act(tx, order_id, who.actor, "checked", f"{code} {said}")
    journal.record(tx, "order_checked", who.actor, order.subject, check=code, answer=said)
    return Check(code, said, note.strip(), who.operator_id, tx.now)


def accept(tx: Tx, who: Moderator, order_id: int, office: Office) -> Order:
    """The order is to be carried out: authentic, in reach, complete, and every question answered with yes.

    Errors: Conflict order_not_authentic, order_incomplete (what: a field), order_unchecked, order_state_invalid;
    NotAllowed order_out_of_reach (what: why).
    """
    envelope.require_desk(who)
    found = look(tx, order_id, office)
    require_sound(found)
    if not found.cleared:
        raise Conflict("order_unchecked")
    order = into_review(tx, found.order, who.actor)
    return envelope.move(tx, order, ACCEPTED, who.actor)


def require_sound(found: Screening) -> None:
    """Nothing but the judgement of a person stands in the way.

    Errors: Conflict order_not_authentic, order_incomplete; NotAllowed order_out_of_reach.
    """
    if not found.order.authenticity.stands:
        raise Conflict("order_not_authentic")
    if found.missing:
        raise Conflict("order_incomplete", what=found.missing[0].name)
    if found.beyond:
        raise NotAllowed("order_out_of_reach", what=found.beyond)


def ask_back(tx: Tx, who: Moderator, order: Order, reason: str) -> Order:
    """The authority is asked; the clock stands still until it answers.

    Source: tco/3(8), lcen/6-2
    Errors: Conflict order_state_invalid. After: journal order_moved, order_clock_stopped.
    """
    order = _started(tx, order, who.actor)
    order = envelope.move(tx, order, CLARIFICATION_REQUESTED, who.actor, reason)
    if not order.stopped_at:
        clocks.stop(tx, order, reason, who.actor)
    order = envelope.get(tx, order.order_id)
    leaves.say(tx, order, "order_settled", "clarification", who.actor, ground=reason)
    return order


def reopen(tx: Tx, who: Moderator, order_id: int, why: str) -> Order:
    """An answered order is looked at from the beginning: its authority sent what was lacking.

    Errors: Conflict order_state_invalid, order_took_effect; Invalid order_reason_needed.
    """
    envelope.require_desk(who)
    order = envelope.get(tx, order_id)
    if not why.strip():
        raise Invalid("order_reason_needed")
    if order.effect_at:
        raise Conflict("order_took_effect")
    order = envelope.move(tx, order, AUTHENTICATING, who.actor, why.strip()[:500])
    return envelope.again(tx, order)


def clarified(tx: Tx, who: Moderator, order_id: int) -> Order:
    """The authority has answered: the order is in review again, and its clock goes on.

    Errors: Conflict order_state_invalid.
    """
    envelope.require_desk(who)
    order = envelope.get(tx, order_id)
    order = envelope.move(tx, order, IN_REVIEW, who.actor)
    if order.stopped_at:
        clocks.resume(tx, order, who.actor)
    return envelope.get(tx, order_id)
