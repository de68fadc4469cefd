"""Calls to the hotline: taken down while the caller speaks, on a clock that runs since the telephone was picked up.

Source: requirements/hotline, gdpr/6(1)(d)
What is typed is kept as it is typed, so that neither a browser nor a server that dies loses it. Filed, it is an order
like any other, which came by telephone when the call began.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.domain import journal, oncall
from chappe.domain.operators import Operator
from chappe.legal import intake
from chappe.legal.intake import Arrival, Received
from chappe.legal.reading import address_of
from chappe.legal.records import IDENTIFICATION, PHONE, SUBSCRIBER, TARGET_KINDS, TRAFFIC, Target
from chappe.store import Reader, Row, Tx
from chappe.store.legal import calls as rows
from chappe.store.queries.people import take_id

TARGETS = 3
"""Rows of the form for whom or what it is about."""
DATA = (SUBSCRIBER, IDENTIFICATION, TRAFFIC)
"""Categories of data that an emergency opens."""
DAY_S = 86_400
TEXT_MOST, LINE_MOST = 4000, 500
FIELDS = ("caller", "function", "authority", "country", "call_back", "danger", "persons", "external_ref", "legal_basis")
LONG = frozenset({"danger", "persons"})
EARLIER_MOST_S = 3600
"""A call may have begun at most so long before somebody came to the form."""
LEFT_S = 900
"""A call that was neither filed nor ended for so long calls others: who took it may be gone."""
LEFT = "hotline_left"
_unpack = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True)
class HotlineCall:
    """A call. Shape: said by name of the form's field; ended_at 0 while it goes on; came_to `order:N`, or why not."""

    call_id: int
    operator_id: int
    began: int
    said: Mapping[str, str]
    ended_at: int
    came_to: str


def begin(tx: Tx, who: Operator, earlier_s: int = 0) -> HotlineCall:
    """The clock of a call runs, since `earlier_s` ago. After: journal hotline_called."""
    call_id = take_id(tx, "hotline_call", 1)
    rows.begin(tx, call_id, who.operator_id, tx.now - min(max(earlier_s, 0), EARLIER_MOST_S), b"{}")
    journal.record(tx, "hotline_called", _actor(who), f"call:{call_id}")
    return get(tx, call_id)


def keep(tx: Tx, call_id: int, said: Mapping[str, str]) -> None:
    """So much was said so far. Errors: NotFound hotline_call_unknown; Conflict hotline_call_over."""
    get(tx, call_id)
    if not rows.keep(tx, call_id, msgspec.json.encode(cleaned(said))):
        raise Conflict("hotline_call_over")


def file(tx: Tx, who: Operator, call_id: int, said: Mapping[str, str], language: str = "en") -> Received:
    """What was said is an order that came when the call began; who took the call has its page.

    Errors: NotFound hotline_call_unknown; Conflict hotline_call_over; Invalid hotline_danger_needed,
    hotline_call_back_needed, hotline_caller_needed, hotline_target_wrong. After: as `intake.arrive`.
    """
    call, known = get(tx, call_id), cleaned(said)
    if call.ended_at:
        raise Conflict("hotline_call_over")
    for name in ("danger", "caller", "call_back"):
        if not known.get(name):
            raise Invalid(f"hotline_{name}_needed")
    authority_id = int(known["authority_id"]) if known.get("authority_id", "").isdecimal() else 0
    fields = {name: known[name] for name in ("danger", "persons", "call_back", "external_ref", "legal_basis", "country")
              if known.get(name)}  # fmt: skip
    sender = ", ".join(filter(None, (known.get(name, "") for name in ("caller", "function", "authority"))))
    received = intake.arrive(tx, Arrival(
        channel=PHONE, message_ref=f"call:{call_id}", sender=sender, instrument="emergency_disclosure",
        authority_id=authority_id, fields={**fields, "signed_by": known["caller"], "urgent": "1"},
        targets=targets_of(known, call.began), actor=_actor(who), language=language, received_at=call.began,
    ))  # fmt: skip
    rows.end(tx, call_id, received.order.subject)
    oncall.over(tx, LEFT, f"call:{call_id}")
    page = oncall.of_matter(tx, "emergency", received.order.subject)
    if page is not None and not page.acked_at:
        oncall.acknowledge(tx, page.page_id, _actor(who), "console")
    return received


def drop(tx: Tx, who: Operator, call_id: int, why: str) -> None:
    """The call became nothing: a wrong number, a question. What was typed is erased.

    Errors: NotFound hotline_call_unknown; Conflict hotline_call_over; Invalid hotline_why_needed.
    After: journal hotline_dropped.
    """
    get(tx, call_id)
    if not why.strip():
        raise Invalid("hotline_why_needed")
    if not rows.end(tx, call_id, why.strip()[:LINE_MOST]):
        raise Conflict("hotline_call_over")
    oncall.over(tx, LEFT, f"call:{call_id}")
    journal.record(tx, "hotline_dropped", _actor(who), f"call:{call_id}")


def get(rx: Reader, call_id: int) -> HotlineCall:
    """The call. Errors: NotFound hotline_call_unknown."""
    row = rows.find(rx, call_id)
    if row is None:
        raise NotFound("hotline_call_unknown")
    return _of_row(row)


def left(rx: Reader) -> list[int]:
    """Calls that somebody took down and left, and that nobody was called about."""
    return [
        one.call_id for one in unfinished(rx)
        if one.began <= rx.now - LEFT_S and not oncall.stands(rx, LEFT, f"call:{one.call_id}")
    ]  # fmt: skip


def call_for(tx: Tx) -> None:
    """People on call are called for every such call, until it is filed or ended."""
    for call_id in left(tx):
        oncall.page(tx, LEFT, f"call:{call_id}", f"call {call_id}", urgent=True, lasting=True)


def unfinished(rx: Reader) -> list[HotlineCall]:
    """Calls that go on, or were left: the first first."""
    return [_of_row(row) for row in rows.unfinished(rx)]


def newest(rx: Reader, limit: int = 20) -> list[HotlineCall]:
    """Calls that are over, the newest first."""
    return [_of_row(row) for row in rows.newest(rx, limit)]


def cleaned(said: Mapping[str, str]) -> dict[str, str]:
    """What of a form is a call's, cut to its length; empty fields are left out."""
    names = [*FIELDS, "authority_id"]
    names += [f"{name}_{no}" for no in range(1, TARGETS + 1) for name in ("kind", "text", "data", "since", "until")]
    found = {}
    for name in names:
        value = said.get(name, "").strip()
        if value:
            found[name] = value[: TEXT_MOST if name in LONG else LINE_MOST]
    return found


def targets_of(said: Mapping[str, str], began: int) -> tuple[Target, ...]:
    """Whom or what it is about. Shape: times are UTC; where none is said, the day before the call for data of times.

    Errors: Invalid hotline_target_wrong.
    """
    found = []
    for no in range(1, TARGETS + 1):
        text = said.get(f"text_{no}", "")
        if not text:
            continue
        kind, data = said.get(f"kind_{no}") or kind_of(text), said.get(f"data_{no}", SUBSCRIBER)
        if kind not in TARGET_KINDS or data not in DATA:
            raise Invalid("hotline_target_wrong")
        since, until = (_instant(said.get(f"{name}_{no}", "")) for name in ("since", "until"))
        if data != SUBSCRIBER and not since:
            since = began - DAY_S
        found.append(Target(kind, text.removeprefix("#"), data, since, until))
    return tuple(found)


def kind_of(text: str) -> str:
    """What somebody most likely named, when nobody says. Shape: `#` before the number of an account."""
    said = text.strip()
    if re.fullmatch(r"#\d{1,15}", said):
        return "user_id"
    if "/" in said:
        return "message_link" if re.search(r"/\d+/?$", said) else "link"
    if address_of(said) is not None or re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}(:\d+)?|[0-9a-fA-F:]*:[0-9a-fA-F:]+", said):
        return "ip"
    if re.fullmatch(r"\+?[\d ().-]{6,24}", said):
        return "phone"
    return "username" if re.fullmatch(r"@?\w{4,32}", said) else "text"


def _actor(who: Operator) -> str:
    return f"operator:{who.operator_id}"


def _instant(said: str) -> int:
    """Errors: Invalid hotline_target_wrong."""
    if not said:
        return 0
    try:
        return int(datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Invalid("hotline_target_wrong") from None


def _of_row(row: Row) -> HotlineCall:
    call_id, operator_id, began, said, ended_at, came_to = row
    return HotlineCall(call_id, operator_id, began, _unpack.decode(bytes(said)), ended_at, came_to)
