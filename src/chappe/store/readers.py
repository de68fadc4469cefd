"""A few reading threads, each with a connection of its own: queries run off the loop, each on one snapshot."""

import asyncio
import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Protocol

from chappe.base.errors import TooMany
from chappe.store.protocol import Reader, StoreUnavailable, T
from chappe.store.writer import answer

log = logging.getLogger("chappe.store")

QUEUE_LIMIT = 4096


class Snapshots(Protocol):
    """One reading connection; used by one thread."""

    def ask(self, query: Callable[[Reader], Any], /) -> Any:
        """The query's answer from one snapshot; the snapshot is let go."""
        ...

    def close(self) -> None:
        """The connection is closed."""
        ...


Ask = tuple[Callable[[Reader], Any], asyncio.Future[Any]]


class Readers:
    """A bounded queue of queries and the threads that answer them."""

    def __init__(self, connect: Callable[[], Snapshots], name: str, count: int, limit: int = QUEUE_LIMIT) -> None:
        self._queue: SimpleQueue[Ask | None] = SimpleQueue()
        self._limit = limit
        self._waiting = 0
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads = [
            threading.Thread(target=self._work, args=(connect(),), name=f"{name}-{n}", daemon=True)
            for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def read(self, query: Callable[[Reader], T]) -> asyncio.Future[T]:
        """The query is queued. Errors: TooMany server_busy, StoreUnavailable storage_closed."""
        if self._closed:
            raise StoreUnavailable("storage_closed")
        if self._waiting >= self._limit:
            raise TooMany("server_busy", wait_s=1)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting += 1
        self._queue.put((query, future))
        return future

    def finish(self) -> None:
        """Everything queued is answered and the connections are closed; blocks."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, snapshots: Snapshots) -> None:
        while (item := self._queue.get()) is not None:
            query, future = item
            result, error = None, None
            try:
                result = snapshots.ask(query)
            except Exception as caught:  # noqa: BLE001 - handed to whoever asked
                error = caught
            except BaseException as caught:  # noqa: BLE001 - the thread must live and the caller must be answered
                error = StoreUnavailable("storage_unavailable")
                error.__cause__ = caught
            try:
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._deliver, future, result, error)
            except RuntimeError:
                log.warning("the loop is gone: an answer dropped")
        snapshots.close()

    def _deliver(self, future: asyncio.Future[Any], result: object, error: Exception | None) -> None:
        self._waiting -= 1
        answer(future, result, error)
