"""Group commit: acts queue on the loop, everything queued becomes one transaction, one call answers the whole batch.

Two places to run the acts. Where a statement waits for a network, a thread runs them. Where it is a call into SQLite,
the loop runs them and a thread only commits: with the acts on the thread each statement had to win the interpreter
lock back from a busy loop, which cost 13 to 15 % more CPU a message and made single acts last 20 ms.
"""

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from chappe.base.errors import TooMany
from chappe.store.batch import Batches, Job, SpoiltError
from chappe.store.engine import EngineTx
from chappe.store.protocol import Notes, StoreUnavailable, T, Tx

log = logging.getLogger("chappe.store")

QUEUE_LIMIT = 8192
BATCH_LIMIT = 512
SLICE = 32
"""Acts run in one go on the loop before sockets get their turn."""


class Writer:
    """The loop's side: a bounded queue in, notes and answers out."""

    def __init__(self, batches: Batches, queue_limit: int = QUEUE_LIMIT) -> None:
        self._batches = batches
        self._queue_limit = queue_limit
        self._subscribers: list[tuple[Callable[[Notes], None], frozenset[type]]] = []
        self._waiting = 0
        self._closed = False
        self._idle = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.counts = {"acts": 0, "commits": 0}

    def write(self, act: Callable[[Tx], T]) -> asyncio.Future[T]:
        """The act is queued; the future is done after its durable commit.

        Errors: TooMany server_busy, StoreUnavailable storage_closed.
        """
        if self._closed:
            raise StoreUnavailable("storage_closed")
        if self._waiting >= self._queue_limit:
            raise TooMany("server_busy", wait_s=1)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting += 1
        self._queued(Job(act, future))
        return future

    def on_commit(self, fn: Callable[[Notes], None], *kinds: type) -> None:
        """From now on `fn` gets the notes of each commit that are of these kinds, if there are any, on the loop."""
        self._subscribers.append((fn, frozenset(kinds)))

    async def finish(self) -> None:
        """Everything queued is done and answered; nothing more is taken."""
        self._closed = True
        while self._waiting:
            self._idle.clear()
            await self._idle.wait()

    def _queued(self, job: Job) -> None:
        raise NotImplementedError

    def _answered(self) -> None:
        """The loop has given a batch's answers."""

    def _settled(self, jobs: Sequence[Job], notes: Notes) -> None:
        """On the thread: the loop is told of a batch that is done."""
        try:
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._deliver, jobs, notes)
        except RuntimeError:
            log.warning("the loop is gone: %d answers dropped", len(jobs))

    def _deliver(self, jobs: Sequence[Job], notes: Notes) -> None:
        """On the loop: the subscribers have the notes, then the callers their answers."""
        self._waiting -= len(jobs)
        self.counts["acts"] += len(jobs)
        self.counts["commits"] += 1
        if notes:
            self._tell(notes)
        for job in jobs:
            answer(job.future, job.result, job.error)
        self._answered()
        if not self._waiting:
            self._idle.set()


    def _tell(self, notes: Notes) -> None:
        there = set(map(type, notes))
        chosen: dict[frozenset[type], Notes] = {frozenset(): notes}
        for fn, kinds in self._subscribers:
            if kinds and kinds.isdisjoint(there):
                continue
            heard = chosen.get(kinds)
            if heard is None:
                whole = kinds.issuperset(there)
                heard = chosen[kinds] = notes if whole else [note for note in notes if type(note) in kinds]
            try:
                fn(heard)
            except Exception:
                log.exception("a subscriber failed")


class ThreadWriter(Writer):
    """Acts and commits on one thread."""

    def __init__(self, batches: Batches, queue_limit: int = QUEUE_LIMIT) -> None:
        super().__init__(batches, queue_limit)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def finish(self) -> None:
        """Everything queued is done and answered; the thread has ended."""
        await super().finish()
        self._jobs.put(None)
        self._thread.join()

    def _queued(self, job: Job) -> None:
        self._jobs.put(job)

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            with contextlib.suppress(Empty):
                while len(jobs) < BATCH_LIMIT and (job := self._jobs.get_nowait()) is not None:
                    jobs.append(job)
            notes = _whole(self._batches.run, jobs)
            self._batches.rest()
            self._settled(jobs, notes)


Commit = tuple[list[Job], EngineTx | None, Exception | None]


class LoopWriter(Writer):
    """Acts on the loop, a slice at a time; commits, and everything that went wrong, on one thread."""

    def __init__(self, batches: Batches, queue_limit: int = QUEUE_LIMIT) -> None:
        super().__init__(batches, queue_limit)
        self._pending: deque[Job] = deque()
        self._running = False
        self._tx: EngineTx | None = None
        self._batch: list[Job] = []
        self._commits: SimpleQueue[Commit | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def finish(self) -> None:
        """Everything queued is done and answered; the thread has ended."""
        await super().finish()
        self._commits.put(None)
        self._thread.join()

    def _queued(self, job: Job) -> None:
        self._pending.append(job)
        if not self._running:
            self._start()

    def _start(self) -> None:
        self._running = True
        assert self._loop is not None
        self._loop.call_soon(self._slice)

    def _answered(self) -> None:
        self._running = False
        if self._pending:
            self._start()

    def _slice(self) -> None:
        """Some acts have run; the transaction goes on at the loop's next turn, or to the thread."""
        try:
            if self._tx is None:
                self._tx = self._batches.begin()
            for _ in range(min(SLICE, len(self._pending))):
                job = self._pending.popleft()
                self._batch.append(job)
                self._batches.act(self._tx, job)
        except SpoiltError as error:
            self._hand_over(error.cause)
        except BaseException:
            self._hand_over(RuntimeError("the loop was interrupted inside an act"))
            raise
        else:
            if self._pending and len(self._batch) < BATCH_LIMIT:
                self._start()
            else:
                self._hand_over(None)

    def _hand_over(self, spoilt: Exception | None) -> None:
        """The thread ends the transaction; until it has, acts only queue."""
        if not self._batch:
            self._batch.append(self._pending.popleft())
        self._commits.put((self._batch, self._tx, spoilt))
        self._batch, self._tx = [], None

    def _work(self) -> None:
        while (commit := self._commits.get()) is not None:
            jobs, tx, spoilt = commit
            notes = _whole(partial(self._end, tx, spoilt), jobs)
            self._batches.rest()
            self._settled(jobs, notes)

    def _end(self, tx: EngineTx | None, spoilt: Exception | None, jobs: Sequence[Job]) -> Notes:
        if spoilt is None and tx is not None:
            try:
                return self._batches.commit(tx)
            except SpoiltError as error:
                spoilt = error.cause
        assert spoilt is not None
        return self._batches.recover(jobs, spoilt)


def _whole(run: Callable[[Sequence[Job]], Notes], jobs: Sequence[Job]) -> Notes:
    """The notes; whatever an act or engine raised, the thread lives on and every caller is answered."""
    try:
        return run(jobs)
    except BaseException as error:
        log.exception("the writer failed on a batch of %d acts", len(jobs))
        for job in jobs:
            job.result, job.error = None, StoreUnavailable("storage_unavailable")
            job.error.__cause__ = error
        return []


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
