"""Holds: a copy of what is ordered, kept apart, that nobody whom it concerns can notice, and that ends by itself.

Source: requirements/legal-holds, evidence/11, tco/6
A hold changes nothing of what people see or may do: they edit and delete as ever, the copy stays. It begins when an
order is carried out, ends at its date, when the authority says so, or with a production that it was kept for; then the
copies are destroyed. Nothing of it is handed over but by a disclosure that two people approve.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import files, journal
from chappe.domain.access import Moderator
from chappe.domain.personal import Record
from chappe.legal import collect, envelope
from chappe.legal.collect import Piece, Place, Scope
from chappe.legal.orders import of
from chappe.legal.records import Order
from chappe.store import Reader, Row, Tx
from chappe.store.legal import holds as rows
from chappe.store.queries.people import take_id

COPYING, HELD, RELEASED, EXPIRED = "copying", "held", "released", "expired"
AT_ONCE = 200
_encode = msgspec.msgpack.Encoder().encode
_record = msgspec.msgpack.Decoder(Record)
_place = msgspec.msgpack.Decoder(Place)


@dataclass(frozen=True, slots=True)
class Hold:
    """What is kept for an order.

    Shape: subject `account:1` or `message:-100…:5`; since and until are the times of the data; ends_at 0 for as long as
    a production that was announced needs it; reached None when all is copied; dates 0 until then.
    """

    hold_id: int
    order_id: int
    subject: str
    category: str
    since: int
    until: int
    state: str
    made_by: str
    made_at: int
    ends_at: int
    extended_at: int
    ended_at: int
    end_reason: str
    reached: Place
    items: int

    @property
    def piece(self) -> Piece:
        """What it copies, as the reading of an order names it."""
        return Piece(0, self.subject, self.category, self.since, self.until)

    @property
    def name(self) -> str:
        """How the journal names it."""
        return f"hold:{self.hold_id}"


def place(tx: Tx, order: Order, scope: Scope, actor: str) -> list[Hold]:
    """What the scope names is being copied, for as long as the instrument says; what is held for the order already is.

    Source: evidence/11, tco/6
    Errors: Invalid hold_not_ordered for an instrument that keeps nothing; Conflict order_not_authentic.
    After: journal hold_placed for each.
    """
    keeps_s = of(order.instrument).hold_s
    if not keeps_s:
        raise Invalid("hold_not_ordered")
    if not order.authenticity.stands:
        raise Conflict("order_not_authentic")
    collect.remember(tx, order, scope)
    return [_place_one(tx, order, one, actor, tx.now + keeps_s) for one in scope.pieces]


def _place_one(tx: Tx, order: Order, one: Piece, actor: str, ends_at: int) -> Hold:
    for found in of_order(tx, order.order_id):
        if (found.subject, found.category, found.since, found.until) == (one.key, one.category, one.since, one.until):
            return found
    hold_id = take_id(tx, "hold", 1)
    rows.insert(tx, hold_id, order.order_id, one.key, one.category, one.since, one.until, actor, ends_at)
    envelope.add_act(tx, order.order_id, actor, "hold_placed", one.category)
    journal.record(tx, "hold_placed", actor, f"hold:{hold_id}", order=order.order_id, ends=ends_at)
    # The first page at once: what is short is kept in the very transaction, before anybody can delete it.
    copy(tx, hold_id)
    return get(tx, hold_id)


def copy(tx: Tx, hold_id: int) -> bool:
    """A page more is copied; True if there is more to copy."""
    hold = get(tx, hold_id)
    if hold.state != COPYING:
        return False
    scope = Scope((hold.piece,))
    onward: Place | None = hold.reached
    assert onward is not None
    records, onward = collect.page(tx, scope, onward)
    _keep(tx, hold_id, records)
    values: dict[str, int | str | bytes | None] = {"items": hold.items + len(records)}
    values |= {"state": HELD, "reached": None} if onward is None else {"reached": _encode(onward)}
    rows.change(tx, hold_id, values)
    return onward is not None


def _keep(tx: Tx, hold_id: int, records: Iterable[Record]) -> None:
    found = list(records)
    blobs = {bytes.fromhex(one.sha256) for record in found for one in record.files}
    rows.keep(tx, hold_id, [(one.key, one.date, _encode(one)) for one in found], sorted(blobs))


def extend(tx: Tx, who: Moderator, hold_id: int, *, for_production: bool = False) -> Hold:
    """The hold lasts longer, once by what its instrument allows; for a production that is announced, as long as needed.

    Source: evidence/11, tco/6
    Errors: NotAllowed operator_role_needed; Conflict hold_over, hold_extended; Invalid hold_not_extendable.
    After: journal hold_extended.
    """
    envelope.require_desk(who)
    if who.machine:
        raise NotAllowed("operator_role_needed")
    hold = get(tx, hold_id)
    more_s = of(envelope.get(tx, hold.order_id).instrument).hold_more_s
    if hold.ended_at or (hold.ends_at and hold.ends_at <= tx.now):
        raise Conflict("hold_over")
    if hold.extended_at and not for_production:
        raise Conflict("hold_extended")
    if not (more_s or for_production):
        raise Invalid("hold_not_extendable")
    ends_at = 0 if for_production else hold.ends_at + more_s
    rows.change(tx, hold_id, {"ends_at": ends_at, "extended_at": tx.now})
    envelope.add_act(tx, hold.order_id, who.actor, "hold_extended", str(ends_at))
    journal.record(tx, "hold_extended", who.actor, hold.name, ends=ends_at)
    return get(tx, hold_id)


def may_extend(order: Order, hold: Hold) -> bool:
    """True while the hold stands and its instrument allows it to last longer, once."""
    return bool(of(order.instrument).hold_more_s and not hold.ended_at and not hold.extended_at)


def release(tx: Tx, actor: str, hold_id: int, reason: str) -> Hold:
    """The hold is over before its date; its copies are destroyed. After: journal hold_ended.

    Shape: reason is produced, withdrawn, not_needed or a few words. Errors: Conflict hold_over.
    """
    hold = get(tx, hold_id)
    if not rows.change(tx, hold_id, {"state": RELEASED, "ended_at": tx.now, "end_reason": reason[:200]}):
        raise Conflict("hold_over")
    envelope.add_act(tx, hold.order_id, actor, "hold_ended", reason[:200])
    journal.record(tx, "hold_ended", actor, hold.name, why="released")
    return get(tx, hold_id)


def expire(tx: Tx) -> int:
    """Holds whose time is over end; how many did. After: journal hold_ended."""
    over = rows.to_end(tx, tx.now, AT_ONCE)
    for hold_id in over:
        hold = get(tx, hold_id)
        rows.change(tx, hold_id, {"state": EXPIRED, "ended_at": tx.now, "end_reason": "expired"})
        envelope.add_act(tx, hold.order_id, "server", "hold_ended", "expired")
        journal.record(tx, "hold_ended", "server", hold.name, why="expired")
    return len(over)


def empty(tx: Tx, hold_id: int) -> list[bytes]:
    """Some copies of an ended hold are destroyed; blobs that nothing holds any more. When none is left, it says so."""
    freed = rows.blobs(tx, hold_id, AT_ONCE)
    if not rows.empty(tx, hold_id, AT_ONCE):
        rows.emptied(tx, hold_id)
    return files.unheld(tx, freed)


def get(rx: Reader, hold_id: int) -> Hold:
    """The hold. Errors: NotFound hold_unknown."""
    row = rows.find(rx, hold_id)
    if row is None:
        raise NotFound("hold_unknown")
    return _of_row(row)


def of_order(rx: Reader, order_id: int) -> list[Hold]:
    """Every hold of the order, oldest first."""
    return [_of_row(row) for row in rows.of_order(rx, order_id)]


def kept_for(rx: Reader, authority_id: int, one: Piece) -> list[Hold]:
    """Holds that stand for the authority, of what the piece names: what they keep may be handed over with it."""
    found = [_of_row(row) for row in rows.of_authority(rx, authority_id, one.key, one.category)]
    return [hold for hold in found if not hold.ends_at or hold.ends_at > rx.now]


def page(rx: Reader, hold: Hold, one: Piece, above: str) -> tuple[list[Record], str]:
    """Copies of the hold within the piece's time, above a key, and where to go on; '' at the end."""
    found = rows.items(rx, hold.hold_id, above, AT_ONCE)
    timed = one.until > 0 and not one.key.startswith("message:")
    records = [
        _record.decode(data) for _, date, data in found if not timed or one.since <= date <= one.until
    ]
    return records, found[-1][0] if len(found) == AT_ONCE else ""


def _of_row(row: Row) -> Hold:
    *head, reached, items = row
    return Hold(*head, _place.decode(reached) if reached else Place(), items)  # type: ignore[call-arg]
