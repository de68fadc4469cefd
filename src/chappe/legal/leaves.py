"""What the public log shows of an order: instrument, country, category, outcome and hours; sealed while it is secret.

Source: requirements/legal-log
Outcomes: `received` (items: targets), `receipt` (hours until it was sent), `effect` (hours, count: people reached),
`executed`, `partially_executed`, `refused` and `impossible` (ground: the reason's code), `clarification`, `noted` (a
wish, never executed), `forged`, `withdrawn`, `upheld`, `reversed`, `late` (once, when the deadline passed), `answered`.
"""

from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.legal.records import Order
from chappe.store import Tx
from chappe.store.legal import orders as rows

HOUR_S = 3600


def say(
    tx: Tx, order: Order, kind: str, outcome: str, actor: str, *, since: int = 0, ground: str = "", count: int = 0,
    automation: str = "", **facts: str | int | bool,
) -> int:  # fmt: skip
    """The entry stands in the journal, and its public part in the log; the entry's number.

    Shape: since: a date from which whole hours are told, rounded up; a receipt within the hour counts as none.
    """
    hours = -1 if not since else (tx.now - since) // HOUR_S if outcome == "receipt" else -(-(tx.now - since) // HOUR_S)
    sealed = order.is_secret(tx.now)
    public = Public(
        order.instrument, country=order.country, category=order.category, keyword=next(iter(order.keywords), ""),
        ground=ground, automation=automation, outcome=outcome, source="order", hours=hours, count=count,
        items=max(1, len(order.targets)), sealed=sealed,
    )  # fmt: skip
    no = journal.record(tx, kind, actor, order.subject, public, outcome=outcome, **facts)
    if sealed:
        rows.add_leaf(tx, order.order_id, no)
        rows.change(tx, order.order_id, {"sealed": 1})
    return no


def open_all(tx: Tx, order_id: int, actor: str = "server") -> int:
    """The secrecy is over: every sealed leaf of the order is opened by a second one; how many. After: leaf_opened."""
    numbers = rows.leaves(tx, order_id)
    for no in numbers:
        journal.open_sealed(tx, no, actor)
    rows.drop_leaves(tx, order_id)
    rows.change(tx, order_id, {"sealed": 0})
    return len(numbers)
