"""The case of an order: it comes in with number, clock and leaf, moves along one table of states, and is never lost.

Source: requirements/legal-envelope, dsa/9(1), dsa/10(1)
"""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import journal
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK
from chappe.legal import clocks, leaves, secrecy
from chappe.legal.orders import of
from chappe.legal.records import (
    ACKNOWLEDGED,
    CATEGORIES,
    CHANNELS,
    CLOSED,
    DOUBTED,
    OPEN_STATES,
    RECEIVED,
    STATES,
    TARGET_KINDS,
    Act,
    Authenticity,
    File,
    New,
    Order,
    Target,
    year_of,
)
from chappe.store import Reader, Row, Tx
from chappe.store.legal import authorities as authority_rows
from chappe.store.legal import orders as rows
from chappe.store.queries.people import take_id

TARGETS, TEXT, LINE = 1000, 20_000, 500
NOTE_LENGTH = 5000
READ = 500
_pack = msgspec.json.Encoder().encode
_fields: msgspec.json.Decoder[dict[str, str]] = msgspec.json.Decoder(dict[str, str])


def begin(tx: Tx, new: New, actor: str = "server") -> Order:
    """The order is a case with number, clock and leaf; the same message makes the same case, once.

    Shape: actor is server, authority:N or operator:N.
    Errors: Invalid order_instrument_unknown, order_channel_invalid, order_target_invalid, order_text_long.
    After: journal order_received, with a leaf (`leaves`).
    """
    known = by_message(tx, new.channel, new.message_ref)
    if known is not None:
        return known
    _require_new(new)
    order_id, received = take_id(tx, "order", 1), new.received_at or tx.now
    asked_secrecy, new = new.secrecy_until, _lawful(tx, new, received)
    year = year_of(received)
    start = _start(tx, new.instrument, new.authority_id, received)
    due = clocks.due_of(of(new.instrument).clock, start, urgent=new.urgent, own_date=own_date(dict(new.fields)))
    rows.insert(tx, (
        order_id, year, rows.next_no(tx, year), new.instrument, new.authority_id, new.sender, new.external_ref,
        new.channel, new.message_ref, int(new.urgent), new.country, " ".join(new.territories), new.language,
        new.category, " ".join(new.keywords), new.legal_basis, new.reasons, new.redress, _pack(dict(new.fields)),
        received, 0, "", due.place, new.secrecy_until, new.secrecy_basis, 0, _words(new, new.targets),
    ))  # fmt: skip
    rows.add_targets(tx, order_id, _target_rows(new.targets))
    for name, sha256, size_bytes in new.files:
        rows.add_file(tx, order_id, "original", name, sha256, size_bytes)
    clocks.begin(tx, order_id, due, start)
    secrecy.watch(tx, order_id, new.instrument, new.secrecy_until)
    rows.add_act(tx, order_id, actor, "received", new.channel)
    if new.secrecy_until < asked_secrecy:
        rows.add_act(tx, order_id, "server", "secrecy_cut", str(asked_secrecy))
    order = get(tx, order_id)
    leaves.say(tx, order, "order_received", "received", actor, channel=new.channel, instrument=new.instrument)
    return get(tx, order_id)


def _lawful(rx: Reader, new: New, since: int, allowed: int = 0) -> New:
    """The order, secret for no longer than its law or its country's profile allows. Source: tco/11, dsa/10(5)"""
    return replace(
        new, secrecy_until=secrecy.cut(rx, new.secrecy_until, new.instrument, new.country, since, allowed)
    )


def _start(tx: Tx, instrument: str, authority_id: int, received: int) -> int:
    """When the time of the order begins; what comes first from an authority is its explanation of the procedure."""
    clock = of(instrument).clock
    if not clock.waits or not authority_id:
        return received
    start = clocks.start_of(clock, received, authority_rows.first_contact(tx, authority_id))
    authority_rows.set_first_contact(tx, authority_id, received)
    return start


def acknowledge(tx: Tx, order: Order, actor: str = "server") -> Order:
    """The receipt is on its way: the order has left `received`, and the leaf says after how many hours.

    Source: dsa/10(1)
    Errors: Conflict order_receipt_made. After: journal order_acknowledged.
    """
    if order.ack_at:
        raise Conflict("order_receipt_made")
    if order.state == RECEIVED:
        order = move(tx, order, ACKNOWLEDGED, actor)
    rows.change(tx, order.order_id, {"ack_at": tx.now})
    leaves.say(tx, order, "order_acknowledged", "receipt", actor, since=order.received_at)
    return get(tx, order.order_id)


def pass_on(tx: Tx, order: Order, actor: str = "server") -> Order:
    """The order goes on although its receipt is not made yet: an hour that runs does not wait for a letter."""
    return move(tx, order, ACKNOWLEDGED, actor, "receipt_waits") if order.state == RECEIVED else order


def move(tx: Tx, order: Order, state: str, actor: str, detail: str = "") -> Order:
    """The order is in that state, which the table allows from the one it was in.

    Errors: Conflict order_state_invalid. After: journal order_moved; when it closes, its clock is ended.
    """
    if state not in STATES[order.state]:
        raise Conflict("order_state_invalid", state=order.state, wanted=state)
    if not rows.set_state(tx, order.order_id, order.state, state, state in OPEN_STATES):
        raise Conflict("order_state_invalid", state=order.state, wanted=state)
    if state == CLOSED:
        rows.change(tx, order.order_id, {"closed_at": tx.now})
        clocks.end(tx, order.order_id)
    rows.add_act(tx, order.order_id, actor, state, detail)
    journal.record(tx, "order_moved", actor, order.subject, state=state)
    return get(tx, order.order_id)


def walk(tx: Tx, order: Order, actor: str, *states: str) -> Order:
    """The order has gone through these states, one after the other; those it is past already are left out."""
    for state in states:
        if order.state != state:
            order = move(tx, order, state, actor)
    return order


def again(tx: Tx, order: Order) -> Order:
    """An answered order is unanswered again: its clock runs anew from now on."""
    rows.clear_alarms(tx, order.order_id, ("close",))
    rows.change(tx, order.order_id, {"replied_at": 0, "outcome": "", "reason": ""})
    clocks.begin(tx, order.order_id, clocks.due_of(of(order.instrument).clock, tx.now, urgent=order.urgent), tx.now)
    return get(tx, order.order_id)


def set_instant(tx: Tx, order: Order, name: str, date: int = 0) -> Order:
    """One of the instants the law asks about is kept. Shape: name is effect_at, replied_at or informed_at."""
    if name not in ("effect_at", "replied_at", "informed_at"):
        raise Invalid("order_instant_invalid")
    rows.change(tx, order.order_id, {name: date or tx.now})
    return get(tx, order.order_id)


def note(tx: Tx, who: Moderator, order_id: int, text: str) -> None:
    """A note stands in the history.

    Errors: Invalid operator_note_invalid; NotFound order_unknown. After: journal order_noted.
    """
    require_desk(who)
    order = get(tx, order_id)
    if not text.strip() or len(text) > NOTE_LENGTH:
        raise Invalid("operator_note_invalid")
    rows.add_act(tx, order_id, who.actor, "noted", text.strip())
    journal.record(tx, "order_noted", who.actor, order.subject)


def add_act(tx: Tx, order_id: int, actor: str, act: str, detail: str = "") -> None:
    """A line stands in the history. Shape: act is a word of the texts `act_*`."""
    rows.add_act(tx, order_id, actor, act, detail)


def give(tx: Tx, actor: str, order_id: int, operator_id: int) -> Order:
    """The order is that operator's. After: journal order_given."""
    order = get(tx, order_id)
    rows.change(tx, order_id, {"holder_id": operator_id})
    rows.add_act(tx, order_id, actor, "given", f"operator:{operator_id}")
    journal.record(tx, "order_given", actor, order.subject, operator=operator_id)
    return get(tx, order_id)


def add_files(tx: Tx, order_id: int, origin: str, files: Iterable[tuple[str, str, int]]) -> None:
    """The files are the order's. Shape: (name, sha256, size_bytes); origin original, message or answer."""
    for name, sha256, size_bytes in files:
        rows.add_file(tx, order_id, origin, name, sha256, size_bytes)


def stirred(tx: Tx, order: Order) -> None:
    """Something new stands in the case: where it was closed, the time until it is erased begins anew."""
    if not order.is_open:
        rows.change(tx, order.order_id, {"closed_at": tx.now, "purged_at": 0})


def correct(tx: Tx, who: Moderator, order_id: int, new: New) -> Order:
    """The order says what a person read in its original: the form by hand, of paper, telephone or an unclear mail.

    The time of arrival and the original stay; the clock is that of the instrument, from the arrival on. Targets that
    were already acted upon are kept: whoever changes them undoes first (Conflict order_took_effect). An order of
    another authority than was thought is to be confirmed anew. What was answered of the checklist holds no more where
    the order is of another kind, of another authority, or about others.
    Errors: as `begin`; NotAllowed operator_role_needed; Conflict order_closed. After: journal order_corrected, and
    order_sorted where it is of another instrument than was thought.
    """
    require_desk(who)
    before = get(tx, order_id)
    if not before.is_open:
        raise Conflict("order_closed")
    if before.effect_at and _target_rows(new.targets) != _target_rows(before.targets):
        raise Conflict("order_took_effect")
    _require_new(replace(new, channel=before.channel))
    longer = before.received_at + 2 * of(new.instrument).longest_secrecy_s  # it may have been made longer
    asked_secrecy, new = new.secrecy_until, _lawful(tx, new, before.received_at, max(longer, before.secrecy_until))
    rows.change(tx, order_id, {
        "instrument": new.instrument, "authority_id": new.authority_id, "external_ref": new.external_ref,
        "urgent": int(new.urgent), "country": new.country, "territories": " ".join(new.territories),
        "language": new.language, "category": new.category, "keywords": " ".join(new.keywords),
        "legal_basis": new.legal_basis, "reasons": new.reasons, "redress": new.redress,
        "fields": _pack(dict(new.fields)), "secrecy_until": new.secrecy_until, "secrecy_basis": new.secrecy_basis,
        "words": _words(replace(new, sender=before.sender), new.targets),
    })  # fmt: skip
    if not before.effect_at and _target_rows(new.targets) != _target_rows(before.targets):
        rows.drop_targets(tx, order_id)
        rows.add_targets(tx, order_id, _target_rows(new.targets))
    secrecy.watch(tx, order_id, new.instrument, new.secrecy_until)
    if not before.stopped_at and not before.replied_at:
        clock, own = of(new.instrument).clock, own_date(dict(new.fields))
        start = _start(tx, new.instrument, new.authority_id, before.received_at)
        clocks.begin(tx, order_id, clocks.due_of(clock, start, urgent=new.urgent, own_date=own), tx.now)
    rows.add_act(tx, order_id, who.actor, "corrected", new.instrument)
    if new.secrecy_until < asked_secrecy:
        rows.add_act(tx, order_id, "server", "secrecy_cut", str(asked_secrecy))
    changed = new.instrument != before.instrument
    if changed or new.authority_id != before.authority_id or _target_rows(new.targets) != _target_rows(before.targets):
        rows.drop_checks(tx, order_id)  # they were answered of another order
    journal.record(tx, "order_corrected", who.actor, before.subject, instrument=new.instrument)
    order = get(tx, order_id)
    if new.authority_id != before.authority_id and order.authenticity.stands:
        order = set_authenticity(tx, order, DOUBTED, "authority_changed", who.actor)
    if changed:
        leaves.say(tx, order, "order_sorted", "received", who.actor, was=before.instrument)
    return order


def set_authenticity(tx: Tx, order: Order, state: str, how: str, actor: str) -> Order:
    """It is known how far the order is its authority's. After: journal order_authenticated."""
    rows.change(tx, order.order_id, {"auth_state": state, "auth_how": how, "auth_by": actor, "auth_at": tx.now})
    rows.add_act(tx, order.order_id, actor, f"authenticity_{state}", how)
    journal.record(tx, "order_authenticated", actor, order.subject, state=state)
    return get(tx, order.order_id)


def set_matched(tx: Tx, order_id: int, no: int, keys: Iterable[str]) -> None:
    """The target was found to be these. Shape: keys as in `domain.rulings.Item.key`, without spaces."""
    rows.set_matched(tx, order_id, no, " ".join(keys))


def set_outcome(tx: Tx, order: Order, outcome: str, reason: str = "", people: int = 0) -> Order:
    """What became of the order. Shape: outcome as in `leaves`; reason a code of `refusing`."""
    rows.change(tx, order.order_id, {"outcome": outcome, "reason": reason, "people": people or order.people})
    return get(tx, order.order_id)


def set_secrecy(tx: Tx, order: Order, until: int, basis: str, actor: str, by: str = "") -> Order:
    """Nobody is told before then. Shape: by is the kind of authority whose act prolongs it.

    Errors: as `secrecy.require`. After: journal order_secrecy_set.
    """
    longer = secrecy.require(tx, order, until, basis, by)
    rows.change(tx, order.order_id, {"secrecy_until": until, "secrecy_basis": basis})
    rows.set_alarm(tx, order.order_id, clocks.SECRECY, until)
    secrecy.watch(tx, order.order_id, order.instrument, until)
    said = f"{by}: {basis}" if longer else basis
    rows.add_act(tx, order.order_id, actor, "secrecy_prolonged" if longer else "secrecy_set", said)
    journal.record(tx, "order_secrecy_set", actor, order.subject, until=until)
    return get(tx, order.order_id)


def get(rx: Reader, order_id: int) -> Order:
    """The order with its targets. Errors: NotFound order_unknown."""
    row = rows.find(rx, order_id)
    if row is None:
        raise NotFound("order_unknown")
    return _with_targets(rx, row)


def by_message(rx: Reader, channel: str, message_ref: str) -> Order | None:
    """The order that came by this message."""
    row = rows.by_message(rx, channel, message_ref)
    return None if row is None else _with_targets(rx, row)


def by_number(rx: Reader, number: str) -> Order | None:
    """The order of a number such as `L-2026-17`."""
    letter, _, said = number.strip().upper().partition("-")
    year, _, no = said.partition("-")
    if letter != "L" or not year.isdecimal() or not no.isdecimal() or len(no) > 9 or len(year) > 4:
        return None
    row = rows.by_number(rx, int(year), int(no))
    return None if row is None else _with_targets(rx, row)


def files(rx: Reader, order_id: int) -> list[File]:
    """Its files, as they came."""
    return [File(*row) for row in rows.files(rx, order_id)]


def history(rx: Reader, order_id: int) -> list[Act]:
    """What happened to the order, oldest first."""
    return [Act(*row) for row in rows.acts(rx, order_id, READ)]


def require_desk(who: Moderator) -> None:
    """Somebody of the desk acts, or the machine. Errors: NotAllowed operator_role_needed."""
    if not who.machine and DESK not in who.roles:
        raise NotAllowed("operator_role_needed")


def own_date(fields: dict[str, str]) -> int:
    """The date that the order itself sets for an answer, 0 if none."""
    said = fields.get("answer_by", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 12 else 0


def of_row(row: Row, targets: tuple[Target, ...] = ()) -> Order:
    """The record of a row in the order of `orders.COLUMNS`."""
    (
        order_id, year, year_no, instrument, authority_id, sender, external_ref, channel, urgent, state, is_open,
        outcome, reason, country, territories, language, category, keywords, legal_basis, reasons, redress, fields,
        received_at, ack_at, effect_at, replied_at, informed_at, closed_at, reviewed_at, reviewed_by, deadline_at,
        deadline_rule, stopped_at, left_s, holder_id, secrecy_until, secrecy_basis, auth_state, auth_how, auth_by,
        auth_at, people, sealed,
    ) = row  # fmt: skip
    return Order(
        order_id, year, year_no, instrument, authority_id, sender, external_ref, channel, bool(urgent), state,
        bool(is_open), outcome, reason, country, tuple(territories.split()), language, category,
        tuple(keywords.split()), legal_basis, reasons, redress, _fields.decode(fields), received_at, ack_at, effect_at,
        replied_at, informed_at, closed_at, reviewed_at, reviewed_by, deadline_at, deadline_rule, stopped_at, left_s,
        holder_id, secrecy_until, secrecy_basis, Authenticity(auth_state, auth_how, auth_by, auth_at), people,
        bool(sealed), targets,
    )  # fmt: skip


def _with_targets(rx: Reader, row: Row) -> Order:
    found = tuple(
        Target(kind, text, category, since, until, tuple(matched.split()), no)
        for no, kind, text, category, since, until, matched in rows.targets(rx, row[0])
    )
    return of_row(row, found)


def _target_rows(targets: Iterable[Target]) -> list[tuple[int, str, str, str, int, int]]:
    return [(no, t.kind, t.text.strip(), t.category, t.since, t.until) for no, t in enumerate(targets, 1)]


def _words(new: New, targets: Iterable[Target]) -> str:
    """All that the search looks through, in small letters."""
    said = [new.sender, new.external_ref, new.legal_basis, *(one.text for one in targets)]
    return " ".join(" ".join(said).casefold().split())[:8000]


def _require_new(new: New) -> None:
    of(new.instrument)
    if new.channel not in CHANNELS:
        raise Invalid("order_channel_invalid")
    if len(new.targets) > TARGETS:
        raise Invalid("order_target_invalid")
    for one in new.targets:
        fits = one.kind in TARGET_KINDS and 0 < len(one.text.strip()) <= LINE and one.since <= (one.until or one.since)
        if not fits or (one.category and one.category not in CATEGORIES):
            raise Invalid("order_target_invalid")
    lines = (new.sender, new.external_ref, new.message_ref, new.secrecy_basis)
    texts = (new.legal_basis, new.reasons, new.redress, *(value for _, value in new.fields))
    if any(len(one) > LINE for one in lines) or any(len(one) > TEXT for one in texts):
        raise Invalid("order_text_long")
