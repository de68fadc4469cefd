"""upload.getFile and getFileHashes. Source: api/files#downloading-files"""

import asyncio
from collections.abc import Callable
from hashlib import sha256

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, files, peers, secret_files
from chappe.domain.content import Document, Photo
from chappe.domain.files import Place
from chappe.rpc import inputs
from chappe.rpc.account import takeout
from chappe.rpc.context import Call, method
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

LIMIT_BYTES = 1024 * 1024
STEP_BYTES = 1024
HASH_BYTES = 128 * 1024
HASHES = 32
"""Hashes in one answer."""

TYPES: dict[str, Callable[[], t.storage.TypeFileType]] = {
    "image/jpeg": t.storage.FileJpeg,
    "image/gif": t.storage.FileGif,
    "image/png": t.storage.FilePng,
    "image/webp": t.storage.FileWebp,
    "application/pdf": t.storage.FilePdf,
    "audio/mpeg": t.storage.FileMp3,
    "video/quicktime": t.storage.FileMov,
    "video/mp4": t.storage.FileMp4,
}


@method("upload.getFile")
async def get_file(call: Call, q: f.upload.GetFile) -> t.upload.TypeFile:
    """A stretch of the file; empty behind its end.

    Source: method/upload.getFile
    Shape: offset and limit multiples of 4096 (of 1024 when precise), at most 1 MiB.
    Errors: LIMIT_INVALID, OFFSET_INVALID, LOCATION_INVALID, FILE_REFERENCE_EMPTY, FILE_REFERENCE_INVALID,
    FILE_REFERENCE_EXPIRED, TAKEOUT_REQUIRED.
    """
    if not 0 < q.limit <= LIMIT_BYTES or q.limit % STEP_BYTES:
        raise Invalid("limit_invalid")
    if q.offset < 0 or q.offset % STEP_BYTES:
        raise Invalid("offset_invalid")
    if isinstance(q.location, t.InputTakeoutFileLocation):
        whole = await takeout.file(call)
        stretch = whole[q.offset : q.offset + q.limit]
        return t.upload.File(type=t.storage.FileUnknown(), mtime=call.now(), bytes=stretch)
    found = await place(call, q.location)
    data = await asyncio.to_thread(call.services.blobs.read, found.sha256, q.offset, q.limit)
    if isinstance(q.location, t.InputEncryptedFileLocation) and q.offset + len(data) >= found.size_bytes:
        await _has_all(call, q.location.id)
    kind: t.storage.TypeFileType = TYPES.get(found.mime_type, t.storage.FileUnknown)()
    return t.upload.File(type=kind, mtime=found.date, bytes=data)


@method("upload.getFileHashes")
async def get_file_hashes(call: Call, q: f.upload.GetFileHashes) -> list[t.TypeFileHash]:
    """SHA-256 of each 128 KiB from the offset on, at most 32.

    Source: method/upload.getFileHashes
    Errors: OFFSET_INVALID, LOCATION_INVALID.
    """
    found = await place(call, q.location)
    if q.offset < 0 or q.offset >= found.size_bytes:
        raise Invalid("offset_invalid")
    first = q.offset // HASH_BYTES * HASH_BYTES
    last = min(found.size_bytes, first + HASHES * HASH_BYTES)
    blobs = call.services.blobs

    def hashes() -> list[t.TypeFileHash]:
        out: list[t.TypeFileHash] = []
        for offset in range(first, last, HASH_BYTES):
            data = blobs.read(found.sha256, offset, HASH_BYTES)
            out.append(t.FileHash(offset=offset, limit=len(data), hash=sha256(data).digest()))
        return out

    return await asyncio.to_thread(hashes)


async def place(call: Call, location: t.TypeInputFileLocation) -> Place:
    """The blob a location names, if the caller was shown it."""
    match location:
        case t.InputPhotoFileLocation() | t.InputDocumentFileLocation():
            return await _file_place(call, location)
        case t.InputPeerPhotoFileLocation():
            return await _profile_place(call, location)
        case t.InputEncryptedFileLocation():
            thing = secret_files.MARK + location.id
            call.services.access.require_hash(call.user_id, thing, location.access_hash, "location_invalid")
            return await call.read(lambda rx: secret_files.place(rx, location.id))
        case _:
            raise Invalid("location_invalid")


async def _has_all(call: Call, file_id: int) -> None:
    """The caller fetched the end of a file that nobody here can read: it is not kept for them much longer."""
    owner = PeerId(call.user_id)
    if await call.read(lambda rx: secret_files.is_awaited(rx, file_id, owner)):
        await call.write(lambda tx: secret_files.fetched(tx, file_id, owner))


async def _file_place(call: Call, q: t.InputPhotoFileLocation | t.InputDocumentFileLocation) -> Place:
    file = await shown_file(call, q.id, q.access_hash, bytes(q.file_reference), "location_invalid")
    return files.place(file, q.thumb_size)


async def shown_file(call: Call, file_id: int, access_hash: int, reference: bytes, reason: str) -> Photo | Document:
    """A file the caller was shown: in their own box, or in that of a room they may read.

    Errors: Invalid(reason), file_reference_empty, file_reference_invalid, file_reference_expired.
    """
    proof, now = call.services.access, call.now()
    box = proof.box_of(call.user_id, reference)
    proof.require_hash(box, file_id, access_hash, reason)
    if not files.is_own(file_id):
        proof.require_reference(box, file_id, reference, now)

    def query(rx: Reader) -> Photo | Document:
        if box < 0:
            access.require_read(rx, call.user_id, box)
        return files.find(rx, file_id)

    return await call.read(query)


async def _profile_place(call: Call, q: t.InputPeerPhotoFileLocation) -> Place:
    """The photo of a peer, if its privacy lets the caller see it."""
    owner = await inputs.peer(call, q.peer)
    now = call.now()

    def query(rx: Reader) -> Place:
        if owner < 0:
            access.require_read(rx, call.user_id, owner)
        else:
            cards = peers.cards(rx, call.user_id, (owner,), now)
            if not cards or cards[0].photo is None:
                raise Invalid("location_invalid")
        return files.profile_place(rx, owner, q.photo_id, big=bool(q.big))

    return await call.read(query)
