"""Shifts as a calendar: weeks for the screen, and iCalendar for calendar programs. Source: rfc/5545"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from chappe.domain.rota import Shift

DAY_S, WEEK_S = 86_400, 7 * 86_400
MONDAY_S = 4 * DAY_S
LINE = 74
"""Bytes of a line, without its end, before it is folded. Source: rfc/5545"""


def weeks(shifts: Sequence[Shift], first: int, count: int) -> list[list[tuple[int, list[Shift]]]]:
    """For each week its days: (midnight, the shifts that touch the day). Shape: UTC, weeks begin on Mondays."""
    start = (first - MONDAY_S) // WEEK_S * WEEK_S + MONDAY_S
    days = [start + n * DAY_S for n in range(7 * count)]
    found = [(day, [one for one in shifts if one.start < day + DAY_S and one.until > day]) for day in days]
    return [found[n : n + 7] for n in range(0, len(found), 7)]


def ics(shifts: Iterable[Shift], name: str, host: str, stamp: int) -> bytes:
    """The shifts as iCalendar. Source: rfc/5545"""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Chappe//on call//EN", "CALSCALE:GREGORIAN",
        "X-PUBLISHED-TTL:PT1H", f"X-WR-CALNAME:{_text(name)}",
    ]  # fmt: skip
    for one in shifts:
        lines += [
            "BEGIN:VEVENT", f"UID:shift-{one.shift_id}@{host}", f"DTSTAMP:{_time(stamp)}",
            f"DTSTART:{_time(one.start)}", f"DTEND:{_time(one.until)}", f"SUMMARY:{_text(name)} ({one.place + 1})",
            "END:VEVENT",
        ]  # fmt: skip
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _time(date: int) -> str:
    return f"{datetime.fromtimestamp(date, UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    for sign in "\\;,":
        said = said.replace(sign, f"\\{sign}")
    return " ".join(said.split())


def _folded(line: str) -> bytes:
    """The line in pieces that are short enough, never inside a character."""
    out, piece = b"", b""
    for sign in line:
        data = sign.encode()
        if len(piece) + len(data) > LINE:
            out, piece = out + piece + b"\r\n", b" "
        piece += data
    return out + piece + b"\r\n"
