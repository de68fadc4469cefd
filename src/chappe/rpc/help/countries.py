"""Countries and time zones. Source: method/help.getCountriesList, method/help.getTimezonesList"""

import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zlib import crc32

import phonenumbers

from chappe.domain.country_names import named
from chappe.rpc.context import Call, method
from chappe.tl import functions as f
from chappe.tl import types as t

ANONYMOUS = t.help.Country(
    iso2="FT", default_name="Anonymous Numbers", country_codes=[t.help.CountryCode(country_code="888")]
)
"""Numbers that an invite gives; no telephone network knows them."""


@lru_cache(maxsize=16)
def countries(lang_code: str) -> t.help.CountriesList:
    """Every country with its calling code, names in English and, if known, in the language."""
    found: list[t.help.TypeCountry] = [ANONYMOUS]
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        english = named(region, "en") or region
        name = named(region, lang_code)
        code = str(phonenumbers.country_code_for_region(region))
        found.append(
            t.help.Country(
                iso2=region,
                default_name=english,
                name=name if name != english else None,
                country_codes=[t.help.CountryCode(country_code=code)],
            )
        )
    return t.help.CountriesList(countries=found, hash=crc32(f"{lang_code} {len(found)}".encode()) & 0x7FFFFFFF)





@method("help.getCountriesList", open=True)
async def get_countries_list(call: Call, q: f.help.GetCountriesList) -> t.help.TypeCountriesList:
    """Countries with their calling codes. Source: method/help.getCountriesList"""
    made = countries(q.lang_code.split("-")[0])
    return t.help.CountriesListNotModified() if q.hash == made.hash else made


@method("help.getTimezonesList", open=True)
async def get_timezones_list(call: Call, q: f.help.GetTimezonesList) -> t.help.TypeTimezonesList:
    """Every time zone with its offset today, in seconds east of UTC. Source: method/help.getTimezonesList"""
    now = datetime.fromtimestamp(call.now(), UTC)
    zones = [
        t.Timezone(id=name, name=name.replace("_", " "), utc_offset=int(_offset(name, now).total_seconds()))
        for name in sorted(zoneinfo.available_timezones())
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    ]
    made = crc32(repr([(z.id, z.utc_offset) for z in zones]).encode()) & 0x7FFFFFFF
    return t.help.TimezonesListNotModified() if q.hash == made else t.help.TimezonesList(timezones=zones, hash=made)


def _offset(name: str, now: datetime) -> timedelta:
    return now.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() or timedelta()
