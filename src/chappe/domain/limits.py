"""Limits of rate as rows: how often a subject may do something in a window. They survive a restart.

Source: api/errors#420-flood
"""

from dataclasses import dataclass

from chappe.base.errors import TooMany
from chappe.store import Tx
from chappe.store.queries import limits as rows


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` uses in a window of `window_s` seconds that opens with the first use."""

    most: int
    window_s: int


def take(tx: Tx, subject: str, rate: Rate, uses: int = 1) -> None:
    """The subject has been used once more, or so many times at once.

    Shape: subject names an act and who does it (`code:ip:192.0.2.1`).
    Errors: TooMany flood_wait_x with the seconds until the window ends.
    """
    row = rows.used(tx, subject)
    if row is not None and row[1] > tx.now and row[0] >= rate.most:
        raise TooMany("flood_wait_x", row[1] - tx.now)
    if row is None or row[1] <= tx.now:
        rows.put(tx, subject, uses, tx.now, tx.now + rate.window_s)
    else:
        rows.add(tx, subject, uses)


def forgive(tx: Tx, subject: str) -> None:
    """The subject begins a new window."""
    rows.remove(tx, subject)
