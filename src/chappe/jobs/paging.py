"""Calls for people on call: whatever is due is done within a second or two of its date. Source: requirements/on-call"""

from collections.abc import Callable, Iterable
from functools import partial

from chappe.base.clock import Clock
from chappe.base.ids import Entropy
from chappe.domain import calling, drills, handovers, kits, oncall
from chappe.domain.calling import Ways
from chappe.domain.oncall import Paged
from chappe.jobs.woken import Woken
from chappe.store import Reader, Store, Tx

LOOK_S = 1.0
"""The clock is looked at this often: dates are rows, so neither a restart nor a jump of the clock loses one."""
SEED_BYTES = 32


Fault = tuple[str, str, str, bool]
"""(kind of page, what it is about, what is wrong or empty, is it urgent)."""


class Paging:
    """The runner of pages, shifts and drills; let it `listen` and run `run` as a task."""

    def __init__(self, ways: Ways, entropy: Entropy) -> None:
        self._ways = ways
        self._entropy = entropy
        self._woken = Woken(LOOK_S)

    def listen(self, store: Store) -> None:
        """From now on a page that was just made is not kept waiting."""
        self._woken.listen(store, Paged)

    async def run(self, store: Store, clock: Clock) -> None:
        """Whatever is due is done, until the task is cancelled."""
        await self._woken.run(lambda: self.step(store, int(clock.now())))

    async def step(self, store: Store, now: int) -> bool:
        """What was due is done, each in an act of its own; True if something was.

        Errors: what one of them met, once all were tried: what is wrong with a page holds no other up.
        """

        def due(rx: Reader) -> tuple[list[int], bool, bool]:
            return calling.due(rx, now), handovers.due(rx, now), drills.due(rx, now)

        pages, shifts, drill = await store.read(due)
        acts: list[Callable[[Tx], object]] = [
            partial(calling.call_due, page_id=page_id, ways=self._ways, seed=self._entropy(SEED_BYTES))
            for page_id in pages
        ]
        acts += [partial(handovers.begin_due, zone=self._ways.zone)] if shifts else []
        acts += [partial(drills.step, chance=self._entropy(8))] if drill else []
        done, failures = bool(drill), list[Exception]()
        for act in acts:
            try:
                done = bool(await store.write(act)) or done
            except Exception as failure:  # noqa: BLE001  (raised below, once the other pages were called)
                failures.append(failure)
        if failures:
            raise failures[0]
        return done


async def telling_faults(store: Store, faults: Callable[[], Iterable[Fault]]) -> None:
    """Each fault is a page that lasts as long as the fault does."""
    for kind, what, text, urgent in list(faults()):

        def stands(rx: Reader, kind: str = kind, what: str = what) -> bool:
            return oncall.stands(rx, kind, what)

        def tell(tx: Tx, kind: str = kind, what: str = what, text: str = text, urgent: bool = urgent) -> None:
            if text:
                oncall.page(tx, kind, what, text, urgent, lasting=True)
            else:
                oncall.over(tx, kind, what)

        if bool(text) != await store.read(stands):
            await store.write(tell)


async def reminding(store: Store) -> None:
    """A recovery drill that is overdue is told of. Source: requirements/continuity"""
    if await store.read(kits.to_remind):
        await store.write(kits.remind)
