"""Words of new messages reach the index soon after their commit. Source: method/messages.search"""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import indexing
from chappe.domain.updates import Entry
from chappe.store import Store

REST_S = 2.0
"""Words wait this long for others of their box: a search looks through what is not indexed yet."""
AT_ONCE = 4
"""Acts queued together: they share a commit with messages, and none waits long behind them."""
LOOK_S = 30.0
"""Looks anew without having been told, for what another process wrote."""


class Indexing:
    """The indexer of one process; hand `notes` to `store.on_commit` and run `run` as a task."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()

    def notes(self, notes: Sequence[object]) -> None:
        """A commit with messages is worth a look."""
        if not self._wake.is_set() and any(isinstance(n, Entry) and n.message is not None for n in notes):
            self._wake.set()

    async def run(self, store: Store, clock: Clock) -> None:
        """What was committed is indexed, a lot at a time, until the task is cancelled."""
        while True:
            self._wake.clear()
            while not await self.step(store):
                pass
            # Not wait_for: in Python 3.11 it forgets that it was cancelled if the event comes in the same moment.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
                await asyncio.sleep(REST_S)

    async def step(self, store: Store) -> bool:
        """One lot is indexed; True if nothing more waits."""
        lot = await store.read(indexing.waiting)
        if lot is None:
            return True
        for start in range(0, len(lot.portions), AT_ONCE):
            acts = [partial(indexing.index, wanted=portion) for portion in lot.portions[start : start + AT_ONCE]]
            await asyncio.gather(*(store.write(act) for act in acts))
        await store.write(partial(indexing.reached, last=lot.last))
        return lot.whole
