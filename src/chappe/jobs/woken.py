"""Work that a commit begins, and the clock where another process wrote: no date and no letter waits in memory alone."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from chappe.store import Store


class Woken:
    """Begins the work; let it `listen` and run `run` as a task."""

    def __init__(self, look_s: float) -> None:
        """look_s: how often there is a look without having been told."""
        self._look_s = look_s
        self._wake = asyncio.Event()

    def listen(self, store: Store, kind: type) -> None:
        """From now on a commit with a note of this kind begins the work."""
        store.on_commit(lambda notes: self._wake.set(), kind)

    async def run(self, step: Callable[[], Awaitable[bool]]) -> None:
        """Steps are taken until one says that no more waits, again and again, until the task is cancelled."""
        while True:
            self._wake.clear()
            while await step():
                pass
            # Not wait_for: in Python 3.11 it forgets that it was cancelled if the event comes in the same moment.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._look_s):
                    await self._wake.wait()
