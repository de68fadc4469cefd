"""Deeds about complaints: taken by somebody else than who decided first, and decided by a person.

Source: dsa/20
"""

import msgspec

from chappe.base import NotFound
from chappe.console.case_views import item_view
from chappe.console.deeds import Deeds
from chappe.console.inside import Inside
from chappe.console.rulings import DecisionView, ItemState, Wanted, chosen, decision_view, ruling
from chappe.domain import decisions, sparing
from chappe.domain.access import Moderator
from chappe.domain.operators import APPEALS, Operator
from chappe.domain.rulings import Item
from chappe.safety import complaints, notices
from chappe.safety.complaints import Complaint, Verdict
from chappe.store import Reader, Tx

DEEDS = Deeds()


class WhichComplaints(msgspec.Struct, frozen=True):
    """Which complaints: those that wait, or those that were decided. Shape: after is the last number seen."""

    decided: bool = False
    after: int = 0


class OneComplaint(msgspec.Struct, frozen=True):
    """Which complaint."""

    complaint_id: int


class ComplaintView(msgspec.Struct, frozen=True):
    """A complaint. Shape: about is the measure objected to, `notice` or `flagger_notice`; mine: assigned to who asks;
    may_decide: who asks is somebody else than who decided first."""

    complaint_id: int
    about: str
    decision_id: int
    notice_id: int
    complainant: str
    category: str
    lang: str
    said: str
    filed_at: int
    first_by: tuple[str, ...]
    state: str
    assigned_to: int
    outcome: str
    reasons: str
    decided_by: int
    decided_at: int
    new_decision_id: int
    mine: bool
    may_decide: bool


class Complaints(msgspec.Struct, frozen=True):
    """Complaints, the oldest first that wait, the newest first that were decided."""

    complaints: tuple[ComplaintView, ...]


class WholeComplaint(msgspec.Struct, frozen=True):
    """A complaint with what it is about: a decision and its items, or the cases in which nothing was done.

    Shape: theirs are keys of the items that are the complainant's, where the decision is about others' too.
    """

    complaint: ComplaintView
    decision: DecisionView | None
    items: tuple[ItemState, ...]
    cases: tuple[int, ...]
    theirs: tuple[str, ...] = ()


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict. Shape: outcome is upheld, partially_reversed, reversed or omitted; reasons are told to who objected.

    spared are keys of what the decision shall hold no more for: it stands for all else, whose people hear nothing; none
    for the whole of it. For partially_reversed a measure and what goes with it say the decision that takes the first
    one's place, over all of its items but those spared, and everybody whom it hits hears of both; of a refused notice
    case_ids are the cases that are looked at again.
    """

    complaint_id: int
    outcome: str
    reasons: str = ""
    case_ids: tuple[int, ...] = ()
    measure: str = ""
    items: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    days: int = 0
    detail: str = ""
    basis: str = "terms"
    clause: str = ""
    why: str = ""
    category: str = ""
    keywords: tuple[str, ...] = ()
    facts: str = ""
    lang: str = ""
    why_en: str = ""
    facts_en: str = ""
    why_fr: str = ""
    facts_fr: str = ""


@DEEDS.deed("GET", "/api/complaints")
async def list_complaints(inside: Inside, me: Operator, asked: WhichComplaints) -> Complaints:
    """Complaints that wait, or those that were decided; the appeals role sees them."""

    def query(rx: Reader, moderator: Moderator) -> Complaints:
        if asked.decided:
            found = complaints.decided(rx, moderator, asked.after or 2**62)
        else:
            found = complaints.waiting(rx, moderator, asked.after)
        return Complaints(tuple(_view(moderator, one) for one in found))

    return await inside.seen_as(me, APPEALS, query)


@DEEDS.deed("GET", "/api/complaints/{complaint_id}")
async def look_at_complaint(inside: Inside, me: Operator, asked: OneComplaint) -> WholeComplaint:
    """A complaint, with what it is about."""

    def query(rx: Reader, moderator: Moderator) -> WholeComplaint:
        found = complaints.get(rx, moderator, asked.complaint_id)
        if not found.decision_id:
            refused = complaints.refused_cases(rx, notices.find(rx, found.notice_id))
            return WholeComplaint(_view(moderator, found), None, (), tuple(case.case_id for case in refused))
        items = decisions.items_of(rx, found.decision_id)
        return WholeComplaint(
            _view(moderator, found),
            decision_view(decisions.find(rx, found.decision_id)),
            tuple(ItemState(item_view(item), state) for item, state in items),
            (),
            _theirs(rx, found),
        )

    return await inside.seen_as(me, APPEALS, query)


@DEEDS.deed("POST", "/api/complaints/{complaint_id}/assignment", to="/complaints/{complaint_id}")
async def take_complaint(inside: Inside, me: Operator, asked: OneComplaint) -> ComplaintView:
    """The complaint is one's own to decide."""

    def act(tx: Tx, moderator: Moderator) -> ComplaintView:
        return _view(moderator, complaints.assign(tx, moderator, asked.complaint_id))

    return await inside.as_role(me, APPEALS, act)


@DEEDS.deed("POST", "/api/complaints/{complaint_id}/release", to="/complaints")
async def release_complaint(inside: Inside, me: Operator, asked: OneComplaint) -> ComplaintView:
    """The complaint is nobody's again."""

    def act(tx: Tx, moderator: Moderator) -> ComplaintView:
        return _view(moderator, complaints.release(tx, moderator, asked.complaint_id))

    return await inside.as_role(me, APPEALS, act)


@DEEDS.deed("POST", "/api/complaints/{complaint_id}/decision", to="/complaints/{complaint_id}")
async def judge(inside: Inside, me: Operator, asked: Judged) -> ComplaintView:
    """The complaint has its outcome, which holds at once and is told; a reversal undoes what it was about."""
    if inside.safety is None:
        raise NotFound("operator_complaint_unknown")
    desk = inside.safety

    def act(tx: Tx, moderator: Moderator) -> ComplaintView:
        found = complaints.get(tx, moderator, asked.complaint_id)
        instead = None
        if asked.measure and asked.outcome == complaints.PARTIALLY and found.decision_id:
            wanted = Wanted(**{name: getattr(asked, name) for name in Wanted.__struct_fields__})
            first = decisions.find(tx, found.decision_id)
            left = [item for item in _items(tx, found.decision_id) if item.key not in asked.spared]
            made = ruling(inside, wanted, chosen(wanted, left), tx.now)
            instead = msgspec.structs.replace(
                made, category=made.category or first.category, keywords=made.keywords or first.keywords
            )
        verdict = Verdict(asked.outcome, asked.reasons, instead, asked.case_ids, asked.spared)
        settled = complaints.decide(tx, desk, moderator, asked.complaint_id, verdict)
        return _view(moderator, settled.complaint)

    return await inside.as_role(me, APPEALS, act)


def _theirs(rx: Reader, found: Complaint) -> tuple[str, ...]:
    """What of the decision is the complainant's; nothing where it is about one thing, which is theirs."""
    own = complaints.theirs(rx, found)
    alone = decisions.find(rx, found.decision_id).item_count == 1 and not sparing.copies(rx, found.decision_id, own)
    return () if alone else tuple(item.key for item in own)


def _items(rx: Reader, decision_id: int) -> list[Item]:
    found: list[Item] = []
    while part := decisions.items_of(rx, decision_id, len(found)):
        found += [item for item, _ in part]
    return found


def _view(moderator: Moderator, one: Complaint) -> ComplaintView:
    own = ("mine", "may_decide")
    same = {name: getattr(one, name) for name in ComplaintView.__struct_fields__ if name not in own}
    return ComplaintView(
        **same, mine=one.assigned_to == moderator.operator_id, may_decide=complaints.may_decide(moderator, one)
    )
