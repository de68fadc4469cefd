"""Notifications for devices that are away are queued soon after the commit of a message. Source: api/push-updates"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import pushing
from chappe.domain.outbox import Seal
from chappe.domain.updates import Entry
from chappe.store import Store

REST_S = 0.5
"""Somebody who reads a message at once, on another device, need not be told of it."""
LOOK_S = 30.0


class Pushing:
    """The reader of events that tells people; hand `notes` to `store.on_commit` and run `run` as a task."""

    def __init__(self, seal: Seal, present: Callable[[int], bool]) -> None:
        self._seal = seal
        self._present = present
        self._wake = asyncio.Event()

    def notes(self, notes: Sequence[object]) -> None:
        """A commit with messages is worth a look."""
        if not self._wake.is_set() and any(isinstance(n, Entry) and n.message is not None for n in notes):
            self._wake.set()

    async def run(self, store: Store, clock: Clock) -> None:
        """Whoever is to be told of what was committed has a notification in the outbox, until the task is cancelled."""
        while True:
            self._wake.clear()
            while not await self.step(store, clock):
                pass
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
                await asyncio.sleep(REST_S)

    async def step(self, store: Store, clock: Clock) -> bool:
        """One lot of events is done with; True if nothing more waits."""
        now = int(clock.now())
        lot = await store.read(lambda rx: pushing.waiting(rx, now, self._present))
        if lot is None:
            return True
        await store.write(partial(pushing.enqueue, lot=lot, seal=self._seal))
        return lot.whole
