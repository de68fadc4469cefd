"""A clock that stands still until a test moves it."""


class FakeClock:
    """Time by hand. Shape: seconds since 1970; the monotonic clock moves along."""

    def __init__(self, now: float = 1_750_000_000.0) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def moves(self, seconds: float) -> None:
        """So much time has passed."""
        self._now += seconds
        self._monotonic += max(seconds, 0)
