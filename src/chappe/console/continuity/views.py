"""Records about continuity as pages and API show them. Shape: instants are seconds since 1970, 0 for never."""

from collections.abc import Sequence

import msgspec

from chappe.domain import continuity, kits, takeovers
from chappe.domain.operators import Operator


class AbsenceRule(msgspec.Struct, frozen=True):
    """A rule of absence."""

    rule_no: int
    hours: int
    quorum: int
    successors: tuple[int, ...]
    state: str
    proposed_by: int
    date: int
    ready: int
    words: tuple[int, ...]


class TakeoverView(msgspec.Struct, frozen=True):
    """What follows an absence. Shape: state is open, held, returned or settled."""

    takeover_no: int
    state: str
    absent_since: int
    opened: int
    began: int
    ended: int
    words: tuple[int, ...]


class PlanView(msgspec.Struct, frozen=True):
    """What takers plan or did. Shape: detail is a role, roles with spaces between, or the text of a notice."""

    act_no: int
    kind: str
    operator_id: int
    detail: str
    state: str
    proposed_by: int
    ready: int
    words: tuple[int, ...]


class KitsView(msgspec.Struct, frozen=True):
    """The recovery kits that hold; fits says whether the keys are still those that were sealed."""

    generation: int
    needed: int
    trustees: int
    date: int
    fits: bool


class DrillView(msgspec.Struct, frozen=True):
    """A drill."""

    drill_no: int
    passed: bool
    performed: int
    generation: int


class Person(msgspec.Struct, frozen=True):
    """An operator, and when they last gave a sign of life."""

    operator_id: int
    name: str
    owner: bool
    seen: int


class Look(msgspec.Struct, frozen=True):
    """Everything at once. Shape: rule is the one in force, or under which somebody takes over; due when it is time."""

    people: tuple[Person, ...]
    rule: AbsenceRule | None
    proposal: AbsenceRule | None
    last_sign: int
    due: int
    takeover: TakeoverView | None
    acts: tuple[PlanView, ...]
    past: tuple[TakeoverView, ...]
    kits: KitsView | None
    drills: tuple[DrillView, ...]
    drill_due: int

    def name(self, operator_id: int) -> str:
        """What an operator is called."""
        return next((one.name for one in self.people if one.operator_id == operator_id), str(operator_id))


class Record(msgspec.Struct, frozen=True):
    """The number of a drill that was recorded."""

    drill: int


def rule_view(one: continuity.Rule) -> AbsenceRule:
    """The rule."""
    return AbsenceRule(
        one.rule_no, one.hours, one.quorum, one.successors, one.state, one.proposed_by, one.date, one.ready, one.words
    )


def takeover_view(one: continuity.Takeover) -> TakeoverView:
    """The takeover."""
    return TakeoverView(
        one.takeover_no, one.state, one.absent_since, one.opened, one.began, one.ended, one.words
    )


def plan_view(one: takeovers.Act) -> PlanView:
    """The plan."""
    return PlanView(
        one.act_no, one.kind, one.operator_id, one.detail, one.state, one.proposed_by, one.ready, one.words
    )


def look_view(
    people: Sequence[Operator], standing: continuity.Standing, rule: continuity.Rule | None,
    acts: Sequence[takeovers.Act], past: Sequence[continuity.Takeover], safe: kits.Standing, fits: bool,
) -> Look:  # fmt: skip
    """Everything at once."""
    made = safe.kits
    return Look(
        people=tuple(
            Person(one.operator_id, one.name, one.role == "owner", standing.signs.get(one.operator_id, 0))
            for one in people
        ),
        rule=rule_view(rule) if rule else None,
        proposal=rule_view(standing.proposal) if standing.proposal else None,
        last_sign=standing.last_sign,
        due=standing.due,
        takeover=takeover_view(standing.takeover) if standing.takeover else None,
        acts=tuple(map(plan_view, acts)),
        past=tuple(map(takeover_view, past)),
        kits=KitsView(made.generation, made.needed, made.trustees, made.date, fits) if made else None,
        drills=tuple(DrillView(one.drill_no, one.passed, one.performed, one.generation) for one in safe.drills),
        drill_due=safe.drill_due,
    )
