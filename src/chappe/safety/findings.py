"""What rules and lists found becomes a signal, and where it is meant to: a case, and a decision of the machine.

Source: requirements/rules
A signal stands once, so whatever is interrupted is done again without harm. A decision made by a machine leaves a case
in which a person looks at it. In the shadow nothing follows: findings are counted, and some of them kept as samples.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Refusal, TooMany
from chappe.base.ids import Entropy, UserId
from chappe.domain import access, decisions, statements
from chappe.domain.rulings import Ground, Item, Measure, Ruling, Said
from chappe.safety import intake, items
from chappe.safety.events import Facts
from chappe.safety.rulebook import CASE, LIMIT, LIVE, REMOVE, REMOVE_AGAIN, SHADOW, Rule
from chappe.store import Reader, Row, Store, StoreUnavailable, Tx
from chappe.store.safety import signals as rows

log = logging.getLogger("chappe.safety")
SAMPLES = 20
"""Findings of a rule in the shadow that are kept of a day; all are counted."""
SHADOW_KEPT_S, LIVE_KEPT_S = 30 * 86_400, 366 * 86_400
"""How long signals are kept; what they led to has times of its own."""
SEED_BYTES = 32
DAY_S = 86_400
_MEASURES = {LIMIT: "limit", REMOVE: "remove", REMOVE_AGAIN: "remove"}
_encode = msgspec.json.Encoder().encode
_facts: msgspec.json.Decoder[Facts] = msgspec.json.Decoder(dict[str, bool | int | str])


@dataclass(frozen=True, slots=True)
class Found:
    """Something was found. Shape: kind is rule or hash; subject as in the journal; day 0 for what is found once.

    then is what follows of it: nothing, a case, or a decision and a case.
    """

    kind: str
    name: str
    version: int
    mode: str
    item: Item
    subject: str
    facts: Facts
    category: str
    keyword: str
    ground: Ground
    then: str = ""
    hours: int = 0
    distance: int = 0
    day: int = 0
    reasons: Mapping[str, str] | None = None
    """The ground's text by language, where it is said in several."""

    @property
    def label(self) -> str:
        """As decisions and the journal name it."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal as it stands. Shape: case_id and decision_id 0 where none followed."""

    signal_id: int
    date: int
    kind: str
    name: str
    version: int
    mode: str
    item_key: str
    subject: str
    distance: int
    facts: Facts
    case_id: int
    decision_id: int


@dataclass(frozen=True, slots=True)
class Day:
    """What a rule did on a day. Shape: day counted since 1970; seen: events it was asked about."""

    day: int
    version: int
    mode: str
    seen: int
    found: int


def by_rule(rule: Rule, item: Item, subject: str, facts: Facts, day: int = 0) -> Found:
    """What a rule found."""
    return Found(
        "rule", rule.name, rule.version, rule.mode, item, subject, facts, rule.category, rule.keyword, rule.ground,
        rule.effect.then, rule.effect.hours, day=day, reasons=rule.reasons,
    )  # fmt: skip


class Follower:
    """Writes signals and does what follows of them."""

    def __init__(self, store: Store, entropy: Entropy, site: str) -> None:
        self._store = store
        self._entropy = entropy
        self._site = site

    async def follow(self, found: Found) -> int:
        """The signal stands and what follows of it is done; its number, 0 if it stood before.

        After: a case; a decision where one is meant, unless the domain refuses it, which is logged.
        """
        seed = self._entropy(SEED_BYTES)
        try:
            return await self._store.write(lambda tx: record(tx, found, seed, self._site))
        except (TooMany, StoreUnavailable):
            raise  # the store's trouble, not the finding's: it is followed later, whole
        except Refusal as refusal:
            log.warning("%s: no decision about %s: %s", found.label, found.item.kind, refusal.reason)
        return await self._store.write(lambda tx: record(tx, found, b"", self._site))


def record(tx: Tx, found: Found, seed: bytes, site: str) -> int:
    """The signal stands, with its case and decision; its number, 0 if it stood before. Without a seed none is decided.

    Errors: as `decisions.decide`, and then nothing is written.
    """
    shadow = found.mode == SHADOW
    if shadow and rows.found_on(tx, found.name, found.version, SHADOW, tx.now // DAY_S) > SAMPLES:
        return 0
    signal_id = rows.insert(
        tx, found.kind, found.name, found.version, found.mode, found.item.key, found.subject, found.distance,
        _encode(_kept(found)), found.day,
    )  # fmt: skip
    if not signal_id or found.mode != LIVE or not found.then:
        return signal_id
    source = "rule" if found.kind == "rule" else "own_initiative"
    located = items.named(tx, found.item)
    case = intake.open_for(tx, [located], source, found.category, found.keyword, actor=f"rule:{found.label}")[0]
    decision_id = 0
    if seed and found.then != CASE:
        decision_id = _decide(tx, found, source, case.case_id, seed, site, located.author_id)
    rows.led_to(tx, signal_id, case.case_id, decision_id)
    return signal_id


def _decide(tx: Tx, found: Found, source: str, case_id: int, seed: bytes, site: str, author_id: int) -> int:
    """The machine decides, in the language of whom it hits; the number of its decision."""
    lang = statements.language(tx, UserId(author_id)) if author_id else "en"
    reasons = found.reasons or {}
    said = reasons.get(lang, found.ground.text)
    others = tuple(Said(one, words, words) for one, words in sorted(reasons.items()) if one != lang and lang in reasons)
    limit = found.then == LIMIT
    measure = Measure(
        _MEASURES[found.then], until=tx.now + found.hours * 3600 if limit else 0, detail="mute" if limit else ""
    )
    ruling = Ruling(
        (found.item,), measure, msgspec.structs.replace(found.ground, text=said), found.category, seed,
        (found.keyword,) if found.keyword else (), source,
        automated_detection=True, automated_decision="full", facts=said, case_id=case_id, site=site,
        lang=lang if lang in reasons else "", said=others,
    )  # fmt: skip
    return decisions.decide(tx, access.machine(found.label), ruling).decision_id


def _kept(found: Found) -> Facts:
    """The facts as they are kept: what was said stays with the item, and only there."""
    return {name: value for name, value in found.facts.items() if name not in ("text", "folded")}


def count(tx: Tx, counted: Iterable[tuple[str, int, str, int, int, int]]) -> None:
    """(rule, version, mode, day, events, findings) are added to the daily results."""
    rows.add_days(tx, sorted(counted))


def forget_old(tx: Tx, limit: int = 500) -> int:
    """Signals whose time is over are gone, so many at most: daily counts stay, which name nobody."""
    return rows.forget_signals(tx, tx.now - SHADOW_KEPT_S, tx.now - LIVE_KEPT_S, limit)


def results(rx: Reader, name: str, since: int) -> list[Day]:
    """The rule's results of each day since the day, oldest first."""
    return [Day(*row) for row in rows.days(rx, name, since)]


def samples(rx: Reader, kind: str, name: str, since: int, limit: int = 100) -> list[Signal]:
    """Signals of the rule or list since the date, newest first."""
    return [_signal(row) for row in rows.of_rule(rx, kind, name, since, limit)]


def _signal(row: Row) -> Signal:
    signal_id, date, kind, name, version, mode, item_key, subject, distance, facts, case_id, decision_id = row
    return Signal(
        signal_id, date, kind, name, version, mode, item_key, subject, distance, _facts.decode(facts), case_id,
        decision_id,
    )  # fmt: skip
