"""The figures, each a function that runs its scenario against a server and adds what it found to the report."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench.drive import Client
from bench.machine import Cores, calibrate, drifted, note
from bench.people import Person, sign_up
from bench.report import Figure, Report
from bench.server import Server, cpu_s, rss_bytes, settle
from bench.stock import Stocked, add_accounts

PAIRS = 32
KIB = 1024


@dataclass(slots=True)
class Run:
    """One run of the bench: where, on which cores, how long each slice."""

    folder: Path
    cores: Cores
    report: Report
    slices: int = 5
    slice_s: float = 4.0
    indexed: bool = True
    profiles: dict[str, str] = field(default_factory=dict)

    def place(self, name: str) -> Path:
        """A data folder of its own."""
        return Path(tempfile.mkdtemp(dir=self.folder, prefix=f"{name}-")) / "data"


@dataclass(slots=True)
class Stage:
    """A running server with people connected to it."""

    server: Server
    client: Client
    people: list[Person]


@contextmanager
def stage(run: Run, pairs: int, extra: int = 0, profile: Path | None = None) -> Iterator[Stage]:
    """Pairs who signed up through real calls, connected; `extra` more people who are not."""
    data = run.place("talk")
    with Server(data, run.cores, profile=profile) as server, Client(run.cores) as client:
        people = uvloop.run(sign_up(server.port, data, pairs + (extra + 1) // 2))
        talking = [person.plain() for person in people[: pairs * 2]]
        client.does("open", port=server.port, pid=server.pid, data=str(data), people=talking)
        yield Stage(server, client, people)
        client.does("close")
    shutil.rmtree(data.parent, ignore_errors=True)


def talked(on: Stage, do: str = "talk", **words: Any) -> dict[str, Any]:
    """One slice of talk, with the mean batch of the writer. Errors: RuntimeError if a message was lost or refused."""
    acts, commits = (on.server.metric("chappe_store_total", what=what) for what in ("acts", "commits"))
    found = on.client.does(do, **words)
    if found["errors"] or found["lost"] or not found["acked"]:
        raise RuntimeError(f"messages were refused or lost: {found}")
    acts = on.server.metric("chappe_store_total", what="acts") - acts
    commits = on.server.metric("chappe_store_total", what="commits") - commits
    found["batch"] = acts / max(commits, 1.0)
    found["cpu_us"] = found["server_cpu_s"] / found["acked"] * 1e6
    return found


def floor(run: Run, batch: float, messages: int = 4000) -> float:
    """CPU microseconds of one message in the floor program, on the server's core."""
    words = [sys.executable, "-m", "bench.floor", "--folder", str(run.folder), "--batch", str(max(1, round(batch)))]
    words += ["--messages", str(messages)] + ([] if run.indexed else ["--no-index"])
    core = run.cores.server
    if core:
        words = ["taskset", "-c", ",".join(map(str, core)), *words]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    return float(json.loads(done.stdout)["cpu_us"])


def messages(run: Run) -> None:
    """CPU per private message beside the floor, rate and delivery times at 32 pairs and with one message under way."""
    slices: list[dict[str, Any]] = []
    void: list[dict[str, Any]] = []
    with stage(run, PAIRS) as on:
        on.client.does("talk", pairs=PAIRS, seconds=1.0, warm_s=0.5)
        while len(slices) < run.slices and len(void) < run.slices * 2:
            before = calibrate(run.folder)
            found = talked(on, pairs=PAIRS, seconds=run.slice_s)
            found["floor_us"] = floor(run, found["batch"], 4000 if run.slice_s > 2 else 1500)
            (void if drifted(before, calibrate(run.folder)) else slices).append(found)
            note(f"  32 pairs: {found['rate']:.0f}/s, {found['cpu_us']:.0f} µs, floor {found['floor_us']:.0f} µs")
        single = [talked(on, pairs=1, seconds=run.slice_s / 2) for _ in range(3)]
    if len(slices) < run.slices:
        run.report.notes.append(
            f"The machine was not quiet: only {len(slices)} of {len(slices) + len(void)} slices kept echo and fsync"
            " within a half before and after; the figures at 32 pairs are of all of them."
        )
        slices += void
    elif void:
        run.report.notes.append(f"{len(void)} slices were void (echo or fsync drifted by half) and left out.")
    _add_messages(run.report, slices, single)


def _add_messages(report: Report, slices: list[dict[str, Any]], single: list[dict[str, Any]]) -> None:
    def of(name: str, found: list[dict[str, Any]] = slices) -> list[float]:
        return [one[name] for one in found]

    ratios = [one["cpu_us"] / one["floor_us"] for one in slices]
    batch = statistics.median(of("batch"))
    busy = statistics.median(of("client_cpu"))
    report.figures += [
        Figure("CPU per private message ÷ floor", "", ratios, 2.5, note="goal 1.5", profile="talk"),
        Figure("CPU per private message", "µs", of("cpu_us"), 250, note="all threads and processes", profile="talk"),
        Figure("floor program", "µs", of("floor_us"), note=f"batch {batch:.1f}"),
        Figure(
            "accepted and delivered, 32 pairs", "1/s", of("rate"), 3000, at_least=True,
            note=f"clients at {busy:.0%} of a core", profile="talk",
        ),
        Figure("delivery p50, 32 under way", "ms", of("p50_ms"), 12, profile="talk"),
        Figure("delivery p99, 32 under way", "ms", of("p99_ms"), 40, profile="talk"),
        Figure("delivery p50, 1 under way", "ms", of("p50_ms", single), 1.5, profile="talk"),
        Figure("delivery p99, 1 under way", "ms", of("p99_ms", single), 6, profile="talk"),
    ]  # fmt: skip


def history(run: Run) -> None:
    """The last hundred messages of a dialog, asked for by eight clients."""
    with stage(run, 8) as on:
        on.client.does("talk", pairs=8, seconds=1.5)
        while on.client.does("history", clients=8, seconds=0.3)["messages"] != [100]:
            on.client.does("talk", pairs=8, seconds=1.0)
        found = [on.client.does("history", clients=8, seconds=run.slice_s / 2) for _ in range(3)]
    run.report.figures.append(
        Figure(
            "last 100 messages, 8 clients", "1/s", [one["rate"] for one in found], 300, at_least=True,
            note=f"{statistics.median(one['cpu_us'] for one in found):.0f} µs CPU, {found[0]['answer_kib']} KiB each",
            profile="history",
        )
    )  # fmt: skip


def transfers(run: Run) -> None:
    """How long messages take while two people fetch and two send files of 100 MB, against the same without."""
    rate = 100.0
    ratios: list[float] = []
    quiet_ms: list[float] = []
    loud_ms: list[float] = []
    speeds: list[float] = []
    with stage(run, 16, extra=4) as on, Client(run.cores, "bench.files", idle=True) as mover:
        mover.does("prepare", port=on.server.port, people=[person.plain() for person in on.people[-4:]])
        settle(on.server.pid)
        on.client.does("talk", pairs=16, seconds=1.0, rate=rate)
        for _ in range(3):
            quiet = talked(on, pairs=16, seconds=run.slice_s, rate=rate)
            mover.tell("transfer", seconds=run.slice_s + 1.0)
            time.sleep(0.5)
            loud = talked(on, pairs=16, seconds=run.slice_s, rate=rate)
            speeds.append(sum(mover.hear()["mb_s"]))
            ratios.append(loud["p99_ms"] / quiet["p99_ms"])
            quiet_ms.append(quiet["p99_ms"])
            loud_ms.append(loud["p99_ms"])
            note(f"  p99 {quiet['p99_ms']:.1f} ms quiet, {loud['p99_ms']:.1f} ms with transfers, {speeds[-1]:.0f} MB/s")
    run.report.figures += [
        Figure("message p99 with four 100 MB transfers ÷ quiet", "", ratios, 3, note=f"{rate:.0f} messages/s",
               profile="transfers"),
        Figure("message p99, quiet", "ms", quiet_ms),
        Figure("message p99, with transfers", "ms", loud_ms, note="two up, two down"),
        Figure("the four transfers together", "MB/s", speeds),
    ]  # fmt: skip


def idle(run: Run, many: int = 10_000) -> None:
    """What a signed-in connection weighs that only pings once a minute; a thousand of them; all of `many` held."""
    stock = Stocked(run.place("idle"), [])
    add_accounts(stock, many)
    few = min(1000, many // 2)
    with Server(stock.folder, run.cores) as server, Client(run.cores) as client:
        # The first hundred pay for what is made once: encoders, statements, pages of the heap.
        client.does("idle", port=server.port, keys=[person.key for person in stock.people[:100]])
        settle(server.pid)
        empty = rss_bytes(server.pid)
        client.does("idle", port=server.port, keys=[person.key for person in stock.people[100:few]])
        settle(server.pid)
        some = rss_bytes(server.pid)
        begun, spent = time.perf_counter(), cpu_s(server.pid)
        time.sleep(max(10.0, run.slice_s * 3))
        share = (cpu_s(server.pid) - spent) / (time.perf_counter() - begun)
        client.does("idle", port=server.port, keys=[person.key for person in stock.people[few:]])
        settle(server.pid)
        full = rss_bytes(server.pid)
        time.sleep(2)
        held = client.does("count")
        client.does("close")
    shutil.rmtree(stock.folder.parent, ignore_errors=True)
    run.report.figures += [
        Figure("memory per idle signed-in connection", "KiB", [(full - some) / (many - few) / KIB], 16,
               note=f"resident memory, from {few} to {many:,} connections"),
        Figure(f"CPU of {few} idle connections", "% of a core", [share * 100 * 1000 / few], 2, note="a ping a minute"),
        Figure("idle connections held", "", [held["alive"]], many, at_least=True,
               note=f"{held['answered']} of {held['answered']} asked did answer; {full / KIB / KIB:.0f} MiB in all"),
        Figure("memory per connection, the first thousand", "KiB", [(some - empty) / max(few - 100, 1) / KIB]),
    ]  # fmt: skip


def cold_start(run: Run) -> None:
    """From the spawn of the process to its ready line: on an empty folder, then on one that exists."""
    data = run.place("start")
    with Server(data, run.cores) as server:
        first = server.start_s
    later: list[float] = []
    for _ in range(5):
        with Server(data, run.cores) as server:
            later.append(server.start_s)
    shutil.rmtree(data.parent, ignore_errors=True)
    run.report.figures += [
        Figure("cold start", "s", later, 1.5, profile="start"),
        Figure("first start, keys generated", "s", [first]),
    ]


def explain(run: Run) -> None:
    """Each scenario behind a missed bar runs once more on a server with a sampler inside."""
    for name in dict.fromkeys(figure.profile for figure in run.report.missed() if figure.profile):
        note(f"profile: {name}")
        run.report.profiles.append((name, profiled(run, name)))


def profiled(run: Run, name: str) -> str:
    """The profile of one scenario."""
    file = run.folder / f"profile-{name}.txt"
    if name == "start":
        data = run.place("start")
        Server(data, run.cores).stop()
        Server(data, run.cores, profile=file).stop()
        return file.read_text()
    with stage(run, PAIRS, extra=4, profile=file) as on:
        on.client.does("talk", pairs=PAIRS, seconds=1.0)
        on.server.watch()
        if name == "history":
            on.client.does("history", clients=8, seconds=run.slice_s)
        elif name == "transfers":
            with Client(run.cores, "bench.files", idle=True) as mover:
                mover.does("prepare", port=on.server.port, people=[person.plain() for person in on.people[-4:]])
                on.server.watch()
                mover.does("transfer", seconds=run.slice_s)
        else:
            on.client.does("talk", pairs=PAIRS, seconds=run.slice_s)
    return file.read_text()
