"""Messages of supergroups and channels are counted soon after their commit. Source: api/stats"""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import room_counts
from chappe.domain.updates import Entry
from chappe.store import Store

REST_S = 10.0
"""Events wait this long for others of their room."""
LOOK_S = 60.0
"""Looks anew without having been told, for what another process wrote."""


class Counting:
    """The counter of one process; hand `notes` to `store.on_commit` and run `run` as a task."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()

    def notes(self, notes: Sequence[object]) -> None:
        """A commit with messages of a room is worth a look."""
        if not self._wake.is_set() and any(isinstance(n, Entry) and n.message and n.owner_id < 0 for n in notes):
            self._wake.set()

    async def run(self, store: Store, clock: Clock) -> None:
        """What was committed is counted, a lot at a time, until the task is cancelled."""
        while True:
            self._wake.clear()
            while not await self.step(store):
                pass
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
                await asyncio.sleep(REST_S)

    async def step(self, store: Store) -> bool:
        """One lot is counted; True if nothing more waits."""
        lot = await store.read(room_counts.waiting)
        if lot is None:
            return True
        await store.write(partial(room_counts.count, lot=lot))
        return lot.whole
