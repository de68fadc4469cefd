"""Places at which forms with files are read: few at once, so that the machine is not filled with what half came.

Source: dsa/16
A form may come slowly, by a bad line or on purpose; a place that somebody else needs is not held by it for long.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chappe.base import Clock, TooMany

AT_ONCE = 6
"""Forms with files that are read at the same time."""
PATIENCE_S = 60.0
"""So long a place is nobody else's, unless others from there hold more of them."""
BUSY_S = 60


class Places:
    """Who reads what now, by network: the oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[asyncio.Timeout, tuple[str, float]] = {}

    @asynccontextmanager
    async def place(self, network: str) -> AsyncIterator[None]:
        """A form from there is read. Errors: TooMany server_busy, also while it is read: others needed the place."""
        if len(self._held) >= AT_ONCE:
            self._make_room(network)
        try:
            async with asyncio.timeout(None) as place:
                self._held[place] = network, self._clock.monotonic()
                try:
                    yield
                finally:
                    self._held.pop(place, None)
        except TimeoutError:
            raise TooMany("server_busy", BUSY_S) from None

    def _make_room(self, network: str) -> None:
        """A place is free: of the network that holds most, else one that was held for long."""
        counts = Counter(held for held, _ in self._held.values())
        (worst, most), = counts.most_common(1)
        now = self._clock.monotonic()
        if most > counts[network] + 1:
            place = next(place for place, (held, _) in self._held.items() if held == worst)
        else:
            place, (_, since) = next(iter(self._held.items()))
            if now - since < PATIENCE_S:
                raise TooMany("server_busy", BUSY_S)
        del self._held[place]
        place.reschedule(0)
