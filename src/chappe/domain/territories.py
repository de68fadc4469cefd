"""Where a person is: by their number, else by what they declared, else by the address they were last seen at.

Source: requirements/territories
What was settled stands in a row with its reason, and each change in the journal. An address is looked up and not kept:
only its country is, and only of people of whom nothing else says where they are.
"""

from collections import Counter
from dataclasses import dataclass

import phonenumbers

from chappe.base.errors import Invalid
from chappe.base.ids import UserId
from chappe.domain import journal, phones
from chappe.domain.country_names import EXAMPLE
from chappe.domain.updates import SHARD
from chappe.store import Reader, Tx
from chappe.store.queries import boxes
from chappe.store.queries import territories as rows

NUMBER, DECLARATION, ADDRESS, UNKNOWN = "number", "declaration", "address", "unknown"
CODES = frozenset(phonenumbers.SUPPORTED_REGIONS) | {EXAMPLE}
"""ISO 3166 codes of countries."""
LOT = 200
STANDING = "standing"
"""The event that what somebody may do changed: other processes ask anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is. Shape: territory ISO 3166, empty for unknown; reason how that is known; date when settled."""

    territory: str
    reason: str
    declared: str = ""
    seen: str = ""
    date: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody is new, or somewhere else from now on; announced after the commit."""

    user_id: UserId
    territory: str


NOWHERE = Place("", UNKNOWN)


def of(rx: Reader, user_id: int) -> str:
    """Where the person is: an ISO 3166 code, empty when nothing says it."""
    if user_id <= 0:
        return ""
    row = rows.whereabouts(rx, user_id)
    if row is None:
        return ""
    phone, settled = row
    return str(settled) if settled is not None else phones.country(phone)


def place(rx: Reader, user_id: int) -> Place:
    """Where the person is, and why that is thought."""
    row = rows.of_person(rx, user_id)
    return Place(*row) if row is not None else NOWHERE


def peopled(rx: Reader) -> dict[str, int]:
    """How many people are where; the empty code stands for those of whom nothing says it."""
    found: Counter[str] = Counter()
    for territory, _, count in rows.counts(rx):
        found[territory] += count
    return dict(found)


def settle(tx: Tx, user_id: UserId) -> Place:
    """Where the person is follows from their number and from what is known of them now.

    After: journal territory_settled if it is somewhere else than before.
    """
    before = place(tx, user_id)
    return _settle(tx, user_id, before.declared, before.seen)


def declare(tx: Tx, user_id: UserId, territory: str) -> Place:
    """The person says where they are, or takes it back; a number that says it goes before.

    Errors: Invalid territory_invalid. After: journal territory_settled if it is somewhere else than before.
    """
    if territory and territory not in CODES:
        raise Invalid("territory_invalid")
    return _settle(tx, user_id, territory, place(tx, user_id).seen)


def seen_from(tx: Tx, user_id: UserId, country: str) -> Place:
    """The person was seen at an address of the country; kept only where nothing else says where they are.

    After: journal territory_settled if they are somewhere else than before.
    """
    before = place(tx, user_id)
    if not country or country not in CODES or (before.seen == country and before.date):
        return before
    return _settle(tx, user_id, before.declared, country)


def _settle(tx: Tx, user_id: UserId, declared: str, seen: str) -> Place:
    row = rows.whereabouts(tx, user_id)
    if row is None:
        return NOWHERE
    by_number = phones.country(row[0])
    if by_number or declared:
        seen = ""
    territory, reason = next(
        ((code, why) for code, why in ((by_number, NUMBER), (declared, DECLARATION), (seen, ADDRESS)) if code),
        ("", UNKNOWN),
    )
    before = place(tx, user_id)
    if before.date and (before.territory, before.reason, before.declared, before.seen) == (
        territory, reason, declared, seen,
    ):  # fmt: skip
        return before
    rows.put(tx, user_id, territory, reason, declared, seen)
    if (before.territory, before.reason) != (territory, reason):
        journal.record(
            tx, "territory_settled", f"user:{user_id}", f"user:{user_id}", territory=territory, reason=reason
        )
    if before.territory != territory or not before.date:
        tx.announce(Settled(user_id, territory))
        rows.drop_greeting(tx, user_id)
        if rows.is_left(tx, territory):
            rows.put_greeting(tx, user_id, territory)
        if before.date:
            boxes.append_event(tx, SHARD, tx.now, STANDING, user_id, 0, 0, 0)
    return Place(territory, reason, declared, seen, tx.now)


def forget(tx: Tx, user_id: UserId) -> None:
    """Nothing says any more where the person is."""
    rows.forget(tx, user_id)
    rows.drop_greeting(tx, user_id)


def settle_some(tx: Tx, above: int) -> int:
    """Some of those of whom nothing was settled are somewhere; the last of them, 0 if there was none."""
    found = rows.unsettled(tx, above, LOT)
    for one in found:
        settle(tx, UserId(one))
    return found[-1] if found else 0
