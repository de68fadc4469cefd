"""How long what is kept for the law alone is kept, by the person's country.

Source: cpce/L34-1, gdpr/17
The figures stand in the public territory profiles; `lay_down` makes rows of those of the day, which everything that
reads, discloses or clears away asks. Before the first time the default's own figures hold.
"""

from dataclasses import dataclass

from chappe.base.ids import UserId
from chappe.domain import phones
from chappe.domain.territory_profiles import KEPT, UNSAID_SECRECY, Book
from chappe.store import Reader, Tx
from chappe.store.queries import retention as rows

DAY_S = 86_400
FALLBACK = {"identity": 0, "sign_up": 0, "connection": 90 * DAY_S, "messages": 0, "disclosure": 30 * DAY_S,
            "authority_contact": 365 * DAY_S}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Retention:
    """Seconds from the connection, from the end of the account, from the handing over; 0 keeps nothing."""

    territory: str
    """The country, empty for everywhere else."""
    connections_s: int
    """Addresses of connections, from the last sign of life."""
    identity_s: int
    """Number and names, from the end of the account."""
    details_s: int
    """What else was given at sign-up (username, mail), from the end of the account."""
    package_s: int = 0
    """The encrypted package of a disclosure, from when it was ready."""
    contacts_s: int = 0
    """How to reach the people of an authority, from the end of its registration."""


def lay_down(tx: Tx, book: Book) -> None:
    """What the profiles of today say is what holds."""
    countries = {"", *(country for name in book.versions for country in book.current(name, tx.now).countries)}
    found = [
        (country, what, one.days * DAY_S, one.basis)
        for country in sorted(countries) for what in KEPT for one in (book.retention(country, what, tx.now),)
    ]  # fmt: skip
    if [tuple(row) for row in rows.all_of(tx)] != sorted(found):
        rows.lay_down(tx, found)
    secret = [(country, book.secrecy(country, tx.now)) for country in sorted(countries)]
    terms = [(country, one.days * DAY_S, " ".join(one.prolonged_by)) for country, one in secret]
    if [tuple(row) for row in rows.terms(tx)] != terms:
        rows.lay_terms(tx, terms)


def of_country(rx: Reader, country: str) -> Retention:
    """What holds for people in the country. Shape: ISO 3166, empty for unknown."""
    said = FALLBACK | dict(rows.of_country(rx, country))
    return Retention(country, said["connection"], said["identity"], said["sign_up"], said["disclosure"],
                     said["authority_contact"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """How long orders by the law of a country stay secret where it sets no end, and which authorities prolong that."""

    seconds: int
    prolonged_by: tuple[str, ...]


def secrecy(rx: Reader, country: str) -> Term:
    """The term of the country. Shape: ISO 3166, empty for unknown. Source: dsa/10(5)"""
    said = rows.term(rx, country)
    if said is None:
        return Term(UNSAID_SECRECY.days * DAY_S, UNSAID_SECRECY.prolonged_by)
    return Term(said[0], tuple(said[1].split()))


def of_person(rx: Reader, user_id: UserId) -> Retention:
    """What holds for the person; of an account that ended, what held there then."""
    found = rows.place_of(rx, user_id)
    if found is None:
        return of_country(rx, "")
    decided, phone, deleted, ended_in = found
    return of_country(rx, ended_in if deleted else decided or phones.country(phone))


def shortest_connections_s(rx: Reader) -> int:
    """The shortest time that any country keeps addresses: what is younger need not be looked at."""
    found = rows.shortest(rx, "connection")
    return FALLBACK["connection"] if found is None else found


def shortest_contacts_s(rx: Reader) -> int:
    """The shortest time that any country keeps how to reach the people of a former authority."""
    found = rows.shortest(rx, "authority_contact")
    return FALLBACK["authority_contact"] if found is None else found
