"""The page about continuity: the rule of absence, who holds the service now, kits and drills; for everybody.

Source: requirements/continuity
No name stands here: what counts is how many people, after how many hours, and what was tried out when.
"""

from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.base import Clock
from chappe.domain import continuity, kits, takeovers
from chappe.domain.continuity import HELD
from chappe.domain.takeovers import Act
from chappe.store import Reader, Store
from chappe.web.page import Pages

HEADERS = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}
DRILLS = 12


class RuleShown(msgspec.Struct, frozen=True):
    """A rule. Shape: ready is when one that is proposed may hold, 0 for the one in force; agreed how many people."""

    hours: int
    quorum: int
    successors: int
    agreed: int
    ready: int


class PlanShown(msgspec.Struct, frozen=True):
    """What those who hold the service plan or did. Shape: roles with spaces between; text of a notice."""

    kind: str
    state: str
    ready: int
    roles: str
    text: str


class AbsenceShown(msgspec.Struct, frozen=True):
    """An absence. Shape: state is open, held, returned or settled."""

    state: str
    absent_since: int
    opened: int
    began: int
    ended: int


class DrillShown(msgspec.Struct, frozen=True):
    """A drill."""

    performed: int
    passed: bool


class Shown(msgspec.Struct, frozen=True):
    """All that everybody sees. Shape: instants are seconds since 1970, 0 for none; kits: sheets needed, of, date."""

    rule: RuleShown | None
    proposal: RuleShown | None
    absence: AbsenceShown | None
    notice: str
    plans: tuple[PlanShown, ...]
    past: tuple[AbsenceShown, ...]
    kits: tuple[int, int, int] | None
    drills: tuple[DrillShown, ...]
    drill_due: int


@dataclass(frozen=True, slots=True)
class Continuity:
    """What the page asks of the server."""

    store: Store
    clock: Clock

    async def shown(self) -> Shown:
        """How things are now."""
        return await self.store.read(look)


def continuity_routes(pages: Pages, inside: Continuity) -> list[Route]:
    """The page, and the same as data."""

    async def page(request: Request) -> Response:
        found = await inside.shown()
        now = int(inside.clock.now())
        return pages.show(request, "continuity.html", {"found": found, "now": now, "held": HELD})

    async def data(request: Request) -> Response:
        body = msgspec.json.encode(await inside.shown())
        return Response(body, media_type="application/json", headers=HEADERS)

    return [Route("/continuity", page), Route("/continuity.json", data)]


def look(rx: Reader) -> Shown:
    """All that everybody sees."""
    standing, safe = continuity.standing(rx), kits.standing(rx)
    said = takeovers.said(rx)
    now = standing.takeover
    planned = takeovers.acts(rx, now.takeover_no) if now else []
    made = safe.kits
    return Shown(
        rule=_rule(standing.rule, 0),
        proposal=_rule(standing.proposal, standing.proposal.ready if standing.proposal else 0),
        absence=_absence(now) if now else None,
        notice=said[1] if said else "",
        plans=tuple(_plan(one) for one in planned if one.kind != takeovers.SAY or one.state == takeovers.DONE),
        past=tuple(_absence(one) for one in continuity.takeovers(rx) if one.ended),
        kits=(made.needed, made.trustees, made.date) if made else None,
        drills=tuple(DrillShown(one.performed, one.passed) for one in safe.drills[:DRILLS]),
        drill_due=safe.drill_due,
    )


def _rule(one: continuity.Rule | None, ready: int) -> RuleShown | None:
    return RuleShown(one.hours, one.quorum, len(one.successors), len(one.words), ready) if one else None


def _absence(one: continuity.Takeover) -> AbsenceShown:
    return AbsenceShown(one.state, one.absent_since, one.opened, one.began, one.ended)


def _plan(one: Act) -> PlanShown:
    told = one.kind == takeovers.SAY
    return PlanShown(one.kind, one.state, one.ready, "" if told else one.detail, one.detail if told else "")
