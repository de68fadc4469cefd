"""The rule of absence is kept: warnings, the hour of the successors. Source: requirements/continuity"""

import asyncio

from chappe.base.clock import Clock
from chappe.domain import continuity
from chappe.store import Store

LOOK_S = 1.0
"""The clock is looked at this often: what is due is a row, so neither a restart nor a jump of the clock loses it."""


class Absence:
    """The runner of the rule; run `run` as a task."""

    async def run(self, store: Store, clock: Clock) -> None:
        """What is due is done, until the task is cancelled."""
        while True:
            await self.step(store, int(clock.now()))
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store, now: int) -> bool:
        """What is due is done; False if nothing was."""
        due = await store.read(continuity.next_due)
        if due is None or due > now:
            return False
        await store.write(continuity.step)
        return True
