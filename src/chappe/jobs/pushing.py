"""Notifications for devices that are away are queued soon after the commit of a message. Source: api/push-updates"""

from collections.abc import Callable, Sequence
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import pushing, waking
from chappe.domain.outbox import Seal
from chappe.domain.sealed import Arrived, SecretChanged
from chappe.domain.updates import StateNote
from chappe.jobs.following import Following
from chappe.store import Store


class Pushing(Following):
    """Tells people. It rests a moment: who reads a message at once, on another device, need not be told of it."""

    rest_s, look_s = 0.5, 30.0

    def __init__(self, seal: Seal, present: Callable[[int], bool]) -> None:
        super().__init__()
        self._seal = seal
        self._present = present

    def listen(self, store: Store) -> None:
        """From now on a commit with something worth it wakes the work; what is passed on in secret chats is."""
        super().listen(store)
        store.on_commit(self._passed, StateNote)

    def _passed(self, notes: Sequence[StateNote]) -> None:
        if any(isinstance(note.state, Arrived | SecretChanged) for note in notes):
            self._wake.set()

    async def run(self, store: Store, clock: Clock) -> None:
        """Whoever is to be told of what was committed has a notification in the outbox, until the task is cancelled."""
        await self.follow(partial(self.step, store, clock))

    async def step(self, store: Store, clock: Clock) -> bool:
        """One lot of events is done with; True if nothing more waits."""
        now = int(clock.now())
        if wakes := await store.read(lambda rx: waking.waiting(rx, now, self._present)):
            await store.write(partial(waking.enqueue, wakes=wakes, seal=self._seal))
        lot = await store.read(lambda rx: pushing.waiting(rx, now, self._present))
        if lot is None:
            return True
        await store.write(partial(pushing.enqueue, lot=lot, seal=self._seal))
        return lot.whole
