"""Taking over: what the successors of a rule of absence may do, by quorum and after a wait; nothing else.

Source: requirements/continuity
A takeover gives nobody a rank, a role or a power over people's data. It gives the quorum the few acts of an owner that
keep a service going, each said by as many people as the rule asks (two at least, where an owner needs one) and done
only after a wait (where an owner needs none), announced in public before it is done. Whoever restricts or discloses
needs the same role, the same number of different people and the same steps as before; what a takeover gave ends when an
owner is back.

| act | needs | waits |
|---|---|---|
| `say` a public notice | quorum | – |
| `give_role`, `take_role` of an operator | quorum | a day |
| `add_operator` with roles | quorum | a day |
| `make_owner` of an operator, which ends the takeover | quorum | a week |
"""

from dataclasses import dataclass

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import continuity, journal, oncall, operators
from chappe.domain.continuity import HELD, HOUR_S, SETTLED, Rule, Takeover, told
from chappe.domain.operators import OWNER, ROLES, Operator
from chappe.store import Reader, Row, Tx
from chappe.store.queries import continuity as rows

SAY, GIVE_ROLE, TAKE_ROLE, ADD_OPERATOR, MAKE_OWNER = "say", "give_role", "take_role", "add_operator", "make_owner"
WAITS = {SAY: 0, GIVE_ROLE: 24 * HOUR_S, TAKE_ROLE: 24 * HOUR_S, ADD_OPERATOR: 24 * HOUR_S, MAKE_OWNER: 168 * HOUR_S}
"""Act → how long it waits once it was proposed."""
FOR_ANOTHER = (GIVE_ROLE, MAKE_OWNER)
"""Nobody has a say in what they would gain themselves."""
TEXT_MOST = 1000
WAITING, DONE, DROPPED = "waiting", "done", "dropped"


@dataclass(frozen=True, slots=True)
class Act:
    """What the takers plan or did. Shape: detail is a role, roles with spaces between, or the text of a notice."""

    act_no: int
    takeover_no: int
    kind: str
    operator_id: int
    detail: str
    state: str
    proposed_by: int
    date: int
    ready: int
    ended: int
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act as it is proposed."""

    kind: str
    operator_id: int = 0
    detail: str = ""


def take_over(tx: Tx, by: Operator) -> Takeover:
    """One successor says that they take over; with as many as the rule asks they do.

    Errors: NotFound operator_continuity_not_absent; NotAllowed operator_continuity_not_successor;
    Conflict operator_continuity_said.
    After: journal continuity_word_given, with the last one continuity_taken_over, public.
    """
    takeover, rule = _now(tx, by)
    if not rows.add_word(tx, f"takeover:{takeover.takeover_no}", by.operator_id):
        raise Conflict("operator_continuity_said")
    subject = f"takeover:{takeover.takeover_no}"
    journal.record(tx, "continuity_word_given", f"operator:{by.operator_id}", subject)
    said = len(rows.words(tx, subject))
    if takeover.state != HELD and said >= rule.quorum:
        rows.set_takeover(tx, takeover.takeover_no, HELD, tx.now, 0)
        oncall.over(tx, "absence", subject)
        told(tx, "continuity_taken_over", by, subject, "taken_over", people=said)
    found = continuity.takeover_now(tx)
    assert found is not None
    return found


def propose(tx: Tx, by: Operator, wanted: Wanted) -> Act:
    """The act is public and waits for the others' words and for its hour; who proposes it has said yes.

    Errors: as `take_over`; Conflict operator_continuity_not_taken_over before the quorum;
    Invalid operator_continuity_act, operator_role_invalid; NotFound operator_unknown;
    NotAllowed operator_continuity_own for a rank or role of one's own.
    After: journal continuity_act_proposed, public.
    """
    takeover, _ = _held(tx, by)
    _require_possible(tx, by, wanted)
    ready = tx.now + WAITS[wanted.kind]
    act_no = rows.add_act(
        tx, takeover.takeover_no, wanted.kind, wanted.operator_id, wanted.detail, by.operator_id, ready
    )
    rows.add_word(tx, f"act:{act_no}", by.operator_id)
    told(tx, "continuity_act_proposed", by, f"act:{act_no}", f"{wanted.kind}_proposed", ready=ready)
    return require(tx, act_no)


def agree(tx: Tx, by: Operator, act_no: int) -> Act:
    """One taker more says yes.

    Errors: as `propose`; NotFound operator_continuity_no_act; Conflict operator_continuity_said.
    After: journal continuity_word_given.
    """
    _held(tx, by)
    act = _waiting(tx, act_no)
    if not rows.add_word(tx, f"act:{act.act_no}", by.operator_id):
        raise Conflict("operator_continuity_said")
    journal.record(tx, "continuity_word_given", f"operator:{by.operator_id}", f"act:{act_no}")
    return require(tx, act_no)


def drop(tx: Tx, by: Operator, act_no: int) -> None:
    """The act will not be done; any taker may say so, alone and at once.

    Errors: as `agree`. After: journal continuity_act_dropped, public.
    """
    _held(tx, by)
    act = _waiting(tx, act_no)
    rows.set_act(tx, act_no, DROPPED)
    told(tx, "continuity_act_dropped", by, f"act:{act_no}", f"{act.kind}_dropped")


def carry_out(tx: Tx, by: Operator, act_no: int, token: bytes = b"") -> Act:
    """The act is done. Shape: token is that of the link that `add_operator` makes.

    Errors: as `agree`; Conflict operator_continuity_words while the quorum has not spoken,
    operator_continuity_early before its hour.
    After: journal continuity_act_done, public, and what the act itself writes; a new owner: continuity_settled, public.
    """
    takeover, rule = _held(tx, by)
    act = _waiting(tx, act_no)
    if len(_counted(act, rule)) < rule.quorum:
        raise Conflict("operator_continuity_words")
    if tx.now < act.ready:
        raise Conflict("operator_continuity_early")
    rows.set_act(tx, act_no, DONE)
    told(tx, "continuity_act_done", by, f"act:{act_no}", f"{act.kind}_done")
    _done(tx, by, act, token)
    if act.kind == MAKE_OWNER:
        rows.drop_acts(tx, takeover.takeover_no)
        rows.set_takeover(tx, takeover.takeover_no, SETTLED, takeover.began, tx.now)
        told(tx, "continuity_settled", by, f"takeover:{takeover.takeover_no}", "settled")
        continuity.alive(tx, act.operator_id, continuity.BUTTON)
    return require(tx, act_no)


def acts(rx: Reader, takeover_no: int) -> list[Act]:
    """All that the takers planned or did, in order."""
    return [_act(rx, row) for row in rows.acts(rx, takeover_no)]


def require(rx: Reader, act_no: int) -> Act:
    """The act of this number. Errors: NotFound operator_continuity_no_act."""
    row = rows.act(rx, act_no)
    if row is None:
        raise NotFound("operator_continuity_no_act")
    return _act(rx, row)


def said(rx: Reader) -> tuple[int, str] | None:
    """(date, text) of what the takers tell everybody, while they hold the service."""
    row = rows.last_said(rx)
    return (row[0], row[1]) if row is not None else None


def _done(tx: Tx, by: Operator, act: Act, token: bytes) -> None:
    if act.kind == GIVE_ROLE:
        operators.give_role(tx, by.operator_id, act.operator_id, act.detail)
    elif act.kind == TAKE_ROLE:
        operators.take_role(tx, by.operator_id, act.operator_id, act.detail)
    elif act.kind == ADD_OPERATOR:
        operators.link_of_quorum(tx, by.operator_id, token, act.detail.split())
    elif act.kind == MAKE_OWNER:
        operators.raise_to_owner(tx, by.operator_id, act.operator_id)


def _require_possible(rx: Reader, by: Operator, wanted: Wanted) -> None:
    """The act is one of those that a takeover may do, and complete."""
    kind, detail = wanted.kind, wanted.detail
    if kind not in WAITS:
        raise Invalid("operator_continuity_act")
    if kind == SAY:
        if not 0 < len(detail.strip()) <= TEXT_MOST:
            raise Invalid("operator_continuity_text")
        return
    roles = detail.split()
    if not set(roles) <= set(ROLES) or (kind in (GIVE_ROLE, TAKE_ROLE) and len(roles) != 1):
        raise Invalid("operator_role_invalid")
    if kind == ADD_OPERATOR:
        return
    target = operators.require(rx, wanted.operator_id)
    if kind in FOR_ANOTHER and target.operator_id == by.operator_id:
        raise NotAllowed("operator_continuity_own")
    if target.role == OWNER:
        raise Invalid("operator_continuity_act")


def _counted(act: Act, rule: Rule) -> set[int]:
    """Whose words count: the successors', but not of whoever would gain a role or a rank by it."""
    gains = {act.operator_id} if act.kind in FOR_ANOTHER else set()
    return set(act.words) & set(rule.successors) - gains


def _held(rx: Reader, by: Operator) -> tuple[Takeover, Rule]:
    takeover, rule = _now(rx, by)
    if takeover.state != HELD:
        raise Conflict("operator_continuity_not_taken_over")
    return takeover, rule


def _now(rx: Reader, by: Operator) -> tuple[Takeover, Rule]:
    """The takeover and its rule, for one of the successors."""
    takeover = continuity.takeover_now(rx)
    if takeover is None:
        raise NotFound("operator_continuity_not_absent")
    rule = continuity.require_rule(rx, takeover.rule_no)
    if by.operator_id not in rule.successors:
        raise NotAllowed("operator_continuity_not_successor")
    return takeover, rule


def _waiting(rx: Reader, act_no: int) -> Act:
    act, takeover = require(rx, act_no), continuity.takeover_now(rx)
    if act.state != WAITING or takeover is None or act.takeover_no != takeover.takeover_no:
        raise NotFound("operator_continuity_no_act")
    return act


def _act(rx: Reader, row: Row) -> Act:
    no, takeover_no, kind, operator_id, detail, state, by, date, ready, ended = row
    said = tuple(rows.words(rx, f"act:{no}"))
    return Act(no, takeover_no, kind, operator_id, detail, state, by, date, ready, ended, said)
