"""Uploads in progress: parts in any order, over several connections, kept across restarts, made into one blob.

Shape: `uploads/<owner>/<file id, 16 hex digits>/<part>`: the part's bytes, then their CRC-32 (4 bytes, big endian).
A part is not synced: one that a power cut damaged is missing, and the client sends it again.
What became a blob is known for a while by `done.blob` (digest, size, parts) in the place of its parts.
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
_DONE = "done.blob"


class FileStore(FileBlobs):
    """Blobs and the uploads that become blobs, under the data folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(folder / "blobs", clock)
        self._uploads = folder / "uploads"
        self._uploads.mkdir(mode=0o700, exist_ok=True)
        self._pending: dict[int, tuple[int, int]] = {}
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
                (folder / _DONE).unlink(missing_ok=True)
            finally:
                half.unlink(missing_ok=True)

    def uploaded_bytes(self, owner: int, file_id: int, parts: int, /) -> int:
        """Size of a complete upload.

        Errors: Invalid file_part_x_missing with the part; file_parts_invalid if the parts do not fit together.
        """
        if not 0 < parts <= MAX_PARTS:
            raise Invalid("file_parts_invalid")
        folder = self._upload(owner, file_id)
        if done := self._settled(folder, parts):
            return done[1]
        sizes = [_part_bytes(folder / f"{part:d}") for part in range(parts)]
        if 0 in sizes:
            raise Invalid("file_part_x_missing", part=sizes.index(0))
        if any(size != sizes[0] for size in sizes[:-1]) or sizes[-1] > sizes[0]:
            raise Invalid("file_parts_invalid")
        return sum(sizes)

    def assemble(self, owner: int, file_id: int, parts: int, /) -> tuple[bytes, int]:
        """The upload is one durable blob: (SHA-256, size). The parts stay until it is settled or forgotten.

        Errors: as `uploaded_bytes`; StoreUnavailable storage_full.
        """
        if done := self._settled(self._upload(owner, file_id), parts):
            return done
        self.uploaded_bytes(owner, file_id, parts)
        return self.put_stream(self._read_parts(owner, file_id, parts))

    def settle_upload(self, owner: int, file_id: int, parts: int, sha256: bytes, size_bytes: int, /) -> None:
        """The parts are gone, but who asks for the same upload again still finds its blob."""
        folder = self._upload(owner, file_id)
        half = folder / f"done.{self._next_number()}"
        with self._counted(owner, folder), room(), contextlib.suppress(FileNotFoundError):
            half.write_text(f"{sha256.hex()} {size_bytes} {parts}")
            half.replace(folder / _DONE)
            for part in folder.iterdir():
                if part.name.isdigit():
                    part.unlink(missing_ok=True)

    def forget_upload(self, owner: int, file_id: int, /) -> None:
        """The parts of the upload are gone."""
        folder = self._upload(owner, file_id)
        with self._counted(owner, folder):
            shutil.rmtree(folder, ignore_errors=True)

    def pending_bytes(self, owner: int, /) -> int:
        """Bytes of the owner's uploads in progress."""
        return self._pending_of(owner)[0]

    def pending_parts(self, owner: int, /) -> int:
        """Parts of the owner's uploads in progress."""
        return self._pending_of(owner)[1]

    def forget_stale(self, before: float, settled_before: float, /) -> int:
        """Uploads that got no part since `before`, and those settled before the other date, are gone; how many."""
        stale = [
            (int(folder.parent.name), int(folder.name, 16))
            for folder in self._uploads.glob("*/*")
            if folder.stat().st_mtime < (settled_before if (folder / _DONE).exists() else before)
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
                uploads = [_measure(upload) for upload in folder.glob("*")]
                self._pending[owner] = (sum(size for size, _ in uploads), sum(count for _, count in uploads))
            before = _measure(changed)
            try:
                yield
            finally:
                after, (size, count) = _measure(changed), self._pending[owner]
                self._pending[owner] = (size + after[0] - before[0], count + after[1] - before[1])

    def _pending_of(self, owner: int) -> tuple[int, int]:
        with self._counted(owner, self._uploads / "none"):
            pass
        return self._pending[owner]

    def _settled(self, folder: Path, parts: int) -> tuple[bytes, int] | None:
        """The blob that these parts became, if they are settled and it is still there."""
        try:
            digest, size, count = (folder / _DONE).read_text().split()
            done = bytes.fromhex(digest), int(size)
        except (FileNotFoundError, ValueError):
            return None
        return done if int(count) == parts and self.path(done[0]).exists() else None

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


def _measure(path: Path) -> tuple[int, int]:
    """(bytes, parts) of a part, or of a folder of parts."""
    if not path.is_dir():
        size = _part_bytes(path)
        return size, int(size > 0)
    sizes: list[int] = []
    with contextlib.suppress(FileNotFoundError):
        sizes = [_part_bytes(part) for part in path.iterdir() if part.name.isdigit()]
    return sum(sizes), sum(size > 0 for size in sizes)
