"""What a ruling must say to become a decision. Source: dsa/17(3)"""

import re
from collections.abc import Callable

from chappe.base.errors import Invalid
from chappe.base.ids import is_channel
from chappe.domain import categories
from chappe.domain.account_measures import LIMITS, MEASURES
from chappe.domain.effects import ALLOWED
from chappe.domain.rulings import AUTOMATED, BASES, SOURCES, Ground, Item, Measure, Ruling
from chappe.domain.statement_words import LANGUAGES

MOST = 1000
"""Items of one decision."""
FACTS, EXPLANATION, CLAUSE, LABEL = 2000, 1000, 200, 200
SEED = 16
_TERRITORY = re.compile(r"[A-Z]{2}")
_CLAUSE = re.compile(r"[0-9]+(\.[0-9]+)*")
_NUMBER = re.compile(r"[0-9]{1,18}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SITE = re.compile(r"(https?://[^\s/]+/([^\s]*/)?)?")


def require_ruling(ruling: Ruling, now: int) -> None:
    """The ruling is complete and makes sense.

    Errors: Invalid decision_item_invalid, decision_measure_invalid, decision_territory_invalid,
    decision_ground_invalid, decision_category_invalid, decision_source_invalid, decision_facts_invalid,
    decision_words_invalid, decision_automation_invalid.
    """
    _require_items(ruling)
    _require_measure(ruling.measure, now)
    _require_ground(ruling.ground)
    _require_category(ruling)
    if ruling.source not in SOURCES or not _SITE.fullmatch(ruling.site) or len(ruling.seed) < SEED:
        raise Invalid("decision_source_invalid")
    if not 0 < len(ruling.facts.strip()) <= FACTS:
        raise Invalid("decision_facts_invalid")
    _require_words(ruling)
    if ruling.automated_decision not in AUTOMATED or not -1 <= ruling.hours < 2**31:
        raise Invalid("decision_automation_invalid")


def _require_items(ruling: Ruling) -> None:
    keys = [item.key for item in ruling.items]
    if not 0 < len(keys) <= MOST or len(set(keys)) < len(keys) or not all(map(_makes_sense, ruling.items)):
        raise Invalid("decision_item_invalid")
    allowed = ALLOWED.get(ruling.measure.kind, frozenset())
    if not {item.kind for item in ruling.items} <= allowed:
        raise Invalid("decision_measure_invalid")


_SENSE: dict[str, Callable[[Item], object]] = {
    "message": lambda item: item.peer_id and 0 < item.message_id < 2**31 and (item.peer_id > 0 or _own_box(item)),
    "media": lambda item: _HASH.fullmatch(item.sha256),
    "account": lambda item: item.peer_id > 0,
    "room": lambda item: item.peer_id < 0,
    "profile_photo": lambda item: item.peer_id and _NUMBER.fullmatch(item.extra),
}


def _own_box(item: Item) -> bool:
    """True if the room has a box of its own: in a basic group each member has."""
    return is_channel(item.peer_id)  # type: ignore[arg-type]


def _makes_sense(item: Item) -> bool:
    return abs(item.peer_id) < 2**62 and item.kind in _SENSE and bool(_SENSE[item.kind](item))


def _require_measure(measure: Measure, now: int) -> None:
    if not all(map(_TERRITORY.fullmatch, measure.territories)) or len(measure.territories) > 60:
        raise Invalid("decision_territory_invalid")
    if (measure.kind == "hide") and not measure.territories:
        raise Invalid("decision_territory_invalid")
    if measure.kind in ("remove", "remove_room") and measure.territories:
        raise Invalid("decision_territory_invalid")
    if measure.until and not now < measure.until < 2**31:
        raise Invalid("decision_measure_invalid")
    if measure.kind == "limit" and measure.detail not in LIMITS:
        raise Invalid("decision_measure_invalid")
    if measure.kind in MEASURES and measure.territories:
        raise Invalid("decision_territory_invalid")
    if len(measure.detail) > LABEL or (measure.kind == "label" and not measure.detail.strip()):
        raise Invalid("decision_measure_invalid")


def _require_ground(ground: Ground) -> None:
    fits = 0 < len(ground.clause.strip()) <= CLAUSE and 0 < len(ground.text.strip()) <= EXPLANATION
    if ground.basis not in BASES or not fits:
        raise Invalid("decision_ground_invalid")
    if ground.basis == "terms" and not (_CLAUSE.fullmatch(ground.clause) and ground.version > 0):
        raise Invalid("decision_ground_invalid")


def _require_words(ruling: Ruling) -> None:
    """In each language both parts are written, and in none twice."""
    langs = [ruling.lang, *(one.lang for one in ruling.said)]
    if not set(langs) <= {*LANGUAGES, ""} or len(set(langs)) < len(langs) or (ruling.said and "" in langs):
        raise Invalid("decision_words_invalid")
    for one in ruling.said:
        if not (0 < len(one.why.strip()) <= EXPLANATION and 0 < len(one.facts.strip()) <= FACTS):
            raise Invalid("decision_words_invalid")


def _require_category(ruling: Ruling) -> None:
    words = {*categories.KEYWORDS.get(ruling.category, ()), categories.OTHER}
    if ruling.category not in categories.OF_DECISIONS or not set(ruling.keywords) <= words:
        raise Invalid("decision_category_invalid")
    if ruling.category == categories.TERMS_ONLY and ruling.ground.basis != "terms":
        raise Invalid("decision_category_invalid")
