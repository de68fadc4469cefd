"""What falls due: messages to be sent later, polls that close. Source: api/scheduled-messages, api/poll"""

import asyncio

from chappe.base.clock import Clock
from chappe.base.errors import Refusal
from chappe.domain import polls, scheduling, sending
from chappe.domain.gate import OPEN, Gate
from chappe.store import Store

LOOK_S = 1.0
"""The clock is looked at this often: dates are rows, so neither a restart nor a jump of the clock loses one."""


class Due:
    """The runner of what falls due; run `run` as a task."""

    def __init__(self, gate: Gate = OPEN) -> None:
        self._gate = gate

    async def run(self, store: Store, clock: Clock) -> None:
        """What is due is done, a batch at a time, until the task is cancelled."""
        while True:
            while await self.step(store, int(clock.now())):
                pass
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store, now: int) -> bool:
        """One batch of what is due is done; True if there may be more."""
        due = await store.read(lambda rx: scheduling.due(rx, now))
        for owner, id_ in due:
            await _send(store, owner, id_, self._gate)
        closing = await store.read(polls.next_due)
        closed = 0
        if closing is not None and closing <= now:
            closed = await store.write(polls.close_due)
        return len(due) >= scheduling.AT_ONCE or closed >= polls.AT_ONCE


async def _send(store: Store, owner: int, id_: int, gate: Gate) -> None:
    """The message is sent, each in an act of its own, so that one that is refused stops no other."""
    try:
        await store.write(lambda tx: sending.send_due(tx, owner, id_, gate))
    except Refusal as refusal:
        reason = refusal
        await store.write(lambda tx: scheduling.refused(tx, owner, id_, reason))
