"""What decisions still have to do in many boxes is done in batches; those whose time is over end.

Source: dsa/17(1)
Who is suspended is written to.
"""

import asyncio
from collections.abc import Collection

from chappe.base.clock import Clock
from chappe.base.ids import Entropy
from chappe.domain import decisions, statement_letters
from chappe.domain.outbox import Seal
from chappe.store import Reader, Store

LOOK_S = 0.5
"""How often it is asked whether there is something to do: batches are rows, so a restart goes on from them."""


class Enforcing:
    """The runner of what follows decisions; run `run` as a task."""

    def __init__(self, entropy: Entropy, seal: Seal, outlets: Collection[str] = ()) -> None:
        """Shape: outlets are those of mail and sms that this server has; seal encrypts letters."""
        self._entropy = entropy
        self._seal = seal
        self._outlets = outlets

    async def run(self, store: Store, clock: Clock) -> None:
        """What is to be done is done, a batch at a time, until the task is cancelled."""
        while True:
            while await self.step(store, int(clock.now())):
                pass
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store, now: int) -> bool:
        """One batch is done; True if there may be more."""

        def look(rx: Reader) -> tuple[bool, bool, bool]:
            ends = decisions.next_lapse(rx)
            return decisions.follows(rx), ends is not None and ends <= now, statement_letters.waiting(rx)

        waits, over, unwritten = await store.read(look)
        if over:
            await store.write(decisions.lapse)
        if waits:
            seed = self._entropy(32)
            await store.write(lambda tx: decisions.follow_up(tx, seed))
        if unwritten:
            fresh = self._entropy(32)
            await store.write(lambda tx: statement_letters.write(tx, self._seal, fresh, self._outlets))
        return waits or over or unwritten
