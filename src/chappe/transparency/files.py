"""The log on disk: tiles and bundles that are written once and never changed, and the checkpoint over them.

Source: tlog/tiles
Shape: `tile/…` and `checkpoint` as the format says, `id` (the folder's own name, 32 hex digits), `lock`.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from chappe.base.disk import write_owner_only
from chappe.transparency.tree import HASH_BYTES, WIDTH, Tile

ENTRIES = -1
LENGTH_BYTES = 2
CHECKPOINT = "checkpoint"


class FilesError(Exception):
    """What lies in the log's folder does not fit; the text says what."""


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Leaves as a bundle of entries: each after its length in two bytes."""
    return b"".join(len(leaf).to_bytes(LENGTH_BYTES) + leaf for leaf in leaves)


def unbundled(data: bytes) -> list[bytes]:
    """The leaves of a bundle. Errors: FilesError if it is cut."""
    leaves, at = [], 0
    while at < len(data):
        end = at + LENGTH_BYTES + int.from_bytes(data[at : at + LENGTH_BYTES])
        if end > len(data) or at + LENGTH_BYTES > len(data):
            raise FilesError("a bundle of entries is cut")
        leaves.append(data[at + LENGTH_BYTES : end])
        at = end
    return leaves


class LogFolder:
    """The folder; blocking, so callers run it on a thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    @property
    def id(self) -> str:
        """The folder's own name, empty if nothing was ever written here."""
        with contextlib.suppress(FileNotFoundError):
            return (self.path / "id").read_text("ascii").strip()
        return ""

    def name(self, id_: str) -> None:
        """The folder is there and has this name."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_owner_only(self.path / "id", f"{id_}\n".encode("ascii"))

    def lock(self) -> bool:
        """True if no other process writes here until `unlock` or the end of this one."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        if self._lock is not None and os.path.sameopenfile(self._lock, lock):
            os.close(lock)
            return True
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self.unlock()
        self._lock = lock
        return True

    def unlock(self) -> None:
        """Other processes may write here."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def checkpoint(self) -> str | None:
        """The signed note over the log, or None."""
        with contextlib.suppress(FileNotFoundError):
            return (self.path / CHECKPOINT).read_text("utf-8")
        return None

    def publish(self, checkpoint: str) -> None:
        """This is the checkpoint from now on."""
        write_owner_only(self.path / CHECKPOINT, checkpoint.encode())

    def put(self, tiles: Iterable[tuple[Tile, bytes]]) -> None:
        """The tiles are there, durably. Errors: FilesError if one is there already and says otherwise; OSError."""
        folders: set[Path] = set()
        for tile, data in tiles:
            place = self.path / tile.path
            if place.exists():
                if place.read_bytes() != data:
                    raise FilesError(f"{tile.path} is there already and says otherwise")
                continue
            _make(place.parent, folders)
            _write(place, data)
            folders.add(place.parent)
        for folder in folders:
            _sync(folder)

    def drop_partial(self, tile: Tile) -> None:
        """The beginnings of a tile that is full are gone; `read` cuts them from it."""
        shutil.rmtree(self.path / f"{tile.full.path}.p", ignore_errors=True)

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile, also where only a wider one is there. Errors: FilesError if there is none."""
        for place in (self.path / tile.path, self.path / tile.full.path):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                return cut(tile, place.read_bytes())
        widths = sorted(int(name) for name in self._widths(tile) if name.isdigit() and int(name) > tile.width)
        for width in widths:
            with contextlib.suppress(FileNotFoundError):
                return cut(tile, (self.path / Tile(tile.level, tile.n, width).path).read_bytes())
        raise FilesError(f"{tile.path} is missing")

    def _widths(self, tile: Tile) -> list[str]:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return os.listdir(self.path / f"{tile.full.path}.p")
        return []


def cut(tile: Tile, data: bytes) -> bytes:
    """The beginning of the data that is as wide as the tile. Errors: FilesError if there is less."""
    if tile.level != ENTRIES:
        if len(data) < tile.width * HASH_BYTES or len(data) > WIDTH * HASH_BYTES:
            raise FilesError(f"{tile.path} has {len(data)} bytes")
        return data[: tile.width * HASH_BYTES]
    at = 0
    for _ in range(tile.width):
        if at + LENGTH_BYTES > len(data):
            raise FilesError(f"{tile.path} is cut")
        at += LENGTH_BYTES + int.from_bytes(data[at : at + LENGTH_BYTES])
    if at > len(data):
        raise FilesError(f"{tile.path} is cut")
    return data[:at]


def _make(folder: Path, folders: set[Path]) -> None:
    """The folder is there; it and those above it that were made are among those to be synced."""
    if folder.is_dir():
        return
    _make(folder.parent, folders)
    folder.mkdir(mode=0o700, exist_ok=True)
    folders |= {folder, folder.parent}


def _write(place: Path, data: bytes) -> None:
    part = place.with_name(place.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(place)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
