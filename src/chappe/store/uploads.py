"""Uploads in progress: parts in any order, over several connections, kept across restarts, made into one blob.

Shape: `uploads/<owner>/<file id, 16 hex digits>/<part>`: the part's bytes, then their CRC-32 (4 bytes, big endian).
A part is not synced: one that a power cut damaged is missing, and the client sends it again.
Source: api/files#uploading-files
"""

import contextlib
import os
import shutil
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

from chappe.base.clock import Clock
from chappe.base.errors import Invalid
from chappe.store.blobs import FileBlobs, room

PART_BYTES = 512 * 1024
MAX_PARTS = 4000
_CRC_BYTES = 4


class FileStore(FileBlobs):
    """Blobs and the uploads that become blobs, under the data folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(folder / "blobs", clock)
        self._uploads = folder / "uploads"
        self._uploads.mkdir(mode=0o700, exist_ok=True)
        self._pending: dict[int, int] = {}
        self._counting = threading.Lock()

    def save_part(self, owner: int, file_id: int, part: int, data: bytes, /) -> None:
        """The part is kept; one that comes again replaces itself.

        Errors: Invalid file_part_invalid, file_part_empty, file_part_too_big, file_part_size_changed;
        StoreUnavailable storage_full.
        """
        _require_part(part, len(data))
        folder = self._upload(owner, file_id)
        path = folder / f"{part:d}"
        if _part_bytes(path) not in (0, len(data)):
            raise Invalid("file_part_size_changed")
        half = folder / f"{part:d}.{self._next_number()}"
        with room():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "wb") as file:
                    file.write(data)
                    file.write(zlib.crc32(data).to_bytes(_CRC_BYTES, "big"))
                with self._counted(owner, path):
                    half.replace(path)
            finally:
                half.unlink(missing_ok=True)

    def uploaded_bytes(self, owner: int, file_id: int, parts: int, /) -> int:
        """Size of a complete upload.

        Errors: Invalid file_part_x_missing with the part; file_parts_invalid if the parts do not fit together.
        """
        if not 0 < parts <= MAX_PARTS:
            raise Invalid("file_parts_invalid")
        folder = self._upload(owner, file_id)
        sizes = [_part_bytes(folder / f"{part:d}") for part in range(parts)]
        if 0 in sizes:
            raise Invalid("file_part_x_missing", part=sizes.index(0))
        if any(size != sizes[0] for size in sizes[:-1]) or sizes[-1] > sizes[0]:
            raise Invalid("file_parts_invalid")
        return sum(sizes)

    def assemble(self, owner: int, file_id: int, parts: int, /) -> tuple[bytes, int]:
        """The upload is one durable blob: (SHA-256, size). The parts stay until they are forgotten.

        Errors: as `uploaded_bytes`; StoreUnavailable storage_full.
        """
        self.uploaded_bytes(owner, file_id, parts)
        return self.put_stream(self._read_parts(owner, file_id, parts))

    def forget_upload(self, owner: int, file_id: int, /) -> None:
        """The parts of the upload are gone."""
        folder = self._upload(owner, file_id)
        with self._counted(owner, folder):
            shutil.rmtree(folder, ignore_errors=True)

    def pending_bytes(self, owner: int, /) -> int:
        """Bytes of the owner's uploads in progress."""
        with self._counted(owner, self._uploads / "none"):
            pass
        return self._pending[owner]

    def forget_stale(self, before: float, /) -> int:
        """Uploads that got no part since that date are gone; how many there were."""
        stale = [
            (int(folder.parent.name), int(folder.name, 16))
            for folder in self._uploads.glob("*/*")
            if folder.stat().st_mtime < before
        ]
        for owner, file_id in stale:
            self.forget_upload(owner, file_id)
        return len(stale)

    def _upload(self, owner: int, file_id: int) -> Path:
        return self._uploads / f"{owner:d}" / f"{file_id & (1 << 64) - 1:016x}"

    @contextlib.contextmanager
    def _counted(self, owner: int, changed: Path) -> Iterator[None]:
        """What happens to the part or folder meanwhile is in the owner's count, which begins with what lies on disk."""
        with self._counting:
            if owner not in self._pending:
                folder = self._uploads / f"{owner:d}"
                self._pending[owner] = sum(_bytes(upload) for upload in folder.glob("*"))
            before = _bytes(changed)
            yield
            self._pending[owner] += _bytes(changed) - before

    def _read_parts(self, owner: int, file_id: int, parts: int) -> Iterator[memoryview]:
        folder = self._upload(owner, file_id)
        for part in range(parts):
            data = _part(folder / f"{part:d}")
            if data is None:
                with self._counted(owner, folder / f"{part:d}"):
                    (folder / f"{part:d}").unlink(missing_ok=True)
                raise Invalid("file_part_x_missing", part=part)
            yield data


def _part(path: Path) -> memoryview | None:
    """The bytes of a part, None if it is not there or not whole."""
    try:
        stored = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    data, crc = stored[:-_CRC_BYTES], stored[-_CRC_BYTES:]
    return data if zlib.crc32(data) == int.from_bytes(crc, "big") else None


def _require_part(part: int, size: int) -> None:
    if not 0 <= part < MAX_PARTS:
        raise Invalid("file_part_invalid")
    if not size:
        raise Invalid("file_part_empty")
    if size > PART_BYTES:
        raise Invalid("file_part_too_big")


def _part_bytes(path: Path) -> int:
    """Bytes in the part, 0 if it is not there."""
    try:
        return max(0, path.stat().st_size - _CRC_BYTES)
    except FileNotFoundError:
        return 0


def _bytes(path: Path) -> int:
    """Bytes in a part, or in a folder of parts."""
    if not path.is_dir():
        return _part_bytes(path)
    with contextlib.suppress(FileNotFoundError):
        return sum(_part_bytes(part) for part in path.iterdir() if "." not in part.name)
    return 0
