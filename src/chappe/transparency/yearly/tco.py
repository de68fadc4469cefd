"""The yearly report of the regulation on terrorist content: due before the first of March.

Source: tco/7(3)
Shape: CSV with the columns Point, Indicator, Value, Contextual information; points are those of Art. 7(3). What a
court said is not known to the server; who publishes the report adds it.
"""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime

from chappe.store import Reader
from chappe.store import yearly as rows

INSTRUMENT, KEYWORD = "tco_removal", "TERRORIST_CONTENT"
HOUR_MIN = 60
OWN = ("own_initiative", "rule")
NAME = "tco_yearly"
ADDED = "Not known to this server; the provider adds it."
OUTCOMES = ("upheld", "partially_reversed", "reversed", "omitted")
Line = tuple[str, str, str, str]


def report(rx: Reader, year: int) -> dict[str, str]:
    """The report of the year as CSV by its name; of a year that is not over, what is known so far."""
    since, until = (int(datetime(one, 1, 1, tzinfo=UTC).timestamp()) for one in (year, year + 1))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("Point", "Indicator", "Value", "Contextual information"))
    writer.writerow(("", "Reporting period", f"{date(year, 1, 1)}/{date(year, 12, 31)}", ""))
    writer.writerows(_lines(rx, since, until))
    return {NAME: out.getvalue()}


def _lines(rx: Reader, since: int, until: int) -> list[Line]:
    return [
        ("(a)", "Measures to identify and remove terrorist content", "", "Described in sheet 11 of the yearly report."),
        ("(b)", "Measures against what was removed appearing again", "", "Known media are found by their hashes."),
        *_removed(rx, since, until),
        *_complained(rx, since, until),
        ("(e)", "Administrative or judicial review proceedings brought by the provider", "", ADDED),
        ("(f)", "Reinstatements that followed from such proceedings", "", ADDED),
        *_reinstated(rx, since, until),
    ]


def _removed(rx: Reader, since: int, until: int) -> list[Line]:
    """Point (c): what was removed, and which orders were not executed, on which ground."""
    found = rows.order_outcomes(rx, INSTRUMENT, since, until)
    minutes = rows.order_minutes(rx, INSTRUMENT, since, until)
    median = f"{(minutes[(len(minutes) - 1) // 2] + minutes[len(minutes) // 2]) / 120:.2f}" if minutes else ""
    orders = sum(int(n) for *_, n, _ in found)
    items = sum(int(targets) for _, _, effect, _, targets in found if effect)
    own = sum(int(n) for source, _, n in rows.measures_of_keyword(rx, KEYWORD, since, until) if source in OWN)
    lines: list[Line] = [
        ("(c)", "Removal orders received", str(orders), ""),
        ("(c)", "Items removed or disabled after removal orders", str(items), ""),
        ("(c)", "Median hours from receipt to effect", median, ""),
        ("(c)", "Removal orders in effect within the hour", str(sum(one < HOUR_MIN for one in minutes)), ""),
        ("(c)", "Items removed or disabled by the provider's own measures", str(own), ""),
    ]
    grounds: Counter[tuple[str, str]] = Counter()
    for outcome, reason, effect, n, _ in found:
        if not effect and outcome:
            grounds[outcome, reason] += int(n)
    for (outcome, reason), number in sorted(grounds.items()):
        lines.append(("(c)", f"Removal orders not executed: {outcome}", str(number), reason))
    if not grounds:
        lines.append(("(c)", "Removal orders not executed", "0", ""))
    return lines


def _complained(rx: Reader, since: int, until: int) -> list[Line]:
    """Point (d): complaints of those whose content was removed, and what became of them."""
    found = {outcome: int(n) for outcome, n in rows.complaints_of_keyword(rx, KEYWORD, since, until)}
    lines: list[Line] = [("(d)", "Complaints about measures against terrorist content", str(sum(found.values())), "")]
    return lines + [("(d)", f"Complaints: {one}", str(found.get(one, 0)), "") for one in OUTCOMES]


def _reinstated(rx: Reader, since: int, until: int) -> list[Line]:
    """Point (g): what came back after a complaint, and what authorities took back."""
    found = {outcome: int(n) for outcome, n in rows.complaints_of_keyword(rx, KEYWORD, since, until)}
    back = sum(found.get(one, 0) for one in ("reversed", "partially_reversed"))
    orders: Counter[str] = Counter()
    for outcome, _, _, n, _ in rows.order_outcomes(rx, INSTRUMENT, since, until):
        orders[outcome] += int(n)
    return [
        ("(g)", "Reinstatements after a complaint", str(back), ""),
        ("", "Removal orders withdrawn by their authority", str(orders["withdrawn"]), ""),
        ("", "Removal orders whose effect was undone", str(orders["reversed"]), ""),
        ("", "Removal orders that were forged", str(orders["forged"]), ""),
    ]
