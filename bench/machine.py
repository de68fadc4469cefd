"""The machine and the interpreter: who they are, and whether they behaved alike before and after a slice."""

import os
import platform
import socket
import statistics
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ECHOES = 3000
FSYNCS = 40
DRIFT = 1.5


def interpreter() -> str:
    """Version and how it was built: one without profile-guided optimisation is 1.3 to 1.5 times slower."""
    if sys.base_prefix == "/usr":  # its packagers optimise by rules of their own, which the build does not name
        return f"{platform.python_implementation()} {platform.python_version()}, the distribution's build"
    words = sysconfig.get_config_var("CONFIG_ARGS") or ""
    built = "optimised (PGO)" if "--enable-optimizations" in words else "without --enable-optimizations"
    shared = ", shared library" if sysconfig.get_config_var("Py_ENABLE_SHARED") else ""
    return f"{platform.python_implementation()} {platform.python_version()}, {built}{shared}"


def facts(folder: Path) -> list[str]:
    """Lines that say what was measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    one, five, fifteen = os.getloadavg()
    echo, sync = calibrate(folder)
    return [
        f"{model}, {len(os.sched_getaffinity(0))} cores, {int(memory) >> 20} GiB; "
        f"Linux {platform.release()}, {_distribution()}",
        f"{interpreter()}; SQLite {_sqlite()}",
        f"load average {one:.1f} {five:.1f} {fifteen:.1f} when the figures were written",
        f"calibration: socket echo {echo * 1e6:.1f} µs, fsync {sync * 1e3:.2f} ms",
    ]


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _distribution() -> str:
    for line in _lines("/etc/os-release"):
        if line.startswith("PRETTY_NAME="):
            return line.partition("=")[2].strip('"')
    return "?"


def _sqlite() -> str:
    import sqlite3

    return sqlite3.sqlite_version


def calibrate(folder: Path) -> tuple[float, float]:
    """(seconds of one echo between two sockets, seconds of one fsync of a page in the folder), medians."""
    return _echo(), _fsync(folder)


def _echo() -> float:
    here, there = socket.socketpair()

    def answer() -> None:
        while data := there.recv(64):
            there.send(data)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    times: list[float] = []
    for _ in range(ECHOES // 10):
        begun = time.perf_counter()
        for _ in range(10):
            here.send(b"x" * 64)
            here.recv(64)
        times.append((time.perf_counter() - begun) / 10)
    here.close()
    thread.join()
    there.close()
    return statistics.median(times)


def _fsync(folder: Path) -> float:
    times: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(FSYNCS):
            file.write(b"\0" * 4096)
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return statistics.median(times)


def drifted(before: tuple[float, float], after: tuple[float, float]) -> bool:
    """True if the machine was half as fast or half again as slow after a slice as before it."""
    return any(max(a, b) > DRIFT * min(a, b) for a, b in zip(before, after, strict=True))


@dataclass(frozen=True, slots=True)
class Cores:
    """Which cores the server and its clients run on; empty sets mean any."""

    server: frozenset[int] = frozenset()
    clients: frozenset[int] = frozenset()

    @property
    def words(self) -> str:
        """For the report."""
        if not self.server:
            return "server and clients share all cores"
        return f"server on core {_names(self.server)}, clients on core {_names(self.clients)}"


def share_out(pin: bool) -> Cores:
    """One core for the server, the others for clients; nothing is pinned on a single core or when not wanted."""
    cores = sorted(os.sched_getaffinity(0))
    if not pin or len(cores) < 2:
        return Cores()
    return Cores(frozenset(cores[:1]), frozenset(cores[1:]))


def pin(cores: Sequence[int] | frozenset[int]) -> None:
    """This process runs on these cores from now on."""
    if cores:
        os.sched_setaffinity(0, set(cores))


def _names(cores: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(cores)))


def note(text: str) -> None:
    """Something for who watches."""
    print(text, file=sys.stderr, flush=True)
