"""Orders are taken up as they arrive: what is authentic takes effect first, the rest goes to people; alarms ring.

Source: tco/3(3), lcen/6-1, evidence/10, requirements/legal-desk
Every step is an act of its own over rows, so that a crash or a jump of the clock loses none and doubles none. What
cannot be done by itself is never left lying: it is in review, and who is on call is told why.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from chappe.base.clock import Clock
from chappe.base.errors import Refusal
from chappe.base.ids import Entropy
from chappe.domain import access, oncall
from chappe.legal import (
    answers,
    authorities,
    calls,
    clocks,
    envelope,
    leaves,
    preserving,
    removing,
    screening,
    targets,
)
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.orders.form import DAY_S, REMOVAL, TEST
from chappe.legal.records import (
    ACCEPTED,
    ACKNOWLEDGED,
    CLOSED,
    EXECUTED,
    EXECUTING,
    PARTIALLY_EXECUTED,
    RECEIVED,
    REPLIED,
    Order,
)
from chappe.store import Reader, Store, Tx
from chappe.store.legal import authorities as authority_rows
from chappe.store.legal import desk as rows
from chappe.store.legal import orders as order_rows

log = logging.getLogger("chappe.legal")
LOOK_S = 1.0
"""So often the clock is looked at: an alarm is never later than a few of these."""
AT_ONCE = 32
PUT_OFF_S = 60
"""Until what failed is tried again."""
PATIENCE_S = 15
"""So long an order waits for its receipt before it is taken up without it."""
SEED = 16
UNCLEAR = "insufficient_information"
Act = Callable[[Tx], object]


class Working:
    """The runner of what orders need without a person; run `run` as a task."""

    def __init__(self, office: Office, entropy: Entropy) -> None:
        self._office = office
        self._entropy = entropy

    async def run(self, store: Store, clock: Clock) -> None:
        """Until the task is cancelled."""
        while True:
            while await self.step(store):
                pass
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store) -> bool:
        """What is due now is done; True if there was something, so that there may be more."""
        new, effected = await store.read(_waiting)
        for order_id in new:
            await self._take_up(store, order_id)
        for order_id in effected:
            await self._safely(store, order_id, partial(answer_effect, order_id=order_id, office=self._office))
        rung = await self._ring(store)
        return bool(new or effected or rung)

    async def _take_up(self, store: Store, order_id: int) -> None:
        act = partial(take_up, order_id=order_id, office=self._office, seed=self._entropy(SEED))
        await self._safely(store, order_id, act)

    async def _safely(self, store: Store, order_id: int, act: Act) -> None:
        """The act is done, or the order is in front of people with the reason why it was not."""
        try:
            await store.write(act)
        except Refusal as refusal:
            why = str(refusal.facts.get("what") or refusal.reason)
            await store.write(partial(set_aside, order_id=order_id, why=why))
        except Exception:
            log.exception("order %d", order_id)
            await store.write(partial(set_aside, order_id=order_id, why="failed"))

    async def _ring(self, store: Store) -> int:
        due = await store.read(lambda rx: order_rows.due_alarms(rx, rx.now, AT_ONCE))
        for order_id, kind, _ in due:
            try:
                await store.write(partial(ring, order_id=order_id, kind=kind, seed=self._entropy(SEED)))
            except Exception:  # what one order cannot do keeps no other from its time
                log.exception("order %d: %s", order_id, kind)
                await store.write(partial(put_off, order_id=order_id, kind=kind))
        if await store.read(lambda rx: bool(_to_warn(rx))):
            await store.write(warn)
        if await store.read(lambda rx: bool(calls.left(rx))):
            await store.write(calls.call_for)
        return len(due)


def put_off(tx: Tx, order_id: int, kind: str) -> None:
    """What could not ring is tried again, and somebody looks at it."""
    order_rows.set_alarm(tx, order_id, kind, tx.now + PUT_OFF_S)
    order = envelope.get(tx, order_id)
    oncall.page(tx, "order", order.subject, order.number, urgent=True)


def _waiting(rx: Reader) -> tuple[list[int], list[int]]:
    """(orders whose receipt is on its way, removals whose effect the authority does not know of yet)."""
    effected = rows.to_answer(rx, (EXECUTED, PARTIALLY_EXECUTED), AT_ONCE)
    waiting = rows.in_state(rx, ACKNOWLEDGED, AT_ONCE)
    return waiting or rows.without_receipt(rx, rx.now - PATIENCE_S, AT_ONCE), effected


def take_up(tx: Tx, order_id: int, office: Office, seed: bytes) -> Order:
    """The order is where it belongs: in effect, kept, arrived, or before people.

    Errors: those of `removing.take_effect`; then nothing was done, and `set_aside` puts it before people.
    """
    order = envelope.get(tx, order_id)
    instrument = of(order.instrument)
    who = access.machine(f"{order.instrument}@1")
    order = envelope.pass_on(tx, order)
    if order.state != ACKNOWLEDGED:
        return order
    if instrument.family == TEST:
        return _arrived(tx, order, office)
    if not order.authenticity.stands:
        return envelope.move(tx, order, "authenticating", "server")
    if instrument.effect_first:
        return removing.take_effect(tx, who, order_id, office, seed)
    order = screening.into_review(tx, order, "server")
    if instrument.hold_s and screening.look(tx, order_id, office).sound:
        preserving.keep(tx, who, order, office)
    return envelope.get(tx, order_id)


def _arrived(tx: Tx, order: Order, office: Office) -> Order:
    """The test order is through: answered and closed, by the same letters as others."""
    who = access.machine("synthetic@1")
    order = screening.into_review(tx, order, "server")
    order = envelope.walk(tx, order, "server", ACCEPTED, EXECUTING, EXECUTED)
    answers.send(tx, who, answers.draft(tx, who, order.order_id, office, "arrived").letter_id, office)
    return answers.close(tx, who, order.order_id)


def answer_effect(tx: Tx, order_id: int, office: Office) -> None:
    """The authority is told whether and when its removal order took effect. Source: dsa/9(1), tco/annex-2"""
    order = envelope.get(tx, order_id)
    if of(order.instrument).family != REMOVAL or order.replied_at or not order.effect_at:
        return
    who = access.machine(f"{order.instrument}@1")
    part = order.state == PARTIALLY_EXECUTED
    found = targets.resolve(tx, order, office.hosts) if part else []
    unclear = any(one.fault not in ("", "target_unknown") for one in found)  # that is not gone: what is meant?
    answer, reason = ("partial", UNCLEAR if unclear else "already_gone") if part else ("executed", "")
    letter = answers.draft(tx, who, order_id, office, answer, reason)
    answers.send(tx, who, letter.letter_id, office)


def set_aside(tx: Tx, order_id: int, why: str) -> Order:
    """The order waits for a person, with the reason why nothing took effect by itself; who is on call is told."""
    order = envelope.get(tx, order_id)
    if order.state in (EXECUTED, PARTIALLY_EXECUTED):
        envelope.add_act(tx, order_id, "server", "not_answered", why)
        order_rows.set_alarm(tx, order_id, "answer", tx.now + DAY_S)
        envelope.set_instant(tx, order, "replied_at")
    elif order.state in (RECEIVED, ACKNOWLEDGED):
        order = screening.into_review(tx, order, "server")
        envelope.add_act(tx, order_id, "server", "not_first", why)
    family = of(order.instrument).family
    oncall.page(tx, "removal" if family == REMOVAL else "order", order.subject, order.number, urgent=family == REMOVAL)
    return envelope.get(tx, order_id)


def ring(tx: Tx, order_id: int, kind: str, seed: bytes) -> None:
    """An alarm of the order rang, once. After: pages as the kind of alarm says; journal order_late when it is."""
    order = envelope.get(tx, order_id)
    order_rows.rang(tx, order_id, kind)
    match kind:
        case clocks.HALF | clocks.SOON:
            envelope.add_act(tx, order_id, "server", f"alarm_{kind}")
            hurry = kind == clocks.SOON and bool(of(order.instrument).clock.within_s)
            oncall.page(tx, "order_late", order.subject, order.number, urgent=hurry)
        case clocks.LATE:
            envelope.add_act(tx, order_id, "server", "alarm_late", order.deadline_rule)
            leaves.say(tx, order, "order_late", "late", "server", since=order.received_at)
            oncall.page(tx, "order_missed", order.subject, order.number, urgent=True)
        case clocks.SECRECY:
            _end_secrecy(tx, order, seed)
        case clocks.SECRECY_SOON if order.is_secret(tx.now):
            envelope.add_act(tx, order_id, "server", "secrecy_soon", str(order.secrecy_until))
            oncall.page(tx, "secrecy_ends", order.subject, order.number, urgent=False)
        case "answer" if order.state in (EXECUTED, PARTIALLY_EXECUTED):
            order_rows.change(tx, order_id, {"replied_at": 0})  # it is answered anew
        case "close" if order.state == REPLIED:
            envelope.move(tx, order, CLOSED, "server")


def _end_secrecy(tx: Tx, order: Order, seed: bytes) -> None:
    """The secrecy is over, unless it was made longer meanwhile: leaves are opened, whoever was hit is told."""
    if order.secrecy_until > tx.now:
        order_rows.set_alarm(tx, order.order_id, clocks.SECRECY, order.secrecy_until)
        return
    leaves.open_all(tx, order.order_id)
    removing.speak(tx, access.machine(f"{order.instrument}@1"), order.order_id, seed)
    envelope.add_act(tx, order.order_id, "server", "secrecy_ended")


def _to_warn(rx: Reader) -> list[int]:
    return authority_rows.to_warn(rx, rx.now + authorities.WARN_S, AT_ONCE)


def warn(tx: Tx) -> None:
    """The desk hears, once, that authorities must be looked at again before their time is over."""
    for authority_id in _to_warn(tx):
        authority_rows.set_warned(tx, authority_id, tx.now)
        oncall.page(tx, "authority_ends", f"authority:{authority_id}", f"authority:{authority_id}", urgent=False)
