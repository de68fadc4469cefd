"""What runs beside the answering of calls: letters out, the text index, clearing away, freeing of blobs.

Comes in: the parts that `app` made. Goes out: acts on the store, a bounded batch at a time.
Must never be needed for an answer: a server without it is correct, only fuller.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from chappe.base.clock import Clock
from chappe.base.errors import Refusal
from chappe.domain import files, upkeep
from chappe.store import FileStore, Store

log = logging.getLogger("chappe.background")

EVERY_S = 300.0
FILES_AT_ONCE = 200
STALE_UPLOAD_S = 24 * 3600

Work = Callable[[], Awaitable[None]]


class Background:
    """Tasks that live as long as the server; one that fails is logged and tried again."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Work, every_s: float | None = None) -> None:
        """The work runs until `stop`: again and again after `every_s`, or once for ever when that is None."""
        self._tasks.add(asyncio.get_running_loop().create_task(_keep(name, work, every_s), name=name))

    async def stop(self) -> None:
        """No task runs any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _keep(name: str, work: Work, every_s: float | None) -> None:
    while True:
        try:
            await work()
        except Refusal as refusal:
            log.warning("%s: %s", name, refusal.reason)
        except Exception:
            log.exception("%s failed", name)
        await asyncio.sleep(EVERY_S if every_s is None else every_s)


def clearing(store: Store, clock: Clock) -> Work:
    """Work that clears away what has expired."""

    async def clear() -> None:
        while await _clear_batch(store, int(clock.now())) >= upkeep.BATCH:
            pass
        above = 0
        while above := await store.write(partial(upkeep.cut_logs, above=above)):
            pass

    return clear


async def _clear_batch(store: Store, now: int) -> int:
    sends, states = await store.read(lambda rx: upkeep.due(rx, now))
    return await store.write(lambda tx: upkeep.clear(tx, sends, states))


def collecting(store: Store, blobs: FileStore, clock: Clock) -> Work:
    """Work that frees files nothing shows, and uploads nobody finished."""

    async def collect() -> None:
        now = int(clock.now())
        above = await _collect_batch(store, blobs, now, 0)
        while above:
            above = await _collect_batch(store, blobs, now, above)
        await asyncio.to_thread(blobs.forget_stale, now - STALE_UPLOAD_S)

    return collect


async def _collect_batch(store: Store, blobs: FileStore, now: int, above: int) -> int:
    found, above = await store.read(lambda rx: files.unshown(rx, now, above, FILES_AT_ONCE))
    if found:
        free = await store.write(lambda tx: files.discard(tx, found))
        await asyncio.to_thread(_delete, blobs, free, now)
    return above


def sweeping_blobs(store: Store, blobs: FileStore, clock: Clock) -> Work:
    """Work that finds blobs no file holds, as a crash between a commit and a deletion leaves them."""

    async def sweep() -> None:
        now = int(clock.now())
        old = await asyncio.to_thread(
            lambda: [digest for digest, _, date in blobs.iterate() if date < now - files.KEEP_UNSHOWN_S]
        )
        for start in range(0, len(old), FILES_AT_ONCE):
            free = await store.read(partial(files.unheld, digests=old[start : start + FILES_AT_ONCE]))
            await asyncio.to_thread(_delete, blobs, free, now)

    return sweep


def _delete(blobs: FileStore, digests: list[bytes], now: int) -> None:
    for digest in digests:
        blobs.delete(digest, now - files.KEEP_UNSHOWN_S)
