"""The figures of a year, by category and keyword, out of grouped rows.

Source: trir/annex-II
A measure is counted once for each item it was taken against; a notice once, its items one by one, duplicates too. Each
is counted under one category and one keyword, the first that was chosen; where none was, under `OTHER` of the category.
One-tap buttons of clients carry no explanation and are no notices in the sense of Article 16.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chappe.store import Reader
from chappe.store import yearly as rows

TOTAL = ("TOTAL", "")
OTHER = "OTHER"
Place = tuple[str, str]
"""A category, and a keyword of it or nothing for the whole category."""

OWN = frozenset({"own_initiative", "rule"})
NOTICED = frozenset({"notice", "trusted_flagger"})
VISIBILITY, SERVICE, ACCOUNT = "visibility", "service", "account"


@dataclass(frozen=True, slots=True)
class Kind:
    """How the report and the database call one of our measures. Shape: two columns: dated, or for good."""

    column: str
    lasting: str
    section: str


KINDS: Mapping[str, Kind] = {
    "remove": Kind("Visibility restriction Removal", "Visibility restriction Removal", VISIBILITY),
    "remove_room": Kind("Visibility restriction Removal", "Visibility restriction Removal", VISIBILITY),
    "hide": Kind("Visibility restriction Disable", "Visibility restriction Disable", VISIBILITY),
    "hide_room": Kind("Visibility restriction Disable", "Visibility restriction Disable", VISIBILITY),
    "age_gate": Kind("Visibility restriction Age restricted", "Visibility restriction Age restricted", VISIBILITY),
    "label": Kind("Visibility restriction Labelled", "Visibility restriction Labelled", VISIBILITY),
    "limit": Kind("Provision of the service Suspension", "Provision of the service Suspension", SERVICE),
    "stop_bot": Kind("Provision of the service Suspension", "Provision of the service Termination", SERVICE),
    "freeze": Kind("Account restriction Suspension", "Account restriction Suspension", ACCOUNT),
    "suspend": Kind("Account restriction Suspension", "Account restriction Termination", ACCOUNT),
}
"""Measure → its columns. A frozen account can be read by its owner and comes back; a suspended one without an end is
over."""


def places(category: str, keyword: str) -> tuple[Place, Place, Place]:
    """Where something is counted: in all, in its category, under its keyword."""
    return TOTAL, (category, ""), (category, keyword or OTHER)


@dataclass(slots=True)
class Minutes:
    """How long things took, and how often."""

    counted: Counter[int] = field(default_factory=Counter)

    def median_h(self) -> str:
        """Hours with two decimals; empty when nothing was measured."""
        total = sum(self.counted.values())
        if not total:
            return ""
        middle = [self._at((total - 1) // 2), self._at(total // 2)]
        return f"{sum(middle) / 2 / 60:.2f}"

    def _at(self, index: int) -> int:
        for minutes, count in sorted(self.counted.items()):
            index -= count
            if index < 0:
                return minutes
        raise AssertionError("fewer than were counted")


@dataclass(slots=True)
class Noticed:
    """What came in and what was done for it, of everybody (False) and of trusted flaggers among them (True)."""

    notices: Counter[tuple[Place, bool]] = field(default_factory=Counter)
    items: Counter[tuple[Place, bool]] = field(default_factory=Counter)
    by_machine: Counter[bool] = field(default_factory=Counter)
    actions: Counter[tuple[Place, bool, str]] = field(default_factory=Counter)
    minutes: dict[tuple[Place, bool], Minutes] = field(default_factory=dict)


@dataclass(slots=True)
class Taken:
    """Measures of our own initiative, by (place, basis, column); `found` are those that a machine alone detected."""

    measures: Counter[tuple[Place, str, str]] = field(default_factory=Counter)
    all: Counter[tuple[Place, str]] = field(default_factory=Counter)
    found: Counter[tuple[Place, str]] = field(default_factory=Counter)


@dataclass(slots=True)
class Machines:
    """(own initiative alone, decided by a machine alone) → measures; and how many of those were undone since."""

    measures: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    undone: Counter[bool] = field(default_factory=Counter)


@dataclass(slots=True)
class Objected:
    """Complaints by what they were about (empty for all), and the outcomes of those decided."""

    filed: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    minutes: dict[str, Minutes] = field(default_factory=dict)
    new: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """Everything counted of a period."""

    noticed: Noticed
    taken: Taken
    machines: Machines
    objected: Objected
    suspended_law: int
    suspended_notifiers: int


def count(rx: Reader, since: int, until: int) -> Year:
    """The figures of what happened from `since` to before `until`."""
    measures = [Measured(*row) for row in rows.measures(rx, since, until)]
    noticed = _noticed(rx, since, until)
    _actions(noticed, measures)
    law = sum(one.items for one in measures if one.section == ACCOUNT and one.basis == "law")
    notifiers = rows.journalled(rx, "notifier_limited", since, until)
    return Year(noticed, _taken(measures), _machines(measures), _objected(rx, since, until), law, notifiers)


@dataclass(frozen=True, slots=True)
class Measured:
    """Items under measures of one sort."""

    source: str
    basis: str
    category: str
    keywords: str
    measure: str
    dated: int
    found: int
    automated: str
    state: str
    items: int

    @property
    def places(self) -> Iterable[Place]:
        """Where they are counted."""
        return places(self.category, next(iter(self.keywords.split()), ""))

    @property
    def column(self) -> str:
        """What the report calls the measure."""
        kind = KINDS[self.measure]
        return kind.column if self.dated else kind.lasting

    @property
    def section(self) -> str:
        """visibility, service or account."""
        return KINDS[self.measure].section


def _noticed(rx: Reader, since: int, until: int) -> Noticed:
    found = Noticed()
    for category, keyword, flagged, notices, items, by_machine in rows.notices(rx, since, until):
        for place in places(category, keyword):
            for of_flaggers in {False, bool(flagged)}:
                found.notices[place, of_flaggers] += int(notices)
                found.items[place, of_flaggers] += int(items)
        for of_flaggers in {False, bool(flagged)}:
            found.by_machine[of_flaggers] += int(by_machine)
    for category, keyword, flagged, minutes, notices in rows.notice_minutes(rx, since, until):
        for place in places(category, keyword):
            for of_flaggers in {False, bool(flagged)}:
                took = found.minutes.setdefault((place, of_flaggers), Minutes())
                took.counted[int(minutes)] += int(notices)
    return found


def _actions(noticed: Noticed, measures: Iterable[Measured]) -> None:
    for one in measures:
        if one.source in NOTICED:
            for place in one.places:
                for of_flaggers in {False, one.source == "trusted_flagger"}:
                    noticed.actions[place, of_flaggers, one.basis] += one.items


def _taken(measures: Iterable[Measured]) -> Taken:
    taken = Taken()
    for one in measures:
        if one.source in OWN:
            for place in one.places:
                taken.all[place, one.basis] += one.items
                taken.measures[place, one.basis, one.column] += one.items
                taken.found[place, one.basis] += one.items if one.found else 0
    return taken


def _machines(measures: Iterable[Measured]) -> Machines:
    found = Machines()
    for one in measures:
        alone = one.automated == "full"
        for own in {False, one.source in OWN}:
            found.measures[own, alone] += one.items
            found.undone[own] += one.items if alone and one.state == "undone" else 0
    return found


def _objected(rx: Reader, since: int, until: int) -> Objected:
    found = Objected()
    for about, number in rows.complaints_filed(rx, since, until):
        for one in ("", _section(about)):
            found.filed[one] += int(number)
    for about, outcome, minutes, new, number in rows.complaints_decided(rx, since, until):
        for one in ("", _section(about)):
            found.outcomes[one, outcome] += int(number)
            found.minutes.setdefault(one, Minutes()).counted[int(minutes)] += int(number)
        found.new += int(number) if new else 0
    return found


def _section(about: str) -> str:
    return KINDS[about].section if about in KINDS else about
