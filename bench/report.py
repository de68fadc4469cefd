"""Figures, the bars they are held against, and how they are written down."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Figure:
    """One measured figure: values of several slices, the bar it is held against. Shape: bar None for mere facts."""

    name: str
    unit: str
    values: list[float]
    bar: float | None = None
    at_least: bool = False
    note: str = ""
    profile: str = ""
    """The scenario whose profile explains a missed bar."""

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def spread(self) -> str:
        """Smallest and largest value of several."""
        if len(self.values) < 2:
            return ""
        return f"{short(min(self.values))} … {short(max(self.values))}"

    @property
    def missed(self) -> bool:
        """True if there is a bar and the median is on its wrong side."""
        if self.bar is None:
            return False
        return self.value < self.bar if self.at_least else self.value > self.bar

    @property
    def bar_text(self) -> str:
        """The bar as a condition."""
        return "" if self.bar is None else f"{'≥' if self.at_least else '≤'} {short(self.bar)}"

    @property
    def verdict(self) -> str:
        """ok, missed, or nothing."""
        return "" if self.bar is None else "missed" if self.missed else "ok"


@dataclass(slots=True)
class Report:
    """Everything one run found."""

    facts: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    profiles: list[tuple[str, str]] = field(default_factory=list)

    def missed(self) -> list[Figure]:
        """The figures that fall short."""
        return [figure for figure in self.figures if figure.missed]

    def rows(self) -> list[list[str]]:
        """The table of figures, with its head."""
        head = ["figure", "median", "unit", "spread", "bar", "", "how"]
        body = [
            [one.name, short(one.value), one.unit, one.spread, one.bar_text, one.verdict, one.note]
            for one in self.figures
        ]
        return [head, *body]

    def text(self) -> str:
        """For a terminal."""
        parts = ["\n".join(self.facts), aligned(self.rows())]
        parts += [f"{title}\n\n{aligned(rows)}" for title, rows in self.tables]
        parts += [f"- {note}" for note in self.notes]
        parts += [f"{name}\n\n{text}" for name, text in self.profiles]
        return "\n\n".join(parts) + "\n"

    def markdown(self) -> str:
        """For a page of the documentation."""
        parts = ["# What Chappe costs", "Written by `python -m bench --readme`; `make bench` measures it again."]
        parts.append("\n".join(f"- {fact}" for fact in self.facts))
        parts.append(piped(self.rows()))
        for title, rows in self.tables:
            parts += [f"## {title}", piped(rows)]
        if self.notes:
            parts += ["## How it was measured", "\n".join(f"- {note}" for note in self.notes)]
        for name, text in self.profiles:
            parts += [f"## Profile: {name}", f"```\n{text.strip()}\n```"]
        return "\n\n".join(parts) + "\n"


def short(value: float) -> str:
    """Three digits that matter, thousands apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def piped(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its head."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)
