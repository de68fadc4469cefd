"""Authorities: who may order anything here, how that was checked, and until when it holds.

Source: dsa/9(2), tco/3(5), requirements/legal-authorities
Whoever registers or vouches for an authority never approves what is handed to it (`approvals`).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import journal
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK
from chappe.legal import countries
from chappe.store import Reader, Row, Tx
from chappe.store.legal import authorities as rows
from chappe.store.queries.people import take_id

COURT, JUDGE, PROSECUTOR, POLICE = "court", "judge", "prosecutor", "police"
REMOVER, REGULATOR, COORDINATOR = "remover", "regulator", "coordinator"
DATA_PROTECTION, ENFORCING, INTELLIGENCE, MINISTRY, OTHER = (
    "data_protection", "enforcing", "intelligence", "ministry", "other",
)  # fmt: skip
KINDS = (
    COURT, JUDGE, PROSECUTOR, POLICE, REMOVER, REGULATOR, COORDINATOR, DATA_PROTECTION, ENFORCING, INTELLIGENCE,
    MINISTRY, OTHER,
)  # fmt: skip
"""What an authority is; `remover` is one competent for removal orders (TCO, police cyber office)."""
PENDING, VERIFIED, SUSPENDED, ENDED, REFUSED = "pending", "verified", "suspended", "ended", "refused"
CHECKS = ("mail_domain", "letter", "call_back")
"""How an operator made sure of an authority."""
CHECKS_NEEDED = 2
YEAR_S = 366 * 86_400
LONGEST_S = 2 * YEAR_S
NAME, LINE, NOTE = 200, 300, 2000
WARN_S = 30 * 86_400
_AGE = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_MAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9.-]{1,250}")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")


@dataclass(frozen=True, slots=True)
class Profile:
    """What an authority says of itself. Shape: country two capitals; language fr, en, …; age_key a recipient or ''."""

    name: str
    country: str
    kind: str
    person: str = ""
    post: str = ""
    address: str = ""
    email: str = ""
    mail_domain: str = ""
    phone: str = ""
    language: str = "en"
    age_key: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority as the desk sees it. Shape: verified_by is 0 until somebody vouches; mandates are instruments."""

    authority_id: int
    profile: Profile
    state: str
    mandates: tuple[str, ...]
    registered_at: int
    registered_by: str
    checks: tuple[str, ...]
    verified_at: int
    verified_by: int
    valid_until: int
    first_contact_at: int
    vouchers: tuple[int, ...] = ()
    """Operators who ever vouched for it, or changed by what it is known."""
    forgotten_at: int = 0
    """When the contacts of its people were forgotten, 0 while they are known."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.profile.name

    @property
    def country(self) -> str:
        """Its country."""
        return self.profile.country

    @property
    def kind(self) -> str:
        """What it is."""
        return self.profile.kind

    @property
    def subject(self) -> str:
        """How the journal names it, as a subject and as who acted."""
        return f"authority:{self.authority_id}"

    def holds(self, now: int) -> bool:
        """True if somebody vouched for it and that is not over."""
        return self.state == VERIFIED and now < self.valid_until

    def vouched_by(self) -> frozenset[int]:
        """The operators who registered it, ever vouched for it, or changed by what it is known.

        None of them has a part in what is handed to it.
        """
        registrar = self.registered_by.removeprefix("operator:")
        return frozenset({self.verified_by, *self.vouchers, int(registrar) if registrar.isdecimal() else 0} - {0})


def register(tx: Tx, actor: str, profile: Profile) -> Authority:
    """The authority is known, and nobody has vouched for it. Shape: actor is operator:N, or server for their own form.

    Errors: Invalid authority_name_needed, authority_kind_invalid, order_country_invalid, authority_mail_invalid,
    authority_key_invalid, authority_text_long. After: journal authority_registered.
    """
    profile = _require(profile)
    authority_id = take_id(tx, "authority", 1)
    rows.insert(tx, authority_id, _columns(profile), tx.now, actor)
    journal.record(
        tx, "authority_registered", actor, f"authority:{authority_id}", country=profile.country, sort=profile.kind
    )
    return get(tx, authority_id)


def change(tx: Tx, who: Moderator, authority_id: int, profile: Profile) -> Authority:
    """The authority says this of itself; a new name, country, kind, mail or key is to be checked anew.

    Errors: as `register`; NotFound authority_unknown; NotAllowed operator_role_needed; Conflict authority_ended where
    its people were forgotten. After: journal authority_changed.
    """
    _require_desk(who)
    before, profile = get(tx, authority_id), _require(profile)
    if before.forgotten_at:
        raise Conflict("authority_ended")
    rows.change(tx, authority_id, _columns(profile))
    weighty = ("name", "country", "kind", "email", "mail_domain", "age_key")
    anew = any(getattr(before.profile, name) != getattr(profile, name) for name in weighty)
    if anew:
        rows.vouched(tx, authority_id, who.operator_id)
    if anew and before.state == VERIFIED:
        rows.set_state(tx, authority_id, PENDING)
    journal.record(tx, "authority_changed", who.actor, before.subject, checked_anew=anew)
    return get(tx, authority_id)


def verify(
    tx: Tx, who: Moderator, authority_id: int, checks: Collection[str], mandates: Collection[str], valid_until: int
) -> Authority:
    """The operator vouches for the authority: it may use these instruments until then.

    Shape: checks: at least two of CHECKS; mandates: codes of instruments; valid_until at most two years ahead.
    Errors: Invalid authority_checks_needed, authority_mandate_invalid, authority_expiry_invalid; NotFound
    authority_unknown; Conflict authority_ended; NotAllowed operator_role_needed. After: journal authority_verified.
    """
    _require_desk(who)
    found = get(tx, authority_id)
    if found.state in (ENDED, REFUSED):
        raise Conflict("authority_ended")
    if not set(checks) <= set(CHECKS) or len(set(checks)) < CHECKS_NEEDED:
        raise Invalid("authority_checks_needed")
    if not mandates or not set(mandates) <= _instruments():
        raise Invalid("authority_mandate_invalid")
    if not tx.now < valid_until <= tx.now + LONGEST_S:
        raise Invalid("authority_expiry_invalid")
    said = " ".join(sorted(set(checks))), " ".join(sorted(set(mandates)))
    rows.verify(tx, authority_id, *said, tx.now, who.operator_id, valid_until)
    rows.vouched(tx, authority_id, who.operator_id)
    journal.record(tx, "authority_verified", who.actor, found.subject, checks=said[0], valid_until=valid_until)
    return get(tx, authority_id)


def end(tx: Tx, who: Moderator, authority_id: int, state: str, reason: str) -> Authority:
    """The authority is suspended, ended or refused: nothing of its is taken for authentic.

    Errors: Invalid authority_state_invalid; NotFound authority_unknown; NotAllowed operator_role_needed.
    After: journal authority_ended.
    """
    _require_desk(who)
    found = get(tx, authority_id)
    if state not in (SUSPENDED, ENDED, REFUSED) or not reason.strip():
        raise Invalid("authority_state_invalid")
    rows.set_state(tx, authority_id, state, 0 if state == SUSPENDED else tx.now)
    journal.record(tx, "authority_ended", who.actor, found.subject, state=state)
    return get(tx, authority_id)


def known_by(tx: Tx, who: Moderator, authority_id: int) -> None:
    """The operator gave something by which the authority is known: they have no part in what is handed to it."""
    rows.vouched(tx, authority_id, who.operator_id)


def contacted(tx: Tx, authority_id: int, date: int) -> None:
    """The authority has explained procedure and deadlines, on that date for the first time. Source: tco/3(2)"""
    rows.set_first_contact(tx, authority_id, date)


def get(rx: Reader, authority_id: int) -> Authority:
    """The authority. Errors: NotFound authority_unknown."""
    row = rows.find(rx, authority_id)
    if row is None:
        raise NotFound("authority_unknown")
    return _of_row(row)


def by_email(rx: Reader, email: str) -> Authority | None:
    """The authority whose address this is: the very address, else the only verified one of its mail domain.

    Who only said so in the portal's form is nobody's sender: they would read there what others mail.
    """
    said = email.strip().lower()
    found = [_of_row(row) for row in rows.by_email(rx, said)]
    if not found:
        found = [_of_row(row) for row in rows.by_domain(rx, said.rpartition("@")[2])]
    living = [one for one in found if one.state == VERIFIED]
    return living[0] if len(living) == 1 else found[0] if len(found) == 1 else None


def some(rx: Reader, words: str = "", after: str = "", limit: int = 50) -> list[Authority]:
    """Authorities whose name begins with or contains the words, by name, after that name."""
    return [_of_row(row) for row in rows.some(rx, words.strip().casefold(), after.casefold(), limit)]


def _instruments() -> frozenset[str]:
    from chappe.legal.orders import INSTRUMENTS

    return frozenset(INSTRUMENTS)


def _require_desk(who: Moderator) -> None:
    if DESK not in who.roles:
        raise NotAllowed("operator_role_needed")


def _require(said: Profile) -> Profile:
    """The profile, tidied."""
    email, domain = said.email.strip().lower(), said.mail_domain.strip().lower().lstrip("@")
    if not 0 < len(said.name.strip()) <= NAME:
        raise Invalid("authority_name_needed")
    if said.kind not in KINDS:
        raise Invalid("authority_kind_invalid")
    if (email and not _MAIL.fullmatch(email)) or (domain and not _DOMAIN.fullmatch(domain)):
        raise Invalid("authority_mail_invalid")
    if said.age_key.strip() and not _AGE.fullmatch(said.age_key.strip()):
        raise Invalid("authority_key_invalid")
    lines = (said.person, said.post, said.address, said.phone, said.language)
    if any(len(one) > LINE for one in lines) or len(said.note) > NOTE:
        raise Invalid("authority_text_long")
    return Profile(
        " ".join(said.name.split()), countries.country(said.country), said.kind, said.person.strip(),
        said.post.strip(), said.address.strip(), email, domain, said.phone.strip(), said.language.strip().lower()[:2],
        said.age_key.strip(), said.note.strip(),
    )  # fmt: skip


def _columns(profile: Profile) -> tuple[str, ...]:
    """The profile in the order of `rows.SAID`."""
    p = profile
    return (
        p.name, p.name.casefold(), p.country, p.kind, p.person, p.post, p.address, p.email, p.mail_domain, p.phone,
        p.language, p.age_key, p.note,
    )  # fmt: skip


def _of_row(row: Row) -> Authority:
    (
        authority_id, name, _, country, kind, person, post, address, email, domain, phone, language, age_key, note,
        state, mandates, registered_at, registered_by, checks, verified_at, verified_by, valid_until, first_contact,
        vouchers, forgotten_at,
    ) = row  # fmt: skip
    profile = Profile(name, country, kind, person, post, address, email, domain, phone, language, age_key, note)
    return Authority(
        authority_id, profile, state, tuple(mandates.split()), registered_at, registered_by, tuple(checks.split()),
        verified_at, verified_by, valid_until, first_contact, tuple(map(int, vouchers.split())),
        forgotten_at,
    )  # fmt: skip
