"""What a territory's profile says, and how one is read from its file.

Source: requirements/territory-profiles
What is said in words (`basis`, `note`) is said in English, and since the versions of late 2026 in French too: then its
entry in the file is a table by language, and `basis_in` has them all.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")
DEFAULT = "default"
KEPT = ("identity", "sign_up", "connection", "messages", "disclosure", "authority_contact")
"""What retention is about: the name and number of an account that ended, when and from where it was made, addresses
and times of its devices, messages that were deleted, the package of a disclosure, how to reach the people of an
authority that is registered no more."""
FROM = ("account_end", "connection", "deletion", "handing_over", "registration_end")
"""What a time of keeping is counted from."""
AUTHORITIES = ("court", "judge", "prosecutor", "police", "regulator", "coordinator", "data_protection")
"""Kinds of authority, as the legal desk registers them, that may prolong a secrecy."""
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
    basis_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataCategory:
    """What a category of data comes to on this server. Shape: category is one of CATEGORIES; holds by language."""

    category: str
    holds: Mapping[str, str]
    basis: str
    basis_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Within how many hours an instrument is answered. Shape: instrument is a code of the legal desk."""

    instrument: str
    hours: int
    basis: str
    basis_in: Mapping[str, str] = field(default_factory=dict)


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
    basis_in: Mapping[str, str] = field(default_factory=dict)
    note_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListOfNames:
    """A list of sanctions that holds in the territory. Shape: name as the list is imported under."""

    name: str
    basis: str
    link: str
    basis_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Secrecy:
    """How long an order of the country's law may keep from people that it concerned them, where its law sets no end.

    Shape: days from the receipt, and from each act that prolongs it; prolonged_by kinds of AUTHORITIES; act says by
    language what it takes.
    """

    days: int
    prolonged_by: tuple[str, ...]
    act: Mapping[str, str]
    basis: str
    basis_in: Mapping[str, str] = field(default_factory=dict)


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
    note_in: Mapping[str, str] = field(default_factory=dict)
    secrecy: Secrecy | None = None


UNSAID = {"authority_contact": Retention(
    "authority_contact", 365, "registration_end", "Article 5(1)(e) of Regulation (EU) 2016/679: storage limitation"
)}  # fmt: skip
UNSAID_SECRECY = Secrecy(
    180, ("court", "judge", "prosecutor"), {
        "en": "A new written decision that names the order and says why it must stay secret.",
        "fr": "Une nouvelle décision écrite qui désigne l’injonction et dit pourquoi elle doit rester secrète.",
    }, "Article 10(5) of Regulation (EU) 2022/2065; a term of this server's own where national law sets none",
)  # fmt: skip
"""What holds where no profile says it: those that were written before it could be said."""


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
    note, note_in = _words(said.get("note", ""))
    return Profile(
        territory, version, since, str(said.get("parent", "" if territory == DEFAULT else DEFAULT)),
        {str(lang): str(name) for lang, name in said["names"].items()}, countries,
        tuple(map(str, said.get("languages", ()))), note,
        _each(said, "retention", _retention), _each(said, "categories", _category),
        _each(said, "deadlines", _deadline), _each(said, "scanning", lambda one: _scope(code, one)),
        _each(said, "sanctions", _list), note_in, _secrecy(said["secrecy"]) if "secrecy" in said else None,
    )  # fmt: skip


def _each(said: dict[str, Any], key: str, make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    found: Sequence[dict[str, Any]] = said.get(key, ())
    return tuple(make(one) for one in found)


def _retention(one: dict[str, Any]) -> Retention:
    what, days, counted_from = str(one["what"]), one["days"], str(one["from"])
    if what not in KEPT or counted_from not in FROM or type(days) is not int or days < 0:
        raise ValueError(f"retention {what}, {days}, {counted_from}")
    return Retention(what, days, counted_from, *_basis(one))


def _category(one: dict[str, Any]) -> DataCategory:
    if one["category"] not in CATEGORIES:
        raise ValueError(f"category {one['category']}")
    return DataCategory(one["category"], {str(k): str(v) for k, v in one["holds"].items()}, *_basis(one))


def _deadline(one: dict[str, Any]) -> Deadline:
    if type(one["hours"]) is not int or one["hours"] < 1:
        raise ValueError(f"hours {one['hours']}")
    return Deadline(str(one["instrument"]), one["hours"], *_basis(one))


def _scope(code: str, one: dict[str, Any]) -> Scope:
    (basis, basis_in), (note, note_in) = _basis(one), _words(one.get("note", ""))
    scope = Scope(
        code, str(one["surface"]), str(one["kind"]), one["on"], str(one["since"]), str(one.get("until", "")),
        basis, note, basis_in, note_in,
    )  # fmt: skip
    if scope.surface not in SURFACES or scope.kind not in KINDS or type(scope.on) is not bool:
        raise ValueError(f"scanning {scope.surface}, {scope.kind}")
    begins = date.fromisoformat(scope.since)
    if scope.until and date.fromisoformat(scope.until) <= begins:
        raise ValueError(f"scanning until {scope.until}")
    if scope.on and scope.surface != "public":
        raise ValueError(f"scanning of {scope.surface} chats: nothing here can look into these, on must be false")
    return scope


def _list(one: dict[str, Any]) -> ListOfNames:
    basis, basis_in = _basis(one)
    return ListOfNames(str(one["list"]), basis, str(one.get("link", "")), basis_in)


def _secrecy(one: dict[str, Any]) -> Secrecy:
    days, kinds, (act, act_in) = one["days"], tuple(map(str, one["prolonged_by"])), _words(one["act"])
    if type(days) is not int or days < 1 or not kinds or not set(kinds) <= set(AUTHORITIES):
        raise ValueError(f"secrecy {days}, {kinds}")
    if not act:
        raise ValueError("secrecy: says which act prolongs it")
    return Secrecy(days, kinds, act_in or {"en": act}, *_basis(one))


def _basis(one: dict[str, Any]) -> tuple[str, Mapping[str, str]]:
    basis, basis_in = _words(one["basis"])
    if not basis:
        raise ValueError("basis: each entry names its legal basis")
    return basis, basis_in


def _words(said: Any) -> tuple[str, Mapping[str, str]]:
    """(in English, by language where the file has it in several)."""
    if not isinstance(said, dict):
        return str(said).strip(), {}
    words = {str(lang): str(text).strip() for lang, text in said.items()}
    if not all(words.values()):
        raise ValueError(f"words in {', '.join(lang for lang, text in words.items() if not text)}")
    return words["en"], words
