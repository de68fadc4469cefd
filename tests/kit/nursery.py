"""Servers as forks of a process that has lived through one start: what every start would spend on imports, texts,
rules and patterns is spent once.

    born = await nursery.bears(["serve", "--data", …], environ, log)

A fork is a process like any other: it is killed, ended and looked at from outside, and does what `chappe` does after
its imports. It dies with the nursery, the nursery with the test run.
"""

import asyncio
import atexit
import ctypes
import gc
import json
import logging
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

FACT = struct.Struct("<q")
"""What the nursery says of a fork: its process number at first, its exit code at the end."""
ORDER_BYTES = 1 << 18


def dies_with_its_parent() -> None:
    """The process that calls this is killed when the thread that made it ends."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Born(asyncio.Protocol):
    """A fork, with what `asyncio.subprocess.Process` has of it; its pipes close by themselves when it is gone."""

    def __init__(self) -> None:
        self.stdout = asyncio.StreamReader()
        self._said = b""
        self._facts: tuple[asyncio.Future[int], asyncio.Future[int]] = (_future(), _future())

    async def pid_known(self) -> None:
        """It exists."""
        await self._facts[0]

    @property
    def pid(self) -> int:
        return self._facts[0].result()

    @property
    def returncode(self) -> int | None:
        """None while it runs; -9 for one that was killed."""
        return self._facts[1].result() if self._facts[1].done() else None

    def send_signal(self, number: int) -> None:
        """One that has ended, which is told a moment later, hears nothing."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        return await asyncio.shield(self._facts[1])

    def data_received(self, data: bytes) -> None:
        """The nursery tells one fact after the other."""
        self._said += data
        for known, fact in zip(self._facts, FACT.iter_unpack(self._said[: len(self._said) // 8 * 8]), strict=False):
            if not known.done():
                known.set_result(fact[0])

    def connection_lost(self, exc: Exception | None) -> None:
        """A nursery that is gone has taken all with it."""
        self.data_received(FACT.pack(-signal.SIGKILL) * 2)


def _future() -> asyncio.Future[int]:
    return asyncio.get_running_loop().create_future()


class Nursery:
    """One for the whole process, since all that it knows of a fork comes over pipes of that fork's own."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        with theirs:
            command = [sys.executable, "-m", "tests.kit.nursery", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environ, preexec_fn=dies_with_its_parent
            )
        atexit.register(self.closes)

    def closes(self) -> None:
        """No fork is left."""
        self._line.close()
        self._process.wait(60)

    async def bears(self, words: Sequence[str], environ: Mapping[str, str], log: IO[bytes]) -> Born:
        """A process that runs `chappe` with these words; its standard error goes to the log."""
        loop, born = asyncio.get_running_loop(), Born()
        (said, says), (told, tells) = os.pipe(), os.pipe()
        order = json.dumps([list(words), dict(environ)]).encode()
        try:
            socket.send_fds(self._line, [order], [says, log.fileno(), tells])
        finally:
            os.close(says)
            os.close(tells)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(born.stdout), os.fdopen(said, "rb", 0))
        await loop.connect_read_pipe(lambda: born, os.fdopen(told, "rb", 0))
        await born.pid_known()
        return born


@cache
def nursery() -> Nursery:
    """The one of this process."""
    return Nursery()


# --- the nursery itself -----------------------------------------------------------------------------------------------


def tends(line: socket.socket) -> list[str] | None:
    """Bears and buries until the line ends. Shape: the words of `chappe` in a fork, None in the nursery."""
    watch = selectors.DefaultSelector()
    watch.register(line, selectors.EVENT_READ)
    while True:
        for key, _ in watch.select():
            if key.data is not None:
                watch.unregister(key.fd)
                os.close(key.fd)
                _buries(*key.data)
                continue
            order, fds, _, _ = socket.recv_fds(line, ORDER_BYTES, 3)
            if not order:
                return None
            pid = os.fork()
            if not pid:
                watch.close()
                line.close()
                return _lives(order, fds)
            os.write(fds[2], FACT.pack(pid))
            watch.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, fds[2]))
            os.close(fds[0])
            os.close(fds[1])


def _buries(pid: int, tells: int) -> None:
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        os.write(tells, FACT.pack(code))
    except BrokenPipeError:
        pass  # nobody waits for it any more
    finally:
        os.close(tells)


def _lives(order: bytes, fds: list[int]) -> list[str]:
    words, environ = json.loads(order)
    dies_with_its_parent()
    for fd, place in ((os.open(os.devnull, os.O_RDONLY), 0), (fds[0], 1), (fds[1], 2)):
        os.dup2(fd, place)
        os.close(fd)
    os.close(fds[2])
    os.environ.clear()
    os.environ.update(environ)
    assert isinstance(words, list)
    return words


async def lives_once() -> None:
    """A server has started and ended: what is read and compiled once a process has been."""
    from chappe import app
    from chappe.config import Config

    logging.disable()
    with TemporaryDirectory() as folder:
        running = await app.start(Config(data=Path(folder), host="127.0.0.1", port=0, test_mode=True))
        await running.stop()
    logging.disable(logging.NOTSET)


def main() -> None:
    """The house is imported and has been lived in; then forks."""
    from chappe.commands import run
    from chappe.rpc.dispatch import methods

    assert methods()
    asyncio.run(lives_once())
    gc.freeze()
    assert threading.active_count() == 1  # a thread would not live on in a fork
    words = tends(socket.socket(fileno=int(sys.argv[1])))
    if words is not None:
        sys.exit(run(words))


if __name__ == "__main__":
    main()
