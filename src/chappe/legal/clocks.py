"""Clocks of orders: when an answer is due by which rule, stops with their reasons, and alarms that are rows.

Source: tco/3(3), tco/3(7), evidence/10, lcen/6-2, csi/L871-1, gdpr/12(3)
A stopped clock has no deadline; when it goes on, either the whole time runs anew (TCO) or what was left of it.
"""

from dataclasses import dataclass

from chappe.base.errors import Conflict, Invalid
from chappe.domain import journal, oncall
from chappe.domain.statements import months_later
from chappe.legal.orders import of
from chappe.legal.orders.form import DAY_S, RESTART, Clock
from chappe.legal.records import Order, Stop
from chappe.store import Reader, Tx
from chappe.store.legal import orders as rows

HALF, SOON, LATE, SECRECY, SECRECY_SOON = "half", "soon", "late", "secrecy", "secrecy_soon"
RUNNING = (HALF, SOON, LATE)
"""Alarms of a running clock: half of the time is gone, a fifth is left, it is over."""
SOON_SHARE = 5
PAGES = ("emergency", "removal", "order_late", "order_missed")
"""Pages that are over when the clock is."""
NO_DATE_S = 365 * DAY_S
STOPPED_PLACE, ANSWERED_PLACE = 1 << 40, 1 << 41
"""Orders whose clock is stopped wait behind all others, and those that are answered behind these."""


@dataclass(frozen=True, slots=True)
class Due:
    """When an answer is due, by which rule; `strict` False where the law sets no hour and the aim is our own."""

    deadline_at: int
    rule: str
    place: int
    strict: bool


def due_of(clock: Clock, start: int, *, urgent: bool = False, own_date: int = 0) -> Due:
    """When an answer is due of an order whose time began then. Shape: own_date the date the order itself says, or 0."""
    within, rule = clock.within_s, clock.rule
    if urgent and clock.urgent_s:
        within, rule = clock.urgent_s, clock.urgent_rule
    if clock.own_date and own_date > start:
        by_law = start + within if within else 0
        if not by_law or own_date < by_law:
            return Due(own_date, f"{rule}+date", own_date, True)
    if within:
        return Due(start + within, rule, start + within, True)
    if clock.within_months:
        end = months_later(start, clock.within_months)
        return Due(end, rule, end, True)
    aim = start + (clock.own_s or NO_DATE_S)
    return Due(aim if clock.own_s else 0, rule, aim, False)


def start_of(clock: Clock, received: int, first_contact_at: int) -> int:
    """When the time of an order begins that came then. Shape: first_contact_at 0 if nothing was explained before.

    Source: lcen/6-2
    """
    if not clock.waits:
        return received
    return max(received, (first_contact_at or received) + clock.first_contact_s)


def begin(tx: Tx, order_id: int, due: Due, start: int) -> None:
    """The clock runs from the start: deadline, place in the list and alarms are rows."""
    rows.change(tx, order_id, {
        "deadline_at": due.deadline_at, "deadline_rule": due.rule, "place": due.place, "stopped_at": 0, "left_s": 0,
    })  # fmt: skip
    _set_alarms(tx, order_id, start, due.deadline_at)


def stop(tx: Tx, order: Order, reason: str, actor: str) -> None:
    """The clock stands still, for a reason that is kept.

    Source: tco/3(7), tco/3(8)
    Errors: Conflict order_clock_stopped; Invalid order_reason_needed. After: journal order_clock_stopped.
    """
    if order.stopped_at:
        raise Conflict("order_clock_stopped")
    if not reason.strip():
        raise Invalid("order_reason_needed")
    left = order.deadline_at - tx.now if order.deadline_at else 0
    values = {"stopped_at": tx.now, "left_s": left, "deadline_at": 0, "place": STOPPED_PLACE + order.received_at}
    rows.change(tx, order.order_id, values)
    rows.begin_stop(tx, order.order_id, tx.now, reason)
    rows.clear_alarms(tx, order.order_id, RUNNING)
    rows.add_act(tx, order.order_id, actor, "clock_stopped", reason)
    journal.record(tx, "order_clock_stopped", actor, order.subject)


def resume(tx: Tx, order: Order, actor: str) -> None:
    """The clock goes on: anew, or with what was left, as the instrument says.

    Errors: Conflict order_clock_runs. After: journal order_clock_resumed.
    """
    if not order.stopped_at:
        raise Conflict("order_clock_runs")
    rows.end_stop(tx, order.order_id, tx.now)
    rows.add_act(tx, order.order_id, actor, "clock_resumed", "")
    journal.record(tx, "order_clock_resumed", actor, order.subject)
    clock = of(order.instrument).clock
    if clock.resume == RESTART:
        begin(tx, order.order_id, due_of(clock, tx.now, urgent=order.urgent), tx.now)
        return
    deadline = tx.now + order.left_s if order.deadline_rule and order.left_s else 0
    place = deadline or tx.now + (clock.own_s or NO_DATE_S)
    rows.change(tx, order.order_id, {"stopped_at": 0, "left_s": 0, "deadline_at": deadline, "place": place})
    _set_alarms(tx, order.order_id, tx.now, deadline)


def extend(tx: Tx, order: Order, reason: str, actor: str) -> None:
    """The clock has the further months that its instrument allows, once, for a reason that the letter says.

    Source: gdpr/12(3)
    Errors: Conflict order_clock_stopped; Invalid order_extension_invalid, order_reason_needed.
    After: journal order_clock_extended.
    """
    clock = of(order.instrument).clock
    if not order.deadline_at:
        raise Conflict("order_clock_stopped")
    if not clock.extend_months or order.deadline_rule.endswith("+extended"):
        raise Invalid("order_extension_invalid")
    if not reason.strip():
        raise Invalid("order_reason_needed")
    deadline = months_later(order.deadline_at, clock.extend_months)
    begin(tx, order.order_id, Due(deadline, f"{order.deadline_rule}+extended", deadline, True), tx.now)
    rows.add_act(tx, order.order_id, actor, "clock_extended", reason)
    journal.record(tx, "order_clock_extended", actor, order.subject)


def end(tx: Tx, order_id: int) -> None:
    """The order is answered: no alarm of its clock rings any more, and nobody is called for it."""
    rows.clear_alarms(tx, order_id, RUNNING)
    for kind in PAGES:
        oncall.over(tx, kind, f"order:{order_id}")


def _set_alarms(tx: Tx, order_id: int, start: int, deadline: int) -> None:
    rows.clear_alarms(tx, order_id, RUNNING)
    if not deadline:
        return
    length = deadline - start
    for kind, due in ((HALF, start + length // 2), (SOON, deadline - length // SOON_SHARE), (LATE, deadline)):
        if due > tx.now or kind == LATE:
            rows.set_alarm(tx, order_id, kind, due)


def stops(rx: Reader, order_id: int) -> list[Stop]:
    """Every time in which the clock stood still."""
    return [Stop(*row) for row in rows.stops(rx, order_id)]
