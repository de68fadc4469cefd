"""Limits of rate as rows: how often a subject may do something in a window. They survive a restart.

Source: api/errors#420-flood
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from chappe.base.errors import TooMany
from chappe.store import Reader, Tx
from chappe.store.queries import limits as rows


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` uses in a window of `window_s` seconds that opens with the first use."""

    most: int
    window_s: int


def take(tx: Tx, subject: str, rate: Rate, uses: int = 1) -> bool:
    """The subject has been used once more, or so many times at once; True if that was the last use of its window.

    Shape: subject names an act and who does it (`code:ip:192.0.2.1`).
    Errors: TooMany flood_wait_x with the seconds until the window ends.
    """
    row = rows.used(tx, subject)
    if row is not None and row[1] > tx.now and row[0] >= rate.most:
        raise TooMany("flood_wait_x", row[1] - tx.now)
    if row is None or row[1] <= tx.now:
        rows.put(tx, subject, uses, tx.now, tx.now + rate.window_s)
        return uses >= rate.most
    rows.add(tx, subject, uses)
    return row[0] + uses >= int(rate.most)


def require(rx: Reader, subject: str, rate: Rate) -> None:
    """The subject may be used once more now; nothing is counted. Errors: as `take`."""
    row = rows.used(rx, subject)
    if row is not None and row[1] > rx.now and row[0] >= rate.most:
        raise TooMany("flood_wait_x", row[1] - rx.now)


@dataclass(frozen=True, slots=True)
class Growing:
    """After `free` uses each further one waits longer: `first_s`, then thrice as long, at most `longest_s`.

    A subject is forgotten a day after its last use.
    """

    free: int
    first_s: int = 5
    longest_s: int = 3600

    def wait_s(self, used: int) -> int:
        """How long the next use waits after that many."""
        over = used - self.free
        return min(self.first_s * 3 ** min(over, 12), self.longest_s) if over >= 0 else 0


REMEMBER_S = 86_400


def take_growing(tx: Tx, subjects: Mapping[str, Growing]) -> None:
    """Each of the subjects has been used once more; none if one of them must wait.

    Errors: TooMany flood_wait_x with the seconds to wait.
    """
    found = {subject: rows.used(tx, subject) for subject in subjects}
    before = {subject: row if row and row[1] > tx.now else (0, tx.now + REMEMBER_S) for subject, row in found.items()}
    waits = [
        ends - REMEMBER_S + subjects[subject].wait_s(used) - tx.now for subject, (used, ends) in before.items() if used
    ]
    if waits and max(waits) > 0:
        raise TooMany("flood_wait_x", max(waits))
    for subject, (used, _) in before.items():
        rows.put(tx, subject, used + 1, tx.now, tx.now + REMEMBER_S)


def give_back(tx: Tx, subject: str) -> None:
    """The last use counts no more."""
    row = rows.used(tx, subject)
    if row is not None and row[0] > 0:
        rows.add(tx, subject, -1)


def forgive(tx: Tx, subject: str) -> None:
    """The subject begins a new window."""
    rows.remove(tx, subject)


def network(ip: str) -> str:
    """What limits are counted by: of IPv6 the /64, since a home has as many addresses as it likes."""
    if ":" not in ip:
        return ip
    try:
        return str(ipaddress.ip_network(f"{ip}/64", strict=False))
    except ValueError:
        return ip
