"""Ready-made rulings: what is decided most, one key each, with the clause and the words that go with it.

They are data (`presets.toml`): a preset is offered where the case has items that its measure can be taken against and
the terms have its clause. What a preset says can be changed in the form before it is decided.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chappe import web
from chappe.console.case_views import CaseView, ItemView
from chappe.domain import effects
from chappe.domain.rulings import MEASURES

OTHER = "OTHER"
"""What is like nothing else of its category; and the clause for a category that has none."""
BOT, CARRIED = "bot", "carried"
"""Kinds besides those of items: the account of a bot, and a file that an item carries."""
NO_MEASURE = (("no_action", "n"), ("unfounded", "u"), ("gone", "x"))
"""(outcome, key) of decisions without a measure."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One ruling as it is offered.

    Shape: words are in the language of who is told; days 0 for ever; items are named where it is not about all.
    """

    name: str
    key: str
    measure: str
    detail: str
    days: int
    clause: str
    why: str
    facts: str
    words: tuple[tuple[str, str, str], ...]
    """(language, why, facts) in all languages: what one person wrote may hit others, too."""
    items: tuple[str, ...] = ()


@cache
def _read() -> Mapping[str, object]:
    return tomllib.loads((resources.files("chappe.console") / "presets.toml").read_text("utf-8"))


def offered(
    case: CaseView, items: Sequence[ItemView], terms: Sequence[web.Terms], lang: str, media: Sequence[ItemView] = ()
) -> list[Preset]:
    """The presets for the case, in their order. Shape: lang is en or fr, of who is told; media are what items carry."""
    read = _read()
    kinds = kinds_of(item for item in items if item.peer_id or item.sha256) | ({CARRIED} if media else set())
    carried = tuple(one.key for one in media)
    clause = clause_for(case.category, case.keyword)
    if clause not in clauses(terms):
        return []
    found: list[Preset] = []
    for one in read["presets"]:  # type: ignore[attr-defined]
        if kinds & set(one["for"]) and one["measure"] in measures(kinds):
            words = tuple((code, one["why"][code], one["facts"][code]) for code in sorted(one["why"]))
            told = {part: one[part][lang] for part in ("why", "facts")}
            measure, detail = one["measure"], one.get("detail", {}).get(lang, "")
            about = carried if one["for"] == [CARRIED] else ()
            said = {**told, "words": words, "items": about}
            found.append(Preset(one["name"], one["key"], measure, detail, one.get("days", 0), clause, **said))
    return found


def kinds_of(items: Iterable[ItemView]) -> set[str]:
    """The kinds among the items; a bot is an account, and one that can be stopped."""
    return {kind for item in items for kind in ((item.kind, BOT) if item.bot else (item.kind,))}


def measures(kinds: set[str]) -> list[str]:
    """The measures that can be taken against things of these kinds."""
    return [
        one for one in MEASURES
        if kinds & effects.ALLOWED.get(one, frozenset()) and (one != effects.STOP_BOT or BOT in kinds)
    ]  # fmt: skip


def clause_for(category: str, keyword: str) -> str:
    """The clause of the terms that such a case falls under most often."""
    known: Mapping[str, str] = _read()["clauses"]  # type: ignore[assignment]
    return (known.get(keyword) if keyword != OTHER else "") or known.get(category) or known[OTHER]


def clauses(terms: Sequence[web.Terms]) -> dict[str, Mapping[str, str]]:
    """Number → text by language of the clauses in force."""
    return {one.number: one.text for part in terms[0].parts for one in part.clauses} if terms else {}
