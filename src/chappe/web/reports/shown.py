"""Published figures as tables in a visitor's language; what a code of a leaf is called. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chappe.domain.categories import CATEGORIES, CHILD_ABUSE
from chappe.safety import taxonomy
from chappe.web.language import Texts

TERRORISM = frozenset({"TERRORIST_CONTENT"})
ROOMS, ACCOUNTS = ("room",), ("account", "profile_photo")
Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. Shape: share is of the largest in its table, 0 to 100."""

    label: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that belong together; `note` says what else is true of them."""

    name: str
    title: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class First:
    """What is told before everything else: of child abuse, of terrorism."""

    name: str
    title: str
    rooms: int
    accounts: int
    items: int
    notices: int


def instrument(figures: Figures, name: str) -> Figures:
    """What was counted of one kind of act; empty when there was none."""
    found: Figures = figures["instruments"].get(name, {})
    return found


def total(figures: Figures, name: str) -> int:
    """How many acts of the kind there were."""
    return int(instrument(figures, name).get("total", 0))


def firsts(t: Texts, figures: Figures) -> list[First]:
    """Child abuse, then terrorism."""
    out = []
    for name, title, keywords in (
        ("child_abuse", t.daily_child_abuse, CHILD_ABUSE),
        ("terrorism", t.daily_terrorism, TERRORISM),
    ):
        decided = measures(figures)
        by_kind = {kind: _of(table, keywords) for kind, table in decided.get("items", {}).items()}
        rooms, accounts = (sum(by_kind.pop(kind, 0) for kind in kinds) for kinds in (ROOMS, ACCOUNTS))
        noticed = instrument(figures, "notice").get("items", {}).values()
        notices = sum(_of(table, keywords) for table in noticed)
        out.append(First(name, title, rooms, accounts, sum(by_kind.values()), notices))
    return out


def measures(figures: Figures) -> Figures:
    """The decisions, those against doing anything among them."""
    return instrument(figures, "decision")


def _of(table: Mapping[str, int], keywords: frozenset[str]) -> int:
    return sum(n for topic, n in table.items() if topic.partition("/")[2] in keywords)


def tables(t: Texts, figures: Figures) -> list[Table]:
    """All else, in the order of the page; a table without lines is left out."""
    decided, noticed = measures(figures), instrument(figures, "notice")
    complained, undone = instrument(figures, "complaint"), instrument(figures, "undo")
    found = [
        table(t, "kinds", {kind: sum(by.values()) for kind, by in decided.get("items", {}).items()}, "item"),
        table(t, "outcomes", decided.get("outcome", {}), "outcome", median(t, decided)),
        table(t, "topics", _topics(decided), "topic"),
        table(t, "grounds", decided.get("ground", {}), "ground"),
        table(t, "machines", decided.get("automation", {}), "automation"),
        table(t, "sources", decided.get("source", {}), "source"),
        table(t, "countries", decided.get("country", {}), "country", _delayed(t, decided)),
        table(t, "notices", _topics(noticed), "topic"),
        table(t, "notice_sources", noticed.get("source", {}), "source"),
        table(t, "notice_countries", noticed.get("country", {}), "country", _delayed(t, noticed)),
        table(t, "complaints", complained.get("outcome", {}), "outcome", median(t, complained)),
        table(t, "undone", undone.get("outcome", {}), "outcome"),
        table(t, "continuity", instrument(figures, "continuity").get("outcome", {}), "continuity"),
        table(t, "drills", instrument(figures, "oncall_drill").get("outcome", {}), "drill"),
    ]
    return [one for one in found if one.lines]


def table(t: Texts, name: str, counts: Mapping[str, int], sort: str, note: str = "") -> Table:
    """The counts, the largest first."""
    most = max(counts.values(), default=0)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = tuple(Line(called(t, sort, code), n, round(100 * n / most) if most else 0) for code, n in ordered)
    return Table(name, t[f"daily_{name}"], lines, note)


def called(t: Texts, sort: str, code: str) -> str:
    """What a code is called; a country by its two letters, what has no name by the code itself."""
    if sort == "topic":
        category, _, keyword = code.partition("/")
        return taxonomy.in_words(category, keyword, t.language) if category in CATEGORIES else code
    return t.all.get(f"daily_{sort}_{code}", code)


def median(t: Texts, counted: Figures) -> str:
    """How long it took, in words; empty where nothing was measured."""
    if "median_hours" not in counted:
        return ""
    hours = f"{counted['median_hours']:g}".replace(".", t.decimal_point)
    return t.daily_median.format(hours=hours)


def _delayed(t: Texts, counted: Figures) -> str:
    delayed = counted.get("country_delayed", 0)
    return t.daily_delayed.format(n=delayed) if delayed else ""


def _topics(counted: Figures) -> dict[str, int]:
    out: dict[str, int] = {}
    for by in counted.get("items", {}).values():
        for topic, n in by.items():
            out[topic] = out.get(topic, 0) + n
    return out


def flat(figures: object, place: str = "") -> Iterable[tuple[str, object]]:
    """(name, value) of every figure, for a spreadsheet."""
    if isinstance(figures, dict):
        for name, part in figures.items():
            yield from flat(part, f"{place}.{name}" if place else name)
    else:
        yield place, figures
