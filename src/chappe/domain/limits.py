"""Limits of rate as rows: how often a subject may do something in a window. They survive a restart.

Source: api/errors#420-flood
"""

from dataclasses import dataclass

from chappe.base.errors import TooMany
from chappe.store import Tx
from chappe.store.queries import limits as rows

FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` uses in a window of `window_s` seconds that opens with the first use."""

    most: int
    window_s: int


def take(tx: Tx, subject: str, rate: Rate) -> None:
    """The subject has been used once more.

    Shape: subject names an act and who does it (`code:ip:192.0.2.1`).
    Errors: TooMany flood_wait_x with the seconds until the window ends.
    """
    row = rows.used(tx, subject)
    if row is None or row[1] <= tx.now:
        rows.put(tx, subject, 1, tx.now, tx.now + rate.window_s)
    elif row[0] >= rate.most:
        raise TooMany("flood_wait_x", row[1] - tx.now)
    else:
        rows.add(tx, subject)


def forget(tx: Tx) -> int:
    """Windows that have ended leave no row; how many were removed, at most 500."""
    return rows.forget(tx, tx.now, FORGOTTEN_AT_ONCE)
