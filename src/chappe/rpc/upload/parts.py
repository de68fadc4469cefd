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


@method("upload.saveFilePart")
async def save_file_part(call: Call, q: f.upload.SaveFilePart) -> bool:
    """The part of a file up to 10 MB is kept.

    Source: method/upload.saveFilePart
    Shape: bytes: 1 to 524288; the size of every part but the last divides 524288 and by 1024.
    Errors: FILE_PART_EMPTY, FILE_PART_INVALID, FILE_PART_TOO_BIG, STORAGE_QUOTA_EXCEEDED.
    """
    return await _save(call, q.file_id, q.file_part, q.bytes)


@method("upload.saveBigFilePart")
async def save_big_file_part(call: Call, q: f.upload.SaveBigFilePart) -> bool:
    """The part of a file of any size is kept.

    Source: method/upload.saveBigFilePart
    Errors: FILE_PARTS_INVALID, FILE_PART_EMPTY, FILE_PART_INVALID, FILE_PART_TOO_BIG, STORAGE_QUOTA_EXCEEDED.
    """
    if q.file_total_parts > MAX_PARTS or q.file_total_parts == 0:
        raise Invalid("file_parts_invalid")
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
        blobs.save_part(owner, file_id, part, bytes(data))

    await asyncio.to_thread(keep)
    return True
