"""The figures of a day, a month or a year, counted from leaves alone; whoever has the leaves comes to the same. Pure.

Shape: for each instrument `total`; for each field of a leaf how often each of its values stands there; `items` (a
leaf may be about many) by `CATEGORY/KEYWORD`; `hours` as a table from hours to how many, with their median; `count`,
what the newest leaf counts, and the `sum` of all.
`orders`, where there are leaves of orders of authorities (their source is `order`, their instrument neither
`decision` nor `undo`): for each instrument, by `outcomes` and by `countries` with their outcomes, how many (`total`),
about how many `items`, how many `people` it reached, the `hours` it took, and on which `ground`.
`sealed` says how many leaves were sealed, opened, and are sealed still at the end. Countries with less than three
leaves of an instrument are delayed to the month, and from there to the year: `country_delayed` says how many leaves.
"""

from collections.abc import Iterable, Mapping

import msgspec

FIELDS = ("category", "keyword", "ground", "automation", "outcome", "item", "source", "country")
LEAST = 3
"""Fewer leaves of one country than this are told later, in a wider stretch of time."""

NO_ORDERS = frozenset({"decision", "undo"})
"""What an order made known, and what is not the order itself."""

Table = dict[str, int]
Figures = dict[str, object]


class Said(msgspec.Struct, frozen=True):
    """What the figures read of a leaf; the rest of it is left alone."""

    hour: str
    instrument: str = ""
    category: str = ""
    keyword: str = ""
    ground: str = ""
    automation: str = ""
    outcome: str = ""
    item: str = ""
    source: str = ""
    country: str = ""
    hours: int = -1
    count: int = 0
    items: int = 1
    sealed: str = ""
    opens: int = -1


_leaf = msgspec.json.Decoder(Said)


class Count(msgspec.Struct):
    """What was counted of one instrument."""

    total: int = 0
    fields: dict[str, Table] = {}
    items: dict[str, Table] = {}
    hours: Table = {}
    count: int = 0
    sum: int = 0

    def add(self, said: Said) -> None:
        """One leaf more."""
        self.total += 1
        for name in FIELDS:
            if value := getattr(said, name):
                _more(self.fields.setdefault(name, {}), value)
        if said.item:
            _more(self.items.setdefault(said.item, {}), topic(said), said.items)
        if said.hours >= 0:
            _more(self.hours, str(said.hours))
        self.count = said.count
        self.sum += said.count

    def join(self, other: "Count") -> None:
        """Everything another counted, later, too."""
        self.total += other.total
        for mine, theirs in ((self.fields, other.fields), (self.items, other.items)):
            for name, table in theirs.items():
                _join(mine.setdefault(name, {}), table)
        _join(self.hours, other.hours)
        self.count = other.count
        self.sum += other.sum

    def shown(self, least: int) -> Figures:
        """As it is published."""
        out: Figures = {"total": self.total}
        for name, table in sorted(self.fields.items()):
            out[name] = _sorted(table, least if name == "country" else 1)
        delayed = sum(n for n in self.fields.get("country", {}).values() if n < least)
        if delayed:
            out["country_delayed"] = delayed
        if self.items:
            out["items"] = {name: _sorted(table) for name, table in sorted(self.items.items())}
        if self.hours:
            out |= {"hours": _sorted(self.hours), "median_hours": median(self.hours)}
        if self.count:
            out["count"] = self.count
        if self.sum:
            out["sum"] = self.sum
        return out


class Cell(msgspec.Struct):
    """What was counted of one outcome of orders, of one country or of all."""

    total: int = 0
    items: int = 0
    people: int = 0
    hours: Table = {}
    ground: Table = {}

    def add(self, said: Said) -> None:
        """One leaf more."""
        self.total += 1
        self.items += said.items
        self.people += said.count
        if said.hours >= 0:
            _more(self.hours, str(said.hours))
        if said.ground:
            _more(self.ground, said.ground)

    def join(self, other: "Cell") -> None:
        """Everything another counted, too."""
        self.total += other.total
        self.items += other.items
        self.people += other.people
        _join(self.hours, other.hours)
        _join(self.ground, other.ground)

    def shown(self) -> Figures:
        """As it is published."""
        out: Figures = {"total": self.total, "items": self.items}
        if self.people:
            out["people"] = self.people
        if self.hours:
            out |= {"hours": _sorted(self.hours), "median_hours": median(self.hours)}
        if self.ground:
            out["ground"] = _sorted(self.ground)
        return out


Outcomes = dict[str, Cell]


class Orders(msgspec.Struct):
    """What was counted of the orders of one instrument, by country and outcome; the country is empty where unknown."""

    countries: dict[str, Outcomes] = {}

    def add(self, said: Said) -> None:
        """One leaf more."""
        self.countries.setdefault(said.country, {}).setdefault(said.outcome, Cell()).add(said)

    def join(self, other: "Orders") -> None:
        """Everything another counted, too."""
        for country, outcomes in other.countries.items():
            mine = self.countries.setdefault(country, {})
            for outcome, cell in outcomes.items():
                mine.setdefault(outcome, Cell()).join(cell)

    def shown(self, least: int) -> Figures:
        """As it is published."""
        whole: Outcomes = {}
        for outcomes in self.countries.values():
            for outcome, cell in outcomes.items():
                whole.setdefault(outcome, Cell()).join(cell)
        out: Figures = {"outcomes": _cells(whole)}
        leaves = {name: sum(cell.total for cell in cells.values()) for name, cells in self.countries.items() if name}
        told = {name: _cells(self.countries[name]) for name, n in sorted(leaves.items()) if n >= least}
        if told:
            out["countries"] = told
        if delayed := sum(n for n in leaves.values() if n < least):
            out["country_delayed"] = delayed
        return out


class Tally(msgspec.Struct):
    """What was counted of all leaves of a stretch of time."""

    leaves: int = 0
    instruments: dict[str, Count] = {}
    sealed: int = 0
    opened: int = 0
    orders: dict[str, Orders] = {}

    def add(self, said: Said) -> None:
        """One leaf more."""
        self.leaves += 1
        self.opened += said.opens >= 0
        if said.sealed:
            self.sealed += 1
        else:
            self.instruments.setdefault(said.instrument, Count()).add(said)
            if said.source == "order" and said.instrument not in NO_ORDERS:
                self.orders.setdefault(said.instrument, Orders()).add(said)

    def join(self, other: "Tally") -> None:
        """Everything another counted, later, too."""
        self.leaves += other.leaves
        self.sealed += other.sealed
        self.opened += other.opened
        for name, count in other.instruments.items():
            self.instruments.setdefault(name, Count()).join(count)
        for name, orders in other.orders.items():
            self.orders.setdefault(name, Orders()).join(orders)

    def shown(self, still_sealed: int, least: int = LEAST) -> Figures:
        """As it is published; still_sealed counts from the beginning of the log."""
        out: Figures = {
            "leaves": self.leaves,
            "instruments": {name: count.shown(least) for name, count in sorted(self.instruments.items())},
            "sealed": {"made": self.sealed, "opened": self.opened, "still": still_sealed},
        }
        if self.orders:
            out["orders"] = {name: orders.shown(least) for name, orders in sorted(self.orders.items())}
        return out


def tally(leaves: Iterable[bytes]) -> Tally:
    """The leaves, counted."""
    out = Tally()
    for leaf in leaves:
        out.add(_leaf.decode(leaf))
    return out


def topic(said: Said) -> str:
    """What it was about: the category, and the keyword if there is one."""
    return f"{said.category}/{said.keyword}" if said.keyword else said.category


def median(hours: Mapping[str, int]) -> float:
    """The middle one of all, or the mean of the two in the middle."""
    ordered = sorted((int(value), n) for value, n in hours.items())
    count = sum(n for _, n in ordered)
    middle = [_at(ordered, (count - 1) // 2), _at(ordered, count // 2)]
    return sum(middle) / 2


def changes(before: object, after: object, place: str = "") -> list[dict[str, object]]:
    """Where two versions of figures differ: place, before and after."""
    if isinstance(before, dict) and isinstance(after, dict):
        out: list[dict[str, object]] = []
        for name in sorted({*before, *after}):
            out += changes(before.get(name), after.get(name), f"{place}.{name}" if place else name)
        return out
    return [] if before == after else [{"figure": place, "before": before, "after": after}]




def _at(ordered: list[tuple[int, int]], position: int) -> int:
    for value, n in ordered:
        position -= n
        if position < 0:
            return value
    return 0


def _cells(outcomes: Outcomes) -> Figures:
    return {outcome: cell.shown() for outcome, cell in sorted(outcomes.items())}


def _sorted(table: Table, least: int = 1) -> Table:
    return {name: n for name, n in sorted(table.items()) if n >= least}


def _more(table: Table, name: str, n: int = 1) -> None:
    table[name] = table.get(name, 0) + n


def _join(table: Table, other: Table) -> None:
    for name, n in other.items():
        _more(table, name, n)
