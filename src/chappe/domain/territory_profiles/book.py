"""All profiles in all their versions: which one is for a country on a day, and what it says there.

Source: requirements/territory-profiles
A profile says what differs from its parent's: `fr` → `eu` → `default`. Versions are never edited: what is to change
is a new file with a new number and the day from which it holds.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from chappe.domain.territory_profiles.model import (
    DEFAULT,
    UNSAID,
    UNSAID_SECRECY,
    Deadline,
    ListOfNames,
    Profile,
    ProfileError,
    Retention,
    Scope,
    Secrecy,
    read,
)

DAY_S = 86_400
EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
GROUPS = {"EU": EU}
"""What stands for several countries wherever territories are named."""


def expand(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The territories with groups written out, each once. Shape: ISO 3166 codes, or a name of GROUPS."""
    found = dict.fromkeys(one for code in codes for one in (sorted(GROUPS[code]) if code in GROUPS else (code,)))
    return tuple(found)


def named(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The territories as people are told of them: a whole group by its name."""
    rest = list(codes)
    found = []
    for name, members in GROUPS.items():
        if members <= set(rest):
            found.append(name)
            rest = [code for code in rest if code not in members]
    return (*found, *rest)


class Book:
    """The profiles of this server. Shape: versions by territory, the oldest first."""

    def __init__(self, versions: Mapping[str, tuple[Profile, ...]]) -> None:
        self.versions = versions
        for found in versions.values():
            for one in found:
                if one.parent and one.parent not in versions:
                    raise ProfileError(f"profile {one.territory} {one.version}: there is no profile {one.parent}")
        if DEFAULT not in versions:
            raise ProfileError("there is no profile default")

    def current(self, territory: str, now: int) -> Profile:
        """The version of the profile that holds today. Shape: territory as the files name it; the oldest before any."""
        today = day_of(now)
        found = self.versions[territory]
        return max((one for one in found if one.since <= today), key=lambda one: one.version, default=found[0])

    def chain(self, country: str, now: int) -> tuple[Profile, ...]:
        """The profiles that hold for somebody in the country, the nearest first. Shape: ISO 3166, empty for unknown."""
        nearest = min(
            (one for one in (self.current(name, now) for name in self.versions) if country in one.countries),
            key=lambda one: len(one.countries), default=self.current(DEFAULT, now),
        )  # fmt: skip
        found = [nearest]
        while found[-1].parent:
            found.append(self.current(found[-1].parent, now))
        return tuple(found)

    def retention(self, country: str, what: str, now: int) -> Retention:
        """How long something is kept of people in the country. Shape: what is one of KEPT.

        What no profile of that day speaks of is as UNSAID says.
        """
        found = (one for profile in self.chain(country, now) for one in profile.retention if one.what == what)
        return next(found, None) or UNSAID[what]

    def secrecy(self, country: str, now: int) -> Secrecy:
        """How long orders by the law of the country stay secret where that law sets no end."""
        found = (one.secrecy for one in self.chain(country, now) if one.secrecy is not None)
        return next(found, UNSAID_SECRECY)

    def deadline(self, country: str, instrument: str, now: int) -> Deadline | None:
        """Within what time the instrument is answered there; None where the profile sets none."""
        found = (one for profile in self.chain(country, now) for one in profile.deadlines)
        return next((one for one in found if one.instrument == instrument), None)

    def languages(self, country: str, now: int) -> tuple[str, ...]:
        """Languages in which authorities of the country are answered, the preferred first."""
        return next((one.languages for one in self.chain(country, now) if one.languages), ("en",))

    def sanctions(self, now: int) -> tuple[tuple[str, ListOfNames], ...]:
        """(territory, list) of each list of sanctions that holds somewhere today. Shape: territory as files name it."""
        return tuple((name, one) for name in self.versions for one in self.current(name, now).sanctions)

    def scanning(self, now: int) -> tuple[Scope, ...]:
        """What may be looked into, of every profile that holds today."""
        return tuple(one for name in self.versions for one in self.current(name, now).scanning)

    def scanned_as(self, country: str, now: int) -> tuple[str, ...]:
        """The words by which entries of scanning name the country, the nearest first, `*` last."""
        return tuple("*" if one.territory == DEFAULT else one.territory.upper() for one in self.chain(country, now))


def day_of(now: int) -> str:
    """The day, as YYYY-MM-DD."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + now // DAY_S).isoformat()


def as_data(profile: Profile) -> dict[str, Any]:
    """The profile as plain data, as its public JSON shows it.

    What only later versions can say is left out where it is not said: a version that was published stays the same.
    """
    said: dict[str, Any] = _without(asdict(profile))
    return said


def _without(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: _without(value) for key, value in said.items() if value or key not in LATER}
    return tuple(map(_without, said)) if isinstance(said, tuple) else said


LATER = ("basis_in", "note_in", "secrecy")
"""What versions could not say at first."""


def difference(old: Profile, new: Profile) -> tuple[tuple[str, str, str], ...]:
    """(place, what it said, what it says) of what differs between two versions; empty for what was not there."""
    before, after = _flat(as_data(old)), _flat(as_data(new))
    return tuple(
        (key, before.get(key, ""), after.get(key, "")) for key in {**before, **after}
        if before.get(key, "") != after.get(key, "")
    )  # fmt: skip


_KEYS = {
    "retention": ("what",), "categories": ("category",), "deadlines": ("instrument",),
    "scanning": ("surface", "kind", "since"), "sanctions": ("name",),
}  # fmt: skip


def _flat(said: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in said.items():
        if key in _KEYS:
            for one in value:
                row = "/".join(str(one[name]) for name in _KEYS[key])
                found |= {f"{key} · {row} · {name}": text for name, text in _flat(one).items() if text}
        elif isinstance(value, dict):
            found |= {f"{key} · {name}": text for name, text in _flat(value).items()}
        elif isinstance(value, tuple | list):
            found[key] = ", ".join(map(str, value))
        else:
            found[key] = str(value)
    return found


def shipped() -> Book:
    """The profiles that come with Chappe."""
    return Book(_in(resources.files("chappe.domain.territory_profiles")))


def load(folder: Path | None) -> Book:
    """The shipped profiles, with those of the folder besides; one of a name takes the place of the shipped.

    Shape: `<territory>/<version>.toml`. Errors: ProfileError, OSError.
    """
    own = _in(folder) if folder is not None else {}
    return Book({**_in(resources.files("chappe.domain.territory_profiles")), **own})


def _in(folder: Traversable | Path) -> dict[str, tuple[Profile, ...]]:
    found: dict[str, tuple[Profile, ...]] = {}
    for place in sorted(folder.iterdir(), key=lambda one: one.name):
        if not place.is_dir() or place.name.startswith(("_", ".")):
            continue
        files = [one for one in place.iterdir() if one.name.endswith(".toml")]
        profiles = sorted((read(place.name, one.read_text("utf-8")) for one in files), key=lambda one: one.version)
        if [one.version for one in profiles] != list(range(1, len(profiles) + 1)) or not profiles:
            raise ProfileError(f"profile {place.name}: versions are numbered 1, 2, 3 … without a gap")
        if sorted(one.since for one in profiles) != [one.since for one in profiles]:
            raise ProfileError(f"profile {place.name}: a later version begins before an earlier one")
        found[place.name] = tuple(profiles)
    return found
