"""Steps of leaving a country are taken when they are due, and everybody there is told. Source: requirements/leave"""

import asyncio
from collections import deque

from chappe.base.clock import Clock
from chappe.domain import leaving, leaving_letters, territories
from chappe.domain.territories import Settled
from chappe.store import Reader, Store

LOOK_S = 1.0
"""How often it is asked whether a step is due: they are rows, so neither a restart nor a moved clock loses one."""


class Leaving:
    """The runner; `notes` hears of commits, `run` is a task."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._moved: deque[Settled] = deque(maxlen=10_000)

    def notes(self, notes: list[object]) -> None:
        """Who is somewhere else is to be told."""
        self._moved.extend(note for note in notes if isinstance(note, Settled))

    async def run(self, store: Store, clock: Clock) -> None:
        """What is due is done, until the task is cancelled."""
        above = 0
        while above := await store.write(lambda tx, above=above: territories.settle_some(tx, above)):  # type: ignore[misc]
            pass
        self._moved.clear()
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
            await store.write(lambda tx: leaving_letters.tell_some(tx, self._site))
        if self._moved:
            note = self._moved.popleft()
            await store.write(lambda tx: leaving_letters.greet(tx, note, self._site))
        return due or letters or bool(self._moved)
