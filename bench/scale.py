"""Do the figures hold when the database is a hundred or a thousand times as large?"""

import math
import shutil
import time
from typing import Any

from bench.drive import Client
from bench.figures import PAIRS, Run, Stage, talked
from bench.machine import note
from bench.server import Server
from bench.stock import Stocked, add_accounts, add_messages

MESSAGES = ((100, 10_000), (100, 100_000), (100, 1_000_000))
ACCOUNTS = ((100, 10_000), (10_000, 10_000), (100_000, 10_000))
HEAD = ["accounts", "messages", "CPU µs", "1/s", "p50 ms", "p99 ms", "last 100, 1/s", "start s", "file MiB"]
RISING = ("cpu_us", "p50_ms", "history_us", "start_s")


def scale(run: Run, rows: tuple[tuple[tuple[int, int], ...], ...] = (MESSAGES, ACCOUNTS)) -> None:
    """One table: growing messages, then growing accounts, and what each tenfold costs."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for points in rows:
        stock = Stocked(run.place("scale"), [])
        for accounts, count in points:
            if (accounts, count) in found and (accounts, count) != points[-1]:
                pass  # measured already; the folder still has to be filled to go on from here
            begun = time.perf_counter()
            add_accounts(stock, accounts)
            if stock.stored < count:
                add_messages(stock, count)
            note(f"  {accounts:,} accounts, {count:,} messages: filled in {time.perf_counter() - begun:.0f} s")
            if (accounts, count) not in found:
                found[accounts, count] = _measure(run, stock)
        shutil.rmtree(stock.folder.parent, ignore_errors=True)
    table = [HEAD] + [_row(point, one) for point, one in found.items()]
    run.report.tables.append(("Larger databases", table))
    for points, what in zip(rows, ("messages", "accounts"), strict=False):
        run.report.notes.append(f"Growth for ten times the {what}: {_growth(found, points)}.")


def _measure(run: Run, stock: Stocked) -> dict[str, Any]:
    with Server(stock.folder, run.cores) as server, Client(run.cores) as client:
        people = stock.people[: PAIRS * 2]
        plain = [person.plain() for person in people]
        client.does("open", port=server.port, pid=server.pid, data=str(stock.folder), people=plain)
        on = Stage(server, client, people)
        talked(on, pairs=PAIRS, seconds=0.7)
        slices = sorted((talked(on, pairs=PAIRS, seconds=run.slice_s / 2) for _ in range(3)), key=lambda s: s["cpu_us"])
        asked = client.does("history", clients=8, seconds=run.slice_s / 2)
        client.does("close")
        size = stock.folder.joinpath("chappe.sqlite").stat().st_size
    return slices[1] | {
        "start_s": server.start_s, "history": asked["rate"], "history_us": asked["cpu_us"], "mib": size >> 20
    }  # fmt: skip


def _row(point: tuple[int, int], one: dict[str, Any]) -> list[str]:
    return [
        f"{point[0]:,}", f"{point[1]:,}", f"{one['cpu_us']:.0f}", f"{one['rate']:.0f}", f"{one['p50_ms']:.1f}",
        f"{one['p99_ms']:.1f}", f"{one['history']:.0f}", f"{one['start_s']:.2f}", f"{one['mib']}",
    ]  # fmt: skip


def _growth(found: dict[tuple[int, int], dict[str, Any]], points: tuple[tuple[int, int], ...]) -> str:
    first, last = points[0], points[-1]
    tenfolds = math.log10((last[0] * last[1]) / (first[0] * first[1]))
    names = {"cpu_us": "CPU a message", "p50_ms": "p50", "history_us": "CPU of the last 100", "start_s": "cold start"}
    parts = []
    for key in RISING:
        growth = (found[last][key] / found[first][key]) ** (1 / tenfolds) - 1
        parts.append(f"{names[key]} {growth:+.0%}")
    return ", ".join(parts)
