"""Deeds about continuity. What anybody may do is the domain's to say; these only ask it."""

import msgspec

from chappe.base import Invalid
from chappe.console.continuity.views import (
    AbsenceRule,
    Look,
    PlanView,
    Record,
    TakeoverView,
    look_view,
    plan_view,
    rule_view,
    takeover_view,
)
from chappe.console.deeds import Deeds, Nothing
from chappe.console.inside import Inside
from chappe.console.people import Link, new_token
from chappe.domain import continuity, kits, operators, takeovers
from chappe.domain.operators import Operator
from chappe.domain.takeovers import ADD_OPERATOR, Wanted
from chappe.store import Reader, Tx

DEEDS = Deeds()


class NewRule(msgspec.Struct, frozen=True):
    """A rule as it is proposed: after so many hours so many of these operators may take over."""

    hours: int
    quorum: int
    successors: tuple[int, ...] = ()


class OneRule(msgspec.Struct, frozen=True):
    """Which rule."""

    rule_no: int


class TakersPlan(msgspec.Struct, frozen=True):
    """What the takers want to do. Shape: roles for give_role, take_role (one) and add_operator; text for say."""

    kind: str
    operator_id: int = 0
    roles: tuple[str, ...] = ()
    text: str = ""


class OneAct(msgspec.Struct, frozen=True):
    """Which plan."""

    act_no: int


class Failed(msgspec.Struct, frozen=True):
    """Why a drill came to nothing; it is public that it did, not why."""

    why: str


class DrillRecord(msgspec.Struct, frozen=True):
    """The record that a drill wrote."""

    record: str


@DEEDS.deed("GET", "/api/continuity")
async def look_at_continuity(inside: Inside, me: Operator, asked: Nothing) -> Look:
    """Who was there when, the rule, what follows an absence, kits and drills."""

    def look(rx: Reader) -> Look:
        standing, safe = continuity.standing(rx), kits.standing(rx)
        takeover = standing.takeover
        planned = takeovers.acts(rx, takeover.takeover_no) if takeover else []
        past = [one for one in continuity.takeovers(rx) if one.ended]
        rule = continuity.require_rule(rx, takeover.rule_no) if takeover else standing.rule
        fits = inside.kits_fit(safe.kits)
        return look_view(operators.everyone(rx), standing, rule, planned, past, safe, fits)

    return await inside.read(look)


@DEEDS.deed("POST", "/api/continuity/sign", to="/continuity")
async def sign_of_life(inside: Inside, me: Operator, asked: Nothing) -> Nothing:
    """One is there: an owner's word begins the hours anew, and ends a takeover."""
    await inside.write(lambda tx: continuity.alive(tx, me.operator_id, continuity.BUTTON))
    return Nothing()


@DEEDS.deed("POST", "/api/continuity/rules", to="/continuity")
async def propose_rule(inside: Inside, me: Operator, asked: NewRule) -> AbsenceRule:
    """A rule of absence waits for a second person and for three days; owners alone may propose one."""
    act = continuity.propose
    return rule_view(await inside.write(lambda tx: act(tx, me, asked.hours, asked.quorum, asked.successors)))


@DEEDS.deed("POST", "/api/continuity/rules/{rule_no}/agreement", to="/continuity")
async def agree_to_rule(inside: Inside, me: Operator, asked: OneRule) -> AbsenceRule:
    """One more person agrees to the rule that waits."""
    return rule_view(await inside.write(lambda tx: continuity.agree(tx, me, asked.rule_no)))


@DEEDS.deed("POST", "/api/continuity/rules/{rule_no}/withdrawal", to="/continuity")
async def withdraw_rule(inside: Inside, me: Operator, asked: OneRule) -> Nothing:
    """The rule that waits will not hold; any owner may say so."""
    await inside.write(lambda tx: continuity.withdraw(tx, me, asked.rule_no))
    return Nothing()


@DEEDS.deed("POST", "/api/continuity/takeover", to="/continuity")
async def take_over(inside: Inside, me: Operator, asked: Nothing) -> TakeoverView:
    """A successor says that they take over; with the quorum they do."""
    return takeover_view(await inside.write(lambda tx: takeovers.take_over(tx, me)))


@DEEDS.deed("POST", "/api/continuity/acts", to="/continuity")
async def plan_act(inside: Inside, me: Operator, asked: TakersPlan) -> PlanView:
    """The takers plan something: it is public, and waits for the others and for its hour."""
    detail = asked.text.strip() if asked.kind == takeovers.SAY else " ".join(sorted(asked.roles))
    wanted = Wanted(asked.kind, asked.operator_id, detail)
    return plan_view(await inside.write(lambda tx: takeovers.propose(tx, me, wanted)))


@DEEDS.deed("POST", "/api/continuity/acts/{act_no}/agreement", to="/continuity")
async def agree_to_act(inside: Inside, me: Operator, asked: OneAct) -> PlanView:
    """One taker more says yes to a plan."""
    return plan_view(await inside.write(lambda tx: takeovers.agree(tx, me, asked.act_no)))


@DEEDS.deed("POST", "/api/continuity/acts/{act_no}/drop", to="/continuity")
async def drop_act(inside: Inside, me: Operator, asked: OneAct) -> Nothing:
    """A plan is dropped; any taker may say so."""
    await inside.write(lambda tx: takeovers.drop(tx, me, asked.act_no))
    return Nothing()


@DEEDS.deed("POST", "/api/continuity/acts/{act_no}/done")
async def carry_out_act(inside: Inside, me: Operator, asked: OneAct) -> Link:
    """A plan is carried out; of one that lets somebody join, the link that works once."""
    token = new_token(inside)

    def act(tx: Tx) -> str:
        return takeovers.carry_out(tx, me, asked.act_no, token.encode()).kind

    kind = await inside.write(act)
    return Link(f"{inside.links}operator/{token}" if kind == ADD_OPERATOR else "")


@DEEDS.deed("POST", "/api/continuity/drills", to="/continuity")
async def record_drill(inside: Inside, me: Operator, asked: DrillRecord) -> Record:
    """A drill that was signed with the key it found is in the journal, and public."""
    return await _recorded(inside, me, {"record": asked.record})


@DEEDS.deed("POST", "/api/continuity/drills/failed", to="/continuity")
async def record_failed_drill(inside: Inside, me: Operator, asked: Failed) -> Record:
    """A drill came to nothing: that is in the journal, and public."""
    return await _recorded(inside, me, {"failed": asked.why.strip()})


async def _recorded(inside: Inside, me: Operator, facts: dict[str, str]) -> Record:
    if inside.drill is None or not any(facts.values()):
        raise Invalid("operator_recovery_record")
    return msgspec.convert(await inside.drill({**facts, "by": f"operator:{me.operator_id}"}), Record)
