"""How many people the service reaches: measured every night into the log, and the half-yearly average of the months.

Source: dsa/24(2), dsa/24(3)
Counted are accounts that were connected, once each; somebody with two accounts is counted twice. Who reads public pages
without an account is not counted, since nothing is kept of them. Of whom nothing says where they are is counted as
being in the Union: the figure is never too small.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from chappe.domain.territory_profiles.book import EU
from chappe.store import Reader
from chappe.store import transparency as rows
from chappe.transparency.reports import DAY_S, Reports

MONTHS = 6
"""Over how many months the average goes."""
_EPOCH = date(1970, 1, 1).toordinal()
_UNION = tuple(sorted(EU))


@dataclass(frozen=True, slots=True)
class Month:
    """People of one month. Shape: name is 2026-11; whole once it is over."""

    name: str
    people: int
    union: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Recipients:
    """The months that were measured, the newest first, and the average of the last whole ones.

    Shape: averages are rounded up; over counts the months they go over, 0 before the first is over.
    """

    months: tuple[Month, ...]
    people: int
    union: int
    over: int


def today(rx: Reader) -> int:
    """How many people were here since the day began."""
    return rows.people_since(rx, rx.now // DAY_S * DAY_S)


def this_month(rx: Reader) -> int:
    """How many people were here since the month began."""
    return rows.people_since(rx, _month_began(rx.now))


def this_month_in_union(rx: Reader) -> int:
    """Those of them who are in the European Union, or of whom nothing says where they are."""
    began = _month_began(rx.now)
    return rows.people_since(rx, began) - rows.people_elsewhere_since(rx, began, _UNION)


RECIPIENTS: Mapping[str, Callable[[Reader], int]] = {
    "recipients": today, "recipients_month": this_month, "recipients_month_union": this_month_in_union,
}  # fmt: skip
"""Instrument of the log → what it measures."""


async def recipients(reports: Reports) -> Recipients:
    """What was measured of the last months, this one among them."""
    found: list[Month] = []
    this = datetime.fromtimestamp(reports.now, UTC).date().replace(day=1)
    first, end = this, _after(this)
    for _ in range(MONTHS + 1):
        stretch = await reports.stretch(first.toordinal() - _EPOCH, end.toordinal() - _EPOCH)
        counted = stretch.figures["instruments"] if stretch is not None else {}
        assert isinstance(counted, dict)
        if "recipients_month" in counted:
            people, union = (int(counted[f"recipients_month{one}"].get("count", 0)) for one in ("", "_union"))
            found.append(Month(f"{first:%Y-%m}", people, union, whole=first != this))
        first, end = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1), first
    whole = [one for one in found if one.whole][:MONTHS]
    people, union = (_average([getattr(one, name) for one in whole]) for name in ("people", "union"))
    return Recipients(tuple(found), people, union, len(whole))


def _average(counts: list[int]) -> int:
    return -(-sum(counts) // len(counts)) if counts else 0


def _month_began(now: int) -> int:
    return int(datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0).timestamp())


def _after(month: date) -> date:
    return date(month.year + (month.month == 12), month.month % 12 + 1, 1)
