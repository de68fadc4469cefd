"""Messages that were given a time to live go when it is over. Source: method/messages.setHistoryTTL"""

import asyncio

from chappe.base.clock import Clock
from chappe.domain import auto_delete, deletion
from chappe.store import Store

LOOK_S = 15.0
"""The clock is looked at this often, so that its jumps do no harm."""


class Expiry:
    """The runner of due deletions; run `run` as a task."""

    async def run(self, store: Store, clock: Clock) -> None:
        """What is due is deleted, a batch at a time, until the task is cancelled."""
        while True:
            while await self.step(store, int(clock.now())):
                pass
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store, now: int) -> bool:
        """One batch of what is due has gone; True if there may be more."""
        due = await store.read(auto_delete.next_due)
        if due is None or due > now:
            return False
        return await store.write(auto_delete.expire) >= deletion.AT_ONCE
