"""The server of this checkout, on which decisions are taken by writing them into `orders.json` of its folder.

Run as `python -c` with this file's text, by the plays about decisions alone.
"""

import json
from pathlib import Path

from chappe.domain import access, decisions
from chappe.domain.rulings import Ground, Item, Measure, Ruling
from chappe.jobs import Due
from chappe.store import Store, Tx

ORDERS = Path("orders.json")
_step = Due.step


def _decide(tx: Tx, order: dict[str, str | int]) -> None:
    """The account, or the message of the peer, is under the measure, or under none any more."""
    judge, user = access.machine("play@1"), int(order["user"])
    if order["measure"] == "none":
        for decision in decisions.latest(tx):
            hit = {item.peer_id for item, _ in decisions.items_of(tx, decision.decision_id)}
            if decision.state == "in_force" and user in hit:
                decisions.undo(tx, judge, decision.decision_id, "The play goes on.")
        return
    message = int(order.get("message", 0))
    item = Item("message", user, message) if message else Item("account", user)
    decisions.decide(tx, judge, Ruling(
        (item,), Measure(str(order["measure"]), detail=str(order.get("detail", ""))),
        Ground("terms", "4.1", 1, "A play."), "UNSAFE_AND_PROHIBITED_PRODUCTS", b"seed of the play",
        source="rule", automated_detection=True, automated_decision="full", facts="A play.",
    ))  # fmt: skip


async def step(self: Due, store: Store, now: int) -> bool:
    if ORDERS.exists():
        order = json.loads(ORDERS.read_text())
        await store.write(lambda tx: _decide(tx, order))
        ORDERS.unlink()
    return await _step(self, store, now)


Due.step = step  # type: ignore[method-assign]

if __name__ == "__main__":
    from chappe.__main__ import main

    main()
