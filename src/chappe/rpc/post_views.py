"""How often posts were seen: counted in memory, written together, one write under way at a time.

Source: method/messages.getMessagesViews
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable

from chappe.base.clock import Clock
from chappe.domain import post_counts
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
        self._known: set[tuple[int, int, int]] = set()
        self._day = 0
        self._task: asyncio.Task[None] | None = None

    def seen(self, user_id: int, room_id: int, ids: Iterable[int]) -> None:
        """The person saw the posts; each counts once a day for each person."""
        day = int(self._clock.now()) // DAY_S
        if day != self._day or len(self._known) > REMEMBERED:
            self._day = day
            self._known.clear()
        for message_id in ids:
            if (user_id, room_id, message_id) not in self._known:
                self._known.add((user_id, room_id, message_id))
                self._more[room_id, message_id] += 1
        if self._more and self._task is None:
            self._task = asyncio.ensure_future(self._flush())

    def waiting(self, room_id: int, message_id: int) -> int:
        """Views of the post that are not written yet."""
        return self._more[room_id, message_id] + self._writing[room_id, message_id]

    async def _flush(self) -> None:
        """What is counted is written, again and again while more comes."""
        try:
            while self._more:
                self._writing, self._more = self._more, Counter()
                rows = [(room, post, views) for (room, post), views in self._writing.items()]
                await self._store.write(lambda tx, rows=rows: post_counts.add_views(tx, rows))  # type: ignore[misc]
        except Exception:
            log.exception("views of posts were not written")
        finally:
            self._writing = Counter()
            self._task = None

    def under_way(self) -> set["asyncio.Task[None]"]:
        """The write that is not over."""
        return {self._task} if self._task is not None else set()
