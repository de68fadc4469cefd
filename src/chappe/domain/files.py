"""Files: what was uploaded, who may fetch it, whose quota it counts for, when its blobs may go.

Source: api/files
A file is described once and shown by any number of messages; its bytes are blobs, named by their SHA-256.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import enforcement
from chappe.domain.access import SERVICE_USER
from chappe.domain.content import Document, Photo
from chappe.store import Reader, Tx
from chappe.store.queries import files as rows
from chappe.store.queries import people
from chappe.store.queries import rooms as room_rows

KEEP_UNSHOWN_S = 24 * 3600
"""A file that nothing shows any more, or not yet, stays this long."""
FIRST_ID = 5_000_000_000
"""Files of people have ids from here on; below are the server's own, which anybody may fetch and nothing collects."""
PHOTO_BYTES = 10 * 1024 * 1024
"""The largest picture taken as a photo. Source: api/files"""


class _PhotoFile(msgspec.Struct, array_like=True, frozen=True, tag="photo"):
    photo: Photo


class _DocumentFile(msgspec.Struct, array_like=True, frozen=True, tag="document"):
    document: Document


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[_PhotoFile | _DocumentFile] = msgspec.msgpack.Decoder(_PhotoFile | _DocumentFile)
_photo_decoder: msgspec.msgpack.Decoder[Photo] = msgspec.msgpack.Decoder(Photo)


@dataclass(frozen=True, slots=True)
class Place:
    """Where bytes to be fetched lie. Shape: mime_type tells the storage type of upload.file."""

    sha256: bytes
    size_bytes: int
    mime_type: str
    date: int


def room(rx: Reader, owner: UserId, quota_bytes: int) -> int:
    """How many bytes the owner may still store."""
    return quota_bytes - rows.stored_bytes(rx, owner)


def require_quota(rx: Reader, owner: UserId, size_bytes: int, quota_bytes: int) -> None:
    """The owner may store this much more. Errors: Invalid file_quota_exceeded."""
    if size_bytes > room(rx, owner, quota_bytes):
        raise Invalid("storage_quota_exceeded")


def take_id(tx: Tx) -> int:
    """A new file id."""
    return people.take_id(tx, "file", FIRST_ID)


def keep_photo(tx: Tx, owner: UserId, photo: Photo) -> None:
    """The photo is known as a file of the owner. Errors: Invalid media_invalid when a decision removed it."""
    size = sum(s.size_bytes for s in photo.sizes)
    blobs = [s.sha256 for s in photo.sizes]
    enforcement.require_free(tx, blobs)
    rows.put(tx, photo.file_id, owner, blobs[-1], size, photo.date, _encode(_PhotoFile(photo)), blobs)


def keep_document(tx: Tx, owner: UserId, document: Document) -> None:
    """The document is known as a file of the owner. Errors: Invalid media_invalid when a decision removed it."""
    blobs = [document.sha256, *(s.sha256 for s in document.thumbs)]
    enforcement.require_free(tx, blobs)
    size = document.size_bytes + sum(s.size_bytes for s in document.thumbs)
    description = _encode(_DocumentFile(document))
    rows.put(tx, document.file_id, owner, document.sha256, size, document.date, description, blobs)


def own_id(sha256: bytes) -> int:
    """The id of a file of the server's own. Shape: 1 to 2**32, the same for the same bytes."""
    return int.from_bytes(sha256[:4], "big") + 1


def is_own(file_id: int) -> bool:
    """True for a file of the server's own, which is shown to everybody."""
    return 0 < file_id < FIRST_ID


def unknown(rx: Reader, file_ids: Iterable[int]) -> list[int]:
    """Those of the ids that no file has."""
    return [file_id for file_id in file_ids if rows.get(rx, file_id) is None]


def keep_own(tx: Tx, documents: Iterable[Document]) -> None:
    """The documents are known as files of the account that speaks for the server."""
    for document in documents:
        if rows.get(tx, document.file_id) is None:
            keep_document(tx, SERVICE_USER, document)


def find(rx: Reader, file_id: int) -> Photo | Document:
    """What the file is. Errors: Invalid location_invalid, also for what a decision removed."""
    row = rows.get(rx, file_id)
    if row is None or row[2]:
        raise Invalid("location_invalid")
    found = _decoder.decode(row[1])
    return found.photo if isinstance(found, _PhotoFile) else found.document


def place(file: Photo | Document, thumb: str) -> Place:
    """The blob of a file that a location names. Shape: thumb is a size letter, empty for the document itself.

    Errors: Invalid location_invalid.
    """
    sizes = file.sizes if isinstance(file, Photo) else file.thumbs
    if not thumb and isinstance(file, Document):
        return Place(file.sha256, file.size_bytes, file.mime_type, file.date)
    for size in sizes:
        if size.kind == thumb:
            return Place(size.sha256, size.size_bytes, "image/jpeg", file.date)
    raise Invalid("location_invalid")


def require_given(rx: Reader, file_id: int) -> None:
    """No decision removed the file. Errors: Invalid location_invalid."""
    row = rows.get(rx, file_id)
    if row is not None and row[2]:
        raise Invalid("location_invalid")


def profile_place(rx: Reader, owner: PeerId, photo_id: int, *, big: bool) -> Place:
    """The blob of somebody's profile photo. Errors: Invalid location_invalid."""
    for file_id, photo in rows.profile_photos(rx, owner):
        if file_id == photo_id:
            require_given(rx, file_id)
            return place(_photo_decoder.decode(photo), "c" if big else "a")
    raise Invalid("location_invalid")


def profile_photos(rx: Reader, owner: UserId) -> list[Photo]:
    """The owner's profile photos, newest first."""
    return [_photo_decoder.decode(photo) for _, photo in rows.profile_photos(rx, owner)]


def set_profile_photo(tx: Tx, owner: UserId, photo: Photo) -> None:
    """The photo is the owner's profile photo; it joins the others. Source: method/photos.uploadProfilePhoto"""
    blob = _encode(photo)
    rows.add_profile_photo(tx, owner, photo.file_id, tx.now, blob)
    rows.set_account_photo(tx, owner, blob)


def remove_profile_photos(tx: Tx, owner: UserId, file_ids: Iterable[int]) -> list[int]:
    """Those of the photos that were the owner's are gone; the newest left is shown."""
    gone = [i for i in file_ids if rows.remove_profile_photo(tx, owner, i)]
    left = rows.profile_photos(tx, owner)
    rows.set_account_photo(tx, owner, left[0][1] if left else None)
    return gone


def show_room_photo(tx: Tx, room_id: PeerId, photo: Photo | None) -> None:
    """The room shows the photo, or none; earlier ones stay known as its own."""
    if photo is not None:
        rows.add_profile_photo(tx, room_id, photo.file_id, tx.now, _encode(photo))
    room_rows.set_field(tx, room_id, "photo", _encode(photo) if photo is not None else None)


def hide_profile_photo(tx: Tx, owner: UserId) -> None:
    """The newest profile photo is removed. Source: method/photos.updateProfilePhoto"""
    left = rows.profile_photos(tx, owner)
    if left:
        remove_profile_photos(tx, owner, (left[0][0],))


def unshown(rx: Reader, now: int, above: int, limit: int) -> tuple[list[int], int]:
    """(files nothing shows and that are old enough to go, the id to go on from; 0 at the end)."""
    ids = rows.before(rx, now - KEEP_UNSHOWN_S, max(above, FIRST_ID - 1), limit)
    return [i for i in ids if not rows.shown(rx, i)], ids[-1] if len(ids) == limit else 0


def discard(tx: Tx, file_ids: Iterable[int]) -> list[bytes]:
    """The files that still nothing shows are gone; the blobs that nothing holds any more."""
    free: list[bytes] = []
    for file_id in file_ids:
        if not rows.shown(tx, file_id):
            free += rows.remove(tx, file_id)
    return free


def unheld(rx: Reader, digests: Iterable[bytes]) -> list[bytes]:
    """Those of the blobs that no file holds."""
    return [digest for digest in digests if not rows.held(rx, digest)]
