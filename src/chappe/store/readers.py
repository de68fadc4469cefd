"""Queries, each on one snapshot: on a few threads with connections of their own, or on the loop while they are short.

Where a query is a call into SQLite the loop runs it: a row fetched on a thread is a fight for the interpreter lock, and
a hundred of them cost four times the CPU (715 µs, 180 on the loop). One that takes long starts over on a thread.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Protocol

from chappe.base.clock import Clock
from chappe.base.errors import Refusal, TooMany
from chappe.store.protocol import Reader, StoreUnavailable, T
from chappe.store.writer import answer

log = logging.getLogger("chappe.store")

QUEUE_LIMIT = 4096
LOOP_BUDGET_S = 0.004
"""What a query, and all queries of one turn, may take of the loop."""
LEAST_S = 1e-6


class TooLongError(Exception):
    """The query did not end before its deadline."""


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
    """A bounded queue of queries and the threads that answer them; one more begins when all are busy."""

    def __init__(self, connect: Callable[[], Snapshots], name: str, count: int, limit: int = QUEUE_LIMIT) -> None:
        self._queue: SimpleQueue[Ask | None] = SimpleQueue()
        self._connect = connect
        self._name = name
        self._count = count
        self._limit = limit
        self._waiting = 0
        self.closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads: list[threading.Thread] = []

    def read(self, query: Callable[[Reader], T]) -> asyncio.Future[T]:
        """The query is queued. Errors: TooMany server_busy, StoreUnavailable storage_closed."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.answer(query, future)
        return future

    def answer(self, query: Callable[[Reader], T], future: asyncio.Future[T]) -> None:
        """The query is queued, its answer will be the future's. Errors: as `read`."""
        if self.closed:
            raise StoreUnavailable("storage_closed")
        if self._waiting >= self._limit:
            raise TooMany("server_busy", wait_s=1)
        if self._waiting >= len(self._threads) < self._count:
            self._begin()
        self._loop = future.get_loop()
        self._waiting += 1
        self._queue.put((query, future))

    def finish(self) -> None:
        """Everything queued is answered and the connections are closed; blocks."""
        if not self.closed:
            self.closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _begin(self) -> None:
        thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        snapshots: Snapshots | None = None
        while (item := self._queue.get()) is not None:
            query, future = item
            result, error = None, None
            try:
                if snapshots is None:
                    snapshots = self._opened()
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
        if snapshots is not None:
            snapshots.close()

    def _opened(self) -> Snapshots:
        try:
            return self._connect()
        except Exception as error:
            raise StoreUnavailable("storage_unavailable") from error

    def _deliver(self, future: asyncio.Future[Any], result: object, error: Exception | None) -> None:
        self._waiting -= 1
        answer(future, result, error)


class TimedSnapshots(Snapshots, Protocol):
    """A reading connection whose statements can be given a deadline."""

    def ask_until(self, query: Callable[[Reader], Any], deadline: float, /) -> Any:
        """As `ask`. Errors: TooLongError if a statement was still running at the deadline (of the monotonic clock)."""
        ...


class LoopReaders:
    """Short queries on the loop, as many in a turn as the budget allows; long ones start over on a thread."""

    def __init__(self, here: TimedSnapshots, threads: Readers, clock: Clock) -> None:
        self._here = here
        self._threads = threads
        self._clock = clock
        self._waiting: deque[Ask] = deque()
        self._closed = False
        self._spent_s = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    def read(self, query: Callable[[Reader], T]) -> asyncio.Future[T]:
        """The query's answer, at once if it is short and the turn has room.

        Errors: TooMany server_busy, StoreUnavailable storage_closed.
        """
        if self._closed:
            raise StoreUnavailable("storage_closed")
        if len(self._waiting) >= QUEUE_LIMIT:
            raise TooMany("server_busy", wait_s=1)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = self._loop.create_future()
        if not self._spent_s and not self._waiting:
            self._loop.call_soon(self._new_turn)
        if self._waiting or self._spent_s >= LOOP_BUDGET_S:
            self._waiting.append((query, future))
        else:
            self._ask(query, future)
        return future

    async def finish(self) -> None:
        """Nothing more is taken, everything asked before is answered, the connections are closed.

        Each is closed by the thread that used it, this one by the loop: one that is closed while another thread is
        inside a statement of it takes the process along.
        """
        self._closed = True
        while self._waiting:
            await asyncio.sleep(0)
        await asyncio.get_running_loop().run_in_executor(None, self._threads.finish)
        self._here.close()

    def _new_turn(self) -> None:
        self._spent_s = 0.0
        while self._waiting and self._spent_s < LOOP_BUDGET_S:
            self._ask(*self._waiting.popleft())
        if self._spent_s and self._loop is not None:
            self._loop.call_soon(self._new_turn)

    def _ask(self, query: Callable[[Reader], Any], future: asyncio.Future[Any]) -> None:
        started = self._clock.monotonic()
        result, error = None, None
        try:
            result = self._here.ask_until(query, started + LOOP_BUDGET_S)
        except TooLongError:
            self._hand_over(query, future)
            return
        except Exception as caught:  # noqa: BLE001 - handed to whoever asked
            error = caught
        finally:
            # Never nothing, so that a turn in which something ran is followed by a new one.
            self._spent_s += self._clock.monotonic() - started + LEAST_S
        answer(future, result, error)

    def _hand_over(self, query: Callable[[Reader], Any], future: asyncio.Future[Any]) -> None:
        try:
            self._threads.answer(query, future)
        except Refusal as refusal:
            answer(future, None, refusal)
