"""Trial mode: whoever tries a server out may play every part in the console; for demonstrations and tests alone.

A part is an operator of its own that has no way in but this one, so that every rule holds as it does in earnest: who
decides a complaint is somebody else than who made the decision.
"""

from chappe.base import NotFound
from chappe.domain import journal, operators
from chappe.domain.operators import (
    APPEALS,
    APPROVER,
    AUDITOR,
    CHILD_SAFETY,
    DESK,
    LEAD,
    MODERATOR,
    OPERATOR,
    TRIAGE,
    Operator,
)
from chappe.store import Tx
from chappe.store.queries import operators as rows

PARTS = {
    "triage": (TRIAGE,),
    "moderator": (MODERATOR,),
    "child_safety": (CHILD_SAFETY, MODERATOR),
    "appeals": (APPEALS,),
    "lead": (LEAD,),
    "auditor": (AUDITOR,),
    "desk": (DESK,),
    "approver": (APPROVER,),
    "second_approver": (APPROVER, DESK),
    "registrar": (DESK,),
}
"""Part → the roles it holds."""


def play(tx: Tx, part: str) -> Operator:
    """The operator who is this part, made when it is first played.

    Errors: NotFound operator_part_unknown.
    After: journal operator_made and operator_role_changed, once.
    """
    if part not in PARTS:
        raise NotFound("operator_part_unknown")
    found = next((one for one in operators.everyone(tx) if one.trial and one.name == _name(part)), None)
    if found is None:
        operator_id = rows.add(tx, _name(part), OPERATOR, tx.now, None, trial=1)
        journal.record(tx, "operator_made", "server", f"operator:{operator_id}", role=OPERATOR, trial=True)
        found = operators.require(tx, operator_id)
    for role in PARTS[part]:
        if role not in found.roles:
            rows.add_role(tx, found.operator_id, role, 0, tx.now)
            subject = f"operator:{found.operator_id}"
            journal.record(tx, "operator_role_changed", "server", subject, role=role, given=True)
    return operators.require(tx, found.operator_id)


def end(tx: Tx) -> None:
    """Nobody plays a part any more: a server in earnest begins with this."""
    rows.end_trial(tx)


def _name(part: str) -> str:
    return f"{operators.ON_TRIAL}{part.replace('_', ' ')}"
