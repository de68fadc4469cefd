"""Runs a batch of acts as one transaction of an engine: the heart of group commit.

The happy path has no savepoints: an act that raises before it wrote anything only fails itself; when one raises
after a write the transaction is undone and the batch runs again with a savepoint for each act.
"""

import functools
import logging
from collections.abc import Callable, Sequence
from time import sleep
from typing import Any

from chappe.base.clock import Clock
from chappe.store.engine import Engine, EngineTx, Trouble
from chappe.store.protocol import Notes, StatementError, StoreUnavailable, Tx

log = logging.getLogger("chappe.store")

SLOW_ACT_S = 0.020
WAITS_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""The patience of one batch with a database that is busy or gone."""


class Job:
    """An act, and once it ran either its result or its error."""

    __slots__ = ("act", "error", "future", "result")

    def __init__(self, act: Callable[[Tx], Any], future: Any) -> None:
        self.act = act
        self.future = future
        self.result: Any = None
        self.error: Exception | None = None


class SpoiltError(Exception):
    """The running transaction cannot be committed; `cause` says why."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Batches:
    """Runs jobs on one engine, one transaction at a time."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def run(self, jobs: Sequence[Job]) -> Notes:
        """Every job has a result or an error; those without error are durable. The notes, in commit order."""
        try:
            return self._transaction(jobs, careful=False)
        except SpoiltError as spoilt:
            return self.recover(jobs, spoilt.cause)

    def begin(self) -> EngineTx:
        """A transaction is open. Errors: SpoiltError."""
        try:
            return self._engine.begin(int(self._clock.now()))
        except Exception as error:
            raise SpoiltError(error) from error

    def act(self, tx: EngineTx, job: Job, careful: bool = False) -> None:
        """The job has a result, or an error and left no trace in the transaction. Errors: SpoiltError."""
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
        failed = job.error
        if failed is None and tx.failure is not None:
            failed = StatementError("an act went on after a statement had failed")
        if failed is not None:
            job.result, job.error = None, failed
            del tx.notes[told:]
            self._forget(tx, failed, careful)
        elif careful:
            self._engine.release()

    def commit(self, tx: EngineTx) -> Notes:
        """The transaction is durable; its notes. Errors: SpoiltError."""
        try:
            self._engine.commit()
        except Exception as error:
            raise SpoiltError(error) from error
        return tx.notes

    def recover(self, jobs: Sequence[Job], cause: Exception) -> Notes:
        """As `run`, after the jobs' transaction was spoilt by `cause`: in smaller steps, and some may be refused."""
        self._engine.rollback()
        trouble = self._engine.trouble(cause)
        if trouble is None and len(jobs) == 1:
            jobs[0].result, jobs[0].error = None, cause
            return []
        if trouble is None:
            try:
                return self._transaction(jobs, careful=True)
            except SpoiltError as spoilt:
                cause = spoilt.cause
                trouble = self._engine.trouble(cause) or Trouble.LOST
        log.error("a commit of %d acts failed, %s: %s", len(jobs), trouble.value, type(cause).__name__)
        if trouble in (Trouble.FULL, Trouble.DOUBT):
            return _refuse(jobs, trouble, cause)
        return self._one_by_one(jobs, cause)

    def rest(self) -> None:
        """The engine's housekeeping between two transactions is done."""
        self._engine.rest()

    def _one_by_one(self, jobs: Sequence[Job], cause: Exception) -> Notes:
        """Each job in a transaction of its own, until the batch's patience is used up."""
        notes: Notes = []
        waits = list(WAITS_S)
        for n, job in enumerate(jobs):
            while True:
                try:
                    notes += self._transaction([job], careful=False)
                    break
                except SpoiltError as spoilt:
                    cause = spoilt.cause
                trouble = self._engine.trouble(cause)
                if trouble is None:
                    job.result, job.error = None, cause
                    break
                if trouble in (Trouble.FULL, Trouble.DOUBT) or not waits:
                    return notes + _refuse(jobs[n:], trouble, cause)
                sleep(waits.pop(0))
        return notes

    def _transaction(self, jobs: Sequence[Job], careful: bool) -> Notes:
        try:
            tx = self.begin()
            for job in jobs:
                self.act(tx, job, careful)
            return self.commit(tx)
        except SpoiltError:
            self._engine.rollback()
            raise
        except Exception as error:
            self._engine.rollback()
            raise SpoiltError(error) from error
        except BaseException:
            self._engine.rollback()
            raise

    def _forget(self, tx: EngineTx, failed: Exception, careful: bool) -> None:
        """What the failed act wrote is undone. Errors: SpoiltError if that takes the whole transaction."""
        if tx.failure is not None and self._engine.trouble(tx.failure) is not None:
            raise SpoiltError(tx.failure)
        if careful:
            self._engine.undo()
        elif tx.failure is not None or tx.touched():
            raise SpoiltError(failed)


def _refuse(jobs: Sequence[Job], trouble: Trouble, cause: Exception) -> Notes:
    """The jobs are refused; their notes: none."""
    reason = Trouble.FULL if trouble is Trouble.FULL else Trouble.LOST
    for job in jobs:
        job.result, job.error = None, StoreUnavailable(reason.value)
        job.error.__cause__ = cause
    return []


def _name(act: Callable[..., Any]) -> str:
    while isinstance(act, functools.partial) or hasattr(act, "__wrapped__"):
        act = act.func if isinstance(act, functools.partial) else act.__wrapped__
    return getattr(act, "__qualname__", type(act).__name__)
