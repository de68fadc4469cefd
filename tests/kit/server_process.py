"""The real server as a child process: started, killed, ended, looked at from outside.

    async with serving(tmp_path / "data") as server:
        await server.kill()
        await server.start()

It listens on 127.0.0.1, on a port that stays its own across restarts, in test mode and without TLS unless told
otherwise. Its log is a file; it dies with the test run.
"""

import asyncio
import json
import os
import random
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import cache
from itertools import chain, cycle
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
from tests.kit.database import migrated
from tests.kit.nursery import Born, dies_with_its_parent, nursery

from chappe.mtproto import RsaKey, RsaPublicKey

READY_S = 180.0
STOP_S = 90.0
COMMAND_S = 240.0
"""For what hangs: a busy machine takes ten times as long as an idle one."""
NO_MORE_PORTS = {"console_port": -1, "portal_port": -1, "legal_mail_port": -1}


class ServerProcess:
    """`chappe serve` on a data folder. Settings are those of `chappe.config`; `limit` runs in the child before it."""

    def __init__(self, data: Path, *, limit: Callable[[], None] | None = None, **settings: object) -> None:
        self.data = data
        self.port = free_port()
        self.log = data.with_name(data.name + ".log")
        self.settings = {"host": "127.0.0.1", "tls": "off", "test_mode": True, **NO_MORE_PORTS, **settings}
        self.ready: dict[str, Any] = {}
        self.starts = 0
        self.kills = 0
        self._limit = limit
        self._process: asyncio.subprocess.Process | Born | None = None

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    @property
    def key(self) -> RsaPublicKey:
        """What clients must trust."""
        return RsaPublicKey.from_pem((self.data / "mtproto.pub.pem").read_bytes())

    @property
    def running(self) -> bool:
        """True until it has ended."""
        return self._process is not None and self._process.returncode is None

    async def spawn(self) -> None:
        """The process exists; it may not be ready yet."""
        assert not self.running
        if not self.data.exists() and "database" not in self.settings:
            _furnish(self.data)
        words = ["serve", "--data", str(self.data), "--port", str(self.port)]
        for name, value in self.settings.items():
            said = str(value).lower() if isinstance(value, bool) else str(value)
            words += ["--set", f"{name}={said}"]
        with self.log.open("ab") as log:
            if self._limit is None:
                self._process = await nursery().bears(words, _environment(), log)
            else:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "chappe", *words, stdout=asyncio.subprocess.PIPE, stderr=log,
                    env=_environment(), preexec_fn=self._prepare,
                )  # fmt: skip
        self.starts += 1

    async def start(self) -> "ServerProcess":
        """The process accepts connections. Errors: AssertionError with its log."""
        await self.spawn()
        assert self._process is not None and self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), READY_S)
        assert line, f"the server ended at start:\n{self.tail()}"
        self.ready = json.loads(line)
        assert (self.ready["event"], self.ready["port"]) == ("ready", self.port)
        return self

    async def kill(self) -> None:
        """kill -9: the process is gone, without a word."""
        if self.running:
            assert self._process is not None
            self._process.kill()
            await self._process.wait()
            self.kills += 1

    async def stop(self) -> int:
        """SIGTERM: the process has ended; its exit code. Errors: TimeoutError when it does not end."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), STOP_S)

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:]

    def troubles(self) -> list[str]:
        """Lines of its log that speak of a bug: errors and tracebacks."""
        marks = re.compile(r" error  | critical |Traceback|never retrieved|was never awaited")
        return [line for line in self.log.read_text(errors="replace").splitlines() if marks.search(line)]

    def rss_bytes(self) -> int:
        """Memory of the process that is in use."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def cpu_s(self) -> float:
        """Processor time the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_files(self) -> int:
        """How many descriptors the process holds."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def children(self) -> list[int]:
        """Its child processes, their children too."""
        found: list[int] = []
        waiting = [self.pid]
        while waiting:
            one = waiting.pop()
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                waiting += [int(word) for word in task.read_text().split()]
            found.append(one)
        return found[1:]

    async def get(self, path: str) -> httpx.Response:
        """A page of its own, as a browser gets it."""
        async with httpx.AsyncClient(timeout=COMMAND_S) as browser:
            return await browser.get(f"http://127.0.0.1:{self.port}{path}")

    def _prepare(self) -> None:
        dies_with_its_parent()
        if self._limit is not None:
            self._limit()


@asynccontextmanager
async def serving(
    data: Path, *, limit: Callable[[], None] | None = None, **settings: object
) -> AsyncIterator[ServerProcess]:
    """A server that accepts connections; killed at the end."""
    server = ServerProcess(data, limit=limit, **settings)
    try:
        yield await server.start()
    finally:
        await server.kill()


async def chappe(*words: str) -> tuple[int, str, str]:
    """A command of `chappe` has run: exit code, standard output, standard error."""
    with TemporaryFile() as errors:
        born = await nursery().bears(words, _environment(), errors)
        async with asyncio.timeout(COMMAND_S):
            out = await born.stdout.read()
            code = await born.wait()
        errors.seek(0)
        return code, out.decode(), errors.read().decode()


def _furnish(data: Path) -> None:
    """The folder holds what a first start spends most of its time on; servers of one test run may share their key."""
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "rsa.pem").write_bytes(_key())
    (data / "chappe.sqlite").write_bytes(migrated())


@cache
def _key() -> bytes:
    return RsaKey.generate().to_pem()


def _environment() -> Mapping[str, str]:
    """The test run's own, without settings of a server that may be configured around it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAPPE_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def free_port() -> int:
    """A port nobody listens on, and none that the system lends to a line on its way out while a server starts anew.

    No other worker of this run is given it, and it is not given again for a long time: a server may be down.
    """
    for port in _ports():
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port
    raise AssertionError


@cache
def _ports() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    mine = range(10_000 + worker, 32_000, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    first = random.SystemRandom().randrange(len(mine))
    return cycle(chain(mine[first:], mine[:first]))
