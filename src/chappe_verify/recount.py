"""Counts the leaves again as the daily figures count them, written a second time from their description.

A day's figures: `leaves`; `instruments`, each with `total`, a table for each field of a leaf, `items` by what they were
about (a leaf may be about many), `hours` with their median, the newest `count` and the `sum` of all; `sealed`: made,
opened, and sealed still at the day's end.
Countries with fewer than three leaves of an instrument stand in no day and no month; `country_delayed` counts them.
Leaves whose source is `order` and whose instrument is neither `decision` nor `undo` are counted a second time in
`orders`, by instrument: `outcomes`, and `countries` with their outcomes, each with `total`, `items`, `people` (the sum
of counts), `hours` with their median, and `ground`.
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


class Outcome:
    """What is counted of one outcome of orders."""

    __slots__ = ("ground", "hours", "items", "people", "total")

    def __init__(self) -> None:
        self.total = 0
        self.items = 0
        self.people = 0
        self.hours: list[int] = []
        self.ground: Counter[str] = Counter()

    def add(self, leaf: dict[str, Any]) -> None:
        """One leaf more."""
        self.total += 1
        self.items += leaf.get("items", 1)
        self.people += leaf.get("count", 0)
        if "hours" in leaf:
            self.hours.append(leaf["hours"])
        if "ground" in leaf:
            self.ground[leaf["ground"]] += 1

    def join(self, other: "Outcome") -> None:
        """Everything another counted, too."""
        self.total += other.total
        self.items += other.items
        self.people += other.people
        self.hours += other.hours
        self.ground += other.ground

    def figures(self) -> Figures:
        """As they are published."""
        out: Figures = {"total": self.total, "items": self.items}
        if self.people:
            out["people"] = self.people
        if self.hours:
            every = sorted(self.hours)
            out["hours"] = {str(hours): n for hours, n in Counter(every).items()}
            out["median_hours"] = (every[(len(every) - 1) // 2] + every[len(every) // 2]) / 2
        if self.ground:
            out["ground"] = dict(self.ground)
        return out


class Orders:
    """What is counted of the orders of one instrument."""

    __slots__ = ("countries", "leaves", "outcomes")

    def __init__(self) -> None:
        self.outcomes: defaultdict[str, Outcome] = defaultdict(Outcome)
        self.countries: defaultdict[str, defaultdict[str, Outcome]] = defaultdict(lambda: defaultdict(Outcome))
        self.leaves: Counter[str] = Counter()

    def add(self, leaf: dict[str, Any]) -> None:
        """One leaf more."""
        outcome = leaf.get("outcome", "")
        self.outcomes[outcome].add(leaf)
        if "country" in leaf:
            self.countries[leaf["country"]][outcome].add(leaf)
            self.leaves[leaf["country"]] += 1

    def join(self, other: "Orders") -> None:
        """Everything another counted, too."""
        self.leaves += other.leaves
        for outcome, counted in other.outcomes.items():
            self.outcomes[outcome].join(counted)
        for country, outcomes in other.countries.items():
            for outcome, counted in outcomes.items():
                self.countries[country][outcome].join(counted)

    def figures(self, least: int) -> Figures:
        """As they are published."""
        out: Figures = {"outcomes": _each(self.outcomes)}
        told = {name: _each(self.countries[name]) for name, n in self.leaves.items() if n >= least}
        if told:
            out["countries"] = told
        delayed = sum(n for n in self.leaves.values() if n < least)
        if delayed:
            out["country_delayed"] = delayed
        return out


def _each(outcomes: dict[str, Outcome]) -> Figures:
    return {name: outcome.figures() for name, outcome in outcomes.items()}


class Stretch:
    """A day, a month or a year."""

    __slots__ = ("instruments", "leaves", "opened", "orders", "sealed")

    def __init__(self) -> None:
        self.leaves = 0
        self.sealed = 0
        self.opened = 0
        self.instruments: defaultdict[str, Instrument] = defaultdict(Instrument)
        self.orders: defaultdict[str, Orders] = defaultdict(Orders)

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
        if leaf.get("source") == "order" and leaf.get("instrument") not in ("decision", "undo"):
            self.orders[leaf.get("instrument", "")].add(leaf)

    def figures(self, still: int, least: int = LEAST) -> Figures:
        """As they are published."""
        out: Figures = {
            "leaves": self.leaves,
            "instruments": {name: known.figures(least) for name, known in self.instruments.items()},
            "sealed": {"made": self.sealed, "opened": self.opened, "still": still},
        }
        if self.orders:
            out["orders"] = {name: orders.figures(least) for name, orders in self.orders.items()}
        return out


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
