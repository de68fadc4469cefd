"""Runs a batch of acts as one transaction of an engine: the heart of group commit.

The happy path has no savepoints: an act that raises before it wrote anything only fails itself; when one raises
after a write the transaction is undone and the batch runs again with a savepoint for each act.
"""

import functools
import logging
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Protocol

from chappe.base.clock import Clock
from chappe.store.protocol import Notes, StoreUnavailable, Tx

log = logging.getLogger("chappe.store")

SLOW_ACT_S = 0.020
ATTEMPTS = 3


class Trouble(Enum):
    """What an engine's error means for the whole transaction."""

    FULL = "storage_full"
    AGAIN = "storage_busy"
    LOST = "storage_unavailable"


class EngineTx(Tx, Protocol):
    """A Tx with what the batch runner needs besides."""

    notes: Notes
    failure: Exception | None
    """The first database error any statement of the running act met, even if the act swallowed it."""

    def start_act(self) -> None:
        """A new act begins: no failure yet, nothing touched."""
        ...

    def touched(self) -> bool:
        """True if the running act may have changed something."""
        ...


class Engine(Protocol):
    """One writing connection; used by one thread at a time."""

    def begin(self, now: int) -> EngineTx:
        """A transaction is open."""
        ...

    def commit(self) -> None:
        """The transaction is durable; an error means that it is not."""
        ...

    def rollback(self) -> None:
        """No transaction is open; a connection that cannot do that is replaced at the next begin. Never raises."""
        ...

    def savepoint(self) -> None:
        """What follows can be undone alone."""
        ...

    def release(self) -> None:
        """What followed the savepoint stays."""
        ...

    def undo(self) -> None:
        """What followed the savepoint is undone."""
        ...

    def trouble(self, error: Exception) -> Trouble | None:
        """What the error means for the transaction; None if it is the act's own fault."""
        ...

    def close(self) -> None:
        """The connection is closed."""
        ...


class Job:
    """An act, and once it ran either its result or its error."""

    __slots__ = ("act", "error", "future", "result")

    def __init__(self, act: Callable[[Tx], Any], future: Any) -> None:
        self.act = act
        self.future = future
        self.result: Any = None
        self.error: Exception | None = None


class _SpoiltError(Exception):
    """The running transaction cannot be committed; the cause says why."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Batches:
    """Runs batches on one engine; every job has a result or an error afterwards."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def run(self, jobs: Sequence[Job]) -> Notes:
        """The jobs that did not fail are durable; the notes they announced, in commit order."""
        try:
            return self._transaction(jobs, careful=False)
        except _SpoiltError as spoilt:
            cause = spoilt.cause
        trouble = self._engine.trouble(cause)
        if trouble is None and len(jobs) == 1:
            _fail(jobs, cause)
            return []
        if trouble is None:
            return self._carefully(jobs)
        return self._troubled(jobs, trouble, cause)

    def _carefully(self, jobs: Sequence[Job]) -> Notes:
        try:
            return self._transaction(jobs, careful=True)
        except _SpoiltError as spoilt:
            cause = spoilt.cause
        return self._troubled(jobs, self._engine.trouble(cause) or Trouble.LOST, cause)

    def _troubled(self, jobs: Sequence[Job], trouble: Trouble, cause: Exception) -> Notes:
        log.error("commit of %d acts failed (%s): %s", len(jobs), trouble.value, type(cause).__name__)
        if trouble is Trouble.FULL:
            _fail(jobs, cause, trouble)
            return []
        notes: Notes = []
        for job in jobs:
            notes += self._alone(job)
        return notes

    def _alone(self, job: Job) -> Notes:
        for _ in range(ATTEMPTS):
            try:
                return self._transaction([job], careful=False)
            except _SpoiltError as spoilt:
                cause = spoilt.cause
            trouble = self._engine.trouble(cause)
            if trouble is None or trouble is Trouble.FULL:
                break
        _fail([job], cause, trouble)
        return []

    def _transaction(self, jobs: Sequence[Job], careful: bool) -> Notes:
        engine = self._engine
        try:
            tx = engine.begin(int(self._clock.now()))
            for job in jobs:
                self._act(tx, job, careful)
            engine.commit()
        except _SpoiltError:
            engine.rollback()
            raise
        except Exception as error:
            engine.rollback()
            raise _SpoiltError(error) from error
        except BaseException:
            engine.rollback()
            raise
        return tx.notes

    def _act(self, tx: EngineTx, job: Job, careful: bool) -> None:
        """The job has a result, or an error and left no trace; else the transaction is spoilt."""
        if careful:
            self._engine.savepoint()
        told = len(tx.notes)
        tx.start_act()
        started = self._clock.monotonic()
        try:
            job.result, job.error = job.act(tx), None
        except Exception as error:  # noqa: BLE001 - handed to whoever queued the act
            job.error = error
        took = self._clock.monotonic() - started
        if took > SLOW_ACT_S:
            log.warning("act %s took %d ms", _name(job.act), took * 1000)
        failed = tx.failure or job.error
        if failed is None:
            if careful:
                self._engine.release()
            return
        job.result, job.error = None, failed
        del tx.notes[told:]
        if tx.failure is not None and self._engine.trouble(tx.failure) is not None:
            raise _SpoiltError(tx.failure)
        if careful:
            self._engine.undo()
        elif tx.failure is not None or tx.touched():
            raise _SpoiltError(failed)


def _fail(jobs: Sequence[Job], cause: Exception, trouble: Trouble | None = None) -> None:
    for job in jobs:
        if trouble is None:
            error: Exception = cause
        else:
            reason = Trouble.LOST if trouble is Trouble.AGAIN else trouble
            error = StoreUnavailable(reason.value)
            error.__cause__ = cause
        job.result, job.error = None, error


def _name(act: Callable[..., Any]) -> str:
    while isinstance(act, functools.partial):
        act = act.func
    return getattr(act, "__qualname__", type(act).__name__)
