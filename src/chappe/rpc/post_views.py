"""How often posts were seen: counted in memory, written together, one write under way at a time.

Source: method/messages.getMessagesViews
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import room_counts
from chappe.store import Store

log = logging.getLogger("chappe.rpc.views")

REMEMBERED = 500_000
"""Pairs of a person and a post that are known to be counted; beyond, all are forgotten."""
DAY_S = 86_400


class PostViews:
    """The views of this process that are not written yet, and whom a post was counted for today."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._more: Counter[tuple[int, int]] = Counter()
        self._writing: Counter[tuple[int, int]] = Counter()
        self._days: room_counts.Days = Counter()
        self._readers: set[tuple[int, int]] = set()
        self._known: set[tuple[int, int, int]] = set()
        self._day = 0
        self._task: asyncio.Task[None] | None = None

    def seen(self, user_id: int, room_id: int, ids: Iterable[int], language: str, *, inside: bool) -> None:
        """The person saw the posts; each counts once a day for each person. Shape: inside says they follow the room."""
        now = int(self._clock.now())
        day = self._today(now)
        new = [i for i in ids if (user_id, room_id, i) not in self._known]
        for message_id in new:
            self._known.add((user_id, room_id, message_id))
            self._more[room_id, message_id] += 1
        if new:
            self._days[room_id, day, "views", "followers" if inside else "others"] += len(new)
            self._days[room_id, day, "hours", str(now % DAY_S // 3600)] += len(new)
            self._days[room_id, day, "languages", language] += len(new)
            self._start()

    def read(self, user_id: int, room_id: int, language: str) -> None:
        """The person read the supergroup; it counts once a day."""
        day = self._today(int(self._clock.now()))
        if (user_id, room_id, 0) not in self._known:
            self._known.add((user_id, room_id, 0))
            self._readers.add((room_id, user_id))
            self._days[room_id, day, "languages", language] += 1
            self._start()

    def _today(self, now: int) -> int:
        if now // DAY_S != self._day or len(self._known) > REMEMBERED:
            self._day = now // DAY_S
            self._known.clear()
        return self._day

    def _start(self) -> None:
        if self._task is None:
            self._task = asyncio.ensure_future(self._flush())

    def waiting(self, room_id: int, message_id: int) -> int:
        """Views of the post that are not written yet."""
        return self._more[room_id, message_id] + self._writing[room_id, message_id]

    async def _flush(self) -> None:
        """What is counted is written, again and again while more comes."""
        try:
            while self._more or self._days:
                self._writing, self._more = self._more, Counter()
                days, self._days = self._days, Counter()
                readers, self._readers = sorted(self._readers), set()
                views = [(room, post, n) for (room, post), n in self._writing.items()]
                await self._store.write(partial(room_counts.seen, views=views, days=days, readers=readers))
        except Exception:
            log.exception("views of posts were not written")
        finally:
            self._writing = Counter()
            self._task = None

    def under_way(self) -> set["asyncio.Task[None]"]:
        """The write that is not over."""
        return {self._task} if self._task is not None else set()
