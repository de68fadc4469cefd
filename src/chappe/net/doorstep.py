"""Where those wait who have no session yet: key exchanges cost milliseconds, and many at once must not stop the talk.

Comes in: what connections without a session sent. Goes out: the same, handed on in turn, one address after the other,
at a pace that leaves most of the loop's time to everybody else. Source: mtproto/auth_key
"""

import asyncio
import collections
from collections.abc import Callable

from chappe.base import Clock

HEAVY_S = 0.001
"""A step that takes longer was one of a key exchange."""
REST = 3.0
"""After a heavy step nothing is handed on for so many times as long as it took: a quarter of the time is theirs."""
TURN_S = 0.002
"""What may be handed on in one turn of the loop."""

Step = Callable[[], None]


class Doorstep:
    """Steps that wait, by the address they came from."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, collections.deque[Step]] = {}
        self._timer: asyncio.Handle | None = None

    def comes(self, host: str, step: Step) -> None:
        """The step is taken, at once if nobody waits. Shape: a step takes its own errors."""
        if self._timer is None:
            took_s = self._take(step)
            if took_s > HEAVY_S:
                self._rest(took_s)
            return
        self._waiting.setdefault(host, collections.deque()).append(step)

    def close(self) -> None:
        """What waits is forgotten."""
        if self._timer is not None:
            self._timer.cancel()
        self._waiting.clear()

    def _rest(self, took_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(took_s * REST, self._next)

    def _next(self) -> None:
        """Steps are taken, one of each address in turn, until one was heavy or the turn is over."""
        self._timer = None
        spent_s = 0.0
        while self._waiting and spent_s < TURN_S:
            host, steps = next(iter(self._waiting.items()))
            del self._waiting[host]
            step = steps.popleft()
            if steps:
                self._waiting[host] = steps  # at the end: the others come first
            took_s = self._take(step)
            if took_s > HEAVY_S:
                self._rest(took_s)
                return
            spent_s += took_s
        if self._waiting:
            self._timer = asyncio.get_running_loop().call_soon(self._next)

    def _take(self, step: Step) -> float:
        began = self._clock.monotonic()
        step()
        return self._clock.monotonic() - began
