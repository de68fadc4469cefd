"""Words of new messages reach the index soon after their commit. Source: method/messages.search"""

import asyncio
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import indexing
from chappe.jobs.following import Following
from chappe.store import Store

AT_ONCE = 4
"""Acts queued together: they share a commit with messages, and none waits long behind them."""


class Indexing(Following):
    """The indexer of one process. A search looks through what is not indexed yet: words can wait for others."""

    rest_s, look_s = 2.0, 30.0

    async def run(self, store: Store, clock: Clock) -> None:
        """What was committed is indexed, a lot at a time, until the task is cancelled."""
        await self.follow(partial(self.step, store))

    async def step(self, store: Store) -> bool:
        """One lot is indexed; True if nothing more waits."""
        lot = await store.read(indexing.waiting)
        if lot is None:
            return True
        acts = [partial(indexing.index, wanted=portion) for portion in lot.portions]
        acts += [partial(indexing.hide, hidden=portion) for portion in lot.hidden]
        for start in range(0, len(acts), AT_ONCE):
            await asyncio.gather(*(store.write(act) for act in acts[start : start + AT_ONCE]))
        await store.write(partial(indexing.reached, last=lot.last))
        return lot.whole
