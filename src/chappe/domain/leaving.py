"""Leaving a country, or every one, in good order, and coming back: steps with dates, each to be taken back.

Source: requirements/leave
open → notice → closed_to_new → export → read_only → closed. Forward one step at a time; back to any earlier one. Due
dates are rows, so a restart or a clock that jumps loses none. Nothing is deleted by leaving: what orders ask for and
what is held stays as it is. What was done is public: the history here, a leaf in the log, a message to everybody there.
EVERYWHERE is left like a country, so the whole service closes by the same steps; of two steps the further one holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from chappe.base.errors import Conflict, Invalid
from chappe.base.ids import UserId
from chappe.domain import journal
from chappe.domain.territories import CODES
from chappe.domain.updates import SHARD
from chappe.store import Reader, Row, Tx
from chappe.store.queries import boxes
from chappe.store.queries import territories as rows

OPEN, NOTICE, CLOSED_TO_NEW, EXPORT, READ_ONLY, CLOSED = STEPS = (
    "open", "notice", "closed_to_new", "export", "read_only", "closed",
)  # fmt: skip
EVERYWHERE = rows.EVERYWHERE
"""In the place of a country: every one, and people of whom nothing says where they are."""
BLOCKED, RESTRICTED = "blocked", "restricted"
MARKS = ("", BLOCKED, RESTRICTED)
"""What may be marked of a territory besides: its networks block this server; part of it is not offered there."""
RETURN, REOPENED, PLANNED = "returned", "reopened", "planned"
SERVER = "server"
NOTE = 500
DAY_S = 86_400
LEAST_S = 7 * DAY_S
"""From notice until people can no longer write: for less a reason has to be given, which is public."""
USUAL = {CLOSED_TO_NEW: 0, EXPORT: 7 * DAY_S, READ_ONLY: 30 * DAY_S, CLOSED: 60 * DAY_S}
"""Step → time after the notice, where nobody says otherwise."""
HISTORY = 200
LEFT = "left"
"""The event that something else holds for everybody in some country: other processes ask anew."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a territory was left. Shape: plan: step → when it is due; mark one of MARKS."""

    territory: str
    step: str = OPEN
    since: int = 0
    mark: str = ""
    mark_since: int = 0
    plan: Mapping[str, int] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How many steps were taken."""
        return STEPS.index(self.step)

    @property
    def status(self) -> str:
        """In one word: open, restricted, leaving or left."""
        if self.step == CLOSED:
            return "left"
        if self.step != OPEN:
            return "leaving"
        return RESTRICTED if self.mark else OPEN


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done. Shape: what is a step, `returned`, `planned`, or a mark with `+` or `-` before it."""

    event_id: int
    date: int
    what: str
    actor: str
    people: int
    note: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What leaving would touch. Shape: reasons: why people are thought to be there → how many; orders: open cases that
    the country's authorities or people are in; holds: what is kept for such. Both stay.
    """

    territory: str
    people: int
    active: int
    reasons: Mapping[str, int]
    rooms: int
    room_people: int
    orders: int
    holds: int


@dataclass(frozen=True, slots=True)
class Stepped:
    """Something else holds in the territory from now on; announced after the commit."""

    territory: str


@dataclass(frozen=True, slots=True)
class Away:
    """What leaving keeps somebody from. Shape: step read_only or closed, else empty; until 0 for unknown."""

    step: str = ""
    since: int = 0
    until: int = 0
    territory: str = ""


HERE = Away()


def is_known(code: str) -> bool:
    """True for a country, and for EVERYWHERE: for what can be left."""
    return code in CODES or code == EVERYWHERE


def require_territory(code: str) -> str:
    """The code of what can be left. Errors: Invalid territory_invalid."""
    if not is_known(code):
        raise Invalid("territory_invalid")
    return code


def state(rx: Reader, territory: str) -> State:
    """How far the territory was left."""
    row = rows.state(rx, territory)
    return _state(row, rx) if row is not None else State(territory)


def states(rx: Reader) -> list[State]:
    """Every territory of which something was ever said."""
    return [_state(row, rx) for row in rows.states(rx)]


def _state(row: Row, rx: Reader) -> State:
    territory, step, since, mark, mark_since = row
    return State(territory, step, since, mark, mark_since, _planned(rx, territory))


def _planned(rx: Reader, territory: str) -> dict[str, int]:
    return {step: due for step, due in rows.plan(rx, territory)}


def history(rx: Reader, territory: str, limit: int = HISTORY) -> list[Event]:
    """What was done about the territory, newest first."""
    return [Event(*row) for row in rows.events(rx, territory, limit)]


def away(rx: Reader, user_id: UserId) -> Away:
    """What leaving the territory they are in, or every one, keeps the person from."""
    found = rows.steps_of(rx, user_id)
    step, since, territory = max(found, key=lambda row: STEPS.index(row[0]), default=(OPEN, 0, ""))
    if step not in (READ_ONLY, CLOSED):
        return HERE
    until = _planned(rx, territory).get(CLOSED, 0) if step == READ_ONLY else 0
    return Away(step, since, until, territory)


def takes_new(rx: Reader, territory: str) -> bool:
    """True if people there may make accounts."""
    found = [row for one in (territory, EVERYWHERE) if one and (row := rows.state(rx, one)) is not None]
    return all(STEPS.index(row[1]) < STEPS.index(CLOSED_TO_NEW) for row in found)


def closed_by(rx: Reader, territory: str | None) -> str:
    """EVERYWHERE or the territory, whichever was left to its end; empty if people there may read."""
    places = [EVERYWHERE, *([territory] if territory else [])]
    return next((one for one in places if (row := rows.state(rx, one)) is not None and row[1] == CLOSED), "")


def preview(rx: Reader, territory: str, orders: int = 0, holds: int = 0) -> Preview:
    """What leaving would touch, counted now. Errors: Invalid territory_invalid."""
    require_territory(territory)
    reasons: dict[str, int] = {reason: people for reason, people in rows.count(rx, territory)}
    rooms, room_people = rows.rooms_made(rx, territory)
    active = rows.active(rx, territory, rx.now - 30 * DAY_S)
    return Preview(territory, sum(reasons.values()), active, reasons, rooms, room_people, orders, holds)


def begin(tx: Tx, actor: str, territory: str, plan: Mapping[str, int], note: str = "") -> State:
    """Everybody there is given notice, and the other steps are due at their dates.

    Shape: plan: step → date; a step that is left out waits for a hand.
    Errors: Invalid territory_invalid, territory_plan_invalid, territory_note_long, territory_reason_needed;
    Conflict territory_step_invalid.
    After: journal territory_step, public; a message to everybody there.
    """
    now = state(tx, require_territory(territory))
    if now.step != OPEN:
        raise Conflict("territory_step_invalid")
    _require_plan(plan, NOTICE, tx.now, tx.now, note)
    rows.set_plan(tx, territory, sorted(plan.items(), key=lambda one: STEPS.index(one[0])))
    return _stand(tx, actor, now, NOTICE, note)


def go(tx: Tx, actor: str, territory: str, step: str, note: str = "") -> State:
    """The territory is at this step: the next one, or any earlier one; going back, what was planned is not any more.

    Errors: Invalid territory_invalid, territory_note_long, territory_reason_needed; Conflict territory_step_invalid.
    After: journal territory_step, public; a message to everybody there.
    """
    now = state(tx, require_territory(territory))
    if step not in STEPS or STEPS.index(step) in (now.number, *range(now.number + 2, len(STEPS))):
        raise Conflict("territory_step_invalid")
    if now.step == OPEN:
        return begin(tx, actor, territory, {}, note)
    if STEPS.index(step) < now.number:
        rows.set_plan(tx, territory, ())
    else:
        if step in (READ_ONLY, CLOSED) and tx.now < _given(tx, now) + LEAST_S and not note and actor != SERVER:
            raise Invalid("territory_reason_needed")
        rows.drop_planned(tx, territory, step)
    return _stand(tx, actor, now, step, note)


def replan(tx: Tx, actor: str, territory: str, plan: Mapping[str, int], note: str = "") -> State:
    """What is to come is due at these dates, or waits for a hand.

    Errors: Invalid territory_invalid, territory_plan_invalid, territory_note_long, territory_reason_needed;
    Conflict territory_step_invalid.
    After: journal territory_planned; a message to everybody there if they had been told other dates.
    """
    now = state(tx, require_territory(territory))
    if now.step in (OPEN, CLOSED):
        raise Conflict("territory_step_invalid")
    _require_plan(plan, now.step, tx.now, _given(tx, now), note)
    _require_note(note)
    rows.set_plan(tx, territory, sorted(plan.items(), key=lambda one: STEPS.index(one[0])))
    event_id = rows.add_event(tx, territory, PLANNED, actor, 0, note)
    journal.record(tx, "territory_planned", actor, f"territory:{territory}", None, **plan)
    if any(now.plan.get(step) != plan.get(step) for step in (READ_ONLY, CLOSED)):
        _tell_all(tx, event_id, territory, PLANNED, plan)
    _announce(tx, territory)
    return state(tx, territory)


def mark(tx: Tx, actor: str, territory: str, word: str, note: str = "") -> State:
    """The page of the territory says that its networks block this server, or that part of it is not offered there.

    Errors: Invalid territory_invalid, territory_mark_invalid, territory_note_long.
    After: journal territory_marked, public.
    """
    now = state(tx, require_territory(territory))
    if word not in MARKS or word == now.mark or territory == EVERYWHERE:
        raise Invalid("territory_mark_invalid")
    _require_note(note)
    rows.set_state(tx, territory, now.step, now.since, word, tx.now if word else 0)
    what = f"+{word}" if word else f"-{now.mark}"
    rows.add_event(tx, territory, what, actor, 0, note)
    public = journal.Public("territory", country=territory, outcome=word or f"not_{now.mark}", item="territory")
    journal.record(tx, "territory_marked", actor, f"territory:{territory}", public, mark=word)
    return state(tx, territory)


def next_due(rx: Reader) -> int | None:
    """When the next planned step is due."""
    row = rows.next_due(rx)
    return int(row[2]) if row is not None else None


def run_due(tx: Tx) -> State | None:
    """The step that is due first is taken, by one server; None if none is due."""
    row = rows.next_due(tx)
    if row is None or row[2] > tx.now:
        return None
    territory, step, _ = row
    if not rows.drop_planned(tx, territory, step):  # another server takes it in this very moment
        return None
    now = state(tx, territory)
    if STEPS.index(step) <= now.number:  # was taken by hand meanwhile
        return now
    # What lies between was planned for the same moment, or was left for a hand that did not come.
    for between in STEPS[now.number + 1 : STEPS.index(step) + 1]:
        now = go(tx, SERVER, territory, between)
    return now


def _given(rx: Reader, now: State) -> int:
    """When people there were given notice."""
    return next((one.date for one in history(rx, now.territory) if one.what == NOTICE), now.since)


def _stand(tx: Tx, actor: str, now: State, step: str, note: str) -> State:
    """The step holds, is public, and everybody there will be told."""
    _require_note(note)
    territory = now.territory
    rows.set_state(tx, territory, step, tx.now, now.mark, now.mark_since)
    people = sum(count for _, count in rows.count(tx, territory))
    what = RETURN if step == OPEN else step
    event_id = rows.add_event(tx, territory, what, actor, people, note)
    back = STEPS.index(step) < now.number
    outcome = what if step == OPEN or not back else f"back_to_{step}"
    country, item = ("", "service") if territory == EVERYWHERE else (territory, "territory")
    public = journal.Public("territory", country=country, outcome=outcome, item=item)
    journal.record(tx, "territory_step", actor, f"territory:{territory}", public, step=step, people=people)
    after = state(tx, territory)
    if step != CLOSED_TO_NEW or back:  # who has an account was told by the notice
        _tell_all(tx, event_id, territory, _letter(step, back), after.plan)
    _announce(tx, territory)
    return after


def _announce(tx: Tx, territory: str) -> None:
    boxes.append_event(tx, SHARD, tx.now, LEFT, 0, 0, 0, 0)
    tx.announce(Stepped(territory))


def _letter(step: str, back: bool) -> str:
    """Which letter goes to everybody there."""
    if step == OPEN:
        return RETURN
    return REOPENED if back else step


def _tell_all(tx: Tx, event_id: int, territory: str, letter: str, plan: Mapping[str, int]) -> None:
    rows.put_letter(tx, event_id, territory, letter, msgspec.json.encode(dict(plan)).decode())


def _require_plan(plan: Mapping[str, int], at: str, now: int, given: int, note: str) -> None:
    """The steps are to come, in their order, and leave people time, or say why not.

    Errors: Invalid territory_plan_invalid, territory_reason_needed.
    """
    to_come = STEPS[STEPS.index(at) + 1 :]
    dates = [plan[step] for step in to_come if step in plan]
    late: Sequence[int] = [plan[step] for step in (READ_ONLY, CLOSED) if step in plan]
    if set(plan) - set(to_come) or dates != sorted(dates) or any(date < now for date in dates):
        raise Invalid("territory_plan_invalid")
    if any(date < given + LEAST_S for date in late) and not note:
        raise Invalid("territory_reason_needed")


def _require_note(note: str) -> None:
    if len(note) > NOTE or not all(one.isprintable() or one == "\n" for one in note):
        raise Invalid("territory_note_long")
