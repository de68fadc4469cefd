"""Bytes of files on disk, named by their SHA-256, each content once; blocking, so callers run it on a thread.

Shape: `blobs/ab/cd/<64 hex digits>`; half-written ones in `blobs/tmp/`. No path is made of what a user sent.
"""

import contextlib
import errno
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from chappe.base.clock import Clock
from chappe.base.errors import Invalid
from chappe.store.protocol import StoreUnavailable

log = logging.getLogger("chappe.store")

CHUNK_BYTES = 256 * 1024
MISSED_NAMED = 1000
"""Missing files that the log names, each once."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Blobs(Protocol):
    """Where bytes lie that no row should hold; on disk here, elsewhere one day."""

    def put(self, data: bytes, /) -> bytes:
        """The bytes are durable; their SHA-256."""
        ...

    def put_stream(self, chunks: Iterable[bytes | memoryview], /) -> tuple[bytes, int]:
        """What the chunks make together is durable, in constant memory; (SHA-256, size)."""
        ...

    def read(self, sha256: bytes, offset: int, limit: int, /) -> bytes:
        """A stretch of a blob, empty behind its end. Errors: Invalid location_invalid if there is none."""
        ...

    def stream(self, sha256: bytes, offset: int = 0, length: int | None = None, /) -> Iterator[bytes]:
        """The same stretch in chunks, in constant memory."""
        ...

    def size(self, sha256: bytes, /) -> int:
        """Bytes in the blob. Errors: Invalid location_invalid."""
        ...

    def delete(self, sha256: bytes, unused_since: float, /) -> bool:
        """The blob is gone, if it is there and nobody put it again after that date."""
        ...

    def iterate(self) -> Iterator[tuple[bytes, int, float]]:
        """(SHA-256, size, date it was last put) of every blob, in no promised order."""
        ...


class FileBlobs:
    """Blobs under a folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._names = threading.Lock()
        self._parts = folder / "tmp"
        self._number = 0
        self._missed: set[bytes] = set()
        with room():
            for path in (folder, self._parts):
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_over in self._parts.iterdir():
            left_over.unlink(missing_ok=True)

    def path(self, sha256: bytes, /) -> Path:
        """Where the blob lies or would lie. Errors: Invalid location_invalid if this is no SHA-256."""
        if len(sha256) != 32:
            raise Invalid("location_invalid")
        name = sha256.hex()
        return self._folder / name[:2] / name[2:4] / name

    def put(self, data: bytes, /) -> bytes:
        """The bytes are durable; their SHA-256. Errors: StoreUnavailable storage_full."""
        digest = sha256(data).digest()
        with self._names:
            known = self._touch(self.path(digest))
        return digest if known else self.put_stream((data,))[0]

    def put_stream(self, chunks: Iterable[bytes | memoryview], /) -> tuple[bytes, int]:
        """What the chunks make together is durable; (SHA-256, size). Errors: StoreUnavailable storage_full."""
        made, size = sha256(), 0
        part = self._parts / f"{self._next_number()}"
        try:
            with room(), open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                    made.update(chunk)
                    size += len(chunk)
                file.flush()
                os.fsync(file.fileno())
            self._keep(part, made.digest())
        finally:
            part.unlink(missing_ok=True)
        return made.digest(), size

    def read(self, sha256: bytes, offset: int, limit: int, /) -> bytes:
        """A stretch of a blob, empty behind its end. Errors: Invalid location_invalid."""
        with self._open(sha256) as descriptor:
            return os.pread(descriptor, limit, min(offset, os.fstat(descriptor).st_size))

    def stream(self, sha256: bytes, offset: int = 0, length: int | None = None, /) -> Iterator[bytes]:
        """The stretch in chunks; it can be read to the end even if the blob is deleted meanwhile."""
        with self._open(sha256) as descriptor:
            end = os.fstat(descriptor).st_size
            if length is not None:
                end = min(end, offset + length)
            while offset < end and (chunk := os.pread(descriptor, min(CHUNK_BYTES, end - offset), offset)):
                yield chunk
                offset += len(chunk)

    def size(self, sha256: bytes, /) -> int:
        """Bytes in the blob. Errors: Invalid location_invalid."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            raise Invalid("location_invalid") from None

    def delete(self, sha256: bytes, unused_since: float, /) -> bool:
        """The blob is gone, if it is there and nobody put it again after that date."""
        path = self.path(sha256)
        with self._names:
            try:
                if path.stat().st_mtime > unused_since:
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def iterate(self) -> Iterator[tuple[bytes, int, float]]:
        """(SHA-256, size, date it was last put) of every blob."""
        for path in self._folder.glob("??/??/*"):
            with contextlib.suppress(FileNotFoundError):
                found = path.stat()
                yield bytes.fromhex(path.name), found.st_size, found.st_mtime

    def _next_number(self) -> int:
        with self._names:
            self._number += 1
            return self._number

    def _touch(self, path: Path) -> bool:
        """True if the blob is there; it counts as put now. The caller holds the lock."""
        now = self._clock.now()
        try:
            os.utime(path, (now, now))
        except FileNotFoundError:
            return False
        return True

    def _keep(self, part: Path, digest: bytes) -> None:
        """The finished part has its name, durably, in the place of an older one, which the disk may have spoilt."""
        path = self.path(digest)
        with self._names, room():
            for folder in (path.parent.parent, path.parent):
                if not folder.exists():
                    folder.mkdir(mode=0o700)
                    _sync(folder.parent)
            part.replace(path)
            self._touch(path)
        _sync(path.parent)

    @contextlib.contextmanager
    def _open(self, sha256: bytes) -> Iterator[int]:
        try:
            descriptor = os.open(self.path(sha256), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            if len(self._missed) < MISSED_NAMED and sha256 not in self._missed:
                self._missed.add(sha256)
                log.warning("a file is missing, bring it back from a backup: %s", self.path(sha256))
            raise Invalid("location_invalid") from None
        try:
            yield descriptor
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def room() -> Iterator[None]:
    """No room on the disk is a refusal, not a fault."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreUnavailable("storage_full") from error
        raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
