"""The report of each day, counted from the log at ten past midnight UTC and kept in versions.

A day is due once it is over for ten minutes and nothing of it waits for its place in the log; a row says how far the
reports are, so no restart and no jump of the clock loses a day. What was not counted in time is counted late and says
when; a day whose leaves changed afterwards gets a new version that says what changed; a day without a row is a gap.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import msgspec

from chappe.base.clock import Clock
from chappe.base.errors import Refusal
from chappe.domain import journal
from chappe.domain.journal import SHARD, Public
from chappe.store import Reader, Store, Tx
from chappe.store import transparency as rows
from chappe.store.transparency import DayRow
from chappe.transparency.figures import LEAST, Tally, changes, tally
from chappe.transparency.leaves import written_day

log = logging.getLogger("chappe.transparency")

DAY_S = 86_400
DUE_S = 600
"""The report of a day is due so long after its end."""
MEASURE_S = 300
"""Figures that no leaf gives are measured so long before the end of the day."""
LOOK_S = 20.0
LOT = 2000
LOOKED_BACK = 40
"""So many days back it is seen whether leaves were added."""

Measures = Mapping[str, Callable[[Reader], int]]
"""Instrument → what it measures now: `overdue`, `recipients`."""


class Counted(msgspec.Struct, frozen=True):
    """What a row keeps: the counts, and how many leaves were sealed at the end of the day."""

    tally: Tally
    still: int = 0


_counted = msgspec.json.Decoder(Counted)
_changes = msgspec.json.Decoder(list[dict[str, object]])


@dataclass(frozen=True, slots=True)
class DayReport:
    """One version of a day as it is published."""

    day: str
    version: int
    date: int
    late: bool
    first_leaf: int
    end_leaf: int
    figures: dict[str, object]
    changes: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month, a year, or any days: figures over all that have a report, and the days that have none."""

    first: str
    last: str
    days: int
    gaps: list[str]
    figures: dict[str, object]


Announce = Callable[[Tx, DayReport], None]
"""Tells people of a report in the transaction that publishes it."""


def nobody(tx: Tx, report: DayReport) -> None:
    """Nobody is told: the report waits for who looks."""


class Reports:
    """Writes the reports; run `run` as a task. Reads them for pages."""

    def __init__(self, store: Store, clock: Clock, measures: Measures, announce: Announce = nobody) -> None:
        self._store = store
        self._clock = clock
        self._measures = measures
        self._announce = announce
        self.behind_days = 0
        """Days that are over for an hour and have no report yet."""

    @property
    def now(self) -> int:
        """The date, in seconds since 1970."""
        return int(self._clock.now())

    async def run(self) -> None:
        """Every day that is due is measured and counted, until the task is cancelled."""
        while True:
            try:
                while await self.step():
                    pass
            except Refusal as refusal:
                log.warning("the daily report waits: %s", refusal.reason)
            await asyncio.sleep(LOOK_S)

    async def step(self) -> bool:
        """One day is measured, counted or corrected; True if another may be due."""
        now = self.now
        if now % DAY_S >= DAY_S - MEASURE_S:
            await self._store.write(lambda tx: measure(tx, self._measures))
        day = await self._store.read(next_day)
        self._pages_somebody(day, now)
        if day is not None and now >= (day + 1) * DAY_S + DUE_S:
            if not await self._store.read(lambda rx: _is_whole(rx, day)):
                return False
            await self._write(day)
            return True
        changed = await self._store.read(_changed_day)
        if changed is None:
            return False
        await self._write(changed)
        return True

    async def day(self, day: int, version: int = 0) -> DayReport | None:
        """The report of a day, in days since 1970; its newest version unless another is asked for."""
        found = await self._store.read(lambda rx: rows.versions(rx, day))
        if version:
            found = [row for row in found if row.version == version]
        return _shown(found[-1]) if found else None

    async def newest(self, first: int, end: int) -> list[DayReport]:
        """The newest version of each day of [first, end) that has a report, in order."""
        return [_shown(row) for row in await self._store.read(lambda rx: rows.days(rx, first, end))]

    async def days(self) -> list[tuple[str, int]]:
        """(day, newest version) of every day that has a report, the oldest first."""
        return [(written_day(day), version) for day, version in await self._store.read(rows.day_list)]

    async def missing(self) -> list[str]:
        """Days that are over and have no report although it is due."""
        first = await self._store.read(next_day)
        end = (self.now - DUE_S) // DAY_S
        return [] if first is None else [written_day(day) for day in range(first, end)]

    async def stretch(self, first: int, end: int, least: int = LEAST) -> Stretch | None:
        """The days [first, end) together, as far as they are over; None if none of them has a report.

        Shape: least is for how few leaves of a country they are delayed: 3 for a month, 1 for a year.
        """
        found = await self._store.read(lambda rx: rows.days(rx, first, end))
        if not found:
            return None
        whole = Tally()
        for row in found:
            whole.join(_counted.decode(row.figures).tally)
        have = {row.day for row in found}
        gaps = [written_day(day) for day in range(found[0].day, found[-1].day) if day not in have]
        still = _counted.decode(found[-1].figures).still
        return Stretch(
            written_day(found[0].day), written_day(found[-1].day), len(found), gaps, whole.shown(still, least)
        )

    def _pages_somebody(self, day: int | None, now: int) -> None:
        behind = 0 if day is None else max(0, (now - DUE_S - 3600) // DAY_S - day)
        if behind > self.behind_days:
            log.error("the report of %s is missing", written_day(day or 0))
        self.behind_days = behind

    async def _write(self, day: int) -> None:
        """The day has a new version, unless it says what the newest one says."""
        counted, first, end = await self._count(day)
        await self._store.write(lambda tx: publish(tx, day, counted, first, end, self._announce))

    async def _count(self, day: int) -> tuple[Tally, int, int]:
        """The leaves of the day, a lot at a time; (counts, first index, index after the last)."""
        whole, after, first, end = Tally(), (0, -1), -1, -1
        while True:
            lot = await self._store.read(partial(_leaves, day=day, after=after))
            whole.join(tally(leaf for _, _, leaf in lot))
            if lot:
                first, end, after = (lot[0][1] if first < 0 else first), lot[-1][1] + 1, lot[-1][:2]
            if len(lot) < LOT:
                return whole, max(first, 0), max(end, 0)


def _leaves(rx: Reader, day: int, after: tuple[int, int]) -> list[tuple[int, int, bytes]]:
    return rows.leaves_of_hours(rx, day * 24, day * 24 + 24, after, LOT)


def measure(tx: Tx, measures: Measures) -> bool:
    """What no leaf says is measured, once a day; False if it was. After: journal day_measured for each figure."""
    day = tx.now // DAY_S
    if rows.measured(tx, day):
        return False
    rows.set_measured(tx, day)
    for instrument, look in measures.items():
        journal.record(
            tx, "day_measured", "server", f"day:{written_day(day)}", Public(instrument, count=look(tx)),
            instrument=instrument,
        )  # fmt: skip
    return True


def next_day(rx: Reader) -> int | None:
    """The first day without a report, in days since 1970; None before anything was done."""
    newest = rows.newest_day(rx)
    if newest is not None:
        return newest + 1
    first = rows.first_date(rx, SHARD)
    return None if first is None else first // DAY_S


def publish(tx: Tx, day: int, counted: Tally, first: int, end: int, announce: Announce = nobody) -> bool:
    """The day has this version more; False if it would say nothing new. After: journal report_published."""
    before = rows.versions(tx, day)
    yesterday = rows.versions(tx, day - 1)
    still = _still(yesterday[-1] if yesterday else None, counted)
    row = DayRow(
        day, len(before) + 1, tx.now, first, end, msgspec.json.encode(Counted(counted, still), order="sorted"), b"[]"
    )
    if before:
        changed = changes(_shown(before[-1]).figures, _shown(row).figures)
        if not changed and before[-1].end_leaf - before[-1].first_leaf == end - first:
            return False
        row = replace(row, changes=msgspec.json.encode(changed))
    rows.add_day(tx, row)
    journal.record(
        tx, "report_published", "server", f"day:{written_day(day)}",
        Public("report", outcome="corrected" if before else "published"),
        version=row.version, digest=hashlib.sha256(row.figures).hexdigest(),
    )  # fmt: skip
    announce(tx, _shown(row))
    return True


def _shown(row: DayRow) -> DayReport:
    counted = _counted.decode(row.figures)
    late = row.version == 1 and row.date > (row.day + 1) * DAY_S + DUE_S + 3600
    return DayReport(
        written_day(row.day), row.version, row.date, late, row.first_leaf, row.end_leaf,
        counted.tally.shown(counted.still), _changes.decode(row.changes),
    )  # fmt: skip


def _is_whole(rx: Reader, day: int) -> bool:
    """True if everything of the day is in the published log."""
    state = rows.state(rx)
    end = (day + 1) * DAY_S
    if state is None or state.signed_size < state.size:
        return False
    return not rows.waits_since_before(rx, SHARD, state.journal_no, end)


def _changed_day(rx: Reader) -> int | None:
    """A day not long ago that has not the leaves any more that its report counted."""
    newest = rows.newest_day(rx)
    if newest is None:
        return None
    before: DayRow | None = None
    for row in rows.days(rx, newest - LOOKED_BACK, newest + 1):
        counted = _counted.decode(row.figures)
        follows = before is None or before.day != row.day - 1 or counted.still == _still(before, counted.tally)
        if not follows or counted.tally.leaves != rows.count_of_hours(rx, row.day * 24, row.day * 24 + 24):
            return row.day
        before = row
    return None


def _still(yesterday: DayRow | None, today: Tally) -> int:
    """How many leaves are sealed at the end of the day."""
    before = 0 if yesterday is None else _counted.decode(yesterday.figures).still
    return before + today.sealed - today.opened
