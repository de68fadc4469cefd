"""How fast acts become leaves of the published log, and how fast a stranger checks a day of a million of them."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Run
from bench.report import Figure
from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import Store, Tx, open_sqlite
from chappe.transparency import Ledger
from chappe.transparency.figures import Tally, tally
from chappe.transparency.files import LogFolder
from chappe.transparency.growth import Growth, signed
from chappe.transparency.keys import open_keys
from chappe.transparency.tree import WIDTH, Edge, Tile

WAITING = 20_000
AT_ONCE = 100
RATE = 100.0
STEADY_S = 10
DELAY_S = 60.0
DAY = 1_000_000
LOT = 100 * WIDTH
VERIFIED_S = 60.0
ORIGIN = "bench.example/log"
PUBLIC = Public(
    "decision", country="FR", category="SCAMS_AND_FRAUD", ground="terms", automation="none", outcome="remove",
    item="message", source="notice", hours=3,
)  # fmt: skip
CATEGORIES = ("SCAMS_AND_FRAUD", "VIOLENCE", "SELF_HARM", "PROTECTION_OF_MINORS")


class Clock:
    """The real one."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


def ledger(run: Run) -> None:
    """Leaves a second when many wait; the wait at a hundred acts a second; a day of a million, checked."""
    rates, delays = asyncio.run(_sequenced(run.place("log")))
    day = run.place("day")
    made_day(day, DAY)
    taken = [_verified(day) for _ in range(2)]
    run.report.figures += [
        Figure("leaves given their places and published", "1/s", rates, RATE, at_least=True, note="20,000 waiting"),
        Figure("from an act to the checkpoint over it", "s", delays, DELAY_S, note="100 acts a second, the longest"),
        Figure(f"a day of {DAY:,} leaves, verified and recounted", "s", taken, VERIFIED_S, note="one core, from files"),
    ]


async def _sequenced(place: Path) -> tuple[list[float], list[float]]:
    (place / "keys").mkdir(parents=True)
    store = open_sqlite(place / "chappe.sqlite", Clock())
    log = Ledger(store, Clock(), os.urandom, place, ORIGIN)
    try:
        for _ in range(WAITING // AT_ONCE):
            await store.write(_acts)
        begun = time.perf_counter()
        await log.catch_up()
        rate = WAITING / (time.perf_counter() - begun)
        running = asyncio.create_task(log.run())
        longest = await _steady(store, log)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    finally:
        await store.close()
    return [rate], [longest]


def _acts(tx: Tx) -> int:
    for _ in range(AT_ONCE):
        last = journal.record(tx, "decision_made", "operator:1", "decision:1", PUBLIC, items=1)
    return last


async def _steady(store: Store, log: Ledger) -> float:
    """A hundred acts a second, one after the other; the longest that one of them waited for its checkpoint."""
    waiting: list[float] = []
    longest, size = 0.0, log.last_status.size or WAITING
    for n in range(int(STEADY_S * RATE) + 1000):
        if n < STEADY_S * RATE:
            await store.write(lambda tx: journal.record(tx, "decision_made", "operator:1", "decision:1", PUBLIC))
            waiting.append(time.perf_counter())
        elif not waiting:
            break
        await asyncio.sleep(1 / RATE)
        done = log.last_status.size - size
        for begun in waiting[: max(done, 0)]:
            longest = max(longest, time.perf_counter() - begun)
        del waiting[: max(done, 0)]
        size += max(done, 0)
    if waiting:
        raise RuntimeError(f"{len(waiting)} acts are in no checkpoint")
    return longest


def made_day(place: Path, count: int) -> None:
    """A log of one day with so many leaves, and its report, as files."""
    keys = open_keys(_folder(place) / "log.keys", ORIGIN, os.urandom)
    (place / "key").write_text(keys.published())
    folder, growth, whole = LogFolder(place), Growth(Edge(), []), Tally()
    for first in range(0, count, LOT):
        leaves = [_leaf(n, count) for n in range(first, min(first + LOT, count))]
        growth, tiles = growth.grown(leaves)
        last = growth.edge.size == count
        _write(place, [one for one in tiles if last or one[0].width == WIDTH])
        whole.join(tally(leaves))
    folder.publish(signed(keys, growth.head))
    (_folder(place / "report") / "days.json").write_text(json.dumps({"days": [{"day": "2026-11-21"}], "missing": []}))
    (place / "report" / "2026-11-21.json").write_text(json.dumps({"figures": whole.shown(0)}))


def _write(place: Path, tiles: Sequence[tuple[Tile, bytes]]) -> None:
    """Without waiting for the disk: the server's own way is measured elsewhere."""
    for tile, data in tiles:
        (_folder((place / tile.path).parent) / Path(tile.path).name).write_bytes(data)


def _folder(place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    return place


def _leaf(n: int, count: int) -> bytes:
    said = {
        "v": 1, "hour": f"2026-11-21T{n * 24 // count:02d}Z", "commitment": os.urandom(32).hex(),
        "instrument": ("notice", "decision", "complaint")[n % 3], "category": CATEGORIES[n % 4],
        "ground": "law" if n % 2 else "terms", "automation": "none", "outcome": "remove",
        "item": ("message", "room", "account")[n % 5 % 3], "source": "notice",
        "country": ("FR", "DE", "IT")[n % 7 % 3], "hours": n % 50,
    }  # fmt: skip
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _verified(day: Path) -> float:
    begun = time.perf_counter()
    words = [sys.executable, "-m", "chappe_verify", str(day), "--key", str(day / "key"), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    facts = json.loads(done.stdout)
    if not facts["ok"] or facts["leaves"] != DAY or facts["days"] != 1:
        raise RuntimeError(done.stdout[:500])
    return taken
