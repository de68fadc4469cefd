"""How fast a picture is looked up among known ones, and how long one takes to be hashed."""

import asyncio
import io
import random
import time

from PIL import Image

from bench.figures import Run
from bench.gate import FixedClock
from bench.report import Figure
from chappe.domain.rulings import Ground
from chappe.media import HashProcess
from chappe.safety import lists
from chappe.safety.hash_files import Entry, Read
from chappe.safety.hash_index import MOST_BITS, build
from chappe.store import Reader, open_sqlite

LISTED = 100_000
ASKED = 2000
SLICES = 5
RATE = 5000.0


def lookups(run: Run) -> None:
    """Prints looked up within 31 bits of distance, half of them of listed pictures that were changed a little."""
    chance = random.Random(1)
    listed = [chance.randbytes(32) for _ in range(LISTED)]
    begun = time.process_time()
    index = build(listed)
    built_s = time.process_time() - begun
    rates = []
    for _ in range(SLICES):
        asked = [_near(chance, chance.choice(listed)) if n % 2 else chance.randbytes(32) for n in range(ASKED)]
        begun = time.process_time()
        found = sum(bool(index.near(one)) for one in asked)
        rates.append(ASKED / (time.process_time() - begun))
        if found < ASKED // 2:
            raise RuntimeError(f"only {found} of {ASKED // 2} were found")
    run.report.figures += [
        Figure(f"look-ups among {LISTED:,} digests", "1/s", asyncio.run(_exact(run, chance)), RATE, at_least=True,
               note="SHA-256 and MD5 of a file, in the database"),
        Figure(f"look-ups among {LISTED:,} prints", "1/s", rates, RATE, at_least=True, note=f"within {MOST_BITS} bits"),
        Figure("the index of them, made anew", "s", [built_s]),
        Figure("a photo of 1280 by 960, hashed", "ms", asyncio.run(_hashed(run)), note="SHA-256, MD5 and PDQ"),
    ]


def _near(chance: random.Random, print_: bytes) -> bytes:
    value = int.from_bytes(print_, "big")
    for bit in chance.sample(range(256), chance.randrange(MOST_BITS + 1)):
        value ^= 1 << bit
    return value.to_bytes(32, "big")


async def _exact(run: Run, chance: random.Random) -> list[float]:
    """Files of which half are in a list, looked up by the digests of their bytes."""
    folder = run.place("digests")
    folder.mkdir(parents=True)
    store = open_sqlite(folder / "chappe.sqlite", FixedClock())
    listed = [chance.randbytes(32) for _ in range(LISTED)]
    wish = lists.Wish("measured", "made up", "SCAMS_AND_FRAUD", "PHISHING", "case", Ground("terms", "3.5", 1, "x"))
    await lists.add(store, wish, Read(tuple(Entry("sha256", one) for one in listed), 0), "server")

    def asked(rx: Reader) -> float:
        files = [chance.choice(listed) if n % 2 else chance.randbytes(32) for n in range(ASKED)]
        begun = time.perf_counter()
        found = sum(bool(lists.exact(rx, one, one[:16])) for one in files)
        if found != ASKED // 2:
            raise RuntimeError(f"{found} of {ASKED // 2} were found")
        return ASKED / (time.perf_counter() - begun)

    rates = [await store.read(asked) for _ in range(SLICES)]
    await store.close()
    return rates


async def _hashed(run: Run) -> list[float]:
    packed = io.BytesIO()
    Image.effect_mandelbrot((1280, 960), (-1.5, -1, 0.7, 1), 60).convert("RGB").save(packed, "JPEG", quality=87)
    taken = []
    async with HashProcess(run.place("hash")) as process:
        await process.hashed(packed.getvalue())
        for _ in range(20):
            begun = time.perf_counter()
            await process.hashed(packed.getvalue())
            taken.append((time.perf_counter() - begun) * 1000)
    return taken
