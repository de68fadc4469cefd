"""Trusted flaggers: organisations whose notices come first, within what they know; their keys; notices by program.

Source: dsa/22
Who holds the role `lead` makes a flagger known, gives its program keys and takes them back. A key is shown once and
kept as a digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import categories, journal, limits
from chappe.domain.access import Moderator
from chappe.domain.limits import Rate
from chappe.domain.operators import LEAD
from chappe.domain.rulings import Item
from chappe.safety import items, locations, notices
from chappe.safety.records import FLAGGER, Desk, Filing, Notice, Notifier
from chappe.store import Reader, Tx
from chappe.store.safety import flaggers as rows

NAME_LENGTH, EMAIL_LENGTH, REFERENCE_LENGTH = 120, 254, 120
KEYS = 20
"""Keys of one flagger that work at the same time."""
KEY_BYTES = 32
PAGE = 100
FILED = Rate(1200, 3600)
"""Notices of one flagger."""
ASKED = Rate(12_000, 3600)
"""Whatever else its program asks."""
WRONG = Rate(60, 3600)
"""Keys that are none, from one address."""
USED_S = 60
"""How exactly the last use of a key is known."""


@dataclass(frozen=True, slots=True)
class Flagger:
    """A trusted flagger. Shape: country is that of the coordinator who gave the status; until 0 for no end."""

    flagger_id: int
    name: str
    email: str
    country: str
    categories: tuple[str, ...]
    date: int
    until: int
    ended: int

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"flagger:{self.flagger_id}"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a list shows it. Shape: used 0 for never; revoked 0 while it works."""

    key_id: int
    name: str
    date: int
    used: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a flagger's program says.

    Shape: items are (address, item); digest is of all that was said, to know a repeated request again.
    """

    category: str
    keyword: str
    explanation: str
    items: tuple[tuple[str, Item], ...]
    reference: str
    idempotency_key: str
    digest: bytes
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Taken:
    """A notice of a flagger's. Shape: link is the page of its state; again: it was filed by an earlier request."""

    notice: Notice
    reference: str
    link: str
    again: bool = False


def make(
    tx: Tx, moderator: Moderator, name: str, email: str, country: str, known: Sequence[str], until: int = 0
) -> Flagger:
    """The flagger is known; it has no key yet.

    Errors: NotAllowed operator_role_needed; Invalid operator_flagger_invalid. After: journal flagger_made.
    """
    _require_lead(moderator)
    name, email = " ".join(name.split()), email.strip()
    wrong = not 0 < len(name) <= NAME_LENGTH or not 0 < len(email) <= EMAIL_LENGTH or "@" not in email
    if wrong or not (len(country) == 2 and country.isascii() and country.isupper()):
        raise Invalid("operator_flagger_invalid")
    if not known or not set(known) <= categories.OF_DECISIONS or (until and until <= tx.now):
        raise Invalid("operator_flagger_invalid")
    number = rows.add(tx, name, email, country, " ".join(sorted(set(known))), until, moderator.actor)
    made = find(tx, number)
    journal.record(tx, "flagger_made", moderator.actor, made.subject)
    return made


def end(tx: Tx, moderator: Moderator, flagger_id: int) -> None:
    """The flagger is trusted no more; none of its keys works. After: journal flagger_ended.

    Errors: NotAllowed operator_role_needed; NotFound operator_flagger_unknown.
    """
    _require_lead(moderator)
    found = find(tx, flagger_id)
    if not found.ended:
        rows.end(tx, flagger_id)
        journal.record(tx, "flagger_ended", moderator.actor, found.subject)


def add_key(tx: Tx, moderator: Moderator, flagger_id: int, name: str, key: str) -> int:
    """The key works for the flagger's program; its number. Shape: key is fresh and unguessable, shown this once.

    Errors: as `end`; Conflict operator_flagger_ended; Invalid operator_flagger_keys. After: journal flagger_key_made.
    """
    _require_lead(moderator)
    found = find(tx, flagger_id)
    if found.ended:
        raise Conflict("operator_flagger_ended")
    if sum(not one.revoked for one in keys_of(tx, moderator, flagger_id)) >= KEYS:
        raise Invalid("operator_flagger_keys")
    key_id = rows.add_key(tx, _digest(key), flagger_id, " ".join(name.split())[:NAME_LENGTH])
    journal.record(tx, "flagger_key_made", moderator.actor, found.subject, key=key_id)
    return key_id


def revoke_key(tx: Tx, moderator: Moderator, key_id: int) -> None:
    """The key works no more. Errors: as `end`. After: journal flagger_key_revoked."""
    _require_lead(moderator)
    row = rows.key(tx, key_id)
    if row is None:
        raise NotFound("operator_flagger_unknown")
    if not row[1]:
        rows.revoke(tx, key_id)
        journal.record(tx, "flagger_key_revoked", moderator.actor, f"flagger:{row[0]}", key=key_id)


def everyone(rx: Reader, moderator: Moderator) -> list[Flagger]:
    """All flaggers, also those that are trusted no more. Errors: NotAllowed operator_role_needed."""
    _require_lead(moderator)
    return [_of_row(row) for row in rows.everyone(rx)]


def keys_of(rx: Reader, moderator: Moderator, flagger_id: int) -> list[Key]:
    """The keys a flagger had and has, the newest first. Errors: NotAllowed operator_role_needed."""
    _require_lead(moderator)
    return [Key(*row) for row in rows.keys_of(rx, flagger_id)]


def find(rx: Reader, flagger_id: int) -> Flagger:
    """The flagger. Errors: NotFound operator_flagger_unknown."""
    row = rows.find(rx, flagger_id)
    if row is None:
        raise NotFound("operator_flagger_unknown")
    return _of_row(row)


def enter(tx: Tx, key: str, *, limited: bool = True) -> Flagger:
    """Whose key it is.

    Source: rfc/6750#2.1
    Errors: NotAllowed flagger_key_wrong; TooMany flood_wait_x.
    """
    found = rows.by_key(tx, _digest(key))
    flagger = find(tx, found[1]) if found else None
    if found is None or flagger is None or flagger.ended or (flagger.until and flagger.until <= tx.now):
        raise NotAllowed("flagger_key_wrong")
    if limited:
        limits.take(tx, f"flagger:{flagger.flagger_id}", ASKED)
    if found[2] + USED_S <= tx.now:
        rows.key_used(tx, found[0])
    return flagger


def count_wrong(tx: Tx, network: str) -> None:
    """One more key from there was none. Shape: network as of `limits.network`. Errors: TooMany flood_wait_x."""
    limits.take(tx, f"flagger-key:{network}", WRONG)


def file(tx: Tx, desk: Desk, flagger: Flagger, asked: Asked, token: str) -> Taken:
    """The notice stands, in the flaggers' own queue; asked again with the same key, it is the first one's.

    Shape: token as `notices.file` takes it.
    Errors: as `notices.file`; NotAllowed flagger_category outside of what the flagger knows; Conflict flagger_key_used
    when the idempotency key came with something else before; TooMany flood_wait_x.
    """
    if there := again(tx, flagger, asked.idempotency_key, asked.digest):
        return there
    if asked.category not in flagger.categories:
        raise NotAllowed("flagger_category")
    if not categories.known(asked.category, asked.keyword):
        raise Invalid("option_invalid")
    if desk.limited:
        limits.take(tx, f"flagger-notices:{flagger.flagger_id}", FILED)
    named = [(address, items.named(tx, item)) for address, item in asked.items]
    notifier = Notifier(
        flagger_id=flagger.flagger_id, name=flagger.name, email=flagger.email, lang=asked.lang, country=flagger.country
    )
    filing = Filing(FLAGGER, asked.category, asked.keyword, asked.explanation, tuple(one for _, one in named))
    filed = notices.file(tx, desk, notifier, filing, token)
    locations.keep(tx, filed.notice_id, named)
    reference = asked.reference[:REFERENCE_LENGTH]
    rows.add_notice(
        tx, flagger.flagger_id, filed.notice_id, reference, asked.idempotency_key, asked.digest, filed.link
    )
    return Taken(notices.find(tx, filed.notice_id), reference, filed.link)


def again(rx: Reader, flagger: Flagger, idempotency_key: str, digest: bytes) -> Taken | None:
    """The notice that was filed with this key before. Errors: Conflict flagger_key_used."""
    row = rows.notice_by_key(rx, flagger.flagger_id, idempotency_key)
    if row is None:
        return None
    if bytes(row[3]) != digest:
        raise Conflict("flagger_key_used")
    return Taken(notices.find(rx, row[0]), row[1], row[4], again=True)


def notice(rx: Reader, flagger: Flagger, notice_id: int) -> Taken:
    """A notice of the flagger's own. Errors: NotFound flagger_notice_unknown, also for another's."""
    row = rows.notice(rx, flagger.flagger_id, notice_id)
    if row is None:
        raise NotFound("flagger_notice_unknown")
    return Taken(notices.find(rx, notice_id), row[1], row[4])


def own(rx: Reader, flagger: Flagger, below: int = 2**62, limit: int = PAGE) -> list[Taken]:
    """The flagger's notices below that number, the newest first."""
    found = rows.notices(rx, flagger.flagger_id, below, min(limit, PAGE))
    return [Taken(notices.find(rx, row[0]), row[1], row[4]) for row in found]


def _require_lead(moderator: Moderator) -> None:
    if LEAD not in moderator.roles:
        raise NotAllowed("operator_role_needed")


def _of_row(row: tuple[Any, ...]) -> Flagger:
    flagger_id, name, email, country, known, date, until, ended = row
    return Flagger(flagger_id, name, email, country, tuple(known.split()), date, until, ended)


def _digest(key: str) -> bytes:
    return sha256(b"flagger\x00" + key.encode("utf-8", "replace")).digest()
