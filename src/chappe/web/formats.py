"""Dates, counts and sizes in a visitor's language; dates are those of UTC, and say so."""

from datetime import UTC, datetime

from chappe.web.language import Texts

_UNITS = ("B", "kB", "MB", "GB")


def day(t: Texts, date: int) -> str:
    """22 November 2026."""
    there = datetime.fromtimestamp(date, UTC)
    return f"{there.day} {t.months.split(',')[there.month - 1]} {there.year}"


def moment(t: Texts, date: int) -> str:
    """22 November 2026, 01:20 UTC."""
    return f"{day(t, date)}{t.day_and_hour}{datetime.fromtimestamp(date, UTC):%H:%M} UTC"


def stamp(date: int) -> str:
    """2026-11-22T01:20:00Z."""
    return f"{datetime.fromtimestamp(date, UTC):%Y-%m-%dT%H:%M:%SZ}"


def count(t: Texts, number: int) -> str:
    """12,345 with the language's own sign between thousands."""
    return f"{number:,}".replace(",", t.thousands)


def short(t: Texts, number: int) -> str:
    """12.3K: a count for a narrow place."""
    for least, sign in ((1_000_000, t.million_sign), (1000, t.thousand_sign)):
        if number >= least:
            part = f"{number / least:.1f}".removesuffix(".0") if number < 100 * least else str(number // least)
            return part.replace(".", t.decimal_point) + sign
    return str(number)


def many(t: Texts, key: str, number: int) -> str:
    """A counted thing in words: the text `key`, or `key_one` where the language counts it as one."""
    one = number == 1 or (t.language == "fr" and number == 0)
    text: str = getattr(t, f"{key}_one" if one else key)
    return text.format(n=count(t, number))


def size(t: Texts, number: int) -> str:
    """1.5 MB."""
    amount, unit = float(number), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    said = f"{amount:.1f}".removesuffix(".0") if unit else str(number)
    return f"{said.replace('.', t.decimal_point)}\u00a0{_UNITS[unit]}"


def length(seconds: int) -> str:
    """3:07."""
    return f"{seconds // 60}:{seconds % 60:02d}"


ALL = {"day": day, "moment": moment, "stamp": stamp, "count": count, "short": short, "many": many, "size": size,
       "length": length}  # fmt: skip
