"""The rule of absence: after how many hours without a sign of life of any owner who may take over, fixed in advance.

Source: requirements/continuity
An owner's sign of life is a sign-in or a button. Warnings come before the hours are over; when they are, the
successors whom the rule names may take over by quorum (`takeovers`). A rule, also the first, needs the word of two
people and three days before it holds, so that nobody makes one up in the hour in which it would serve them. What is
due is a row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from chappe.base import Conflict, Invalid, NotFound
from chappe.domain import journal, oncall, operators
from chappe.domain.journal import Public
from chappe.domain.operators import OWNER, Operator
from chappe.store import Reader, Row, Tx
from chappe.store.queries import continuity as rows
from chappe.store.queries.people import take_id

HOUR_S = 3600
HOURS_LEAST, HOURS_MOST = 24, 90 * 24
QUORUM_LEAST = 2
WORDS_NEEDED = 2
"""People who must agree to a rule, the one who proposes it among them."""
CHANGE_S = 72 * HOUR_S
"""A rule that was proposed does not hold before."""
WARNINGS = (0.5, 0.75, 0.9)
"""Warnings are due after these parts of the hours."""
PROPOSED, IN_FORCE, REPLACED, WITHDRAWN = "proposed", "in_force", "replaced", "withdrawn"
OPEN, HELD, RETURNED, SETTLED = "open", "held", "returned", "settled"
SIGN_IN, BUTTON = "sign_in", "button"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of absence. Shape: state is proposed, in_force, replaced or withdrawn; words are who agreed."""

    rule_no: int
    hours: int
    quorum: int
    successors: tuple[int, ...]
    state: str
    proposed_by: int
    date: int
    ready: int
    ended: int
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Takeover:
    """What follows an absence. Shape: state is open, held, returned or settled; instants are 0 where not yet."""

    takeover_no: int
    rule_no: int
    state: str
    absent_since: int
    opened: int
    began: int
    ended: int
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Warning:
    """Told to people on call before the hours are over. Shape: due is when the successors may take over."""

    since: int
    due: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are. Shape: last_sign is an owner's; next_due 0 where no rule holds; due when the hours are over."""

    rule: Rule | None
    proposal: Rule | None
    takeover: Takeover | None
    last_sign: int
    next_due: int
    due: int
    signs: dict[int, int]


def propose(tx: Tx, by: Operator, hours: int, quorum: int, successors: Collection[int]) -> Rule:
    """The rule waits for a second person's word and for its day; one that waited before is withdrawn.

    Errors: NotAllowed operator_not_owner; Conflict operator_continuity_taken_over while somebody takes over;
    Invalid operator_continuity_hours, operator_continuity_quorum, operator_continuity_successors.
    After: journal continuity_rule_proposed, public.
    """
    operators.require_owner(tx, by)
    if rows.takeover_now(tx) is not None:
        raise Conflict("operator_continuity_taken_over")
    if not HOURS_LEAST <= hours <= HOURS_MOST:
        raise Invalid("operator_continuity_hours")
    named = {operators.require(tx, one).operator_id for one in successors}
    if by.operator_id in named or len(named) < QUORUM_LEAST:
        raise Invalid("operator_continuity_successors")
    if not QUORUM_LEAST <= quorum <= len(named):
        raise Invalid("operator_continuity_quorum")
    waiting = _rule(tx, rows.rule_in_state(tx, PROPOSED))
    if waiting is not None:
        _end(tx, waiting, WITHDRAWN, by)
    rule_no = rows.add_rule(tx, hours, quorum, sorted(named), by.operator_id, tx.now + CHANGE_S)
    rows.add_word(tx, f"rule:{rule_no}", by.operator_id)
    told(tx, "continuity_rule_proposed", by, f"rule:{rule_no}", "rule_proposed", hours=hours, quorum=quorum)
    return require_rule(tx, rule_no)


def agree(tx: Tx, by: Operator, rule_no: int) -> Rule:
    """One person more agrees to the rule that waits.

    Errors: NotFound operator_continuity_no_rule; Conflict operator_continuity_said.
    After: journal continuity_rule_agreed.
    """
    rule = _waiting(tx, rule_no)
    if not rows.add_word(tx, f"rule:{rule_no}", operators.require(tx, by.operator_id).operator_id):
        raise Conflict("operator_continuity_said")
    journal.record(tx, "continuity_rule_agreed", f"operator:{by.operator_id}", f"rule:{rule.rule_no}")
    return require_rule(tx, rule_no)


def withdraw(tx: Tx, by: Operator, rule_no: int) -> None:
    """The rule that waits will not hold; any owner may say so, alone and at once.

    Errors: NotAllowed operator_not_owner; NotFound operator_continuity_no_rule.
    After: journal continuity_rule_withdrawn, public.
    """
    operators.require_owner(tx, by)
    _end(tx, _waiting(tx, rule_no), WITHDRAWN, by)


def alive(tx: Tx, operator_id: int, way: str) -> None:
    """The operator is there; of an owner it begins the hours anew and ends a takeover.

    Errors: NotFound operator_unknown.
    After: journal continuity_returned, public, if somebody was about to take over or had.
    """
    operator = operators.require(tx, operator_id)
    rows.set_sign(tx, operator_id, tx.now, way)
    if operator.role == OWNER:
        _begin_hours(tx)
        rule, takeover = _rule(tx, rows.rule_in_state(tx, IN_FORCE)), takeover_now(tx)
        if rule is not None:
            oncall.over(tx, "continuity", f"rule:{rule.rule_no}")
        if takeover is not None:
            _returned(tx, operator, takeover)


def step(tx: Tx) -> Warning | Takeover | None:
    """What is due of the rule is done, by one server: it comes into force, a warning is due, the hours are over.

    Shape: None where no warning was due and nobody's hours are over.
    After: journal continuity_rule_in_force or continuity_absent, public, or continuity_warned; a page.
    """
    due = next_due(tx)
    if due is None or due > tx.now:
        return None
    take_id(tx, "continuity", 1)  # held until the commit
    _come_into_force(tx)
    row, rule = rows.watch(tx), _rule(tx, rows.rule_in_state(tx, IN_FORCE))
    if row is None or rule is None or row[0] > tx.now:
        return None
    _, done, since = row
    reached = sum(since + part * rule.hours * HOUR_S <= tx.now for part in WARNINGS)
    over = since + rule.hours * HOUR_S
    if tx.now >= over:
        rows.end_watch(tx)
        takeover_no = rows.open_takeover(tx, rule.rule_no, since)
        told(tx, "continuity_absent", None, f"takeover:{takeover_no}", "absent", hours=rule.hours)
        oncall.over(tx, "continuity", f"rule:{rule.rule_no}")
        oncall.page(tx, "absence", f"takeover:{takeover_no}", _dates(since, over), lasting=True)
        return takeover_now(tx)
    _set_watch(tx, rule, max(reached, done), since)
    journal.record(tx, "continuity_warned", "server", f"rule:{rule.rule_no}", warning=reached)
    oncall.page(tx, "continuity", f"rule:{rule.rule_no}", _dates(since, over))
    return Warning(since, over)


def next_due(rx: Reader) -> int | None:
    """When `step` has something to do; None while nothing will be due."""
    row, waiting = rows.watch(rx), _rule(rx, rows.rule_in_state(rx, PROPOSED))
    dates = [row[0]] if row is not None else []
    if waiting is not None and len(waiting.words) >= WORDS_NEEDED:
        dates.append(waiting.ready)
    return min(dates, default=None)


def standing(rx: Reader) -> Standing:
    """How things are now."""
    rule = _rule(rx, rows.rule_in_state(rx, IN_FORCE))
    row = rows.watch(rx)
    due = row[2] + rule.hours * HOUR_S if row is not None and rule is not None else 0
    return Standing(
        rule, _rule(rx, rows.rule_in_state(rx, PROPOSED)), takeover_now(rx), rows.last_sign_of_rank(rx, OWNER),
        row[0] if row is not None else 0, due, {who: date for who, date, _ in rows.signs(rx)},
    )  # fmt: skip


def takeover_now(rx: Reader) -> Takeover | None:
    """The takeover that is not over, if there is one."""
    return takeover_of(rx, rows.takeover_now(rx))


def takeovers(rx: Reader) -> list[Takeover]:
    """All there ever were, the newest first."""
    return [one for one in (takeover_of(rx, row) for row in rows.takeovers(rx)) if one is not None]


def require_rule(rx: Reader, rule_no: int) -> Rule:
    """The rule of this number. Errors: NotFound operator_continuity_no_rule."""
    found = _rule(rx, rows.rule(rx, rule_no))
    if found is None:
        raise NotFound("operator_continuity_no_rule")
    return found


def takeover_of(rx: Reader, row: Row | None) -> Takeover | None:
    """The record of a row."""
    if row is None:
        return None
    no, rule_no, state, absent_since, opened, began, ended = row
    said = tuple(rows.words(rx, f"takeover:{no}"))
    return Takeover(no, rule_no, state, absent_since, opened, began, ended, said)


def told(tx: Tx, kind: str, by: Operator | None, subject: str, outcome: str, **facts: str | int | bool) -> None:
    """An act of continuity stands in the journal and, by its outcome alone, in the public log."""
    actor = f"operator:{by.operator_id}" if by is not None else "server"
    journal.record(tx, kind, actor, subject, Public("continuity", outcome=outcome), **facts)


def _come_into_force(tx: Tx) -> None:
    rule = _rule(tx, rows.rule_in_state(tx, PROPOSED))
    if rule is None or rule.ready > tx.now or len(rule.words) < WORDS_NEEDED or rows.takeover_now(tx) is not None:
        return
    before = _rule(tx, rows.rule_in_state(tx, IN_FORCE))
    if before is not None:
        rows.set_rule_state(tx, before.rule_no, REPLACED, tx.now)
    rows.set_rule_state(tx, rule.rule_no, IN_FORCE)
    told(tx, "continuity_rule_in_force", None, f"rule:{rule.rule_no}", "rule_in_force", hours=rule.hours)
    _begin_hours(tx)


def _begin_hours(tx: Tx) -> None:
    """The hours are reckoned from now: an owner is here, or the rule has just come into force."""
    rule = _rule(tx, rows.rule_in_state(tx, IN_FORCE))
    if rule is not None:
        _set_watch(tx, rule, 0, tx.now)


def _dates(since: int, over: int) -> str:
    """From the last sign of life to the hour of the successors, in no language."""
    return " → ".join(f"{datetime.fromtimestamp(one, UTC):%Y-%m-%d %H:%M} UTC" for one in (since, over))


def _set_watch(tx: Tx, rule: Rule, done: int, since: int) -> None:
    part = WARNINGS[done] if done < len(WARNINGS) else 1.0
    rows.set_watch(tx, since + int(part * rule.hours * HOUR_S), done, since)


def _returned(tx: Tx, owner: Operator, takeover: Takeover) -> None:
    """An owner is back: what the takers gave is taken back, what they still planned is dropped."""
    if takeover.state == HELD:
        takers = require_rule(tx, takeover.rule_no).successors
        operators.take_back(tx, owner.operator_id, takers, takeover.began)
    rows.drop_acts(tx, takeover.takeover_no)
    rows.set_takeover(tx, takeover.takeover_no, RETURNED, takeover.began, tx.now)
    oncall.over(tx, "absence", f"takeover:{takeover.takeover_no}")
    told(tx, "continuity_returned", owner, f"takeover:{takeover.takeover_no}", "returned")


def _end(tx: Tx, rule: Rule, state: str, by: Operator) -> None:
    rows.set_rule_state(tx, rule.rule_no, state, tx.now)
    told(tx, "continuity_rule_withdrawn", by, f"rule:{rule.rule_no}", "rule_withdrawn")


def _waiting(rx: Reader, rule_no: int) -> Rule:
    rule = require_rule(rx, rule_no)
    if rule.state != PROPOSED:
        raise NotFound("operator_continuity_no_rule")
    return rule


def _rule(rx: Reader, row: Row | None) -> Rule | None:
    if row is None:
        return None
    rule_no, hours, quorum, state, by, date, ready, ended = row
    named, said = tuple(rows.successors(rx, rule_no)), tuple(rows.words(rx, f"rule:{rule_no}"))
    return Rule(rule_no, hours, quorum, named, state, by, date, ready, ended, said)
