"""What an order names is kept, so that nothing is lost while it is looked at or until it is asked for.

Source: evidence/10, evidence/11, cybercrime/16
A certificate for production is kept for from its receipt on; an order to preserve is carried out by it, and by
nothing else: nothing is handed over.
"""

from chappe.base.errors import Invalid, Refusal
from chappe.domain.access import Moderator
from chappe.legal import approvals, clocks, envelope, holds, leaves, screening
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.orders.form import PRESERVATION
from chappe.legal.records import ACCEPTED, EXECUTED, EXECUTING, Order
from chappe.store import Tx


def keep(tx: Tx, who: Moderator, order: Order, office: Office) -> int:
    """What the order reaches is being copied, as far as there is anything; how many holds that makes."""
    try:
        scope = approvals.widest(tx, order, office)
    except Refusal as refusal:
        envelope.add_act(tx, order.order_id, who.actor, "nothing_kept", refusal.reason)
        return 0
    return len(holds.place(tx, order, scope, who.actor))


def carry_out(tx: Tx, who: Moderator, order_id: int, office: Office) -> Order:
    """The order to preserve is carried out: its holds stand, its clock is met.

    Errors: Invalid order_not_preservation; Conflict order_not_authentic, order_incomplete, order_state_invalid,
    order_nothing_found; NotAllowed order_out_of_reach. After: leaves `effect` and `executed`.
    """
    envelope.require_desk(who)
    found = screening.look(tx, order_id, office)
    if of(found.order.instrument).family != PRESERVATION:
        raise Invalid("order_not_preservation")
    screening.require_sound(found)
    scope = approvals.widest(tx, found.order, office)
    kept = holds.place(tx, found.order, scope, who.actor)
    order = screening.into_review(tx, found.order, who.actor)
    order = envelope.walk(tx, order, who.actor, ACCEPTED, EXECUTING, EXECUTED)
    order = envelope.set_outcome(tx, envelope.set_instant(tx, order, "effect_at"), "executed")
    clocks.end(tx, order_id)
    envelope.add_act(tx, order_id, who.actor, "effect", str(len(kept)))
    leaves.say(tx, order, "order_effected", "effect", who.actor, since=order.received_at)
    leaves.say(tx, order, "order_settled", "executed", who.actor)
    return order
