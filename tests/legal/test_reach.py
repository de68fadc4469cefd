"""Source: dsa/10(2), evidence/4, gdpr/48. What each instrument reaches: by authority, category of data, territory."""

from itertools import product

import pytest

from chappe.legal import countries
from chappe.legal.authorities import KINDS
from chappe.legal.orders import INSTRUMENTS
from chappe.legal.orders.form import ANYBODY
from chappe.legal.reach import Asked, verdict
from chappe.legal.records import CATEGORIES

HOME = "FR"
PLACES = ("FR", "DE", "DK", "NO", "US")
"""Home, another Member State, one without e-Evidence, the Economic Area, a third country."""
INVESTIGATORS = {"court", "judge", "prosecutor", "police"}
JUDGES = {"court", "judge"}
REACHES: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "dsa_order9": {
        "": (INVESTIGATORS | {"remover", "regulator", "coordinator", "data_protection"}, {"FR", "DE", "DK"}),
    },
    "dsa_order10": {
        "subscriber": (INVESTIGATORS | {"regulator", "coordinator", "data_protection"}, {"FR", "DE", "DK"}),
        "identification": (INVESTIGATORS, {"FR", "DE", "DK"}),
        "traffic": (JUDGES, {"FR", "DE", "DK"}),
    },
    "tco_removal": {"": (INVESTIGATORS | {"remover", "regulator"}, {"FR", "DE", "DK"})},
    "epoc": {
        "subscriber": (JUDGES | {"prosecutor"}, {"FR", "DE"}),
        "identification": (JUDGES | {"prosecutor"}, {"FR", "DE"}),
        "traffic": (JUDGES, {"FR", "DE"}),
        "content": (JUDGES, {"FR", "DE"}),
    },
    "epoc_pr": {one: (JUDGES | {"prosecutor"}, {"FR", "DE"}) for one in CATEGORIES},
    "fr_lcen_6_1": {"": ({"remover", "police"}, {"FR"})},
    "national_requisition": {
        "subscriber": (INVESTIGATORS, {"FR"}),
        "identification": (INVESTIGATORS, {"FR"}),
        "traffic": (JUDGES | {"prosecutor"}, {"FR"}),
        "content": (JUDGES, {"FR"}),
    },
    "third_country_request": {
        "subscriber": (JUDGES | {"prosecutor"}, {"US"}),
        "identification": (JUDGES | {"prosecutor"}, {"US"}),
        "traffic": (JUDGES, {"US"}),
        "content": (JUDGES, {"US"}),
    },
    "emergency_disclosure": {
        one: (INVESTIGATORS, {"FR", "DE", "DK"}) for one in ("subscriber", "identification", "traffic")
    },
    "preservation": {one: (INVESTIGATORS, set(PLACES)) for one in CATEGORIES},
    "cryptology_requisition": {"": (INVESTIGATORS | {"intelligence"}, {"FR"})},
    "regulator_inquiry": {"": ({"regulator", "coordinator", "data_protection"}, {"FR", "DE", "DK"})},
}
"""Instrument → category → (who may order it, from where). What does not stand here is out of reach."""
OPEN = ("gdpr_request", "threat_to_life18", "informal_wish", "synthetic", "unknown")
"""Instruments of anybody's, which reach no data at all."""
SAID = (("offence_three_years", "1"), ("enforcing_notified", "1"), ("treaty", "T"), ("central_authority", "C"))


def test_every_instrument_stands_in_the_table() -> None:
    assert set(REACHES) | set(OPEN) == set(INSTRUMENTS)


@pytest.mark.parametrize("instrument", sorted(REACHES))
def test_the_whole_table(instrument: str) -> None:
    """Every authority with every category from every country: as the table says and no further."""
    table = REACHES[instrument]
    for kind, category, country in product(KINDS, ("", *CATEGORIES), PLACES):
        who, where = table.get(category, (set(), set()))
        why = verdict(Asked(instrument, kind, country, category, (), HOME, SAID))
        assert (why == "") == (kind in who and country in where), (kind, category, country, why)


@pytest.mark.parametrize("instrument", sorted(REACHES))
def test_nobody_registered_reaches_nothing(instrument: str) -> None:
    for category in ("", *CATEGORIES):
        assert verdict(Asked(instrument, ANYBODY, "FR", category, (), HOME, SAID))


@pytest.mark.parametrize("instrument", OPEN)
def test_what_anybody_may_send_reaches_no_data_and_no_territory(instrument: str) -> None:
    assert INSTRUMENTS[instrument].categories == ()
    for category in CATEGORIES:
        assert verdict(Asked(instrument, ANYBODY, "US", category, (), HOME)) == "outside_category"
    assert verdict(Asked(instrument, ANYBODY, "FR", "", ("FR",), HOME)) == "outside_territory"


@pytest.mark.parametrize(
    ("instrument", "kind", "country", "territories", "why"),
    [
        ("dsa_order9", "court", "FR", ("FR",), ""),
        ("dsa_order9", "court", "FR", countries.UNION, ""),
        ("dsa_order9", "court", "FR", ("US",), "outside_territory"),
        ("tco_removal", "remover", "DE", countries.UNION, ""),
        ("tco_removal", "remover", "DE", (*countries.UNION, "CH"), "outside_territory"),
        ("fr_lcen_6_1", "police", "FR", ("FR",), ""),
        ("fr_lcen_6_1", "police", "FR", ("BE",), "outside_territory"),
    ],
)
def test_removal_holds_where_it_may(
    instrument: str, kind: str, country: str, territories: tuple[str, ...], why: str
) -> None:
    assert verdict(Asked(instrument, kind, country, "", territories, HOME)) == why


def test_what_certificates_need_for_the_graver_categories() -> None:
    asked = Asked("epoc", "judge", "DE", "content", (), HOME)
    assert verdict(asked) == "offence_not_covered"
    assert verdict(Asked("epoc", "judge", "DE", "content", (), HOME, SAID[:1])) == "enforcing_not_notified"
    assert verdict(Asked("epoc", "judge", "DE", "content", (), HOME, SAID[:2])) == ""
    assert verdict(Asked("epoc", "judge", "DE", "subscriber", (), HOME)) == ""


def test_a_third_country_needs_an_agreement_and_the_way_it_names() -> None:
    for said in ((), (("treaty", "T"),), (("central_authority", "C"),)):
        assert verdict(Asked("third_country_request", "judge", "US", "subscriber", (), HOME, said)) == "no_treaty"


def test_a_requisition_of_no_home_reaches_nothing() -> None:
    assert verdict(Asked("national_requisition", "judge", "FR", "subscriber")) == "outside_territory"
