"""Orders by hand: what came on paper or was said on the telephone, and what a person reads in an unclear letter.

Source: requirements/legal-intake
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from chappe.base import Invalid
from chappe.console.deeds import Deeds
from chappe.console.desk.orders import OrderDone
from chappe.console.inside import Inside
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK, Operator
from chappe.legal import authorities, countries, envelope, intake, reading
from chappe.legal.intake import Arrival
from chappe.legal.orders import of
from chappe.legal.orders.form import ENVELOPE
from chappe.legal.records import CATEGORIES, PAPER, PHONE, New, Target
from chappe.store import Tx

DEEDS = Deeds()
ROWS = 6
"""Rows of targets on the screen; further ones a line each below them."""
LONGEST = 20_000
FILES, FILE_BYTES = 10, 20 << 20
_LINE = re.compile(r"(.+) \| ([a-z]*) \| ([0-9T:-]*) \.\. ([0-9T:-]*)")
_BAD = re.compile("[\x00\ud800-\udfff]")


class _Named(Protocol):
    """A target, in whatever record."""

    @property
    def text(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def since(self) -> int: ...
    @property
    def until(self) -> int: ...


class TargetSaid(msgspec.Struct, frozen=True):
    """Something the order names. Shape: kind empty to be told from the text; since and until in seconds, 0 for none."""

    text: str
    category: str = ""
    since: int = 0
    until: int = 0
    kind: str = ""


class EnteredOrder(msgspec.Struct, frozen=True):
    """An order by hand. Shape: channel paper or phone; fields by name, of the envelope and of the instrument's form."""

    instrument: str
    channel: str = PAPER
    authority_id: int = 0
    sender: str = ""
    fields: dict[str, str] = {}
    targets: tuple[TargetSaid, ...] = ()
    files: tuple[tuple[str, str, int], ...] = ()
    received_at: int = 0


class CorrectedOrder(msgspec.Struct, frozen=True):
    """What a person reads in the original of an order that is here."""

    order_id: int
    instrument: str
    authority_id: int = 0
    fields: dict[str, str] = {}
    targets: tuple[TargetSaid, ...] = ()


@DEEDS.deed("POST", "/api/orders", to="/orders/{order_id}")
async def enter_order(inside: Inside, me: Operator, asked: EnteredOrder) -> OrderDone:
    """An order on paper or by telephone is a case, with receipt, owner and clock like every other."""
    if asked.channel not in (PAPER, PHONE):
        raise Invalid("order_channel_invalid")
    of(asked.instrument)
    ref, now = inside.entropy(12).hex(), inside.now
    received = asked.received_at if 0 < asked.received_at <= now else 0
    arrival = Arrival(
        channel=asked.channel, message_ref=ref, sender=asked.sender, instrument=asked.instrument,
        authority_id=asked.authority_id, fields=_clean(asked.fields), targets=_targets(asked.targets),
        files=asked.files, actor=f"operator:{me.operator_id}", received_at=received,
        language=asked.fields.get("language", "en"),
    )  # fmt: skip

    def act(tx: Tx, who: Moderator) -> OrderDone:
        order = intake.arrive(tx, arrival).order
        envelope.give(tx, who.actor, order.order_id, me.operator_id)
        return OrderDone(order.order_id, order.state)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("POST", "/api/orders/{order_id}/form", to="/orders/{order_id}")
async def correct_order(inside: Inside, me: Operator, asked: CorrectedOrder) -> OrderDone:
    """The order says what a person reads in its original; the original and its time of arrival stay."""
    fields = _clean(asked.fields)

    def act(tx: Tx, who: Moderator) -> OrderDone:
        before = envelope.get(tx, asked.order_id)
        country = fields.get("country", "")
        if asked.authority_id:
            country = authorities.get(tx, asked.authority_id).country
        rest = {name: value for name, value in fields.items() if name not in ENVELOPE | OWN}
        new = New(
            asked.instrument, before.channel, before.sender, "", asked.authority_id, fields.get("external_ref", ""),
            fields.get("urgent", "") in ("1", "on", "true"), countries.country(country) if country else "",
            countries.territories(fields.get("territories", "")), fields.get("language", before.language)[:2],
            fields.get("category", ""), tuple(fields.get("keywords", "").split()), fields.get("legal_basis", ""),
            fields.get("reasons", ""), fields.get("redress", ""), tuple(rest.items()), _targets(asked.targets), (), 0,
            _number(fields.get("secrecy_until", "")), fields.get("secrecy_basis", ""),
        )  # fmt: skip
        order = envelope.correct(tx, who, asked.order_id, new)
        return OrderDone(order.order_id, order.state)

    return await inside.as_role(me, DESK, act)


OWN = frozenset({"urgent", "keywords", "secrecy_until", "secrecy_basis", "answered_by"})
"""Fields of the envelope that no instrument's form names."""


def read(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[dict[str, object]]]:
    """What a form says: (fields by name, targets). Shape: targets are text_1, data_1, since_1, until_1 …, and more."""
    said: dict[str, str] = {}
    for name, value in pairs:
        if value.strip():
            said[name] = value.strip()
    targets: list[dict[str, object]] = []
    for no in range(1, ROWS + 1):
        text = said.pop(f"text_{no}", "")
        data, since, until = (said.pop(f"{name}_{no}", "") for name in ("data", "since", "until"))
        if text:
            targets.append({"text": text, "category": data, "since": moment(since), "until": moment(until)})
    category = said.pop("more_data", "")
    lines = [line.strip() for line in said.pop("more", "").splitlines()]
    targets += [_of_line(line, category) for line in lines if line]
    for name in ("answer_by", "secrecy_until", "issued_at"):
        if said.get(name) and not said[name].isdecimal():
            said[name] = str(moment(said[name]))
    return said, targets


def _of_line(line: str, category: str) -> dict[str, object]:
    """A further target: its text alone, or with its own category and times as `typed_targets` writes it."""
    whole = _LINE.fullmatch(line)
    if whole is None:
        return {"text": line, "category": category}
    text, own, since, until = whole.groups()
    return {"text": text, "category": own, "since": moment(since), "until": moment(until)}


def typed_targets(targets: Sequence[_Named]) -> dict[str, str]:
    """Targets as the form shows them: some in rows, each further one on a line, with its own category and times."""
    said: dict[str, str] = {}
    for no, one in enumerate(targets[:ROWS], 1):
        said |= {
            f"text_{no}": one.text, f"data_{no}": one.category, f"since_{no}": written(one.since),
            f"until_{no}": written(one.until),
        }  # fmt: skip
    more = [f"{one.text} | {one.category} | {written(one.since)} .. {written(one.until)}" for one in targets[ROWS:]]
    return said | ({"more": "\n".join(more)} if more else {})


def moment(said: str) -> int:
    """Seconds of a date as browsers give it, in UTC; 0 for nothing. Errors: Invalid order_date_invalid."""
    if not said:
        return 0
    try:
        return int(datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Invalid("order_date_invalid") from None


def written(date: int) -> str:
    """A date as browsers take it, in UTC, to the second where there are any."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%dT%H:%M:%S").removesuffix(":00") if date else ""


def kind_of(text: str) -> str:
    """What somebody wrote, by how it looks: a link, a number, an address, a name."""
    said = text.strip()
    if re.match(r"(https?://|tg:)", said, re.IGNORECASE) or "/" in said:
        return "message_link" if re.search(r"/\d+([?#].*)?$", said) else "link"
    if re.fullmatch(r"@?[A-Za-z]\w{2,31}", said, re.ASCII):
        return "username"
    if re.fullmatch(r"\+[\d ().-]{6,24}", said):
        return "phone"
    if reading.address_of(said) is not None:
        return "ip"
    return "user_id" if said.isdecimal() else "text"


def _targets(said: Iterable[TargetSaid]) -> tuple[Target, ...]:
    found = []
    for one in said:
        if one.category and one.category not in CATEGORIES:
            raise Invalid("order_target_invalid")
        text = _BAD.sub("", one.text).strip()
        found.append(Target(one.kind or kind_of(text), text, one.category, one.since, one.until))
    return tuple(found)


def _clean(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields as any database holds them. Errors: Invalid order_text_long."""
    if len(fields) > 60 or any(len(value) > LONGEST for value in fields.values()):
        raise Invalid("order_text_long")
    return {name[:60]: _BAD.sub("", value).strip() for name, value in fields.items() if value.strip()}


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 12 else 0
