"""Deeds about what is kept for orders: longer, once; as long as a production needs it; not any more.

Source: requirements/legal-holds, evidence/11, tco/6
"""

import msgspec

from chappe.base import Invalid
from chappe.console.deeds import Deeds
from chappe.console.inside import Inside
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK, Operator
from chappe.legal import holds
from chappe.legal.holds import Hold
from chappe.store import Tx

DEEDS = Deeds()


class LongerHold(msgspec.Struct, frozen=True):
    """Which hold, and whether a production was announced: then it is kept as long as that needs."""

    hold_id: int
    production: bool = False


class EndedHold(msgspec.Struct, frozen=True):
    """Which hold, and why it ends before its date."""

    hold_id: int
    reason: str


class HoldDone(msgspec.Struct, frozen=True):
    """The hold as it stands. Shape: ends_at 0 for as long as a production needs it."""

    hold_id: int
    order_id: int
    state: str
    ends_at: int


@DEEDS.deed("POST", "/api/holds/{hold_id}/extend", "/orders/{order_id}")
async def extend_hold(inside: Inside, me: Operator, asked: LongerHold) -> HoldDone:
    """The hold lasts longer, once by what its instrument allows, or as long as a production needs it."""

    def act(tx: Tx, who: Moderator) -> Hold:
        return holds.extend(tx, who, asked.hold_id, for_production=asked.production)

    return _done(await inside.as_role(me, DESK, act))


@DEEDS.deed("POST", "/api/holds/{hold_id}/release", "/orders/{order_id}")
async def release_hold(inside: Inside, me: Operator, asked: EndedHold) -> HoldDone:
    """The hold is over before its date, for a reason that is kept; its copies are destroyed."""
    if not asked.reason.strip():
        raise Invalid("order_reason_needed")

    def act(tx: Tx, who: Moderator) -> Hold:
        return holds.release(tx, who.actor, asked.hold_id, asked.reason.strip())

    return _done(await inside.as_role(me, DESK, act))


def _done(hold: Hold) -> HoldDone:
    return HoldDone(hold.hold_id, hold.order_id, hold.state, hold.ends_at)
