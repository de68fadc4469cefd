"""What waits at the desk: open orders in the order in which they are worked, what was closed, the calendar, the search.

Source: requirements/legal-desk
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.legal import envelope
from chappe.legal.records import Order
from chappe.store import Reader, Row, Value
from chappe.store.legal import desk as rows

PAGE = 50
COUNTED = 10_000
"""Orders are counted up to this."""
CALENDAR_MOST = 500
SECRECY_ENDS = ("secrecy",)
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders. Shape: what is empty restricts nothing; holder 0 for everybody's; late: past their deadline."""

    instrument: str = ""
    country: str = ""
    state: str = ""
    channel: str = ""
    holder: int = 0
    late: bool = False
    unreviewed: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the list. Shape: after leads to the next one, '' at the end; names of authorities by id."""

    orders: tuple[Order, ...]
    after: str
    names: dict[int, str]


@dataclass(frozen=True, slots=True)
class Date:
    """A day's entry in the calendar. Shape: kind is due or secrecy; rule the provision of a deadline."""

    at: int
    kind: str
    order_id: int
    number: str
    instrument: str
    country: str
    state: str
    owner_id: int
    rule: str = ""


def listed(rx: Reader, wanted: Wanted, after: str = "", limit: int = PAGE) -> Page:
    """Open orders, the first to work first; of closed ones the last closed first. Shape: after as `Page` gave it."""
    where, params = _where(wanted, rx.now)
    place, _, number = after.partition(".")
    if place.isdecimal() and number.isdecimal() and len(after) < 40:
        if wanted.closed:
            where += " AND (closed_at < ? OR (closed_at = ? AND order_id < ?))"
        else:
            where += " AND (place > ? OR (place = ? AND order_id > ?))"
        params += [int(place), int(place), int(number)]
    ask = rows.done if wanted.closed else rows.listed
    return _page(rx, ask(rx, where, params, limit + 1), limit)


def count(rx: Reader, wanted: Wanted) -> int:
    """How many open orders there are of these, at most COUNTED."""
    where, params = _where(wanted, rx.now)
    return rows.count_open(rx, where, params, COUNTED)


def counts(rx: Reader) -> dict[str, int]:
    """Instrument → how many of its orders are open."""
    return dict(rows.counts(rx))


def search(rx: Reader, words: str, below: int = 2**62, limit: int = PAGE) -> Page:
    """Orders by number, or that say these words: file number, sender, target, legal basis; newest first."""
    said = " ".join(words.split()).casefold()[:LONGEST_SEARCH]
    exact = envelope.by_number(rx, said)
    if exact is not None:
        return Page((exact,), "", rows.names(rx, [exact.authority_id]))
    if not said:
        return Page((), "", {})
    like = "%" + said.replace("~", "~~").replace("%", "~%").replace("_", "~_") + "%"
    return _page(rx, rows.search(rx, like, below, limit + 1), limit, by_number=True)


def calendar(rx: Reader, since: int, until: int) -> list[Date]:
    """What falls due between two dates, the first first: answers, and the ends of secrecy."""
    due = rows.due_between(rx, since, until, CALENDAR_MOST)
    ends = rows.alarms_between(rx, since, until, SECRECY_ENDS, CALENDAR_MOST)
    found = [_date(row, "due", str(row[8])) for row in due] + [_date(row, "secrecy", "") for row in ends]
    return sorted(found, key=lambda one: (one.at, one.order_id))


def _where(wanted: Wanted, now: int) -> tuple[str, list[Value]]:
    where, params = "", list[Value]()
    for column, value in (
        ("instrument", wanted.instrument), ("country", wanted.country), ("state", wanted.state),
        ("channel", wanted.channel), ("holder_id", wanted.holder),
    ):  # fmt: skip
        if value:
            where += f" AND {column} = ?"
            params.append(value)
    if wanted.late:
        where += " AND deadline_at > 0 AND deadline_at <= ? AND effect_at = 0 AND replied_at = 0"
        params.append(now)
    if wanted.unreviewed:
        where += " AND effect_at > 0 AND reviewed_at = 0 AND instrument IN ('dsa_order9', 'tco_removal', 'fr_lcen_6_1')"
    return where, params


def _page(rx: Reader, found: Sequence[Row], limit: int, *, by_number: bool = False) -> Page:
    shown = found[:limit]
    orders = tuple(envelope.of_row(row[:-1]) for row in shown)
    last = shown[-1] if len(found) > limit else None
    after = "" if last is None else str(last[0]) if by_number else f"{last[-1]}.{last[0]}"
    return Page(orders, after, rows.names(rx, sorted({one.authority_id for one in orders} - {0})))


def _date(row: Row, kind: str, rule: str) -> Date:
    order_id, year, year_no, instrument, country, state, holder, at, _ = row
    return Date(at, kind, order_id, f"L-{year}-{year_no}", instrument, country, state, holder, rule)
