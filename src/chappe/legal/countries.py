"""Countries, as orders name them: two capitals of ISO 3166, and what the Union is."""

import re

from chappe.base.errors import Invalid
from chappe.domain.territory_profiles.book import EU

UNION = tuple(sorted(EU))
"""The Member States."""
AREA = (*UNION, "IS", "LI", "NO")
"""The European Economic Area."""
EVIDENCE = tuple(one for one in UNION if one != "DK")
"""Where production and preservation orders are issued: Denmark takes no part. Source: evidence/1"""
_CODE = re.compile(r"[A-Z]{2}")
_SPELT = {"EL": "GR", "UK": "GB"}
_GROUPS = {"EU": UNION, "UE": UNION, "EEA": AREA, "EEE": AREA}


def country(said: str) -> str:
    """The code of a country. Errors: Invalid order_country_invalid."""
    code = _SPELT.get(said.strip().upper(), said.strip().upper())
    if not _CODE.fullmatch(code) or code in _GROUPS:
        raise Invalid("order_country_invalid")
    return code


def territories(said: str) -> tuple[str, ...]:
    """The codes of a list of countries, `EU` and `EEA` among them. Errors: Invalid order_country_invalid."""
    found: list[str] = []
    for word in re.split(r"[\s,;/]+", said.strip()):
        if word:
            found += _GROUPS.get(word.upper()) or (country(word),)
    return tuple(sorted(set(found)))


def shown(codes: tuple[str, ...]) -> str:
    """The codes as a letter names them: a whole union by its name."""
    have = set(codes)
    for name, group in (("EEA", AREA), ("EU", UNION)):
        if have >= set(group):
            return ", ".join([name, *sorted(have - set(group))])
    return ", ".join(codes)
