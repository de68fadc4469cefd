"""Deeds that decide: about a case, about something found by oneself, about many cases at once; and undoing.

Source: dsa/17
"""

from collections.abc import Sequence

import msgspec

from chappe.base import Invalid, NotFound
from chappe.console.case_views import CaseView, ItemView, case_view, item_view
from chappe.console.cases import OneCase
from chappe.console.deeds import Deeds
from chappe.console.inside import Inside
from chappe.console.presets import clauses
from chappe.domain import decisions, effects, sparing
from chappe.domain.access import Moderator
from chappe.domain.operators import APPEALS, AUDITOR, CHILD_SAFETY, MODERATOR, TRIAGE, Operator
from chappe.domain.rulings import KINDS, Decision, Ground, Item, Measure, Ruling, Said
from chappe.safety import Case, cases, overturning
from chappe.store import Reader, Tx

DEEDS = Deeds()
DAY_S = 86400
PAGE = 50
SEED_BYTES = 32
ITEMS_LOOKED_AT = 20


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision shall say.

    Shape: items are keys such as `message:-1000000001003:5`, none for all that the case is about and the measure can be
    taken against; of a case's files every copy is meant; territories are ISO 3166 codes, none for everywhere; days 0
    for as long as it stands; basis law or terms; clause of the terms or of the law; category may bring its keyword, as
    in `VIOLENCE/COORDINATED_HARM`, and where it brings none the case's stays; why and facts are told to the person hit,
    so they hold no other's data. They are written in `lang` (en, fr; empty for unsaid), or in one or both languages by
    name; lang then says which a person gets whose own was not written, without it English.
    """

    measure: str
    items: tuple[str, ...] = ()
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


class OfCase(Wanted, frozen=True, kw_only=True):
    """The same about a case."""

    case_id: int


class Dismissed(msgspec.Struct, frozen=True):
    """Why no measure is taken. Shape: outcome is no_action, unfounded (manifestly) or gone."""

    case_id: int
    outcome: str
    reason: str = ""


class DecisionView(msgspec.Struct, frozen=True):
    """A decision as it stands. Shape: state is in_force, undone or ended; actor as in the journal."""

    decision_id: int
    date: int
    actor: str
    state: str
    measure: str
    territories: tuple[str, ...]
    until: int
    detail: str
    basis: str
    clause: str
    clause_version: int
    why: str
    category: str
    keywords: tuple[str, ...]
    source: str
    automated_detection: bool
    automated_decision: str
    facts: str
    lang: str
    said: tuple[Said, ...]
    case_id: int
    item_count: int
    undone_date: int
    undone_by: str
    undone_reason: str
    pending: bool


class Decisions(msgspec.Struct, frozen=True):
    """Decisions, the newest first. Shape: before is where the next page begins, 0 at the end."""

    decisions: tuple[DecisionView, ...]
    before: int


class Before(msgspec.Struct, frozen=True):
    """Which page of decisions. Shape: before 0 for the newest."""

    before: int = 0


class OneDecision(msgspec.Struct, frozen=True):
    """Which decision."""

    decision_id: int


class Undoing(msgspec.Struct, frozen=True):
    """Which decision shall hold no more, and why."""

    decision_id: int
    reason: str = ""


class Sparing(msgspec.Struct, frozen=True):
    """What a decision shall hold no more for, and why. Shape: items are keys of things it holds."""

    decision_id: int
    items: tuple[str, ...] = ()
    reason: str = ""


class SparedView(msgspec.Struct, frozen=True):
    """What a decision holds no more for though it stands. Shape: actor as in the journal."""

    item: ItemView
    date: int
    actor: str
    reason: str


class ItemState(msgspec.Struct, frozen=True):
    """An item of a decision and how it stands with it: waiting, held, gone or lifted."""

    item: ItemView
    state: str


class ClashView(msgspec.Struct, frozen=True):
    """What an undoing left as it was, because others had changed it."""

    item: ItemView
    what: str


class WholeDecision(msgspec.Struct, frozen=True):
    """A decision with its items, what was spared of it, and what stayed as it was where something was freed."""

    decision: DecisionView
    items: tuple[ItemState, ...]
    conflicts: tuple[ClashView, ...]
    spared: tuple[SparedView, ...] = ()


@DEEDS.deed("POST", "/api/cases/{case_id}/decision", to="/cases/{case_id}")
async def decide_case(inside: Inside, me: Operator, asked: OfCase) -> DecisionView:
    """A measure is taken in a case one holds; whom it hits and who noticed will be told."""

    def act(tx: Tx, moderator: Moderator) -> DecisionView:
        case = cases.get(tx, moderator, asked.case_id)
        about = cases.items(tx, moderator, asked.case_id)
        items = chosen(asked, [*about, *cases.media(tx, moderator, asked.case_id)] if asked.items else about)
        return decision_view(cases.decide(tx, moderator, asked.case_id, ruling(inside, asked, items, tx.now, case)))

    return await inside.as_role(me, decider(me), act)


@DEEDS.deed("POST", "/api/cases/{case_id}/dismissal", to="/cases/{case_id}")
async def dismiss_case(inside: Inside, me: Operator, asked: Dismissed) -> CaseView:
    """No measure is taken in a case one holds; who noticed will be told."""

    def act(tx: Tx, moderator: Moderator) -> CaseView:
        done = cases.dismiss(tx, moderator, asked.case_id, asked.outcome, asked.reason)
        return case_view(done, me.operator_id, tx.now)

    return await inside.as_role(me, decider(me), act)


@DEEDS.deed("POST", "/api/cases/{case_id}/confirmation", to="/cases/{case_id}")
async def confirm_case(inside: Inside, me: Operator, asked: OneCase) -> CaseView:
    """What stands already, as by a rule, is right, and decides a case one holds; who noticed will be told."""

    def act(tx: Tx, moderator: Moderator) -> CaseView:
        return case_view(cases.confirm(tx, moderator, asked.case_id), me.operator_id, tx.now)

    return await inside.as_role(me, decider(me), act)


@DEEDS.deed("GET", "/api/cases/{case_id}/decisions")
async def decisions_of_case(inside: Inside, me: Operator, asked: OneCase) -> Decisions:
    """The decisions taken in a case or about the same items, the newest first."""

    def query(rx: Reader, moderator: Moderator) -> Decisions:
        items = cases.items(rx, moderator, asked.case_id)[:ITEMS_LOOKED_AT]
        found = [*decisions.of_case(rx, asked.case_id), *(one for item in items for one in decisions.about(rx, item))]
        unlike = {one.decision_id: one for one in found}
        return Decisions(tuple(decision_view(unlike[number]) for number in sorted(unlike, reverse=True)), 0)

    return await inside.seen_as(me, reader(me), query)


@DEEDS.deed("POST", "/api/decisions", to="/decisions")
async def decide_at_once(inside: Inside, me: Operator, asked: Wanted) -> DecisionView:
    """A measure is taken against what one found oneself, without a case."""

    def act(tx: Tx, moderator: Moderator) -> DecisionView:
        items = [item_of(key) for key in asked.items]
        return decision_view(decisions.decide(tx, moderator, ruling(inside, asked, items, tx.now)))

    return await inside.as_role(me, decider(me), act)


@DEEDS.deed("GET", "/api/decisions")
async def list_decisions(inside: Inside, me: Operator, asked: Before) -> Decisions:
    """Decisions of the platform, the newest first."""

    def query(rx: Reader, moderator: Moderator) -> Decisions:
        found = decisions.latest(rx, asked.before or 2**62, PAGE)
        before = found[-1].decision_id if len(found) == PAGE else 0
        return Decisions(tuple(map(decision_view, found)), before)

    return await inside.seen_as(me, reader(me), query)


@DEEDS.deed("GET", "/api/decisions/{decision_id}")
async def look_at_decision(inside: Inside, me: Operator, asked: OneDecision) -> WholeDecision:
    """One decision, what it is about, and what undoing it left as it was."""

    def query(rx: Reader, moderator: Moderator) -> WholeDecision:
        found = decisions.find(rx, asked.decision_id)
        items = decisions.items_of(rx, asked.decision_id)
        left = decisions.undone(rx, asked.decision_id).conflicts
        spared = sparing.spared(rx, asked.decision_id)
        view = decision_view(found)
        if found.case_id and not cases.may_see(rx, moderator, found.case_id):
            view = msgspec.structs.replace(view, case_id=0)
        return WholeDecision(
            view,
            tuple(ItemState(item_view(item), state) for item, state in items),
            tuple(ClashView(item_view(clash.item), clash.what) for clash in left),
            tuple(SparedView(item_view(one.item), one.date, one.actor, one.reason) for one in spared),
        )

    return await inside.seen_as(me, reader(me), query)


@DEEDS.deed("POST", "/api/decisions/{decision_id}/undoing", to="/decisions/{decision_id}")
async def undo_decision(inside: Inside, me: Operator, asked: Undoing) -> WholeDecision:
    """The decision holds no more; what others changed meanwhile is left as it is, and listed."""
    await inside.as_role(me, undoer(me), lambda tx, m: overturning.undo(tx, m, asked.decision_id, asked.reason))
    whole: WholeDecision = await look_at_decision(inside, me, OneDecision(asked.decision_id))
    return whole


@DEEDS.deed("POST", "/api/decisions/{decision_id}/sparing", to="/decisions/{decision_id}")
async def spare_of_decision(inside: Inside, me: Operator, asked: Sparing) -> WholeDecision:
    """The decision ends for these things, whose people hear of it; for all others it stands, and none of them hears."""

    def act(tx: Tx, moderator: Moderator) -> object:
        return overturning.spare(tx, moderator, asked.decision_id, asked.items, asked.reason)

    await inside.as_role(me, undoer(me), act)
    whole: WholeDecision = await look_at_decision(inside, me, OneDecision(asked.decision_id))
    return whole


def decider(me: Operator) -> str:
    """The role under which somebody decides; what it allows is checked where it is used."""
    return MODERATOR if me.may(MODERATOR) or not me.may(CHILD_SAFETY) else CHILD_SAFETY


def undoer(me: Operator) -> str:
    """The role under which somebody takes a decision back; whether it is theirs to take back is checked there."""
    return next((role for role in (MODERATOR, CHILD_SAFETY, APPEALS) if me.may(role)), MODERATOR)


def reader(me: Operator) -> str:
    """The role under which somebody reads decisions."""
    return next((role for role in (TRIAGE, APPEALS, AUDITOR) if me.may(role)), CHILD_SAFETY)


def ruling(inside: Inside, asked: Wanted, items: Sequence[Item], now: int, case: Case | None = None) -> Ruling:
    """The ruling as the domain takes it; what is not said follows from the case and the terms.

    Errors: Invalid decision_ground_invalid for a clause that the terms in force do not have, decision_words_invalid for
    words that are half written in a language.
    """
    first, *others = words(asked)
    if asked.basis == "terms" and asked.clause not in clauses(inside.terms):
        raise Invalid("decision_ground_invalid")
    category, _, keyword = asked.category.partition("/")
    if not keyword and case and category in ("", case.category):
        keyword = case.keyword
    version = inside.terms_version if asked.basis == "terms" else 0
    return Ruling(
        items=tuple(items),
        measure=Measure(asked.measure, asked.territories, now + asked.days * DAY_S if asked.days else 0, asked.detail),
        ground=Ground(asked.basis, asked.clause, version, first.why),
        category=category or (case.category if case else ""),
        seed=inside.entropy(SEED_BYTES),
        keywords=asked.keywords or ((keyword,) if keyword else ()),
        facts=first.facts,
        site=inside.links,
        lang=first.lang,
        said=tuple(others),
    )


def words(asked: Wanted) -> list[Said]:
    """The words in each language they are written in, first those that people get whose own was not written.

    Errors: Invalid decision_words_invalid where one of the two parts is missing in a language.
    """
    named = [Said("en", asked.why_en, asked.facts_en), Said("fr", asked.why_fr, asked.facts_fr)]
    written = [one for one in named if one.why.strip() or one.facts.strip()]
    if not written:
        return [Said(asked.lang, asked.why, asked.facts)]
    if not all(one.why.strip() and one.facts.strip() for one in written):
        raise Invalid("decision_words_invalid")
    return sorted(written, key=lambda one: one.lang != asked.lang)


def chosen(asked: Wanted, items: Sequence[Item]) -> list[Item]:
    """The items that are named, else all that the measure can be taken against.

    Errors: NotFound decision_item_unknown.
    """
    if not asked.items:
        return [item for item in items if takes(asked.measure, item)]
    known = {item.key: item for item in items}
    if not set(asked.items) <= known.keys():
        raise NotFound("decision_item_unknown")
    return [known[key] for key in dict.fromkeys(asked.items)]


def takes(measure: str, item: Item) -> bool:
    """True if the measure can be taken against such an item."""
    return item.kind in effects.ALLOWED.get(measure, ()) and bool(item.peer_id or item.sha256)


def item_of(key: str) -> Item:
    """The item that a key names. Errors: Invalid decision_item_invalid."""
    kind, *rest = key.split(":", 3)
    numbers = ("message", "story", "reaction")
    try:
        if kind == "media":
            item = Item("media", sha256=rest[0])
        elif kind in numbers:
            item = Item(kind, int(rest[0]), int(rest[1]), extra=rest[2] if len(rest) > 2 else "")
        else:
            item = Item(kind, int(rest[0]), extra=rest[1] if len(rest) > 1 else "")
    except (ValueError, IndexError):
        raise Invalid("decision_item_invalid") from None
    if kind not in KINDS or item.key != key:
        raise Invalid("decision_item_invalid")
    return item


def decision_view(one: Decision) -> DecisionView:
    """The decision to staff."""
    same = {name: getattr(one, name) for name in _SAME}
    m, g = one.measure, one.ground
    return DecisionView(
        **same, measure=m.kind, territories=m.territories, until=m.until, detail=m.detail, basis=g.basis,
        clause=g.clause, clause_version=g.version, why=g.text,
    )  # fmt: skip


_SAME = [
    name for name in DecisionView.__struct_fields__
    if name not in ("measure", "territories", "until", "detail", "basis", "clause", "clause_version", "why")
]  # fmt: skip
