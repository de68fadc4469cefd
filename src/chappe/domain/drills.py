"""Once a week, at an hour that nobody knows, people on call are paged for nothing, and how long it took is published.

Source: requirements/on-call
"""

from dataclasses import dataclass

from chappe.domain import journal, oncall, rota
from chappe.domain.journal import Public
from chappe.domain.operators import Operator
from chappe.store import Reader, Tx
from chappe.store.queries import drills as rows
from chappe.store.queries.people import take_id

DAY_S, WEEK_S = 86_400, 7 * 86_400
MONDAY = 4 * DAY_S
"""The first Monday since 1970."""
FIRST_S, LAST_S = 6 * 3600, 22 * 3600
"""Hours of a day (UTC) at which a drill may begin."""
GIVEN_UP_S = 3600
LISTED = 60


@dataclass(frozen=True, slots=True)
class Drill:
    """Shape: page_id is 0 before it began, ended 0 before it is known how it went; seconds -1 where nobody took it."""

    drill_id: int
    due: int
    page_id: int
    ended: int
    seconds: int

    @property
    def outcome(self) -> str:
        """in_time, late or missed; empty while it waits or runs."""
        if not self.ended:
            return ""
        return "missed" if self.seconds < 0 else "in_time" if self.seconds <= oncall.TARGET_S else "late"


def due(rx: Reader, now: int) -> bool:
    """True if something is to be done: to choose the hour of the next drill, to begin one, to end one."""
    row = rows.current(rx)
    if row is None:
        return bool(rota.everyone(rx))
    one = Drill(*row)
    if not one.page_id:
        return one.due <= now or one.due > now + 2 * WEEK_S
    page = oncall.require(rx, one.page_id)
    return bool(page.acked_at or page.over_at) or now - page.date >= GIVEN_UP_S or page.date > now + DAY_S


def step(tx: Tx, chance: bytes) -> None:
    """What is due was done, by one server. After: journal drill_held, a leaf that says how long it took."""
    drill_id = take_id(tx, "drill", 1)  # held until the commit
    if not due(tx, tx.now):
        return
    row = rows.current(tx)
    if row is None or Drill(*row).due > tx.now + 2 * WEEK_S:
        if row is not None:  # the clock was set back: the hour that was chosen is out of sight
            rows.drop(tx, Drill(*row).drill_id)
        rows.add(tx, drill_id, next_hour(tx.now, chance))
        return
    one = Drill(*row)
    if not one.page_id:
        begin(tx, one)
    else:
        _end(tx, one)


def next_hour(now: int, chance: bytes) -> int:
    """A moment of next week that nobody can guess. Shape: chance 8 bytes."""
    week = (now - MONDAY) // WEEK_S * WEEK_S + MONDAY + WEEK_S
    number = int.from_bytes(chance, "big")
    day, number = number % 7, number // 7
    return week + day * DAY_S + FIRST_S + number % (LAST_S - FIRST_S)


def begin(tx: Tx, one: Drill) -> None:
    """The people on call are paged now."""
    page_id = oncall.page(tx, "drill", f"drill:{one.drill_id}", "")
    rows.begun(tx, one.drill_id, page_id)


def begin_now(tx: Tx, me: Operator) -> Drill:
    """A drill begins at once, in the place of the one that waits; it counts like any other. Leads and owners may.

    Errors: NotAllowed operator_role_needed; NotFound oncall_unknown when nobody is on call.
    """
    rota.require_planner(me)
    rota.require_anybody(tx)
    row = rows.current(tx)
    if row is None:
        rows.add(tx, take_id(tx, "drill", 1), tx.now)
        row = rows.current(tx)
    assert row is not None
    one = Drill(*row)
    if not one.page_id:
        begin(tx, one)
    found = rows.current(tx)
    assert found is not None
    return Drill(*found)


def _end(tx: Tx, one: Drill) -> None:
    page = oncall.require(tx, one.page_id)
    rows.ended(tx, one.drill_id, page.seconds)
    if not page.acked_at:
        oncall.over(tx, page.kind, page.subject)
    held = Drill(one.drill_id, one.due, one.page_id, tx.now, page.seconds)
    public = Public("oncall_drill", outcome=held.outcome, count=max(held.seconds, 0))
    journal.record(tx, "drill_held", "server", f"drill:{one.drill_id}", public, seconds=held.seconds)


def current(rx: Reader) -> Drill | None:
    """The one that runs; None while the next one waits: its hour is told to nobody."""
    row = rows.current(rx)
    return Drill(*row) if row is not None and row[2] else None


def past(rx: Reader, limit: int = LISTED) -> list[Drill]:
    """Those that were held, the newest first."""
    return [Drill(*row) for row in rows.past(rx, limit)]
