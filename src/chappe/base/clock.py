"""The clock protocol. The real clock is made in `app`; tests move theirs by hand."""

from typing import Protocol


class Clock(Protocol):
    """Where a room gets its time from."""

    def now(self) -> float:
        """Seconds since 1970, UTC; may jump when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; only differences mean something."""
        ...
