"""Answers: a draft that the instrument permits, sent once, and what becomes of the order by it.

Source: dsa/9(1), dsa/10(1), tco/annex-2, tco/annex-3, csi/L871-1
A letter is shown in the portal from the moment it is sent, and goes by mail where the authority has an address.
"""

from dataclasses import dataclass

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import journal, outbox
from chappe.domain.access import Moderator
from chappe.legal import clocks, envelope, holds, leaves, reach, screening
from chappe.legal.letters import Body, as_text, compose, pack, unpack
from chappe.legal.letters.compose import Given
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.orders.form import DAY_S, REMOVAL
from chappe.legal.receipts import MAIL
from chappe.legal.records import (
    ACCEPTED,
    CLARIFICATION_REQUESTED,
    CLOSED,
    CONTESTED,
    EXECUTED,
    EXECUTING,
    IMPOSSIBLE,
    IN_REVIEW,
    PARTIALLY_EXECUTED,
    REPLIED,
    REVERSED,
    UPHELD,
    Order,
)
from chappe.store import Reader, Row, Tx
from chappe.store.legal import desk as rows
from chappe.store.legal import intake as intake_rows
from chappe.store.legal import orders as order_rows
from chappe.store.queries.people import take_id

DRAFT, SENT, DROPPED = "draft", "sent", "dropped"
TEXT = 10_000
CLOSES_S = 30 * DAY_S
"""An answered order closes by itself after so long, unless somebody contests it."""
OUTCOMES = {
    "executed": "executed", "partial": "partially_executed", "impossible": "impossible", "unable_keys": "impossible",
    "refusal": "refused", "noted": "noted", "right_door": "refused", "information": "answered", "alerted": "answered",
    "no_danger": "answered", "arrived": "executed", "reversed": "reversed", "withdrawn": "withdrawn",
}  # fmt: skip
"""Answer → the outcome that the log shows."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of an order. Shape: state draft, sent or dropped; read_at 0 until the authority opened it."""

    letter_id: int
    order_id: int
    answer: str
    reason: str
    language: str
    subject: str
    body: Body
    state: str
    made_by: str
    made_at: int
    sent_by: str
    sent_at: int
    read_at: int


def draft(
    tx: Tx, who: Moderator, order_id: int, office: Office, answer: str, reason: str = "", text: str = "", lang: str = ""
) -> Letter:
    """The letter is there as a draft, with the words of its instrument and what a person added.

    Shape: lang of the order if not given.
    Errors: Invalid order_answer_invalid when the instrument does not permit it, order_reason_invalid,
    order_text_long, order_text_needed; Conflict order_nothing_done for an answer that says so without it being done.
    After: journal order_letter_drafted.
    """
    envelope.require_desk(who)
    order = envelope.get(tx, order_id)
    require_permitted(order, answer, reason, text)
    body = _body(tx, order_id, office, answer, reason, text, lang or order.language)
    letter_id = take_id(tx, "letter", 1)
    rows.add_letter(tx, letter_id, order_id, answer, reason, body.lang, body.title, pack(body), who.actor)
    envelope.add_act(tx, order_id, who.actor, "letter_drafted", answer)
    journal.record(tx, "order_letter_drafted", who.actor, order.subject, answer=answer)
    return get(tx, letter_id)


def _body(rx: Reader, order_id: int, office: Office, answer: str, reason: str, text: str, lang: str) -> Body:
    """What the letter says as the order stands now."""
    found = screening.look(rx, order_id, office)
    order, authority = found.order, found.authority
    place = reach.ordered_territories(order, authority) if authority is not None else ()
    ends = [one.ends_at for one in holds.of_order(rx, order_id) if not one.ended_at]
    given = Given(
        order, authority, office, answer, reason, text, found.missing,
        place if of(order.instrument).family == REMOVAL else (),
        max(ends, default=0),
        found.late_contact,
    )  # fmt: skip
    return compose.compose(given, lang, rx.now)


def require_permitted(order: Order, answer: str, reason: str, text: str) -> None:
    """The instrument permits this answer for this reason. Errors: as `draft`."""
    permitted = of(order.instrument).answers
    if answer not in permitted:
        raise Invalid("order_answer_invalid")
    if (reason or permitted[answer]) and reason not in permitted[answer] and answer != "reversed":
        raise Invalid("order_reason_invalid")
    if len(text) > TEXT:
        raise Invalid("order_text_long")
    if answer in ("information", "alerted") and not text.strip():
        raise Invalid("order_text_needed")
    done = {"executed": EXECUTED, "partial": PARTIALLY_EXECUTED, "reversed": REVERSED}.get(answer)
    by_act = of(order.instrument).effect_first or of(order.instrument).discloses
    if done and by_act and order.state not in (done, REPLIED):
        raise Conflict("order_nothing_done")


def change(tx: Tx, who: Moderator, letter_id: int, office: Office, text: str) -> Letter:
    """The words that a person adds to the draft are these. Errors: Conflict order_letter_sent; Invalid
    order_text_long, order_text_needed."""
    envelope.require_desk(who)
    letter = get(tx, letter_id)
    if not 0 < len(text.strip()) <= TEXT:
        raise Invalid("order_text_long" if text.strip() else "order_text_needed")
    body = _body(tx, letter.order_id, office, letter.answer, letter.reason, text.strip(), letter.language)
    if not rows.change_letter(tx, letter_id, letter.subject, pack(body)):
        raise Conflict("order_letter_sent")
    envelope.add_act(tx, letter.order_id, who.actor, "letter_drafted", letter.answer)
    return get(tx, letter_id)


def drop(tx: Tx, who: Moderator, letter_id: int) -> None:
    """The draft is not sent. Errors: Conflict order_letter_sent."""
    envelope.require_desk(who)
    letter = get(tx, letter_id)
    if not rows.end_letter(tx, letter_id, DROPPED, who.actor):
        raise Conflict("order_letter_sent")
    envelope.add_act(tx, letter.order_id, who.actor, "letter_dropped", letter.answer)


def send(tx: Tx, who: Moderator, letter_id: int, office: Office) -> Letter:
    """The letter is the answer: it is shown to the authority, mailed where there is an address, and the order moves.

    Errors: Conflict order_letter_sent, order_state_invalid, order_nothing_done; NotAllowed operator_role_needed.
    After: journal order_letter_sent; leaf with the outcome; the clock ends, or stands still for what is asked back.
    """
    envelope.require_desk(who)
    letter = get(tx, letter_id)
    order = envelope.get(tx, letter.order_id)
    require_permitted(order, letter.answer, letter.reason, compose.added(letter.body) or "-")
    if not rows.end_letter(tx, letter_id, SENT, who.actor):
        raise Conflict("order_letter_sent")
    if letter.answer == "clarification":
        screening.ask_back(tx, who, order, letter.reason)
    else:
        _settle(tx, who, order, letter)
    _mail(tx, order, letter, office)
    envelope.add_act(tx, order.order_id, who.actor, "letter_sent", letter.answer)
    journal.record(tx, "order_letter_sent", who.actor, order.subject, answer=letter.answer)
    return get(tx, letter_id)


def _settle(tx: Tx, who: Moderator, order: Order, letter: Letter) -> None:
    """The order is answered: its state, instants and leaf follow."""
    outcome = OUTCOMES[letter.answer]
    before = order
    for state in _way(order, letter.answer):
        order = envelope.move(tx, order, state, who.actor, letter.reason)
    order = envelope.set_instant(tx, order, "replied_at") if not order.replied_at else order
    clocks.end(tx, order.order_id)
    if order.stopped_at:
        order_rows.end_stop(tx, order.order_id, tx.now)
        order_rows.change(tx, order.order_id, {"stopped_at": 0, "left_s": 0})
    order_rows.set_alarm(tx, order.order_id, "close", tx.now + CLOSES_S)
    order_rows.change(tx, order.order_id, {"place": clocks.ANSWERED_PLACE + tx.now})
    if before.outcome != outcome:
        order = envelope.set_outcome(tx, order, outcome, letter.reason)
        leaves.say(
            tx, order, "order_settled", outcome, who.actor, since=order.received_at, ground=letter.reason,
            count=order.people, automation="full" if who.machine else "none",
        )  # fmt: skip


def _way(order: Order, answer: str) -> tuple[str, ...]:
    """The states through which an order goes to its answer, from where it is."""
    if order.state == REPLIED:
        return ()
    start = ("received", "acknowledged", "authenticating", IN_REVIEW)
    first = start[start.index(order.state) + 1 :] if order.state in start else ()
    match answer:
        case "impossible" | "unable_keys":
            middle: tuple[str, ...] = (IMPOSSIBLE,) if order.state != IMPOSSIBLE else ()
        case "executed" | "information" | "alerted" | "arrived" | "no_danger":
            rest = (ACCEPTED, EXECUTING, EXECUTED)
            middle = rest[rest.index(order.state) + 1 :] if order.state in rest else rest
        case _:
            middle = ()
    if order.state in (CLARIFICATION_REQUESTED, UPHELD, REVERSED) and answer in ("refusal", "reversed", "executed"):
        middle = ()
    if order.state == CLARIFICATION_REQUESTED and answer in ("executed", "information"):
        middle = (IN_REVIEW, ACCEPTED, EXECUTING, EXECUTED)
    return (*first, *middle, REPLIED)


def _mail(tx: Tx, order: Order, letter: Letter, office: Office) -> None:
    """The letter goes to the address the authority is registered with, else to the one it wrote from; as text, and
    printed."""
    address = _address(tx, order)
    if not office.mails or not address:
        return
    said = as_text(letter.body)
    if office.portal:
        said += f"\n{office.portal}\n"
    message = outbox.Message(
        said, letter.subject, paper=pack(letter.body), paper_name=f"{order.number}-{letter.letter_id}.pdf"
    )
    outbox.enqueue(tx, MAIL, address, outbox.pack(message, office.wrapper.seal))


def _address(rx: Reader, order: Order) -> str:
    """Where letters about the order go: what is registered counts before what somebody wrote in a letter."""
    authority = screening.authority_of(rx, order)
    if authority is not None and authority.profile.email:
        return authority.profile.email
    receipt = intake_rows.receipt(rx, order.order_id)
    return str(receipt[6]) if receipt is not None else ""


def get(rx: Reader, letter_id: int) -> Letter:
    """The letter. Errors: NotFound order_letter_unknown."""
    row = rows.letter(rx, letter_id)
    if row is None:
        raise NotFound("order_letter_unknown")
    return _of_row(row)


def of_order(rx: Reader, order_id: int) -> list[Letter]:
    """Letters of the order, the first first."""
    return [_of_row(row) for row in rows.letters(rx, order_id)]


def sent_to(rx: Reader, authority_id: int, order_id: int) -> list[Letter]:
    """What an authority sees of its order: letters that were sent. Errors: NotFound order_unknown for another's."""
    order = envelope.get(rx, order_id)
    if not authority_id or order.authority_id != authority_id:
        raise NotFound("order_unknown")
    return [one for one in of_order(rx, order_id) if one.state == SENT]


def opened(tx: Tx, authority_id: int, letter_id: int) -> Letter:
    """The authority has the letter before its eyes. Errors: NotFound order_letter_unknown for another's."""
    letter = get(tx, letter_id)
    if letter.state != SENT or envelope.get(tx, letter.order_id).authority_id != authority_id or not authority_id:
        raise NotFound("order_letter_unknown")
    rows.letter_read(tx, letter_id)
    return get(tx, letter_id)


def drafts(rx: Reader, limit: int = 200) -> list[Letter]:
    """Drafts of all orders, oldest first."""
    return [_of_row(row) for row in rows.drafts(rx, limit)]


def close(tx: Tx, who: Moderator, order_id: int) -> Order:
    """The order is closed: answered, refused as false, or taken back. Errors: Conflict order_state_invalid."""
    envelope.require_desk(who)
    order = envelope.move(tx, envelope.get(tx, order_id), CLOSED, who.actor)
    order_rows.clear_alarms(tx, order_id, ("close",))
    return order


def contest(tx: Tx, who: Moderator, order_id: int, why: str) -> Order:
    """Somebody contests what was done: the person concerned, another authority, a court.

    Source: tco/4
    Errors: Invalid order_reason_needed; Conflict order_state_invalid.
    """
    envelope.require_desk(who)
    if not why.strip():
        raise Invalid("order_reason_needed")
    order = envelope.move(tx, envelope.get(tx, order_id), CONTESTED, who.actor, why.strip()[:500])
    order_rows.clear_alarms(tx, order_id, ("close",))
    return order


def uphold(tx: Tx, who: Moderator, order_id: int, why: str) -> Order:
    """What was contested stands. Errors: as `contest`; NotAllowed operator_role_needed. After: leaf `upheld`."""
    envelope.require_desk(who)
    if who.machine:
        raise NotAllowed("operator_role_needed")
    if not why.strip():
        raise Invalid("order_reason_needed")
    order = envelope.move(tx, envelope.get(tx, order_id), UPHELD, who.actor, why.strip()[:500])
    leaves.say(tx, order, "order_settled", "upheld", who.actor)
    return order


def _of_row(row: Row) -> Letter:
    letter_id, order_id, answer, reason, lang, subject, body, *rest = row
    return Letter(letter_id, order_id, answer, reason, lang, subject, unpack(bytes(body)), *rest)
