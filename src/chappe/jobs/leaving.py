"""Steps of leaving a country are taken when they are due, and everybody there is told. Source: requirements/leave"""

import asyncio
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import leaving, leaving_letters, territories
from chappe.store import Reader, Store

LOOK_S = 1.0
"""How often it is asked whether something is due: it is rows, so neither a restart nor a moved clock loses any."""


class Leaving:
    """The runner; `run` is a task."""

    def __init__(self, site: str) -> None:
        self._site = site

    async def run(self, store: Store, clock: Clock) -> None:
        """What is due is done, until the task is cancelled."""
        above = 0
        while above := await store.write(partial(territories.settle_some, above=above)):
            pass
        while True:
            while await self.step(store, int(clock.now())):
                pass
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store, now: int) -> bool:
        """One thing is done; True if there may be more."""

        def look(rx: Reader) -> tuple[bool, bool]:
            due = leaving.next_due(rx)
            return due is not None and due <= now, leaving_letters.waiting(rx)

        due, letters = await store.read(look)
        if due:
            await store.write(leaving.run_due)
        if letters:
            await store.write(partial(leaving_letters.tell_some, site=self._site))
            await store.write(partial(leaving_letters.greet_some, site=self._site))
        return due or letters
