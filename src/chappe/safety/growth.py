"""The growth guard: when sign-ups, new rooms or reports leave their band, limits tighten for a time.

Source: requirements/growth-guard
An hour is compared with the same hour of the week in past weeks (of past days while there are no weeks yet): its band
ends at the median plus four times the spread, never below thrice the median, nor below a floor that keeps small servers
in peace. Whoever runs the server is told by letter and in the chat with the server; on and off stand in the journal.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import journal, oncall
from chappe.domain.journal import Public
from chappe.safety.gate import RuleGate
from chappe.store import Reader, Store, Tx
from chappe.store.safety import signals as rows

HOUR_S, DAY_S = 3600, 86_400
FLOORS = {"sign_ups": 20, "rooms": 10, "reports": 15}
"""What is watched, and how much of it in an hour is nothing on any server."""
WEEKS, DAYS = 8, 14
LEAST = 2
"""So many earlier hours at least make a band; before that only the floor holds, five times over."""
SPREADS, TIMES, YOUNG = 4.0, 3, 5
HOLD_S = 2 * HOUR_S
"""A guard stays on so long after the figure was last outside its band."""
ACTIVE_S = 30 * DAY_S
KEPT_HOURS = 24 * 7 * (WEEKS + 1)


@dataclass(frozen=True, slots=True)
class Band:
    """What an hour usually has. Shape: usual is the median; most the end of the band; of so many earlier hours."""

    usual: int
    most: int
    hours: int


@dataclass(frozen=True, slots=True)
class Guard:
    """Limits are tightened because of this figure. Shape: until it is lifted, unless the figure stays outside."""

    guard_id: int
    what: str
    since: int
    until: int
    figure: int
    usual: int
    most: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What the guard saw: (what, figure of the hour so far, its band) of all it watches."""

    figures: tuple[tuple[str, int, Band], ...]
    guards: tuple[Guard, ...]


def band(earlier: Sequence[int], floor: int) -> Band:
    """The band of an hour by what the same hour had earlier."""
    usual = statistics.median(earlier) if earlier else 0
    if len(earlier) < LEAST:
        return Band(round(usual), max(floor * YOUNG, round(usual * TIMES)), len(earlier))
    spread = 1.4826 * statistics.median(abs(one - usual) for one in earlier)
    most = max(floor, usual * TIMES, usual + SPREADS * spread)
    return Band(round(usual), round(most), len(earlier))


def usual(rx: Reader, what: str, hour: int, floor: int) -> Band:
    """The band of the hour: of past weeks, of past days while there are not enough weeks."""
    found = rows.hour(rx, what, [hour - 168 * n for n in range(1, WEEKS + 1)])
    if len(found) < LEAST:
        found = rows.hour(rx, what, [hour - 24 * n for n in range(1, DAYS + 1)])
    return band(_as_many_people(rx, found, hour) if what == "reports" else list(found.values()), floor)


def _as_many_people(rx: Reader, found: Mapping[int, int], hour: int) -> list[int]:
    """What reports would have been if as many people had been active then as are now: so they are told per person."""
    now = rows.active_at(rx, hour)
    return [round(n * now / then) if now and (then := rows.active_at(rx, one)) else n for one, n in found.items()]


def look(rx: Reader) -> Looked:
    """What the hour that runs has had so far, each figure with its band, and the guards that are on."""
    hour = rx.now // HOUR_S
    figures = tuple(
        (what, rows.grown(rx, what, hour * HOUR_S, rx.now + 1), usual(rx, what, hour, _floor(rx, what, floor)))
        for what, floor in FLOORS.items()
    )
    return Looked(figures, tuple(guards(rx)))


def _floor(rx: Reader, what: str, floor: int) -> int:
    """Reports are as many as there are people: one for each hundred who were active in a month is nothing."""
    if what != "reports":
        return floor
    found = rows.hour(rx, "active", [rows.newest_hour(rx, "active")])
    return max(floor, next(iter(found.values()), 0) // 100)


def guards(rx: Reader) -> list[Guard]:
    """The guards that are on."""
    return [Guard(*row) for row in rows.guards(rx)]


def past(rx: Reader, since: int, limit: int = 100) -> list[tuple[Guard, int]]:
    """(guard, when it was lifted or 0) of those since the date, newest first."""
    return [(Guard(*row[:7]), row[7]) for row in rows.past_guards(rx, since, limit)]


def unwritten(rx: Reader) -> list[tuple[str, int, int]]:
    """(what, hour, figure) of the next hours that are over and whose figures do not stand written, a day at most."""
    last = rx.now // HOUR_S - 1
    first = max(rows.newest_hour(rx, "sign_ups") + 1, last - KEPT_HOURS, rows.first_account(rx) // HOUR_S)
    hours = range(first, min(last, first + 23) + 1)
    return [(what, hour, rows.grown(rx, what, hour * HOUR_S, (hour + 1) * HOUR_S)) for hour in hours for what in FLOORS]


def step(tx: Tx, looked: Looked) -> tuple[Guard, ...]:
    """Guards are on where figures left their band, off where they came back long enough; those that are on now.

    After: journal growth_guard_on, growth_guard_lifted; people on call are told.
    """
    on = {guard.what: guard for guard in guards(tx)}
    for what, figure, usual_ in looked.figures:
        guard = on.get(what)
        if figure > usual_.most:
            if guard is None:
                _tighten(tx, what, figure, usual_)
            else:
                rows.prolong_guard(tx, guard.guard_id, tx.now + HOLD_S, figure)
        elif guard is not None and guard.until <= tx.now:
            _lift(tx, guard)
    return tuple(guards(tx))


def _tighten(tx: Tx, what: str, figure: int, usual_: Band) -> None:
    guard_id = rows.put_guard(tx, what, tx.now + HOLD_S, figure, usual_.usual, usual_.most)
    journal.record(
        tx, "growth_guard_on", "server", f"growth_guard:{guard_id}", Public("growth_guard", outcome="tightened"),
        what=what, figure=figure, usual=usual_.usual, most=usual_.most,
    )  # fmt: skip
    _tell(tx, guard_id, TIGHTENED.format(what=NAMES[what], figure=figure, usual=usual_.usual, most=usual_.most))


def _lift(tx: Tx, guard: Guard) -> None:
    if rows.lift_guard(tx, guard.guard_id):
        journal.record(
            tx, "growth_guard_lifted", "server", f"growth_guard:{guard.guard_id}",
            Public("growth_guard", outcome="lifted"), what=guard.what, figure=guard.figure,
        )  # fmt: skip
        _tell(tx, f"{guard.guard_id}.over", LIFTED.format(what=NAMES[guard.what], figure=guard.figure))


NAMES = {"sign_ups": "sign-ups", "rooms": "new groups and channels", "reports": "reports"}
TIGHTENED = (
    "Growth guard on: {figure} {what} this hour; usual are {usual}, up to {most} is within the band."
    " Limits for young accounts, first letters, joins, invitations and new rooms are tighter until it is over."
)
LIFTED = "Growth guard off: {what} are back in their band (the highest was {figure} an hour). Limits are as before."


def _tell(tx: Tx, which: int | str, text: str) -> None:
    oncall.page(tx, "growth_guard", f"growth_guard:{which}", text, urgent=False)


class Growing:
    """The guard of one server; hand `watch` to the jobs, every minute."""

    def __init__(self, gate: RuleGate) -> None:
        self._gate = gate

    async def watch(self, store: Store, clock: Clock) -> None:
        """Figures are looked at; the gate is tight while a guard is on."""
        now = int(clock.now())
        await self._write_hours(store, now)
        looked = await store.read(look)
        outside = any(figure > one.most for _, figure, one in looked.figures)
        on: Sequence[Guard] = looked.guards
        if on or outside:
            on = await store.write(partial(step, looked=looked))
        self._gate.tight = bool(on)

    async def _write_hours(self, store: Store, now: int) -> None:
        """Every hour that is over has its figures; how many people were active is counted once a day."""
        while figures := await store.read(unwritten):
            await store.write(partial(rows.set_hours, figures=figures))
        counted = await store.read(lambda rx: rows.newest_hour(rx, "active"))
        if counted < now // DAY_S * 24:
            active = await store.read(lambda rx: rows.active(rx, now - ACTIVE_S))
            await store.write(lambda tx: rows.set_hours(tx, [("active", now // HOUR_S, active)]))
