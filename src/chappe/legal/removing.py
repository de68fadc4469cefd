"""Removal orders: what is ordered takes effect at once in the territory ordered, is reviewed after, undone by a click.

Source: tco/3(3), dsa/9(1), dsa/9(5), lcen/6-1
Nothing is hidden but by `domain.decisions`: each order's decision holds by itself, so that undoing one order leaves
what another one ordered.
"""

from dataclasses import dataclass

from chappe.base.errors import Conflict, Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import accounts, categories, decisions, home_country, journal, oncall, rooms
from chappe.domain.access import Moderator
from chappe.domain.rulings import Ground, Item, Measure, Ruling
from chappe.legal import clocks, countries, envelope, holds, leaves, reach, screening, targets, words
from chappe.legal.authorities import Authority
from chappe.legal.collect import Piece, Scope
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.records import (
    ACCEPTED,
    CLOSED,
    CONTENT,
    CONTESTED,
    EXECUTED,
    EXECUTING,
    PARTIALLY_EXECUTED,
    REPLIED,
    REVERSED,
    WITHDRAWN,
    Order,
)
from chappe.store import Reader, Tx
from chappe.store.legal import desk as rows
from chappe.store.legal import orders as order_rows

HIDE = "hide"
SHOWN_BASIS, SHOWN_REASONS, SHOWN_REDRESS = 200, 900, 600
CATEGORY = {
    "tco_removal": ("RISK_FOR_PUBLIC_SECURITY", "TERRORIST_CONTENT"),
    "child_abuse": ("PROTECTION_OF_MINORS", "CHILD_SEXUAL_ABUSE_MATERIAL"),
    "drugs": ("UNSAFE_AND_PROHIBITED_PRODUCTS", "PROHIBITED_PRODUCTS"),
    "torture": ("VIOLENCE", ""),
}
"""What an order is about where it does not say so itself: by its instrument, or by the offence it names."""
UNSORTED = "ILLEGAL_OR_HARMFUL_SPEECH"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an order would do. Shape: items that are there; gone: targets by number that lead to nothing; faults why."""

    items: tuple[Item, ...]
    territories: tuple[str, ...]
    gone: tuple[int, ...]
    faults: tuple[tuple[int, str], ...]
    people: int


def plan(rx: Reader, order: Order, authority: Authority, office: Office) -> Plan:
    """What the order would hide, where, and what of it is not there."""
    found = targets.resolve(rx, order, office.hosts)
    place = reach.ordered_territories(order, authority)
    keyed: dict[str, Item] = {}
    gone: list[int] = []
    for one in found:
        some = [item_of(match.key) for match in one.matches]
        items = [item for item in some if item is not None]
        keyed |= {item.key: item for item in items}
        gone += [one.target.no] * (not items)
    seen = decisions.preview(rx, Measure(HIDE, place), tuple(keyed.values()))
    unknown = {item.key for item in seen.unknown}
    items = [item for key, item in keyed.items() if key not in unknown]
    faults = tuple((one.target.no, one.fault) for one in found if one.fault)
    return Plan(tuple(items), place, tuple(gone), faults, seen.people)


def item_of(key: str) -> Item | None:
    """The item of a key such as `message:-100…:5`; None for what cannot be hidden."""
    kind, _, rest = key.partition(":")
    if kind == "message":
        peer, _, number = rest.partition(":")
        return Item("message", int(peer), int(number))
    return Item(kind, int(rest)) if kind in ("room", "account") else None


def is_closed(rx: Reader, item: Item) -> bool:
    """True for what has no public name, so that not everybody may find and read it. Source: tco/2(3)"""
    if item.kind == "account":
        return not accounts.get(rx, UserId(item.peer_id)).username
    room = rooms.find(rx, PeerId(item.peer_id)) if item.peer_id < 0 else None
    return room is None or not (room.own_box and room.username)


def take_effect(tx: Tx, who: Moderator, order_id: int, office: Office, seed: bytes) -> Order:
    """What the order names is hidden in the territory ordered, from this moment on.

    Shape: seed 16 random bytes at least, for the statements of reasons.
    Errors: Conflict order_not_authentic, order_incomplete, order_took_effect, order_nothing_found,
    order_not_public (for the machine, of what is closed, by an order that reaches the public alone),
    order_state_invalid; NotAllowed order_out_of_reach; Invalid order_not_removal; and those of `decisions.decide`.
    After: journal order_effected, leaves `effect` and the outcome; the clock of the order ends; its hold begins.
    """
    envelope.require_desk(who)
    found = screening.look(tx, order_id, office)
    order, authority = found.order, found.authority
    if not of(order.instrument).effect_first:
        raise Invalid("order_not_removal")
    if order.effect_at:
        raise Conflict("order_took_effect")
    screening.require_sound(found)
    if authority is None:
        raise NotAllowed("order_out_of_reach", what=reach.NOT_REGISTERED)
    made = plan(tx, order, authority, office)
    if not made.items:
        raise Conflict("order_nothing_found")
    if who.machine and of(order.instrument).public_alone and any(is_closed(tx, item) for item in made.items):
        raise Conflict("order_not_public", what="not_public")  # if it reaches the public all the same a person says
    _keep_matched(tx, order, office)
    order = envelope.walk(tx, screening.into_review(tx, order, who.actor), who.actor, ACCEPTED, EXECUTING)
    decision = decisions.decide(tx, who, _ruling(tx, order, authority, office, made, seed, machine=who.machine))
    rows.add_decision(tx, order_id, decision.decision_id)
    order = envelope.set_instant(tx, order, "effect_at")
    order = envelope.move(tx, order, PARTIALLY_EXECUTED if made.gone else EXECUTED, who.actor)
    return _told(tx, who, order, made)


def _told(tx: Tx, who: Moderator, order: Order, made: Plan) -> Order:
    """The effect stands in history and log; the clock is met, the hold's end is a row."""
    clocks.end(tx, order.order_id)
    if order.stopped_at:
        order_rows.end_stop(tx, order.order_id, tx.now)
        order_rows.change(tx, order.order_id, {"stopped_at": 0, "left_s": 0})
    if of(order.instrument).hold_s:
        messages = [item for item in made.items if item.kind == "message"]
        pieces = [Piece(no, item.key, CONTENT, 0, tx.now) for no, item in enumerate(messages, 1)]
        holds.place(tx, order, Scope(tuple(pieces)), who.actor)
    envelope.add_act(tx, order.order_id, who.actor, "effect", f"{len(made.items)} {countries.shown(made.territories)}")
    if home_country.of(tx) in made.territories:  # people of whom nothing says where they are count as being here
        envelope.add_act(tx, order.order_id, who.actor, "effect_unknown", home_country.of(tx))
    order = envelope.set_outcome(tx, order, "partially_executed" if made.gone else "executed", people=made.people)
    automation = "full" if who.machine else "none"
    leaves.say(
        tx, order, "order_effected", "effect", who.actor, since=order.received_at, count=made.people,
        automation=automation, items=len(made.items),
    )  # fmt: skip
    if not order.is_secret(tx.now):
        order = envelope.set_instant(tx, order, "informed_at")
    outcome = "partially_executed" if made.gone else "executed"
    leaves.say(tx, order, "order_settled", outcome, who.actor, count=made.people, automation=automation)
    if who.machine:
        oncall.page(tx, "effect", order.subject, order.number, urgent=False)
    return envelope.get(tx, order.order_id)


def _keep_matched(tx: Tx, order: Order, office: Office) -> None:
    for one in targets.resolve(tx, order, office.hosts):
        envelope.set_matched(tx, order.order_id, one.target.no, [match.key for match in one.matches])


def _ruling(
    rx: Reader, order: Order, authority: Authority, office: Office, made: Plan, seed: bytes, *, machine: bool
) -> Ruling:  # fmt: skip
    category, keyword = category_of(order)
    lang = words.language(order.language)
    return Ruling(
        made.items, Measure(HIDE, made.territories),
        Ground("law", _cut(order.legal_basis, SHOWN_BASIS) or words.say(lang, f"instrument_short_{order.instrument}"),
               0, _cut(order.reasons, SHOWN_REASONS) or words.say(lang, f"instrument_{order.instrument}")),
        category, seed, keywords=(keyword,) if keyword else (), source=decisions.ORDER,
        automated_decision="full" if machine else "none", facts=_facts(order, authority, lang),
        site=office.links, hours=-(-(rx.now - order.received_at) // 3600), quiet=order.is_secret(rx.now), lang=lang,
    )  # fmt: skip


def _facts(order: Order, authority: Authority, lang: str) -> str:
    """What the statement says of the order: who ordered, by what, and where to turn. Source: dsa/9(5), tco/11"""
    kind = words.say(lang, f"authority_kind_{authority.kind}")
    lines = [
        f"{words.say(lang, f'instrument_{order.instrument}')}. {kind}, {authority.country}.",
        f"{words.say(lang, 'letter_our_number')} : {order.number}",
    ]
    if order.redress.strip():
        lines.append(f"{words.say(lang, 'letter_redress')} : {_cut(order.redress, SHOWN_REDRESS)}")
    return "\n".join(lines)


def category_of(order: Order) -> tuple[str, str]:
    """(category, keyword) of the order, as it says or as its instrument means."""
    if order.category in categories.OF_DECISIONS and order.category != categories.TERMS_ONLY:
        known = categories.KEYWORDS[order.category]
        return order.category, next((one for one in order.keywords if one in known), "")
    return CATEGORY.get(order.instrument) or CATEGORY.get(order.fields.get("offence", "")) or (UNSORTED, "")


def _cut(text: str, most: int) -> str:
    said = " ".join(text.split())
    return said if len(said) <= most else f"{said[: most - 1]}…"


def undo(tx: Tx, who: Moderator, order_id: int, reason: str) -> Order:
    """What the order hid is shown again, but where another order hides it, too.

    Source: tco/4
    Errors: Conflict order_nothing_done when nothing of it is in force; Invalid order_reason_needed.
    After: journal order_undone and decision_undone, leaf `reversed`; who had a statement is told.
    """
    envelope.require_desk(who)
    order = envelope.get(tx, order_id)
    if not reason.strip():
        raise Invalid("order_reason_needed")
    if not _lift(tx, who, order, reason):
        raise Conflict("order_nothing_done")
    if order.state in (EXECUTED, PARTIALLY_EXECUTED, REPLIED, CLOSED):
        order = envelope.move(tx, order, CONTESTED, who.actor, reason.strip()[:500])
    if order.state == CONTESTED:
        order = envelope.move(tx, order, REVERSED, who.actor)
    order = envelope.set_outcome(tx, order, "reversed")
    order_rows.change(tx, order_id, {"place": tx.now})
    leaves.say(tx, order, "order_undone", "reversed", who.actor, since=order.effect_at, count=order.people)
    return envelope.get(tx, order_id)


def _lift(tx: Tx, who: Moderator, order: Order, reason: str) -> int:
    """Nothing is hidden by the order any more; how many decisions were undone."""
    undone = 0
    for decision_id, undone_at in rows.decisions(tx, order.order_id):
        if undone_at:
            continue
        rows.set_undone(tx, order.order_id, decision_id)
        if decisions.find(tx, decision_id).state == decisions.IN_FORCE:
            decisions.undo(tx, who, decision_id, reason.strip()[:500])
            undone += 1
    return undone


def withdraw(tx: Tx, who: Moderator, order_id: int, why: str) -> Order:
    """The authority takes its order back, or it was found void: what it hid is shown again.

    Errors: Conflict order_state_invalid. After: leaf `withdrawn`.
    """
    envelope.require_desk(who)
    order = envelope.get(tx, order_id)
    order = envelope.move(tx, order, WITHDRAWN, who.actor, why.strip()[:500])
    _lift(tx, who, order, why or "withdrawn")
    clocks.end(tx, order_id)
    order = envelope.set_outcome(tx, order, "withdrawn")
    leaves.say(tx, order, "order_settled", "withdrawn", who.actor, since=order.received_at)
    return envelope.get(tx, order_id)


def review(tx: Tx, who: Moderator, order_id: int) -> Order:
    """A person looked at what took effect first, and lets it stand. After: journal order_reviewed.

    Errors: NotAllowed operator_role_needed for a machine; Conflict order_nothing_done.
    """
    envelope.require_desk(who)
    order = envelope.get(tx, order_id)
    if who.machine:
        raise NotAllowed("operator_role_needed")
    if not order.effect_at or order.state in (REVERSED, WITHDRAWN):
        raise Conflict("order_nothing_done")
    order_rows.change(tx, order_id, {"reviewed_at": tx.now, "reviewed_by": who.operator_id})
    envelope.add_act(tx, order_id, who.actor, "reviewed")
    journal.record(tx, "order_reviewed", who.actor, order.subject)
    return envelope.get(tx, order_id)


def speak(tx: Tx, who: Moderator, order_id: int, seed: bytes) -> int:
    """The secrecy is over: whoever was hit is told of the order's decisions; how many people. Source: tco/11"""
    told = sum(decisions.speak(tx, who, decision_id, seed) for decision_id, _ in rows.decisions(tx, order_id))
    if told and not envelope.get(tx, order_id).informed_at:
        order_rows.change(tx, order_id, {"informed_at": tx.now})
    return told


def decisions_of(rx: Reader, order_id: int) -> tuple[int, ...]:
    """The decisions that are the order's effect, also those undone."""
    return tuple(decision_id for decision_id, _ in rows.decisions(rx, order_id))


def in_force(rx: Reader, order_id: int) -> bool:
    """True while something is hidden by the order."""
    found = [decision_id for decision_id, undone in rows.decisions(rx, order_id) if not undone]
    return any(decisions.find(rx, decision_id).state == decisions.IN_FORCE for decision_id in found)
