"""What the desk does by itself with disclosures, holds and people to be told: rows that are due, looked at each second.

Source: requirements/legal-packages, requirements/legal-holds, requirements/legal-telling
Dates are rows, so neither a restart nor a jump of the clock loses one; each is done within seconds of its date.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial

from chappe.base.clock import Clock
from chappe.base.errors import Refusal
from chappe.legal import holds, packing, purging, telling
from chappe.legal.office import Office
from chappe.legal.packages import Packages
from chappe.legal.signing import Signing
from chappe.store import Store
from chappe.store.legal import holds as hold_rows

log = logging.getLogger("chappe.legal")
LOOK_S = 1.0
THOROUGH_S = 4.0
"""So often it is looked for what no date tells: orders that were taken back, secrecy that was lifted early."""
AT_ONCE = 20


class Works:
    """The runner; run `run` as a task."""

    def __init__(self, store: Store, blobs: packing.Blobs, clock: Clock, signing: Signing, office: Office) -> None:
        self.packages = Packages(store, blobs, clock, signing, office)
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._office = office
        self._thorough_at = -math.inf

    def look_thoroughly(self) -> None:
        """The next step looks at everything, not only at what has a date."""
        self._thorough_at = -math.inf

    async def run(self) -> None:
        """What is due is done, until the task is cancelled."""
        while True:
            while await self.step():
                pass
            await asyncio.sleep(LOOK_S)

    async def step(self) -> bool:
        """One batch of everything that is due is done; True if there may be more.

        What is quick comes first, and what fails stops nothing else.
        """
        parts: tuple[Callable[[], Awaitable[bool]], ...] = (
            self._end_holds, self._tell, self._copy_holds, self.packages.destroy_due, self._empty_holds,
            self.packages.build_due,
        )  # fmt: skip
        if self._clock.monotonic() >= self._thorough_at:
            self._thorough_at = self._clock.monotonic() + THOROUGH_S
            parts = (self._tell_lifted, self.packages.end_void, self._let_go, self.packages.hasten, *parts, self._purge)
        more = False
        for part in parts:
            more = await self._safely(part) or more
        return more

    async def _safely(self, part: Callable[[], Awaitable[bool]]) -> bool:
        """The part is done; what goes wrong in it is logged and tried again with the next look."""
        try:
            return await part()
        except Refusal as refusal:
            if refusal.reason == "storage_unavailable":
                raise  # nothing else can be done either: whoever runs this waits a while
            log.warning("disclosures and holds: %s", refusal.reason)
        except Exception:
            log.exception("disclosures and holds")
        return False

    async def _end_holds(self) -> bool:
        now = int(self._clock.now())
        if not await self._store.read(lambda rx: hold_rows.to_end(rx, now, 1)):
            return False
        return await self._store.write(holds.expire) > 0

    async def _let_go(self) -> bool:
        needless = await self._store.read(lambda rx: hold_rows.needless(rx, AT_ONCE))
        for hold_id, produced in needless:
            reason = "produced" if produced else "withdrawn"
            await self._store.write(partial(holds.release, actor="server", hold_id=hold_id, reason=reason))
        return bool(needless)

    async def _tell(self) -> bool:
        now = int(self._clock.now())
        return await self._tell_all(await self._store.read(partial(telling.due, now=now)))

    async def _tell_lifted(self) -> bool:
        now = int(self._clock.now())
        return await self._tell_all(await self._store.read(partial(telling.lifted, now=now)))

    async def _tell_all(self, found: list[telling.Telling]) -> bool:
        told = [await self._safely(partial(self._tell_one, one)) for one in found]
        return any(told)

    async def _purge(self) -> bool:
        """Closed cases whose date has come are erased, a few at a look; letters of machines with them."""
        found = await self._store.read(partial(purging.due, keeps_s=self._office.keeps_s))
        freed: list[bytes] = []
        for order_id in found:
            freed += await self._store.write(partial(purging.purge, order_id=order_id))
        if await self._store.read(purging.is_aside):
            freed += await self._store.write(purging.set_aside)
        for digest in freed:
            await asyncio.to_thread(self._blobs.delete, digest, self._clock.now())
        for authority_id in await self._store.read(purging.former):
            await self._store.write(partial(purging.forget, authority_id=authority_id))
        return bool(found)

    async def _tell_one(self, one: telling.Telling) -> bool:
        return await self._store.write(partial(telling.tell, one=one, office=self._office))

    async def _copy_holds(self) -> bool:
        found = await self._store.read(lambda rx: hold_rows.to_copy(rx, AT_ONCE))
        for hold_id in found:
            await self._store.write(partial(holds.copy, hold_id=hold_id))
        return bool(found)

    async def _empty_holds(self) -> bool:
        found = await self._store.read(lambda rx: hold_rows.to_empty(rx, AT_ONCE))
        for hold_id in found:
            for digest in await self._store.write(partial(holds.empty, hold_id=hold_id)):
                await asyncio.to_thread(self._blobs.delete, digest, self._clock.now())
        return bool(found)
