"""How much of what this machine can carry is in use: messages a second against the last measured ceiling, disk left.

Source: requirements/growth-guard
"""

import shutil
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chappe.base.clock import Clock
from chappe.domain.updates import Entry
from chappe.store import Store

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Headroom:
    """What is in use and what is left.

    Shape: messages_s over the last minute; highest_s the fullest minute since the start; ceiling_s what was measured,
    0 if nothing was; disk in bytes.
    """

    messages_s: float
    highest_s: float
    ceiling_s: float
    disk_left: int
    disk_whole: int

    @property
    def used(self) -> float:
        """Which part of the ceiling is in use, 0 to 1 and above; 0 where none was measured."""
        return self.messages_s / self.ceiling_s if self.ceiling_s else 0.0


class Capacity:
    """Counts messages as they are committed."""

    def __init__(self, clock: Clock, folder: Path, ceiling_s: float = 0.0) -> None:
        self._clock = clock
        self._folder = folder
        self._ceiling_s = ceiling_s
        self._seconds: deque[list[int]] = deque()
        self._highest = 0

    def listen(self, store: Store) -> None:
        """From now on messages are counted, each once however many boxes it stands in."""
        store.on_commit(self.count, Entry)

    def count(self, entries: Sequence[Entry]) -> None:
        """Messages among these have just been committed."""
        count = 0
        for entry in entries:
            if entry.message is not None and not entry.edited:
                count += entry.owner_id < 0 or entry.message.out
        if count:
            second = int(self._clock.monotonic())
            if not self._seconds or self._seconds[-1][0] != second:
                self._seconds.append([second, 0])
                self._forget(second)
            self._seconds[-1][1] += count
            self._highest = max(self._highest, sum(n for _, n in self._seconds))

    def headroom(self) -> Headroom:
        """What is in use now."""
        self._forget(int(self._clock.monotonic()))
        disk = shutil.disk_usage(self._folder)
        sent = sum(count for _, count in self._seconds)
        return Headroom(sent / MINUTE_S, self._highest / MINUTE_S, self._ceiling_s, disk.free, disk.total)

    def _forget(self, second: int) -> None:
        while self._seconds and self._seconds[0][0] <= second - MINUTE_S:
            self._seconds.popleft()
