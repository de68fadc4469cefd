"""Words of new messages reach the index soon after their commit. Source: method/messages.search"""

import asyncio
from collections.abc import Sequence

from chappe.base.clock import Clock
from chappe.domain import indexing
from chappe.domain.updates import Entry
from chappe.store import Store

REST_S = 0.2
"""Between two batches: messages come first, and a search looks through what is not indexed yet."""
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
        """Batches are indexed as long as there are any, until the task is cancelled."""
        while True:
            self._wake.clear()
            while await store.write(indexing.index_batch) >= indexing.BATCH:
                await asyncio.sleep(REST_S)
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_S)
                await asyncio.sleep(REST_S)
            except TimeoutError:
                continue
