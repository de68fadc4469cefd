"""Work that follows what was committed, a lot at a time: woken by the commit, and by the clock for other processes'."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from chappe.domain.updates import Entry
from chappe.store import Store


class Following:
    """One reader of the event stream; let it `listen` and run `run` as a task."""

    rest_s: ClassVar[float]
    """Events wait this long for others."""
    look_s: ClassVar[float]
    """Looks anew without having been told, for what another process wrote."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()

    def listen(self, store: Store) -> None:
        """From now on a commit with something worth it wakes the work."""
        store.on_commit(self._heard, Entry)

    def _heard(self, entries: Sequence[Entry]) -> None:
        if not self._wake.is_set() and any(map(self.worth, entries)):
            self._wake.set()

    def worth(self, entry: Entry) -> bool:
        """True if the entry is worth a look: one with a message, unless the work says otherwise."""
        return entry.message is not None

    async def follow(self, step: Callable[[], Awaitable[bool]]) -> None:
        """Steps are taken until one says that nothing more waits, again and again, until the task is cancelled."""
        while True:
            self._wake.clear()
            while not await step():
                pass
            # Not wait_for: in Python 3.11 it forgets that it was cancelled if the event comes in the same moment.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.look_s):
                    await self._wake.wait()
                await asyncio.sleep(self.rest_s)
