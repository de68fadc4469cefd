"""Deeds that look on: the rules with what they found, and the figures of the moment.

Source: requirements/console
"""

from collections.abc import Sequence

import msgspec

from chappe.base import NotFound
from chappe.console.cases import QueueView, role_of
from chappe.console.deeds import Deeds, Nothing
from chappe.console.inside import Inside
from chappe.domain import decisions
from chappe.domain.access import Moderator
from chappe.domain.operators import APPEALS, LEAD, Operator
from chappe.safety import complaints, findings, growth, queues
from chappe.safety.findings import Day
from chappe.safety.queues import Queue
from chappe.safety.rulebook import Rule
from chappe.store import Reader

DEEDS = Deeds()
DAY_S = 86_400
DAYS = 28


class DayView(msgspec.Struct, frozen=True):
    """What a rule did on a day. Shape: day counted since 1970; seen: events it was asked about."""

    day: int
    seen: int
    found: int


class RuleView(msgspec.Struct, frozen=True):
    """A rule, and what it did these four weeks. Shape: mode is live, shadow or off; title and why by language."""

    name: str
    version: int
    date: str
    on: str
    mode: str
    category: str
    keyword: str
    clause: str
    expression: str
    then: str
    title: dict[str, str]
    why: dict[str, str]
    days: tuple[DayView, ...]
    found: int
    seen: int


class Rules(msgspec.Struct, frozen=True):
    """Every rule."""

    rules: tuple[RuleView, ...]
    first_day: int
    """The day with which the charts begin."""


class Chosen(msgspec.Struct, frozen=True):
    """Which rule shall be in which mode. Shape: mode is live, shadow or off."""

    name: str
    mode: str


class Clock(msgspec.Struct, frozen=True):
    """How the work stands in a queue."""

    queue: QueueView
    overdue: int
    unclaimed: int


class Headroom(msgspec.Struct, frozen=True):
    """How much of something is used. Shape: most 0 where it is not bounded."""

    name: str
    used: int
    most: int


class GrowthView(msgspec.Struct, frozen=True):
    """A figure of the hour beside what such hours usually have. Shape: guarded: limits are tight because of it."""

    what: str
    figure: int
    usual: int
    most: int
    guarded: bool


class Figures(msgspec.Struct, frozen=True):
    """The figures of the moment.

    Shape: the counts of decisions end at 10,000; complaints end at 100, and are -1 for who does not see them.
    """

    date: int
    queues: tuple[Clock, ...]
    complaints: int
    decisions_hour: int
    decisions_day: int
    decisions_week: int
    headroom: tuple[Headroom, ...]
    growth: tuple[GrowthView, ...]


@DEEDS.deed("GET", "/api/rules")
async def list_rules(inside: Inside, me: Operator, asked: Nothing) -> Rules:
    """The rules, in which mode each is, and what it found on each of the last 28 days."""
    first = inside.now // DAY_S - DAYS + 1

    def query(rx: Reader, moderator: Moderator) -> Rules:
        return Rules(tuple(_rule(one, findings.results(rx, one.name, first)) for one in inside.rules()), first)

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("POST", "/api/rules/{name}/mode", to="/rules")
async def set_rule_mode(inside: Inside, me: Operator, asked: Chosen) -> Nothing:
    """The rule is live, in the shadow or off from now on; leads alone may say so."""
    moderator = await inside.seen_as(me, LEAD, lambda rx, moderator: moderator)
    if inside.rule_mode is None:
        raise NotFound("operator_rule_unknown")
    await inside.rule_mode({"name": asked.name, "mode": asked.mode, "actor": moderator.actor})
    return Nothing()


@DEEDS.deed("GET", "/api/figures")
async def live_figures(inside: Inside, me: Operator, asked: Nothing) -> Figures:
    """How full the queues are, what is late, how much was decided, and what the machine has left to give."""

    def query(rx: Reader, moderator: Moderator) -> Figures:
        full = tuple(_clock(rx, moderator, one) for one in queues.everything(rx, moderator))
        waiting = len(complaints.waiting(rx, moderator)) if APPEALS in moderator.roles else -1
        hour, day, week = (decisions.count_since(rx, rx.now - span) for span in (3600, DAY_S, 7 * DAY_S))
        room = tuple(Headroom(*one) for one in inside.headroom())
        looked = growth.look(rx)
        tight = {one.what for one in looked.guards}
        grown = tuple(GrowthView(what, n, band.usual, band.most, what in tight) for what, n, band in looked.figures)
        return Figures(rx.now, full, waiting, hour, day, week, room, grown)

    return await inside.seen_as(me, role_of(me), query)


def _clock(rx: Reader, moderator: Moderator, one: Queue) -> Clock:
    count = queues.count(rx, moderator, one.search)
    if one.search.state != queues.OPEN or not count:
        return Clock(QueueView(one.queue_id, one.name, one.position, one.search, count), 0, 0)
    late = queues.count(rx, moderator, msgspec.structs.replace(one.search, overdue=True))
    free = queues.count(rx, moderator, msgspec.structs.replace(one.search, unclaimed=True))
    return Clock(QueueView(one.queue_id, one.name, one.position, one.search, count), late, free)


def _rule(one: Rule, days: Sequence[Day]) -> RuleView:
    shown: dict[int, DayView] = {}
    for day in days:
        before = shown.get(day.day, DayView(day.day, 0, 0))
        shown[day.day] = DayView(day.day, before.seen + day.seen, before.found + day.found)
    return RuleView(
        one.name, one.version, one.date, one.on, one.mode, one.category, one.keyword, one.ground.clause,
        one.expression.strip(), one.effect.then, dict(one.title), dict(one.why), tuple(shown.values()),
        sum(day.found for day in shown.values()), sum(day.seen for day in shown.values()),
    )  # fmt: skip
