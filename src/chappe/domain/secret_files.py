"""Files in secret chats: opaque bytes that are kept until whoever was sent them has them.

Source: api/end-to-end, api/files
They are never described, decoded, hashed against lists or shown; their own keys travel inside sealed messages.
"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain.files import Place, take_id
from chappe.domain.sealed import SealedFile
from chappe.store import Reader, Tx
from chappe.store.queries import secret_files as rows

MARK = 2**62 + 2**61
"""Added to a file's id for its access hash, so that it is that of nothing else."""
UNSENT_S = 24 * 3600
"""A file that was uploaded and not yet sent."""
AFTER_FETCH_S = 3600
"""A file whose last byte was fetched stays so long: for what got lost on the way, and to be passed on."""


def keep(tx: Tx, uploader: PeerId, sha256: bytes, size_bytes: int, fingerprint: int) -> SealedFile:
    """The upload is known as a file, which counts for its uploader while it is kept."""
    file_id = take_id(tx)
    rows.put(tx, file_id, uploader, sha256, size_bytes, fingerprint, tx.now + UNSENT_S)
    return SealedFile(file_id, size_bytes, fingerprint)


def require(rx: Reader, file_id: int) -> SealedFile:
    """The file, if it is still kept. Errors: Invalid file_id_invalid."""
    found = find(rx, file_id)
    if found is None:
        raise Invalid("file_id_invalid")
    return found


def find(rx: Reader, file_id: int) -> SealedFile | None:
    """The file, if it is still kept."""
    row = rows.get(rx, file_id)
    return SealedFile(file_id, row[1], row[2]) if row is not None else None


def place(rx: Reader, file_id: int) -> Place:
    """Where its bytes lie. Errors: Invalid location_invalid."""
    row = rows.get(rx, file_id)
    if row is None:
        raise Invalid("location_invalid")
    return Place(row[0], row[1], "", row[3])


def is_awaited(rx: Reader, file_id: int, holder: PeerId) -> bool:
    """True if the file is kept for the holder, who did not have all of it before."""
    return rows.is_awaited(rx, file_id, holder, rx.now + AFTER_FETCH_S)


def fetched(tx: Tx, file_id: int, holder: PeerId) -> None:
    """The holder has the whole file: soon it is not kept for them any more."""
    rows.fetched(tx, file_id, holder, tx.now + AFTER_FETCH_S)


def due(rx: Reader, now: int, limit: int) -> list[int]:
    """Files that are kept for nobody."""
    return rows.due(rx, now, limit)


def discard(tx: Tx, file_ids: Sequence[int]) -> list[bytes]:
    """Those of the files that are still kept for nobody are gone; the blobs that nothing holds any more."""
    return rows.remove(tx, [file_id for file_id in file_ids if rows.is_due(tx, file_id, tx.now)])
