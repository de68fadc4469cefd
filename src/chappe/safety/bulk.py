"""Many cases decided at once, by one decision that is undone at once.

Source: dsa/16(6), dsa/17(3)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chappe.base import Invalid, NotAllowed
from chappe.domain import decisions, effects, journal
from chappe.domain.access import Moderator
from chappe.domain.operators import LEAD, MODERATOR
from chappe.domain.rulings import Decision, Item, Measure, Preview, Ruling
from chappe.safety import cases
from chappe.safety.records import MEASURE, Case
from chappe.store import Reader, Tx

MOST = 200
"""Cases of one decision."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a decision over the cases would touch. Shape: left are cases without an item the measure can be taken
    against, or that somebody holds; they are not decided."""

    cases: tuple[Case, ...]
    left: tuple[Case, ...]
    items: tuple[Item, ...]
    preview: Preview


def reach(rx: Reader, moderator: Moderator, case_ids: Sequence[int], measure: Measure) -> Reach:
    """What a decision over the cases would touch.

    Errors: NotAllowed operator_role_needed; NotFound operator_case_unknown; Invalid operator_bulk_size.
    """
    _require_lead(moderator)
    if not 0 < len(set(case_ids)) <= MOST:
        raise Invalid("operator_bulk_size")
    taken, left, items = [], [], dict[str, Item]()
    for case_id in sorted(set(case_ids)):
        found = cases.get(rx, moderator, case_id)
        fitting = [item for item in cases.items(rx, moderator, case_id) if _fits(measure, item)]
        if found.is_open and found.claimed_by in (0, moderator.operator_id) and fitting:
            taken.append(found)
            items |= {item.key: item for item in fitting}
        else:
            left.append(found)
    whole = tuple(items.values())
    return Reach(tuple(taken), tuple(left), whole, decisions.preview(rx, measure, whole))


def decide(tx: Tx, moderator: Moderator, case_ids: Sequence[int], ruling: Ruling) -> Decision:
    """One decision holds over all items of the cases, which are decided by it; whoever noticed will be told.

    Shape: items and source of the ruling are set here. An item that is under the measure already, or is not there
    any more, is left out.
    Errors: as `reach`, `cases.decide`; Invalid operator_bulk_empty when nothing is left to decide.
    After: journal case_decided for each case and what the decision writes.
    """
    found = reach(tx, moderator, case_ids, ruling.measure)
    out = {item.key for item in (*found.preview.taken, *found.preview.unknown)}
    items = tuple(item for item in found.items if item.key not in out)
    if not items:
        raise Invalid("operator_bulk_empty")
    held = [cases.hold(tx, moderator, case.case_id, MODERATOR) for case in found.cases]
    sources = {"trusted_flagger" if case.flagged and case.source == "notice" else case.source for case in held}
    source = sources.pop() if len(sources) == 1 else "notice"
    made = decisions.decide(tx, moderator, msgspec.structs.replace(ruling, items=items, source=source, case_id=0))
    for case in held:
        cases.act_on(tx, case.case_id, [*items, *found.preview.taken])
        cases.settle(tx, moderator, case, MEASURE, f"{ruling.measure.kind} {made.decision_id}")
        journal.record(
            tx, "case_decided", moderator.actor, case.subject, outcome=MEASURE, decisions=str(made.decision_id),
            known_at=case.known_at, acted_at=tx.now,
        )  # fmt: skip
    return made


def _fits(measure: Measure, item: Item) -> bool:
    return item.kind in effects.ALLOWED.get(measure.kind, ()) and bool(item.peer_id or item.sha256)


def _require_lead(moderator: Moderator) -> None:
    if LEAD not in moderator.roles:
        raise NotAllowed("operator_role_needed")
