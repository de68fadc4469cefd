"""A `chappe serve` of the bench's own: started, watched and ended as a child process."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from bench.machine import Cores

QUIET_CPU = 0.03
"""Share of a core below which the server has nothing left to do."""


class Server:
    """A running server. `start_s` is the time from its spawn to its ready line."""

    def __init__(self, data: Path, cores: Cores, *, profile: Path | None = None) -> None:
        self.data = data
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CHAPPE_")}
        if profile is not None:
            environ["BENCH_PROFILE"] = str(profile)
        module = "chappe" if profile is None else "bench.watched"
        words = [sys.executable, "-m", module, "serve", "--data", str(data), "--port", "0", "--host", "127.0.0.1"]
        words += ["--test-mode", "--set", "log_level=warning"]
        self._log = (data.parent / f"{data.name}.log").open("ab")
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=self._log, env=environ,
            preexec_fn=(lambda: os.sched_setaffinity(0, set(cores.server))) if cores.server else None,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self.start_s = time.perf_counter() - begun
        if not line:
            raise RuntimeError(f"the server did not start: {Path(self._log.name).read_text()[-1500:]}")
        self.ready: dict[str, Any] = json.loads(line)
        self.port = int(self.ready["port"])
        self.pid = self._process.pid

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a figure of `/metrics` over the rows with these labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            text: str = answer.read().decode()
        rows = [line for line in text.splitlines() if line.startswith((name + " ", name + "{"))]
        marks = [f'{key}="{value}"' for key, value in labels.items()]
        return sum(float(line.rpartition(" ")[2]) for line in rows if all(mark in line for mark in marks))

    def watch(self) -> None:
        """The sampler of a profiled server forgets what it saw so far."""
        self._process.send_signal(signal.SIGUSR1)

    def stop(self) -> float:
        """The server has ended; the time it took."""
        begun = time.perf_counter()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
        return time.perf_counter() - begun

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def cpu_s(pid: int) -> float:
    """User and system time of the process and its children."""
    process = psutil.Process(pid)
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def rss_bytes(pid: int) -> int:
    """Resident memory of the process, without its children."""
    return int(psutil.Process(pid).memory_info().rss)


def settle(pid: int, data: str | Path | None = None, patience_s: float = 20.0) -> bool:
    """The server has done what its callers left it to do (text index, checkpoints); False if patience ran out."""
    until = time.monotonic() + patience_s
    before = cpu_s(pid)
    while time.monotonic() < until:
        time.sleep(0.4)
        now = cpu_s(pid)
        if now - before <= 0.4 * QUIET_CPU and (data is None or _indexed(Path(data))):
            return True
        before = now
    return False


def _indexed(data: Path) -> bool:
    """True if every event of the stream has reached the text index."""
    with contextlib.closing(sqlite3.connect(f"file:{data / 'chappe.sqlite'}?mode=ro", uri=True, timeout=10)) as reader:
        last = reader.execute("SELECT MAX(no) FROM events WHERE shard = 0").fetchone()[0] or 0
        row = reader.execute("SELECT no FROM event_readers WHERE reader = 'search' AND shard = 0").fetchone()
    return last == (row[0] if row else 0)
