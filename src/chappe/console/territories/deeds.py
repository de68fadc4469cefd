"""Deeds about countries: looking, leaving step by step, taking steps back, marking. Source: requirements/leave"""

from collections.abc import Mapping

import msgspec

from chappe.console.deeds import Deeds, Nothing
from chappe.console.inside import Inside
from chappe.domain import leaving, territories
from chappe.domain.leaving import STEPS
from chappe.domain.operators import OWNER, Operator
from chappe.legal.staying import stays
from chappe.store import Reader

DEEDS = Deeds()
DAY_S = 86_400
DAYS_MOST = 3650


class PlannedStep(msgspec.Struct, frozen=True):
    """A step that is planned."""

    step: str
    date: int


class TerritoryEvent(msgspec.Struct, frozen=True):
    """Something that was done. Shape: what is a step, `returned`, `planned`, or a mark with `+` or `-` before it."""

    date: int
    what: str
    actor: str
    people: int
    note: str


class Territory(msgspec.Struct, frozen=True):
    """How a country stands. Shape: status open, restricted, leaving or left; mark blocked, restricted or empty."""

    territory: str
    status: str
    step: str
    since: int
    mark: str
    people: int
    plan: tuple[PlannedStep, ...]


class Territories(msgspec.Struct, frozen=True):
    """Countries that people are in, or of which something was ever said."""

    countries: tuple[Territory, ...]
    unknown: int
    """People of whom nothing says where they are."""


class TerritoryShown(msgspec.Struct, frozen=True):
    """A country, what leaving it would touch, and what was done. Shape: orders and holds stay whatever is done."""

    country: Territory
    active: int
    reasons: dict[str, int]
    rooms: int
    room_people: int
    orders: int
    holds: int
    history: tuple[TerritoryEvent, ...]


class WhichTerritory(msgspec.Struct, frozen=True):
    """Which country, by its two letters."""

    territory: str


class LeavingPlan(msgspec.Struct, frozen=True):
    """Days from now until each step; a step without days waits for a hand. The note is public."""

    territory: str
    closed_to_new: int = -1
    export: int = -1
    read_only: int = -1
    closed: int = -1
    note: str = ""


class TerritoryStep(msgspec.Struct, frozen=True):
    """To which step: the next one, or any earlier one. The note is public."""

    territory: str
    step: str
    note: str = ""


class TerritoryMark(msgspec.Struct, frozen=True):
    """What the public page says: blocked, restricted, or nothing. The note is public."""

    territory: str
    mark: str = ""
    note: str = ""


@DEEDS.deed("GET", "/api/territories")
async def list_territories(inside: Inside, me: Operator, asked: Nothing) -> Territories:
    """Countries that people are in, and how each stands."""

    def query(rx: Reader) -> Territories:
        people = territories.peopled(rx)
        known = {one.territory: one for one in leaving.states(rx)}
        named = sorted((set(people) | set(known)) - {""}, key=lambda one: (-people.get(one, 0), one))
        found = (_country(known.get(one, leaving.State(one)), people.get(one, 0)) for one in named)
        return Territories(tuple(found), people.get("", 0))

    return await inside.read(query)


@DEEDS.deed("GET", "/api/territories/{territory}")
async def look_at_territory(inside: Inside, me: Operator, asked: WhichTerritory) -> TerritoryShown:
    """How a country stands, what leaving it would touch, and what was done."""
    territory = asked.territory.upper()

    def query(rx: Reader) -> TerritoryShown:
        found = leaving.preview(rx, territory, *stays(rx, territory))
        history = (
            TerritoryEvent(one.date, one.what, one.actor, one.people, one.note)
            for one in leaving.history(rx, territory)
        )
        return TerritoryShown(
            _country(leaving.state(rx, territory), found.people), found.active, dict(found.reasons), found.rooms,
            found.room_people, found.orders, found.holds, tuple(history),
        )  # fmt: skip

    return await inside.read(query)


@DEEDS.deed("POST", "/api/territories/{territory}/begin", to="/territories/{territory}")
async def begin_leaving(inside: Inside, me: Operator, asked: LeavingPlan) -> WhichTerritory:
    """Everybody there is given notice, and the steps are due at their dates."""
    plan = _dates(asked, inside.now, leaving.NOTICE)
    await inside.as_role(
        me, OWNER, lambda tx, who: leaving.begin(tx, who.actor, asked.territory.upper(), plan, asked.note)
    )
    return WhichTerritory(asked.territory.upper())


@DEEDS.deed("POST", "/api/territories/{territory}/plan", to="/territories/{territory}")
async def plan_leaving(inside: Inside, me: Operator, asked: LeavingPlan) -> WhichTerritory:
    """What is to come is due at other dates; people are told."""
    territory = asked.territory.upper()
    now = await inside.read(lambda rx: leaving.state(rx, territory))
    plan = _dates(asked, inside.now, now.step)
    await inside.as_role(me, OWNER, lambda tx, who: leaving.replan(tx, who.actor, territory, plan, asked.note))
    return WhichTerritory(territory)


@DEEDS.deed("POST", "/api/territories/{territory}/step", to="/territories/{territory}")
async def take_step(inside: Inside, me: Operator, asked: TerritoryStep) -> WhichTerritory:
    """The next step is taken now, or earlier ones are taken back."""
    territory = asked.territory.upper()
    await inside.as_role(me, OWNER, lambda tx, who: leaving.go(tx, who.actor, territory, asked.step, asked.note))
    return WhichTerritory(territory)


@DEEDS.deed("POST", "/api/territories/{territory}/mark", to="/territories/{territory}")
async def mark_territory(inside: Inside, me: Operator, asked: TerritoryMark) -> WhichTerritory:
    """The public page says that the country blocks this server, or that part of it is not offered there."""
    territory = asked.territory.upper()
    await inside.as_role(me, OWNER, lambda tx, who: leaving.mark(tx, who.actor, territory, asked.mark, asked.note))
    return WhichTerritory(territory)


def _country(state: leaving.State, people: int) -> Territory:
    planned = sorted(state.plan.items(), key=lambda one: STEPS.index(one[0]))
    plan = tuple(PlannedStep(step, date) for step, date in planned)
    return Territory(state.territory, state.status, state.step, state.since, state.mark, people, plan)


def _dates(asked: LeavingPlan, now: int, at: str) -> Mapping[str, int]:
    """Step → date, of what is still to come."""
    days = {step: getattr(asked, step) for step in leaving.USUAL}
    return {
        step: now + min(count, DAYS_MOST) * DAY_S
        for step, count in days.items() if count >= 0 and STEPS.index(step) > STEPS.index(at)
    }  # fmt: skip
