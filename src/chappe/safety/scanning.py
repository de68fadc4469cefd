"""What may be looked into, where, from when to when, on which legal basis: dated data, one file, public.

Source: requirements/scanning-scope
Shipped: public surfaces everywhere. What is closed has an entry for each territory that says it is off, and why: this
program has no way to look into closed chats, so an entry that turns it on is refused.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

PUBLIC, CLOSED, SECRET = "public", "closed", "secret"
SURFACES = (PUBLIC, CLOSED, SECRET)
KINDS = ("hashes", "words")
EVERYWHERE = "*"


class ScopeError(Exception):
    """The file cannot be used; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One entry. Shape: territory two capitals, EU, or `*`; dates YYYY-MM-DD, until empty for as long as it stands."""

    territory: str
    surface: str
    kind: str
    on: bool
    since: str
    until: str
    basis: str
    note: str


def shipped() -> tuple[Scope, ...]:
    """The scope that comes with Chappe."""
    return read((resources.files("chappe.safety") / "scanning.toml").read_text("utf-8"))


def read(text: str) -> tuple[Scope, ...]:
    """The entries of a file. Errors: ScopeError."""
    try:
        found = tuple(_scope(entry) for entry in tomllib.loads(text)["scopes"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ScopeError(f"the scanning scope lacks or misspells {error}") from error
    for one in found:
        if one.on and one.surface != PUBLIC:
            raise ScopeError(f"{one.territory}: nothing here can look into {one.surface} chats; on must be false")
        if not one.basis.strip():
            raise ScopeError(f"{one.territory}: the legal basis of {one.kind} on {one.surface} surfaces is not named")
    return found


def _scope(entry: dict[str, object]) -> Scope:
    scope = Scope(
        str(entry["territory"]), str(entry["surface"]), str(entry["kind"]), bool(entry["on"]), str(entry["since"]),
        str(entry.get("until", "")), str(entry["basis"]), str(entry.get("note", "")),
    )  # fmt: skip
    if scope.surface not in SURFACES or scope.kind not in KINDS or type(entry["on"]) is not bool:
        raise ValueError(f"{scope.surface}, {scope.kind}")
    begins = date.fromisoformat(scope.since)
    if scope.until and date.fromisoformat(scope.until) <= begins:
        raise ValueError(f"until {scope.until}")
    return scope


def applies(scopes: Sequence[Scope], kind: str, surface: str, territory: str, now: int) -> Scope | None:
    """The entry by which this may be looked into today; None when it must not.

    Shape: an entry of the territory goes before one of everywhere; of several the one that began last.
    """
    today = date.fromordinal(date(1970, 1, 1).toordinal() + now // 86_400).isoformat()
    fitting = [
        one for one in scopes
        if one.kind == kind and one.surface == surface and one.territory in (territory, EVERYWHERE)
        and one.since <= today and (not one.until or today < one.until)
    ]  # fmt: skip
    best = max(fitting, key=lambda one: (one.territory != EVERYWHERE, one.since), default=None)
    return best if best is not None and best.on else None
