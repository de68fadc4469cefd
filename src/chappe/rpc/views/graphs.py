"""Figures as graphs, in the JSON that clients draw. Source: api/stats#graphs, constructor/statsGraph

Shape: columns begin with their name; `x` holds milliseconds since 1970, a line its values; types are line, step, bar,
area.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from chappe.domain.room_counts import DAY_S
from chappe.domain.statistics import Lines
from chappe.tl import types as t

COLORS = (
    "BLUE#2b7bd4", "GREEN#3fa648", "RED#d8504d", "GOLDEN#d9a321", "PURPLE#8d63c7", "CYAN#2ba3ad", "LIGHTGREEN#8bb83f",
)  # fmt: skip
NOTHING = t.StatsGraphError(error="There is nothing to show yet.")
NOT_OFFERED = t.StatsGraphError(error="This server does not have this.")
_encode = msgspec.json.Encoder().encode


def by_day(lines: Lines, days: Iterable[int], names: Mapping[str, str], kind: str = "line") -> t.TypeStatsGraph:
    """The lines over the days; a day of which nothing is known has 0. Shape: names says what lines are called."""
    return _graph(lines, list(days), DAY_S * 1000, names, kind, "day")


def by_hour(lines: Lines, names: Mapping[str, str]) -> t.TypeStatsGraph:
    """The lines over the hours of the day."""
    return _graph(lines, list(range(24)), 3600 * 1000, names, "line", "hour")


def by_weekday(values: Mapping[int, int], name: str) -> t.TypeStatsGraph:
    """The values over the days of the week, Monday first."""
    monday = 4  # the fifth of January 1970
    shifted = {day + monday: n for day, n in values.items()}
    return _graph({"": shifted}, [monday + i for i in range(7)], DAY_S * 1000, {"": name}, "bar", "weekday")


def _graph(
    lines: Lines, places: Sequence[int], unit_ms: int, names: Mapping[str, str], kind: str, tick: str
) -> t.TypeStatsGraph:
    shown = {name: values for name, values in lines.items() if any(values.get(place) for place in places)}
    if not shown:
        return NOTHING
    ids = {name: f"y{number}" for number, name in enumerate(shown)}
    whole = {
        "columns": [
            ["x", *(place * unit_ms for place in places)],
            *([ids[name], *(values.get(place, 0) for place in places)] for name, values in shown.items()),
        ],
        "types": {**dict.fromkeys(ids.values(), kind), "x": "x"},
        "names": {ids[name]: names.get(name, name) or "-" for name in shown},
        "colors": {one: COLORS[number % len(COLORS)] for number, one in enumerate(ids.values())},
        "hidden": [],
        "stacked": kind in ("bar", "area"),
        "strokeWidth": 2,
        "xTickFormatter": f"statsFormat('{tick}')",
        "xTooltipFormatter": f"statsFormat('{tick}')",
        "xRangeFormatter": "null",
    }
    if tick == "day":
        reach = [places[max(0, len(places) - 30)] * unit_ms, places[-1] * unit_ms]
        whole["subchart"] = {"show": len(places) > 1, "defaultZoom": reach}
    return t.StatsGraph(json=t.DataJSON(data=_encode(whole).decode()))
