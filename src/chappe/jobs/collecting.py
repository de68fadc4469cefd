"""Files that nothing shows, uploads nobody finished and blobs no file holds are freed. Source: api/files"""

import asyncio
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import files, secret_files
from chappe.jobs.tasks import Work
from chappe.store import FileStore, Store

FILES_AT_ONCE = 200
STALE_UPLOAD_S = 24 * 3600
SETTLED_UPLOAD_S = 3600
JUST_S = 900
"""A blob that was put so lately may belong to an upload that is not yet known as a file."""


def collecting(store: Store, blobs: FileStore, clock: Clock) -> Work:
    """Work that frees files nothing shows, and uploads nobody finished."""

    async def collect() -> None:
        now = int(clock.now())
        above = await _collect_batch(store, blobs, now, 0)
        while above:
            above = await _collect_batch(store, blobs, now, above)
        await asyncio.to_thread(blobs.forget_stale, now - STALE_UPLOAD_S, now - SETTLED_UPLOAD_S)

    return collect


async def _collect_batch(store: Store, blobs: FileStore, now: int, above: int) -> int:
    found, above = await store.read(lambda rx: files.unshown(rx, now, above, FILES_AT_ONCE))
    if found:
        free = await store.write(lambda tx: files.discard(tx, found))
        await asyncio.to_thread(_delete, blobs, free, now - files.KEEP_UNSHOWN_S)
    return above


def collecting_secret(store: Store, blobs: FileStore, clock: Clock) -> Work:
    """Work that frees files of secret chats that were fetched, or that nobody fetched in time."""

    async def collect() -> None:
        now = int(clock.now())
        while found := await store.read(lambda rx: secret_files.due(rx, now, FILES_AT_ONCE)):
            free = await store.write(partial(secret_files.discard, file_ids=found))
            # A blob put again meanwhile is a moment old: only what lay here before is deleted.
            await asyncio.to_thread(_delete, blobs, free, now - JUST_S)

    return collect


def sweeping_blobs(store: Store, blobs: FileStore, clock: Clock) -> Work:
    """Work that finds blobs no file holds, as a crash between a commit and a deletion leaves them."""

    async def sweep() -> None:
        now = int(clock.now())
        old = await asyncio.to_thread(
            lambda: [digest for digest, _, date in blobs.iterate() if date < now - files.KEEP_UNSHOWN_S]
        )
        for start in range(0, len(old), FILES_AT_ONCE):
            free = await store.read(partial(files.unheld, digests=old[start : start + FILES_AT_ONCE]))
            await asyncio.to_thread(_delete, blobs, free, now - files.KEEP_UNSHOWN_S)

    return sweep


def _delete(blobs: FileStore, digests: list[bytes], unused_since: int) -> None:
    for digest in digests:
        blobs.delete(digest, unused_since)
