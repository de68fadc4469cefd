"""Messages of supergroups and channels are counted soon after their commit. Source: api/stats"""

from functools import partial

from chappe.base.clock import Clock
from chappe.domain import room_counts
from chappe.domain.updates import Entry
from chappe.jobs.following import Following
from chappe.store import Store


class Counting(Following):
    """The counter of one process."""

    rest_s, look_s = 10.0, 60.0

    def worth(self, entry: Entry) -> bool:
        """Only messages of rooms are counted."""
        return entry.message is not None and entry.owner_id < 0

    async def run(self, store: Store, clock: Clock) -> None:
        """What was committed is counted, a lot at a time, until the task is cancelled."""
        await self.follow(partial(self.step, store))

    async def step(self, store: Store) -> bool:
        """One lot is counted; True if nothing more waits."""
        lot = await store.read(room_counts.waiting)
        if lot is None:
            return True
        await store.write(partial(room_counts.count, lot=lot))
        return lot.whole
