"""Devices and accounts that were abandoned end; boxes of deleted accounts are emptied. Source: api/account-deletion"""

import asyncio
from collections.abc import Callable

from chappe.base.clock import Clock
from chappe.domain import lapses
from chappe.store import Store

LOOK_S = 600.0


class Lapses:
    """The runner of what ends by itself; `revoked` is called with each key that is nobody's any more."""

    def __init__(self, revoked: Callable[[int], None]) -> None:
        self._revoked = revoked

    async def run(self, store: Store, clock: Clock) -> None:
        """What lapsed ends, a batch at a time, until the task is cancelled."""
        while True:
            while await self.step(store, int(clock.now())):
                pass
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store, now: int) -> bool:
        """One batch of what lapsed has ended; True if there may be more."""
        lapsed = await store.read(lambda rx: lapses.due(rx, now))
        if not (lapsed.devices or lapsed.accounts or lapsed.grave is not None or lapsed.rooms):
            return False
        for key in await store.write(lambda tx: lapses.end(tx, lapsed)):
            self._revoked(key)
        return True
