"""What a message in a secret chat costs the server, beside one in the open: same people, slices in turn."""

import shutil
import statistics
from typing import Any

import uvloop

from bench.drive import Client
from bench.figures import PAIRS, Run, talked
from bench.figures import Stage as Running
from bench.machine import note
from bench.people import sign_up
from bench.report import Figure
from bench.server import Server

MOST = 1.0
"""A secret message costs no more than one in the open."""


def secret(run: Run) -> None:
    """CPU of a relayed message ÷ CPU of a private one, with the receipts by which it is forgotten."""
    data = run.place("secret")
    relayed: list[dict[str, Any]] = []
    ratios: list[float] = []
    with Server(data, run.cores) as server, Client(run.cores, "bench.whispers") as client:
        people = uvloop.run(sign_up(server.port, data, PAIRS))
        client.does("open", port=server.port, pid=server.pid, data=str(data), people=[one.plain() for one in people])
        client.does("secrets", pairs=PAIRS)
        on = Running(server, client, people)
        for do in ("talk", "whisper"):
            client.does(do, pairs=PAIRS, seconds=1.0, warm_s=0.5)
        for _ in range(run.slices):
            before = talked(on, pairs=PAIRS, seconds=run.slice_s / 2)["cpu_us"]
            relayed.append(talked(on, do="whisper", pairs=PAIRS, seconds=run.slice_s))
            after = talked(on, pairs=PAIRS, seconds=run.slice_s / 2)["cpu_us"]
            ratios.append(relayed[-1]["cpu_us"] / statistics.mean((before, after)))
            note(f"  secret {relayed[-1]['cpu_us']:.0f} µs, open {before:.0f} and {after:.0f} µs")
        client.does("close")
    shutil.rmtree(data.parent, ignore_errors=True)
    run.report.figures += [
        Figure("CPU per secret message ÷ private message", "", ratios, MOST, note="slices in turn"),
        Figure("CPU per secret message", "µs", [one["cpu_us"] for one in relayed], note="with its receipt"),
        Figure("secret messages, 32 pairs", "1/s", [one["rate"] for one in relayed]),
        Figure("secret delivery p99, 32 under way", "ms", [one["p99_ms"] for one in relayed]),
    ]
