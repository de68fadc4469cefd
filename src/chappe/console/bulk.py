"""Deeds over many cases: what a decision would touch, and the decision, which is undone at once."""

import msgspec

from chappe.console.case_views import CaseView, ItemView, case_view, item_view
from chappe.console.cases import Asked, search_of
from chappe.console.deeds import Deeds
from chappe.console.inside import Inside
from chappe.console.rulings import DecisionView, Wanted, decision_view, ruling
from chappe.domain.access import Moderator
from chappe.domain.operators import LEAD, Operator
from chappe.domain.rulings import Measure
from chappe.safety import bulk, queues
from chappe.store import Reader, Tx

DEEDS = Deeds()


class Many(Wanted, frozen=True, kw_only=True):
    """A decision over the items of these cases; a preview says which."""

    case_ids: tuple[int, ...]


class AskedMany(Asked, frozen=True, kw_only=True):
    """Which cases, and which measure shall be taken in them."""

    measure: str = "remove"


class PreviewView(msgspec.Struct, frozen=True):
    """What a decision would touch. Shape: left are cases it would leave as they are: somebody's, or with nothing that
    the measure can be taken against; taken are items under the measure already, gone those that are not there;
    languages in which (en, fr) how many people would be told, most first."""

    measure: str
    cases: tuple[CaseView, ...]
    left: tuple[CaseView, ...]
    items: int
    people: int
    sample: tuple[ItemView, ...]
    taken: tuple[ItemView, ...]
    gone: tuple[ItemView, ...]
    languages: tuple[tuple[str, int], ...] = ()


@DEEDS.deed("GET", "/api/bulk/preview")
async def preview_bulk(inside: Inside, me: Operator, asked: AskedMany) -> PreviewView:
    """What one decision over all cases of a queue or search would touch, 200 cases at most; leads alone may ask."""

    def query(rx: Reader, moderator: Moderator) -> PreviewView:
        wanted = search_of(rx, moderator, asked)
        page = queues.page(rx, moderator, wanted, limit=bulk.MOST)
        ids = [case.case_id for case in page.cases]
        found = bulk.reach(rx, moderator, ids, Measure(asked.measure))
        seen = found.preview
        return PreviewView(
            asked.measure,
            tuple(case_view(one, me.operator_id, rx.now) for one in found.cases),
            tuple(case_view(one, me.operator_id, rx.now) for one in found.left),
            seen.count, seen.people,
            tuple(map(item_view, seen.sample)), tuple(map(item_view, seen.taken)), tuple(map(item_view, seen.unknown)),
            seen.languages,
        )  # fmt: skip

    return await inside.seen_as(me, LEAD, query)


@DEEDS.deed("POST", "/api/bulk", to="/decisions/{decision_id}")
async def decide_bulk(inside: Inside, me: Operator, asked: Many) -> DecisionView:
    """One decision holds over the items of all these cases; undoing it undoes all. Leads alone may."""

    def act(tx: Tx, moderator: Moderator) -> DecisionView:
        return decision_view(bulk.decide(tx, moderator, asked.case_ids, ruling(inside, asked, (), tx.now)))

    return await inside.as_role(me, LEAD, act)
