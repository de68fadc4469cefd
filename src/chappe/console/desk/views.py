"""Records that the desk's screens show and its API sends."""

import msgspec

from chappe.legal import disclosure_words
from chappe.legal.answers import Letter
from chappe.legal.approvals import Disclosure
from chappe.legal.authorities import Authority
from chappe.legal.collect import Piece, Scope
from chappe.legal.disclosure_words import LANGUAGES
from chappe.legal.listing import Date
from chappe.legal.orders import of
from chappe.legal.records import Act, File, Order, Stop, Target
from chappe.legal.screening import Check, Screening
from chappe.legal.targets import OWNER


class OrderLine(msgspec.Struct, frozen=True):
    """An order in a list. Shape: clock is running, stopped, late, met or none; left_s may be below zero."""

    order_id: int
    number: str
    instrument: str
    authority_id: int
    authority: str
    country: str
    state: str
    channel: str
    external_ref: str
    urgent: bool
    received_at: int
    deadline_at: int
    deadline_rule: str
    clock: str
    left_s: int
    owner_id: int
    outcome: str
    secret: bool
    authenticity: str
    reviewed: bool


class OrderList(msgspec.Struct, frozen=True):
    """A page of orders. Shape: after is empty at the end; count is of open ones, 10,000 at most."""

    orders: tuple[OrderLine, ...]
    after: str
    count: int
    counts: dict[str, int]


class TargetLine(msgspec.Struct, frozen=True):
    """Something the order names, and what it was found to be."""

    no: int
    kind: str
    text: str
    category: str
    since: int
    until: int
    matched: tuple[str, ...]


class FileLine(msgspec.Struct, frozen=True):
    """A file of the order."""

    no: int
    origin: str
    name: str
    sha256: str
    size_bytes: int
    date: int


class CheckLine(msgspec.Struct, frozen=True):
    """A question of the checklist. Shape: answer yes, no, unclear or empty."""

    code: str
    answer: str
    note: str
    operator_id: int
    date: int


class ActLine(msgspec.Struct, frozen=True):
    """A line of the order's history."""

    no: int
    date: int
    actor: str
    act: str
    detail: str


class StopLine(msgspec.Struct, frozen=True):
    """When the clock stood still. Shape: until 0 while it does."""

    since: int
    until: int
    reason: str


class LetterLine(msgspec.Struct, frozen=True):
    """A letter. Shape: state draft, sent or dropped."""

    letter_id: int
    order_id: int
    number: str
    answer: str
    reason: str
    language: str
    subject: str
    state: str
    made_by: str
    made_at: int
    sent_by: str
    sent_at: int
    read_at: int


class PieceLine(msgspec.Struct, frozen=True):
    """Part of what is to be handed over. Shape: how it was found, in a sentence by language."""

    key: str
    category: str
    since: int
    until: int
    how: dict[str, str] = {}


class DisclosureLine(msgspec.Struct, frozen=True):
    """What is, was or will be handed over. Shape: digest in hex, which the second person approves."""

    disclosure_id: int
    order_id: int
    number: str
    authority: str
    state: str
    digest: str
    pieces: tuple[PieceLine, ...]
    proposed_by: int
    proposed_at: int
    note: str
    decided_by: int
    decided_at: int
    decision_note: str
    expires: int
    taken_at: int
    destroyed_at: int
    records: int
    may_decide: bool


class HoldLine(msgspec.Struct, frozen=True):
    """What is kept for the order. Shape: may_extend while its instrument allows it to last longer, once."""

    hold_id: int
    subject: str
    category: str
    state: str
    ends_at: int
    items: int
    may_extend: bool = False


class AuthorityLine(msgspec.Struct, frozen=True):
    """An authority."""

    authority_id: int
    name: str
    country: str
    kind: str
    state: str
    person: str
    post: str
    address: str
    email: str
    mail_domain: str
    phone: str
    language: str
    age_key: str
    note: str
    mandates: tuple[str, ...]
    checks: tuple[str, ...]
    registered_at: int
    registered_by: str
    verified_at: int
    verified_by: int
    valid_until: int
    first_contact_at: int
    in_force: bool


class MessageLine(msgspec.Struct, frozen=True):
    """Words about the order, to or from the authority."""

    author: str
    text: str
    date: int
    read_at: int


class WholeOrder(msgspec.Struct, frozen=True):
    """An order with all there is about it."""

    line: OrderLine
    territories: tuple[str, ...]
    language: str
    category: str
    keywords: tuple[str, ...]
    legal_basis: str
    reasons: str
    redress: str
    fields: dict[str, str]
    sender: str
    ack_at: int
    effect_at: int
    replied_at: int
    informed_at: int
    closed_at: int
    reviewed_at: int
    reviewed_by: int
    secrecy_until: int
    secrecy_basis: str
    authenticity_how: str
    authenticity_by: str
    authenticity_at: int
    people: int
    reason: str
    missing: tuple[str, ...]
    beyond: str
    late_contact: bool
    same: tuple[int, ...]
    targets: tuple[TargetLine, ...]
    files: tuple[FileLine, ...]
    checks: tuple[CheckLine, ...]
    history: tuple[ActLine, ...]
    stops: tuple[StopLine, ...]
    letters: tuple[LetterLine, ...]
    disclosures: tuple[DisclosureLine, ...]
    holds: tuple[HoldLine, ...]
    messages: tuple[MessageLine, ...]
    authority: AuthorityLine | None
    decisions: tuple[int, ...]
    in_effect: bool
    next_states: tuple[str, ...]
    secrecy_prolonged_by: tuple[str, ...]
    """Kinds of authority whose act prolongs its secrecy, where a territory profile sets its end."""
    secrecy_longest: int
    """The latest date until which it can be made secret now."""


class DateLine(msgspec.Struct, frozen=True):
    """An entry of the calendar. Shape: kind is due or secrecy."""

    at: int
    kind: str
    order_id: int
    number: str
    instrument: str
    country: str
    state: str
    owner_id: int
    rule: str


def order_line(one: Order, name: str, now: int) -> OrderLine:
    """The order as lists show it."""
    clock, left_s = clock_of(one, now)
    return OrderLine(
        one.order_id, one.number, one.instrument, one.authority_id, name or one.sender, one.country, one.state,
        one.channel, one.external_ref, one.urgent, one.received_at, one.deadline_at, one.deadline_rule, clock, left_s,
        one.owner_id, one.outcome, one.is_secret(now), one.authenticity.state, bool(one.reviewed_at),
    )  # fmt: skip


def clock_of(one: Order, now: int) -> tuple[str, int]:
    """(how its clock stands, seconds left)."""
    met = one.effect_at if of(one.instrument).effect_first else one.effect_at or one.replied_at
    if one.stopped_at:
        return "stopped", one.left_s
    if met or not one.is_open:
        return ("late" if one.deadline_at and (met or one.closed_at) > one.deadline_at else "met"), 0
    if not one.deadline_at:
        return "none", 0
    left = one.deadline_at - now
    return ("late" if left < 0 else "running"), left


def authority_line(one: Authority, now: int) -> AuthorityLine:
    """The authority as the desk sees it."""
    p = one.profile
    return AuthorityLine(
        one.authority_id, p.name, p.country, p.kind, one.state, p.person, p.post, p.address, p.email, p.mail_domain,
        p.phone, p.language, p.age_key, p.note, one.mandates, one.checks, one.registered_at, one.registered_by,
        one.verified_at, one.verified_by, one.valid_until, one.first_contact_at, one.holds(now),
    )  # fmt: skip


def target_line(one: Target) -> TargetLine:
    """The target."""
    return TargetLine(one.no, one.kind, one.text, one.category, one.since, one.until, one.matched)


def file_line(one: File) -> FileLine:
    """The file."""
    return FileLine(one.no, one.origin, one.name, one.sha256, one.size_bytes, one.date)


def check_line(one: Check) -> CheckLine:
    """The question."""
    return CheckLine(one.code, one.answer, one.note, one.operator_id, one.date)


def act_line(one: Act) -> ActLine:
    """The line of the history."""
    return ActLine(one.no, one.date, one.actor, one.act, one.detail)


def stop_line(one: Stop) -> StopLine:
    """The stop."""
    return StopLine(one.from_at, one.to_at, one.reason)


def letter_line(one: Letter, number: str) -> LetterLine:
    """The letter in a list."""
    return LetterLine(
        one.letter_id, one.order_id, number, one.answer, one.reason, one.language, one.subject, one.state, one.made_by,
        one.made_at, one.sent_by, one.sent_at, one.read_at,
    )  # fmt: skip


def piece_lines(scope: Scope) -> tuple[PieceLine, ...]:
    """Every part, with how it was found: whoever stands behind it knows if an address is that of several people."""
    return tuple(
        PieceLine(one.key, one.category, one.since, one.until, {lang: _how(scope, one, lang) for lang in LANGUAGES})
        for one in scope.pieces
    )


def _how(scope: Scope, piece: Piece, lang: str) -> str:
    mine = [match for match in scope.matches if match[0] == piece.no]
    keys = (piece.key, f"{OWNER}:{piece.person_id}")
    found = [match for match in mine if match[1] in keys] or mine
    return "; ".join(disclosure_words.matched(lang, how, dict(facts)) for _, _, how, facts in found)


def disclosure_line(one: Disclosure, number: str, authority: str, *, may_decide: bool) -> DisclosureLine:
    """The disclosure."""
    pieces = piece_lines(one.scope)
    return DisclosureLine(
        one.disclosure_id, one.order_id, number, authority, one.state, one.digest.hex(), pieces, one.proposed_by,
        one.proposed_at, one.note, one.decided_by, one.decided_at, one.decision_note, one.expires, one.taken_at,
        one.destroyed_at, one.records, may_decide,
    )  # fmt: skip


def date_line(one: Date) -> DateLine:
    """The entry of the calendar."""
    return DateLine(
        one.at, one.kind, one.order_id, one.number, one.instrument, one.country, one.state, one.owner_id, one.rule
    )


def missing_names(found: Screening) -> tuple[str, ...]:
    """Names of fields that the form lacks."""
    return tuple(one.name for one in found.missing)


