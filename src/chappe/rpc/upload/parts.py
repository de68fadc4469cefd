"""upload.saveFilePart and saveBigFilePart: parts in any order, over any connection, kept across restarts.

Source: api/files#uploading-files
"""

import asyncio

from chappe.base.errors import Invalid
from chappe.domain import files
from chappe.rpc.context import Call, method
from chappe.tl import functions as f

PART_BYTES = 512 * 1024
MAX_PARTS = 4000
LEAST_PART_BYTES = 1024
PARTS_UNDER_WAY = 16_000
"""Parts of one account's unfinished uploads at most: four files of 2 GB at once."""


@method("upload.saveFilePart")
async def save_file_part(call: Call, q: f.upload.SaveFilePart) -> bool:
    """The part of a file up to 10 MB is kept.

    Source: method/upload.saveFilePart
    Shape: bytes: 1 to 524288; the size of every part but the last divides 524288 and by 1024.
    Errors: FILE_PART_EMPTY, FILE_PART_INVALID, FILE_PART_TOO_BIG, STORAGE_QUOTA_EXCEEDED, UPLOADS_TOO_MANY.
    """
    return await _save(call, q.file_id, q.file_part, q.bytes)


@method("upload.saveBigFilePart")
async def save_big_file_part(call: Call, q: f.upload.SaveBigFilePart) -> bool:
    """The part of a file of any size is kept.

    Source: method/upload.saveBigFilePart
    Errors: FILE_PARTS_INVALID, FILE_PART_EMPTY, FILE_PART_INVALID, FILE_PART_TOO_BIG, FILE_PART_SIZE_INVALID,
    STORAGE_QUOTA_EXCEEDED, UPLOADS_TOO_MANY.
    """
    if q.file_total_parts > MAX_PARTS or q.file_total_parts == 0:
        raise Invalid("file_parts_invalid")
    small = len(q.bytes) % LEAST_PART_BYTES or PART_BYTES % (len(q.bytes) or 1)
    if small and 0 <= q.file_part < q.file_total_parts - 1 and 0 < len(q.bytes) <= PART_BYTES:
        raise Invalid("file_part_size_invalid")
    return await _save(call, q.file_id, q.file_part, q.bytes)


async def _save(call: Call, file_id: int, part: int, data: bytes) -> bool:
    if not data:
        raise Invalid("file_part_empty")
    if len(data) > PART_BYTES:
        raise Invalid("file_part_too_big")
    if not 0 <= part < MAX_PARTS:
        raise Invalid("file_part_invalid")
    blobs, owner, quota = call.services.blobs, call.user_id, call.services.limits.quota_bytes
    room = await call.read(lambda rx: files.room(rx, owner, quota))

    def keep() -> None:
        if blobs.pending_bytes(owner) + len(data) > room:
            raise Invalid("storage_quota_exceeded")
        if blobs.pending_parts(owner) >= PARTS_UNDER_WAY:
            raise Invalid("uploads_too_many")
        blobs.save_part(owner, file_id, part, bytes(data))

    await asyncio.to_thread(keep)
    return True
