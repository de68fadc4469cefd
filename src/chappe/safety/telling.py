"""What follows a decision: whoever noticed hears of it, a batch at a time, resumed where it was interrupted.

Source: dsa/16(5)
"""

import asyncio
import math
from functools import partial

from chappe.base.clock import Clock
from chappe.safety import caretaking, letters, notices, notifiers
from chappe.safety.records import GONE, MEASURE, NO_ACTION, UNFOUNDED, Desk, Notice
from chappe.store import Reader, Store, Tx
from chappe.store.safety import cases as rows
from chappe.store.safety import notices as notice_rows

AT_ONCE = 10
"""Notices whose outcome is told in one act."""
LOOK_S = 1.0
FORGET_EVERY_S = 3600
_ORDER = (MEASURE, UNFOUNDED, GONE, NO_ACTION)


class Telling:
    """Tells outcomes and room administrators; run `run` as a task."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, store: Store, clock: Clock) -> None:
        """What was decided is told, and what was told long ago forgotten, until the task is cancelled."""
        forgotten = -math.inf
        while True:
            while await self.step(store):
                pass
            if clock.now() - forgotten >= FORGET_EVERY_S:
                await store.write(forget)
                forgotten = clock.now()
            await asyncio.sleep(LOOK_S)

    async def step(self, store: Store) -> bool:
        """One batch is told; False when nothing waited."""
        if not await store.read(waits):
            return False
        await store.write(partial(follow, desk=self._desk))
        await store.write(partial(tell_rooms, desk=self._desk))
        return True


def waits(rx: Reader) -> bool:
    """True if somebody has to be told something."""
    return rows.to_follow(rx) is not None or bool(notice_rows.to_tell(rx, 1))


def follow(tx: Tx, desk: Desk) -> int:
    """The next notices of a decided case have heard of it; how many. The case is closed when all have.

    Source: dsa/16(5)
    """
    waiting = rows.to_follow(tx)
    if waiting is None:
        return 0
    case_id, reached, by = waiting
    found = notices.of_case(tx, case_id, reached, AT_ONCE)
    for notice in found:
        _tell(tx, desk, notice, machine=by.startswith("rule:"))
    rows.followed(tx, case_id, found[-1].notice_id if found else reached, done=len(found) < AT_ONCE)
    return len(found)


def tell_rooms(tx: Tx, desk: Desk) -> int:
    """Those who look after a room have heard of the next thing noticed there; how many people."""
    told = 0
    for room_id, item_key, notice_id in notice_rows.to_tell(tx, 1):
        told += caretaking.tell(tx, desk, room_id, item_key, notice_id)
    return told


def forget(tx: Tx) -> int:
    """What was told long ago is forgotten; how many."""
    return notice_rows.forget_telling(tx, tx.now - caretaking.FORGOTTEN_S, 500)


def _tell(tx: Tx, desk: Desk, notice: Notice, *, machine: bool) -> None:
    """The notifier hears of the outcome once all cases of the notice are decided, and again if one is anew."""
    found = notice_rows.outcomes_of(tx, notice.notice_id)
    latest = max(decided_at for _, _, _, decided_at in found)
    if any(is_open for _, is_open, _, _ in found) or notice.decided_at >= latest:
        return
    outcomes = {outcome for _, _, outcome, _ in found}
    outcome = next(one for one in _ORDER if one in outcomes)
    notice_rows.decided(tx, notice.notice_id, outcome, latest)
    link = notices.link_of(tx, desk, notice.notice_id)
    what = (notice.category, notice.keyword)
    text = letters.outcome(
        notice.lang, notice.notice_id, what, outcome, link, machine=machine, before=notice.outcome,
        whole=len(outcomes) == 1,
    )
    notifiers.tell(tx, desk, notice, text, letters.subject(notice.lang, "outcome", notice.notice_id))
    if not notice.decided_at:
        notifiers.count(tx, desk, notice, outcome, link)
