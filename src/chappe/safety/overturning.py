"""When the measures of a case were taken back: whoever noticed hears that none stands, as the author heard.

Source: dsa/16(5), dsa/20(4)
"""

from collections.abc import Sequence

from chappe.domain import decisions, journal, sparing
from chappe.domain.access import Moderator
from chappe.domain.rulings import Undone
from chappe.safety import intake
from chappe.safety.records import MEASURE
from chappe.store import Reader, Tx
from chappe.store.safety import cases as rows

IN_FORCE = "in_force"
ITEMS = 2000
"""Items of one decision whose cases are looked for."""


def undo(tx: Tx, moderator: Moderator, decision_id: int, reason: str) -> Undone:
    """The decision holds no more, and whoever noticed will be told if nothing of the case is left.

    Errors: as `decisions.undo`. After: what that writes; journal case_overturned.
    """
    undone = decisions.undo(tx, moderator, decision_id, reason)
    for case_id in [undone.decision.case_id] if undone.decision.case_id else _cases_of(tx, decision_id):
        overturn(tx, moderator, case_id)
    return undone


def spare(tx: Tx, moderator: Moderator, decision_id: int, keys: Sequence[str], reason: str) -> Undone:
    """The decision holds no more for these things alone, and whoever noticed them will be told if nothing else does.

    Errors: as `sparing.spare`. After: what that writes; journal case_overturned.
    """
    undone = sparing.spare(tx, moderator, decision_id, keys, reason)
    for case_id in rows.measured(tx, list(keys)):
        overturn(tx, moderator, case_id)
    return undone


def _cases_of(rx: Reader, decision_id: int) -> list[int]:
    """The cases that one decision over many decided: those about its items."""
    keys: list[str] = []
    while part := decisions.items_of(rx, decision_id, len(keys)):
        keys += [item.key for item, _ in part]
    return rows.measured(rx, keys[:ITEMS])


def overturn(tx: Tx, moderator: Moderator, case_id: int) -> bool:
    """A case that was decided by a measure, of which none is in force, is one without; True if it became so.

    Shape: case_id 0 for none. After: journal case_overturned.
    """
    row = rows.find(tx, case_id) if case_id else None
    case = intake.of_row(tx, row) if row else None
    if case is None or case.is_open or case.outcome != MEASURE:
        return False
    if any(one.state == IN_FORCE for one in decisions.of_case(tx, case_id)):
        return False
    if any(decisions.standing(tx, item) for _, item, _, _ in intake.items_of(tx, case_id)):
        return False
    rows.overturn(tx, case_id, max(tx.now, case.decided_at + 1), moderator.actor)
    rows.add_act(tx, case_id, moderator.actor, "overturned", "")
    journal.record(tx, "case_overturned", moderator.actor, case.subject)
    return True
