"""`chappe` with a sampler inside: where the loop's thread spends its CPU, written as text when the server ends.

Shape: BENCH_PROFILE names the file; SIGUSR1 begins anew. A signal after every few milliseconds of CPU shows the
running frame; nothing is traced, so the cost is a few percent and falls on no function in particular. What other
threads compute (commits, reading queries, parts of files) is counted, not looked into.
"""

import collections
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

EVERY_S = 0.001
SHOWN = 45

Place = tuple[str, str]


class Sampler:
    """Counts, for each function, samples in it (own) and in anything it called (all)."""

    def __init__(self) -> None:
        self.own: collections.Counter[Place] = collections.Counter()
        self.all: collections.Counter[Place] = collections.Counter()
        self.samples = 0
        self.elsewhere = 0
        self._main = threading.main_thread().native_id
        self._spent = 0.0

    def sample(self, number: int, frame: FrameType | None) -> None:
        """One signal. It is handled by the main thread, even when another one used up the time."""
        spent = time.thread_time()
        if spent - self._spent < EVERY_S / 4:
            self.elsewhere += 1
            return
        self._spent = spent
        self.samples += 1
        if frame is not None:
            self.own[_place(frame)] += 1
        seen: set[Place] = set()
        while frame is not None:
            place = _place(frame)
            if place not in seen:
                seen.add(place)
                self.all[place] += 1
            frame = frame.f_back

    def text(self) -> str:
        """The functions that cost most."""
        whole = max(self.samples, 1)
        lines = [f"{self.samples} samples on the loop's thread, {self.elsewhere} on other threads", ""]
        for title, counter in (("own", self.own), ("with what it calls", self.all)):
            lines.append(f"{title}:")
            lines += [f"  {n / whole:6.1%}  {name}  {file}" for (name, file), n in counter.most_common(SHOWN)]
            lines.append("")
        return "\n".join(lines)


def _place(frame: FrameType) -> Place:
    code = frame.f_code
    file = code.co_filename
    for root in ("/src/", "/site-packages/", "/lib/"):
        if root in file:
            file = file.rpartition(root)[2]
            break
    return code.co_qualname, f"{file}:{code.co_firstlineno}"


def main() -> None:
    """The server runs; its profile is written when it ends."""
    from chappe.commands import run

    sampler = Sampler()
    signal.signal(signal.SIGPROF, sampler.sample)
    signal.signal(signal.SIGUSR1, lambda *_: sampler.__init__())  # type: ignore[misc]
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    try:
        code = run(sys.argv[1:])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        Path(os.environ["BENCH_PROFILE"]).write_text(sampler.text())
    sys.exit(code)


if __name__ == "__main__":
    main()
