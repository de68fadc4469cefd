"""What an order may reach: instrument × authority × category of data × territory. Nothing goes further.

Source: dsa/9(2), dsa/10(2), evidence/4, tco/3(3), gdpr/48
One function answers; who discloses, hides or holds anything asks it for each target, again at the moment of the act.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.legal import countries
from chappe.legal.authorities import Authority
from chappe.legal.orders import of
from chappe.legal.orders.form import (
    ANYBODY,
    NOWHERE,
    REMOVAL,
    UNION,
    Instrument,
)
from chappe.legal.records import CONTENT, TRAFFIC, Order

NOT_REGISTERED, NOT_IN_FORCE, NOT_MANDATED = "not_registered", "not_in_force", "not_mandated"
NOT_COMPETENT, OUTSIDE_CATEGORY, OUTSIDE_TERRITORY = "not_competent", "outside_category", "outside_territory"
NO_TREATY, NOT_NOTIFIED, OFFENCE = "no_treaty", "enforcing_not_notified", "offence_not_covered"
NOT_LOCATED = "insufficient_information"
UNLOCATED = ("phone", "ip")
"""Kinds of targets that say who, and not where what is to be removed is found. Source: dsa/9(2)"""
SEVERE = (TRAFFIC, CONTENT)
"""Categories for which a production order needs a serious offence and the notification of another authority."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that an order asks for. Shape: category empty where no data are; home is where we are established."""

    instrument: str
    kind: str
    country: str
    category: str = ""
    territories: tuple[str, ...] = ()
    home: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def verdict(asked: Asked) -> str:
    """Empty if the order reaches so far, else the code of why it does not. Shape: kind ANYBODY for no authority."""
    instrument = of(asked.instrument)
    if asked.category not in instrument.issuers:
        return OUTSIDE_CATEGORY
    if asked.kind not in instrument.issuers[asked.category] and ANYBODY not in instrument.issuers[asked.category]:
        return NOT_REGISTERED if asked.kind == ANYBODY else NOT_COMPETENT
    if asked.kind != ANYBODY and not _comes_from(instrument, asked.country, asked.home):
        return OUTSIDE_TERRITORY
    if not set(asked.territories) <= _territories(instrument, asked.country):
        return OUTSIDE_TERRITORY
    return _conditions(instrument, asked)


def _conditions(instrument: Instrument, asked: Asked) -> str:
    """What single instruments demand besides."""
    said = dict(asked.fields)
    if instrument.code == "third_country_request" and not (said.get("treaty") and said.get("central_authority")):
        return NO_TREATY
    if instrument.code == "epoc" and asked.category in SEVERE:
        if not said.get("offence_three_years"):
            return OFFENCE
        if not said.get("enforcing_notified"):
            return NOT_NOTIFIED
    return ""


def _comes_from(instrument: Instrument, country: str, home: str) -> bool:
    match instrument.from_where:
        case "union":
            return country in countries.UNION
        case "evidence":
            return country in countries.EVIDENCE
        case "home":
            return bool(home) and country == home
        case "france":
            return country == "FR"
        case "third":
            return bool(country) and country not in countries.AREA
        case _:
            return True


def _territories(instrument: Instrument, country: str) -> frozenset[str]:
    if instrument.reach == UNION:
        return frozenset(countries.UNION)
    return frozenset() if instrument.reach == NOWHERE else frozenset({country})


def ordered_territories(order: Order, authority: Authority) -> tuple[str, ...]:
    """Where a removal holds: where it was ordered; by its law in the whole Union or in the authority's own country.

    Source: tco/3(3), dsa/9(2)
    """
    if order.instrument == "tco_removal":
        return countries.UNION
    return order.territories or (authority.country,)


def of_order(order: Order, authority: Authority | None, now: int, home: str) -> str:
    """Empty if the whole order is within its reach now, else why not, of the first target that is not.

    Shape: authority None where nobody is registered.
    """
    instrument = of(order.instrument)
    if authority is not None and ANYBODY not in instrument.issuers.get("", ()):
        if not authority.holds(now):
            return NOT_IN_FORCE
        if order.instrument not in authority.mandates:
            return NOT_MANDATED
    return next((why for why in of_targets(order, authority, home) if why), "")


def of_targets(order: Order, authority: Authority | None, home: str) -> Sequence[str]:
    """For each target, or once for an order without any, the code of why it is out of reach, or nothing."""
    kind, country = (authority.kind, authority.country) if authority is not None else (ANYBODY, order.country)
    territories = order.territories if of(order.instrument).family == REMOVAL else ()
    fields = tuple(order.fields.items())
    wanted = [one.category for one in order.targets] or [""]
    found = [verdict(Asked(order.instrument, kind, country, one, territories, home, fields)) for one in wanted]
    if of(order.instrument).family != REMOVAL:
        return found
    # Nothing is hidden by what only identifies people: whose a number is would be told by its effect.
    kinds = [one.kind for one in order.targets] or [""]
    return [why or NOT_LOCATED * (kind in UNLOCATED) for why, kind in zip(found, kinds, strict=True)]
