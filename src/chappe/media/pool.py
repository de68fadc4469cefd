"""Workers seen from the server: started when needed, one job at a time each, ended when anything is odd."""

import asyncio
import logging
import os
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from chappe.base.errors import Invalid, TooMany
from chappe.media.limits import Limits, Reach
from chappe.media.wire import HEAD, Answer, Done, Job, Ready, Refused, Setup, decode_answer, framed

log = logging.getLogger("chappe.media")
HOME = Path(__file__).resolve().parents[2]
BUSY_WAIT_S = 5


class WorkerLost(Exception):
    """The worker ended or broke its protocol while we waited for it."""


class Worker:
    """One worker process and the socket to it."""

    def __init__(self, process: asyncio.subprocess.Process, sock: socket.socket, limits: Limits) -> None:
        self._process = process
        self._sock = sock
        self._limits = limits
        self.jobs = 0
        self.confined: dict[str, bool] = {}

    @classmethod
    async def start(cls, setup: Setup) -> Self:
        """A confined worker that waits for its first job.

        Errors: RuntimeError when it does not come up; that is our fault or the machine's, never a file's.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-s", "-B", "-m", "chappe.media.worker", msgspec.json.encode(setup).decode()),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                env={"PYTHONPATH": str(HOME), "MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        worker = cls(process, ours, setup.limits)
        try:
            async with asyncio.timeout(setup.limits.start_s):
                answer = await worker._receive()
        except (WorkerLost, TimeoutError) as error:
            await worker.end()
            raise RuntimeError(f"the {setup.kind} worker does not start") from error
        except BaseException:
            worker.kill()
            raise
        worker.confined = answer.confined if isinstance(answer, Ready) else {}
        return worker

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """True if the process has neither ended nor closed nor said anything unasked."""
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return self._process.returncode is None
        except OSError:
            return False
        return False

    async def ask(self, job: Job, fd: int | None) -> Answer:
        """The answer to one job.

        Errors: WorkerLost.
        """
        self.jobs += 1
        message = framed(job)
        try:
            if socket.send_fds(self._sock, [message], [fd] if fd is not None else []) != len(message):
                raise WorkerLost("job does not fit")
        except OSError as error:
            raise WorkerLost("cannot be reached") from error
        return await self._receive()

    def kill(self) -> None:
        """The process ends at once; `end` waits for it."""
        self._sock.close()
        if self._process.returncode is None:
            self._process.kill()

    async def end(self) -> None:
        """The process has ended and is reaped."""
        self.kill()
        await self._process.wait()

    async def _receive(self) -> Answer:
        """The next whole message."""
        (length,) = HEAD.unpack(await self._exactly(HEAD.size))
        if length > self._limits.reply_bytes:
            raise WorkerLost("answer too long")
        try:
            return decode_answer(await self._exactly(length))
        except msgspec.MsgspecError as error:
            raise WorkerLost("answer unreadable") from error

    async def _exactly(self, count: int) -> bytearray:
        """That many bytes."""
        data = bytearray(count)
        view, have = memoryview(data), 0
        loop = asyncio.get_running_loop()
        while have < count:
            try:
                got = await loop.sock_recv_into(self._sock, view[have:])
            except OSError as error:
                raise WorkerLost("connection broke") from error
            if not got:
                raise WorkerLost("process ended")
            have += got
        return data


class Pool:
    """A bounded queue before a few workers of one kind. Nothing is started before the first job."""

    def __init__(self, kind: str, work_dir: Path, limits: Limits, reach: Reach | None = None) -> None:
        self._limits = limits
        self._work_dir = work_dir
        self._setup = Setup(kind, str(work_dir.resolve()), limits, reach or Reach())
        self._turns = asyncio.Semaphore(limits.workers)
        self._queued = 0
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._sleep: asyncio.TimerHandle | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        """The pool; leaving the block closes it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The pool is closed."""
        await self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the living workers, idle ones first."""
        return tuple(worker.pid for worker in (*self._idle, *self._busy))

    @property
    def queued(self) -> int:
        """Jobs waiting or running."""
        return self._queued

    async def confinement(self) -> dict[str, bool]:
        """Which of the confinements hold on this machine; starts a worker if none lives."""
        async with self._turns:
            worker = await self._take()
            self._put_back(worker)
            return worker.confined

    async def run(self, job: Job, fd: int | None, reason: str) -> bytes:
        """The job's encoded result.

        Errors: Invalid(reason) with cause format, size, memory, time or crash, or the worker's own reason;
        TooMany media_busy when the queue is full.
        """
        if self._closed or self._queued >= self._limits.queue + self._limits.workers:
            raise TooMany("media_busy", wait_s=BUSY_WAIT_S)
        self._queued += 1
        try:
            async with self._turns:
                answer = await self._asked(job, fd, reason)
        finally:
            self._queued -= 1
        if isinstance(answer, Done):
            return answer.body
        if answer.detail:
            log.info("%s refused: %s %s", job.act, answer.cause, answer.detail)
        raise Invalid(answer.reason or reason, cause=answer.cause)

    async def close(self) -> None:
        """Every worker has ended; jobs under way fail."""
        self._closed = True
        for worker in (*self._idle, *self._busy):
            self._retire(worker)
        self._idle.clear()
        if self._sleep is not None:
            self._sleep.cancel()
        if self._ending:
            await asyncio.gather(*self._ending)

    async def _asked(self, job: Job, fd: int | None, reason: str) -> Done | Refused:
        """The answer of a worker; one that was lost, late or interrupted is ended and not used again."""
        worker = await self._take()
        try:
            async with asyncio.timeout(self._limits.wall_s):
                answer = await worker.ask(job, fd)
        except TimeoutError:
            answer = Refused(reason, "time", "killed")
        except WorkerLost as error:
            answer = Refused(reason, "crash", str(error))
        except BaseException:
            self._retire(worker)
            raise
        if isinstance(answer, Ready):
            answer = Refused(reason, "crash", "out of step")
        if isinstance(answer, Done) or answer.cause not in ("time", "crash", "memory"):
            self._put_back(worker)
        else:
            self._retire(worker)
        return answer

    async def _take(self) -> Worker:
        """An idle worker, or a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                self._busy.add(worker)
                return worker
            self._retire(worker)
        self._work_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        try:
            worker = await Worker.start(self._setup)
        except RuntimeError:
            log.warning("a %s worker did not start; once more", self._setup.kind)
            worker = await Worker.start(self._setup)
        self._busy.add(worker)
        return worker

    def _put_back(self, worker: Worker) -> None:
        """The worker is idle again, or ended if it has done enough."""
        self._busy.discard(worker)
        if self._closed or worker.jobs >= self._limits.jobs:
            self._retire(worker)
            return
        self._idle.append(worker)
        if self._sleep is not None:
            self._sleep.cancel()
        self._sleep = asyncio.get_running_loop().call_later(self._limits.idle_s, self._end_idle)

    def _end_idle(self) -> None:
        """Workers nobody used for a while give their memory back."""
        while self._idle:
            self._retire(self._idle.pop())

    def _retire(self, worker: Worker) -> None:
        """The worker is killed; `close` waits until it is gone."""
        self._busy.discard(worker)
        worker.kill()
        task = asyncio.get_running_loop().create_task(worker.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def open_path(path: str | os.PathLike[str]) -> int:
    """A read-only descriptor of a regular file that is not a link.

    Errors: FileNotFoundError and other OSError: paths are ours, so they are our bug.
    """
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)


def open_bytes(data: bytes) -> int:
    """A descriptor of an unnamed file in memory that holds the bytes."""
    fd = os.memfd_create("media", os.MFD_CLOEXEC)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
