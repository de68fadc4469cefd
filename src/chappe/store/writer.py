"""Group commit: acts queue on the loop, one thread runs everything queued as one transaction.

One call back into the loop answers the whole batch: first the notes to the subscribers, then the callers.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from chappe.base.errors import TooMany
from chappe.store.batch import Batches, Job
from chappe.store.protocol import Notes, StoreUnavailable, T, Tx

log = logging.getLogger("chappe.store")

QUEUE_LIMIT = 8192
BATCH_LIMIT = 512


class Writer:
    """One thread, one engine, every write."""

    def __init__(self, batches: Batches, name: str, queue_limit: int = QUEUE_LIMIT) -> None:
        self._batches = batches
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._queue_limit = queue_limit
        self._subscribers: list[Callable[[Notes], None]] = []
        self._closed = False
        self._waiting = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def write(self, act: Callable[[Tx], T]) -> asyncio.Future[T]:
        """The act is queued; the future is done after its durable commit.

        Errors: TooMany server_busy, StoreUnavailable storage_closed.
        """
        if self._closed:
            raise StoreUnavailable("storage_closed")
        if self._waiting >= self._queue_limit:
            raise TooMany("server_busy", wait_s=1)
        loop = self._loop or self._bind()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting += 1
        self._queue.put(Job(act, future))
        return future

    def on_commit(self, fn: Callable[[Notes], None]) -> None:
        """From now on `fn` gets the notes of each commit, on the loop."""
        self._subscribers.append(fn)

    def finish(self) -> None:
        """Everything queued is done and its answers are on their way to the loop; blocks."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _bind(self) -> asyncio.AbstractEventLoop:
        self._loop = asyncio.get_running_loop()
        return self._loop

    def _work(self) -> None:
        """The thread: take what is queued, run it, answer; until the end mark."""
        take, take_now = self._queue.get, self._queue.get_nowait
        going = True
        while going:
            first = take()
            if first is None:
                return
            jobs = [first]
            with contextlib.suppress(Empty):
                while len(jobs) < BATCH_LIMIT:
                    job = take_now()
                    if job is None:
                        going = False
                        break
                    jobs.append(job)
            self._run(jobs)

    def _run(self, jobs: Sequence[Job]) -> None:
        try:
            notes = self._batches.run(jobs)
        except BaseException as error:
            # The thread must live and every caller must be answered, whatever an act raised.
            log.exception("the writer failed on a batch of %d acts", len(jobs))
            notes = []
            for job in jobs:
                job.result, job.error = None, StoreUnavailable("storage_unavailable")
                job.error.__cause__ = error
        try:
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._deliver, jobs, notes)
        except RuntimeError:
            log.warning("the loop is gone: %d answers dropped", len(jobs))

    def _deliver(self, jobs: Sequence[Job], notes: Notes) -> None:
        """On the loop: the subscribers have the notes, then the callers their answers."""
        self._waiting -= len(jobs)
        if notes:
            for fn in self._subscribers:
                try:
                    fn(notes)
                except Exception:
                    log.exception("a subscriber failed")
        for job in jobs:
            answer(job.future, job.result, job.error)


def answer(future: asyncio.Future[Any], result: object, error: Exception | None) -> None:
    """The future is done, unless whoever waited has gone."""
    if future.done():
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):
        future.set_exception(RuntimeError("an act or query raised StopIteration"))
    else:
        future.set_exception(error)
