"""What a territory's profile says, and how one is read from its file.

Source: requirements/territory-profiles
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")
DEFAULT = "default"
KEPT = ("identity", "sign_up", "connection", "messages", "disclosure")
"""What retention is about: the name and number of an account that ended, when and from where it was made, addresses
and times of its devices, messages that were deleted, the package of a disclosure."""
FROM = ("account_end", "connection", "deletion", "handing_over")
"""What a time of keeping is counted from."""
CATEGORIES = ("subscriber", "identification", "traffic", "content")
SURFACES = ("public", "closed", "secret")
KINDS = ("hashes", "words")


class ProfileError(Exception):
    """A file cannot be used; the text says which and what is wrong."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept. Shape: what is one of KEPT, counted_from of FROM; days 0: gone at once."""

    what: str
    days: int
    counted_from: str
    basis: str


@dataclass(frozen=True, slots=True)
class DataCategory:
    """What a category of data comes to on this server. Shape: category is one of CATEGORIES; holds by language."""

    category: str
    holds: Mapping[str, str]
    basis: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """Within how many hours an instrument is answered. Shape: instrument is a code of the legal desk."""

    instrument: str
    hours: int
    basis: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be looked into, where. Shape: dates YYYY-MM-DD, until empty for as long as it stands."""

    territory: str
    surface: str
    kind: str
    on: bool
    since: str
    until: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True)
class ListOfNames:
    """A list of sanctions that holds in the territory. Shape: name as the list is imported under."""

    name: str
    basis: str
    link: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of one territory's profile, as its file says; what it does not say is said by its parent."""

    territory: str
    version: int
    since: str
    parent: str
    names: Mapping[str, str]
    countries: tuple[str, ...]
    """ISO 3166 codes that the profile is for; none of `default`, which is for all others."""
    languages: tuple[str, ...]
    note: str
    retention: tuple[Retention, ...] = ()
    categories: tuple[DataCategory, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    scanning: tuple[Scope, ...] = ()
    sanctions: tuple[ListOfNames, ...] = ()


def read(territory: str, text: str) -> Profile:
    """The profile of a file. Errors: ProfileError."""
    try:
        return _profile(territory, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProfileError(f"profile {territory}: lacks or misspells {error}") from error


def _profile(territory: str, said: dict[str, Any]) -> Profile:
    if said["territory"] != territory:
        raise ValueError(f"territory {said['territory']}")
    since = date.fromisoformat(said["since"]).isoformat()
    countries = tuple(map(str, said.get("countries", ())))
    if not all(len(code) == 2 and code.isascii() and code.isupper() for code in countries):
        raise ValueError(f"countries {countries}")
    version = said["version"]
    if type(version) is not int or version < 1:
        raise ValueError(f"version {version}")
    code = "*" if territory == DEFAULT else territory.upper()
    return Profile(
        territory, version, since, str(said.get("parent", "" if territory == DEFAULT else DEFAULT)),
        {str(lang): str(name) for lang, name in said["names"].items()}, countries,
        tuple(map(str, said.get("languages", ()))), str(said.get("note", "")),
        _each(said, "retention", _retention), _each(said, "categories", _category),
        _each(said, "deadlines", _deadline), _each(said, "scanning", lambda one: _scope(code, one)),
        _each(said, "sanctions", lambda one: ListOfNames(str(one["list"]), _basis(one), str(one.get("link", "")))),
    )  # fmt: skip


def _each(said: dict[str, Any], key: str, make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    found: Sequence[dict[str, Any]] = said.get(key, ())
    return tuple(make(one) for one in found)


def _retention(one: dict[str, Any]) -> Retention:
    what, days, counted_from = str(one["what"]), one["days"], str(one["from"])
    if what not in KEPT or counted_from not in FROM or type(days) is not int or days < 0:
        raise ValueError(f"retention {what}, {days}, {counted_from}")
    return Retention(what, days, counted_from, _basis(one))


def _category(one: dict[str, Any]) -> DataCategory:
    if one["category"] not in CATEGORIES:
        raise ValueError(f"category {one['category']}")
    return DataCategory(one["category"], {str(k): str(v) for k, v in one["holds"].items()}, _basis(one))


def _deadline(one: dict[str, Any]) -> Deadline:
    if type(one["hours"]) is not int or one["hours"] < 1:
        raise ValueError(f"hours {one['hours']}")
    return Deadline(str(one["instrument"]), one["hours"], _basis(one))


def _scope(code: str, one: dict[str, Any]) -> Scope:
    scope = Scope(
        code, str(one["surface"]), str(one["kind"]), one["on"], str(one["since"]), str(one.get("until", "")),
        _basis(one), str(one.get("note", "")),
    )  # fmt: skip
    if scope.surface not in SURFACES or scope.kind not in KINDS or type(scope.on) is not bool:
        raise ValueError(f"scanning {scope.surface}, {scope.kind}")
    begins = date.fromisoformat(scope.since)
    if scope.until and date.fromisoformat(scope.until) <= begins:
        raise ValueError(f"scanning until {scope.until}")
    if scope.on and scope.surface != "public":
        raise ValueError(f"scanning of {scope.surface} chats: nothing here can look into these, on must be false")
    return scope


def _basis(one: dict[str, Any]) -> str:
    basis = str(one["basis"]).strip()
    if not basis:
        raise ValueError("basis: each entry names its legal basis")
    return basis
