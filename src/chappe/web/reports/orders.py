"""Figures of orders of authorities as a table in a visitor's language, by instrument and by country. Pure.

Source: dsa/15, requirements/legal-log
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chappe.legal import words
from chappe.web.language import Texts

Figures = Mapping[str, Any]
TEST = "synthetic"
REFUSED = ("refused", "impossible", "forged")
DONE = ("executed", "partially_executed")


@dataclass(frozen=True, slots=True)
class Line:
    """One instrument, or one country of it. Shape: hours as people write them, empty where nothing was measured."""

    label: str
    received: int
    receipt: str
    effect: str
    executed: int
    refused: int
    late: int
    people: int
    country: bool = False


@dataclass(frozen=True, slots=True)
class OrdersShown:
    """The table; why orders were refused; how many leaves are told later, because their country has few."""

    lines: tuple[Line, ...]
    refusals: tuple[tuple[str, int], ...]
    delayed: int


def received(figures: Figures) -> int:
    """How many orders came in, the test orders of our own apart."""
    found = figures.get("orders", {})
    return sum(_total(one["outcomes"], "received") for name, one in found.items() if name != TEST)


def shown(t: Texts, figures: Figures) -> OrdersShown | None:
    """The table of a day, a month or a year; None where there were none."""
    found = figures.get("orders", {})
    if not found:
        return None
    known = words.texts(words.language(t.language))
    lines: list[Line] = []
    reasons: dict[str, int] = {}
    for name, one in sorted(found.items(), key=lambda pair: (pair[0] == TEST, pair[0])):
        lines.append(_line(t, known.get(f"instrument_{name}", name), one["outcomes"]))
        for country, outcomes in one.get("countries", {}).items():
            lines.append(_line(t, country, outcomes, country=True))
        for outcome in REFUSED:
            for ground, n in one["outcomes"].get(outcome, {}).get("ground", {}).items():
                reasons[ground] = reasons.get(ground, 0) + n
    named = sorted(((known.get(f"reason_{code}", code), n) for code, n in reasons.items()), key=lambda one: -one[1])
    delayed = sum(one.get("country_delayed", 0) for name, one in found.items() if name != TEST)
    return OrdersShown(tuple(lines), tuple(named), delayed)


def _line(t: Texts, label: str, outcomes: Figures, country: bool = False) -> Line:
    return Line(
        label, _total(outcomes, "received"), _hours(t, outcomes, "receipt"), _hours(t, outcomes, "effect"),
        sum(_total(outcomes, one) for one in DONE), sum(_total(outcomes, one) for one in REFUSED),
        _total(outcomes, "late"), int(outcomes.get("effect", {}).get("people", 0)), country,
    )  # fmt: skip


def _total(outcomes: Figures, name: str) -> int:
    return int(outcomes.get(name, {}).get("total", 0))


def _hours(t: Texts, outcomes: Figures, name: str) -> str:
    median = outcomes.get(name, {}).get("median_hours")
    return "" if median is None else f"{median:g}".replace(".", t.decimal_point)
