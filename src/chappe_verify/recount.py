"""Counts the leaves again as the daily figures count them, written a second time from their description.

A day's figures: `leaves`; `instruments`, each with `total`, a table for each field of a leaf, `items` by what they were
about (a leaf may be about many), `hours` with their median, the newest `count` and the `sum` of all; `sealed`: made,
opened, and sealed still at the day's end.
Countries with fewer than three leaves of an instrument stand in no day and no month; `country_delayed` counts them.
"""

from collections import Counter, defaultdict
from typing import Any

FIELDS = ("category", "keyword", "ground", "automation", "outcome", "item", "source", "country")
LEAST = 3
Figures = dict[str, Any]


class Instrument:
    """What is counted of one instrument in some stretch of time."""

    __slots__ = ("count", "fields", "hours", "items", "sum", "total")

    def __init__(self) -> None:
        self.total = 0
        self.fields: Counter[tuple[str, str]] = Counter()
        self.items: Counter[tuple[str, str]] = Counter()
        self.hours: Counter[int] = Counter()
        self.count = 0
        self.sum = 0

    def figures(self, least: int) -> Figures:
        """As they are published."""
        out: Figures = {"total": self.total}
        tables: defaultdict[str, dict[str, int]] = defaultdict(dict)
        delayed = 0
        for (name, value), n in self.fields.items():
            table = tables[name]
            if name == "country" and n < least:
                delayed += n
            else:
                table[value] = n
        out |= tables
        if delayed:
            out["country_delayed"] = delayed
        if self.items:
            items: defaultdict[str, dict[str, int]] = defaultdict(dict)
            for (item, topic), n in self.items.items():
                items[item][topic] = n
            out["items"] = dict(items)
        if self.hours:
            every = sorted(self.hours.elements())
            out["hours"] = {str(hours): n for hours, n in self.hours.items()}
            out["median_hours"] = (every[(len(every) - 1) // 2] + every[len(every) // 2]) / 2
        if self.count:
            out["count"] = self.count
        if self.sum:
            out["sum"] = self.sum
        return out


class Stretch:
    """A day, a month or a year."""

    __slots__ = ("instruments", "leaves", "opened", "sealed")

    def __init__(self) -> None:
        self.leaves = 0
        self.sealed = 0
        self.opened = 0
        self.instruments: defaultdict[str, Instrument] = defaultdict(Instrument)

    def add(self, leaf: dict[str, Any]) -> None:
        """One leaf more."""
        self.leaves += 1
        if "sealed" in leaf:
            self.sealed += 1
            return
        if "opens" in leaf:
            self.opened += 1
        known = self.instruments[leaf.get("instrument", "")]
        known.total += 1
        fields = known.fields
        for name in FIELDS:
            if name in leaf:
                fields[name, leaf[name]] += 1
        if "item" in leaf:
            topic = leaf.get("category", "")
            about = f"{topic}/{leaf['keyword']}" if "keyword" in leaf else topic
            known.items[leaf["item"], about] += leaf.get("items", 1)
        if "hours" in leaf:
            known.hours[leaf["hours"]] += 1
        known.count = leaf.get("count", 0)
        known.sum += known.count

    def figures(self, still: int, least: int = LEAST) -> Figures:
        """As they are published."""
        return {
            "leaves": self.leaves,
            "instruments": {name: known.figures(least) for name, known in self.instruments.items()},
            "sealed": {"made": self.sealed, "opened": self.opened, "still": still},
        }


def difference(published: object, counted: object, place: str = "") -> str:
    """The first figure that is not what was counted, as a clause; empty if all are."""
    if isinstance(published, dict) and isinstance(counted, dict):
        for name in sorted({*published, *counted}):
            found = difference(published.get(name), counted.get(name), f"{place}.{name}" if place else name)
            if found:
                return found
        return ""
    if published == counted:
        return ""
    return f"{place or 'the whole'} is published as {_shown(published)}, the leaves say {_shown(counted)}"


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
