"""How fast one person may call: a bucket that fills by itself and that each call takes from.

Source: api/errors
Kept in memory: what a restart forgives here is a burst, never a guess at a code or a password.
"""

from math import ceil

from chappe.base.errors import TooMany
from chappe.base.ids import UserId

BURST = 1000.0
"""Calls a person may make at once, from all devices together."""
PER_SECOND = 25.0
"""Calls a person may make for long."""
FREE = ("upload.",)
"""Namespaces bounded by the quota instead."""
HEAVY = 50.0
"""What a call weighs that writes into the boxes of many others, or begins to read all that is known of somebody."""
HEAVY_CALLS = frozenset(
    {
        "account.changePhone",
        "account.initTakeoutSession",
        "account.updateProfile",
        "account.updateUsername",
        "contacts.importContacts",
        "photos.deletePhotos",
        "photos.updateProfilePhoto",
        "photos.uploadProfilePhoto",
    }
)
KEPT = 50_000
"""People remembered; who is forgotten starts with a full bucket."""


class Pace:
    """The buckets of everybody who called lately."""

    def __init__(self) -> None:
        self._buckets: dict[UserId, tuple[float, float]] = {}

    def require(self, user_id: UserId, method: str, now: float) -> None:
        """The person may make this call now. Shape: now in seconds of a clock that never goes back.

        Errors: TooMany flood_wait_x.
        """
        if method.startswith(FREE):
            return
        left, then = self._buckets.pop(user_id, (BURST, now))
        left = min(BURST, left + (now - then) * PER_SECOND)
        weight = HEAVY if method in HEAVY_CALLS else 1.0
        if len(self._buckets) >= KEPT:
            del self._buckets[next(iter(self._buckets))]
        if left < weight:
            self._buckets[user_id] = (left, now)
            raise TooMany("flood_wait_x", ceil((weight - left) / PER_SECOND))
        self._buckets[user_id] = (left - weight, now)
