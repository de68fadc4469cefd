"""A copy of the data folder while the server runs, and the way back: database, blobs, keys, with a manifest of digests.

The database comes from SQLite's backup interface, one snapshot from a connection of its own. Blobs are copied before
and after it, so that every file a message of the snapshot shows is there. Uploads in progress are left out. So is the
published log: an older one must never take the place of what others have seen; `chappe log rebuild` makes it anew.
For PostgreSQL the database is saved by `pg_dump`; this module refuses. What is to be sealed (`chappe.recovery`) is
sealed as it is written: nothing of it touches the disk in the clear.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

DATABASE = "chappe.sqlite"
MANIFEST = "manifest.json"
FORMAT = 1
CHUNK_BYTES = 1024 * 1024
_LEFT_OUT = ("uploads", "blobs/tmp", "log/", MANIFEST)
RESTORING = ".restoring"
"""What is brought back lies in it until all of it is there."""


class BackupError(Exception):
    """There is no usable backup, or no place for it; the text says what to do. What was there before is untouched."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup holds or a restore brought back."""

    files: int
    size_bytes: int
    damaged: tuple[str, ...] = ()
    """Names of people's files whose bytes are not what they were when they came: the disk spoilt them."""


Entry = tuple[str, int]
"""SHA-256 in hex digits and size."""


Seal = Callable[[IO[bytes], IO[bytes]], None]
"""Reads from the one and writes to the other, sealed or opened again; raises ValueError for what it cannot."""


def backup(data_dir: Path, target: Path, date: int, seal: Seal | None = None) -> Copied:
    """`target`, a new folder or a new `.tar` file, holds one consistent state; for its owner alone.

    Shape: with `seal` the target is a file, the sealed `.tar`.
    Errors: BackupError.
    """
    if not (data_dir / DATABASE).exists():
        raise BackupError(f"{data_dir} holds no SQLite database; with PostgreSQL use pg_dump and copy keys and blobs")
    if target.exists():
        raise BackupError(f"{target} exists already")
    half = target.with_name(target.name + ".part")
    snapshot = half.with_name(half.name + ".db")
    try:
        for left_over in (half, snapshot):  # of a backup that was killed
            _remove(left_over)
        with _sink(half, tar=target.suffix == ".tar", seal=seal) as sink:
            entries = _copy(data_dir, snapshot, sink)
            manifest = json.dumps({"format": FORMAT, "date": date, "files": entries}, indent=0).encode()
            sink.add_bytes(MANIFEST, manifest)
        half.replace(target)
    except (OSError, ValueError, sqlite3.Error, BackupError) as error:
        _remove(half)
        raise BackupError(f"no backup was made: {error}") from error
    return _copied(entries)


def sealed_to(data_dir: Path) -> str:
    """To whom the folder's backups are sealed, as its database says; empty while no recovery kits were made.

    Errors: BackupError.
    """
    place = data_dir / DATABASE
    if not place.exists():
        raise BackupError(f"{data_dir} holds no SQLite database; with PostgreSQL seal what pg_dump makes")
    try:
        with contextlib.closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute(
                "SELECT recipient FROM recovery_kits WHERE ended = 0 ORDER BY generation DESC LIMIT 1"
            ).fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"the database does not say to whom backups are sealed: {error}") from error
    return str(row[0]) if row else ""


def restore(source: Path, data_dir: Path, unseal: Seal | None = None) -> Copied:
    """The empty or missing `data_dir` holds what the backup held, every digest and the database checked.

    Shape: with `unseal` the source is a sealed `.tar`.
    Errors: BackupError; then `data_dir` is as empty as before.
    """
    half = data_dir / RESTORING
    if data_dir.exists() and any(path != half for path in data_dir.iterdir()):
        raise BackupError(f"{data_dir} is not empty; restore into a new folder")
    try:
        _remove(half)  # of a restore that was killed
        half.mkdir(mode=0o700, parents=True)
        data_dir.chmod(0o700)
        entries = _unpack(source, half, unseal)
        _require_sound(half / DATABASE)
        # The database comes last: a folder without it is clearly unfinished.
        for path in sorted(half.iterdir(), key=lambda path: path.name == DATABASE):
            path.rename(data_dir / path.name)
        half.rmdir()
    except (OSError, sqlite3.Error, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        _remove(half)
        raise BackupError(f"nothing was restored: {error}") from error
    except BackupError:
        _remove(half)
        raise
    return _copied(entries)


def _copied(entries: dict[str, Entry]) -> Copied:
    """A blob is called by the digest that its bytes had when it came."""
    blobs = ((name, digest) for name, (digest, _) in entries.items() if name.startswith("blobs/"))
    damaged = tuple(sorted(name for name, digest in blobs if PurePosixPath(name).name != digest))
    return Copied(len(entries), sum(size for _, size in entries.values()), damaged)


class _Sink(Protocol):
    def add(self, name: str, source: IO[bytes]) -> Entry: ...
    def add_bytes(self, name: str, data: bytes) -> None: ...


class _FolderSink:
    """A backup as a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, source: IO[bytes]) -> Entry:
        """The file is in the backup; its digest and size."""
        with _create(self._folder / name) as target:
            return _copy_stream(source, target)

    def add_bytes(self, name: str, data: bytes) -> None:
        """These bytes are a file of the backup."""
        with _create(self._folder / name) as target:
            target.write(data)


class _TarSink:
    """A backup as one file."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, source: IO[bytes]) -> Entry:
        """The file is in the backup; its digest and size."""
        size = os.fstat(source.fileno()).st_size
        hashing = _Hashing(source)
        self._tar.addfile(_member(name, size), hashing)
        return hashing.made.hexdigest(), size

    def add_bytes(self, name: str, data: bytes) -> None:
        """These bytes are a file of the backup."""
        self._tar.addfile(_member(name, len(data)), BytesIO(data))


class _Hashing:
    """Reads from a file and knows the digest of what it gave."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.made = sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._source.read(size)
        self.made.update(data)
        return data


@contextlib.contextmanager
def _sink(half: Path, tar: bool, seal: Seal | None) -> Iterator[_Sink]:
    if seal is not None:
        with (
            _create(half) as file,
            _into(seal, file) as pipe,
            tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as made,
        ):
            yield _TarSink(made)
        return
    if not tar:
        half.mkdir(mode=0o700)
        yield _FolderSink(half)
        return
    with _create(half) as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as made:
        yield _TarSink(made)


@contextlib.contextmanager
def _into(seal: Seal, target: IO[bytes]) -> Iterator[IO[bytes]]:
    """What is written is sealed into the target, all of it once this ends."""
    reading, writing = _pipe()
    failed: list[BaseException] = []
    worker = threading.Thread(target=_sealing, args=(seal, reading, target, failed))
    worker.start()
    try:
        with writing:
            yield writing
    finally:
        worker.join()
    if failed:
        raise ValueError(str(failed[0])) from failed[0]


@contextlib.contextmanager
def _out_of(unseal: Seal, source: IO[bytes]) -> Iterator[IO[bytes]]:
    """What the source holds, opened; read to the end, so that all of it is checked."""
    reading, writing = _pipe()
    failed: list[BaseException] = []
    worker = threading.Thread(target=_sealing, args=(unseal, source, writing, failed))
    worker.start()
    try:
        with reading:
            plain = _Opened(reading, worker, failed)
            yield plain  # type: ignore[misc]  # tarfile reads from it, and does nothing else
            while plain.read(CHUNK_BYTES):
                pass
    finally:
        worker.join()


class _Opened:
    """Where the sealed file turns out to be damaged, its reader hears of that, not of an early end."""

    def __init__(self, pipe: IO[bytes], worker: threading.Thread, failed: list[BaseException]) -> None:
        self._pipe, self._worker, self._failed = pipe, worker, failed

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Errors: ValueError."""
        data = self._pipe.read(size)
        if len(data) < size:
            self._worker.join()
            if self._failed:
                raise ValueError(str(self._failed[0])) from self._failed[0]
        return data


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe2(os.O_CLOEXEC)
    return open(reading, "rb"), open(writing, "wb")


def _sealing(seal: Seal, source: IO[bytes], target: IO[bytes], failed: list[BaseException]) -> None:
    """Run in a thread of its own; whichever end is a pipe is closed, so that the other side goes on."""
    try:
        seal(source, target)
    except (OSError, ValueError) as error:
        failed.append(error)
    for end in (source, target):
        if not end.seekable():
            with contextlib.suppress(OSError):
                end.close()


def _copy(data_dir: Path, snapshot: Path, sink: _Sink) -> dict[str, Entry]:
    """Everything but the manifest is in the sink."""
    entries: dict[str, Entry] = {}
    _add_files(data_dir, sink, entries)
    try:
        _snapshot(data_dir / DATABASE, snapshot)
        _require_sound(snapshot)
        with snapshot.open("rb") as file:
            entries[DATABASE] = sink.add(DATABASE, file)
    finally:
        snapshot.unlink(missing_ok=True)
    _add_files(data_dir, sink, entries)
    return entries


def _add_files(data_dir: Path, sink: _Sink, entries: dict[str, Entry]) -> None:
    """Every file that is not the database's and not yet there."""
    for path in sorted(data_dir.rglob("*")):
        name = path.relative_to(data_dir).as_posix()
        if name in entries or name.startswith((DATABASE, *_LEFT_OUT)) or name.endswith(".part"):
            continue
        # A blob may be collected at any moment; then nothing shows it any more.
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    entries[name] = sink.add(name, file)


def _snapshot(database: Path, snapshot: Path) -> None:
    """One consistent state of the database is a file of its own, without a log."""
    os.close(os.open(snapshot, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    source, made = sqlite3.connect(database, timeout=30.0), sqlite3.connect(snapshot)
    try:
        source.execute("PRAGMA wal_autocheckpoint = 0")
        source.backup(made)
    finally:
        made.close()
        source.close()


def _unpack(source: Path, folder: Path, unseal: Seal | None) -> dict[str, Entry]:
    """The folder holds the backup's files, all of them checked against its manifest."""
    found = {name: _write(folder, name, file) for name, file in _files(source, unseal)}
    if MANIFEST not in found:
        raise BackupError(f"{source} holds no {MANIFEST}: it is no backup, or a half one")
    manifest = json.loads((folder / MANIFEST).read_bytes())
    if manifest["format"] != FORMAT:
        raise BackupError(f"the backup has format {manifest['format']}, this version knows {FORMAT}")
    entries = {name: (str(digest), int(size)) for name, (digest, size) in manifest["files"].items()}
    del found[MANIFEST]
    (folder / MANIFEST).unlink()
    wrong = sorted(name for name in entries.keys() | found.keys() if entries.get(name) != found.get(name))
    if wrong:
        raise BackupError(f"{len(wrong)} files are missing, damaged or not in the manifest, the first is {wrong[0]}")
    if DATABASE not in entries:
        raise BackupError("the backup holds no database")
    return entries


def _files(source: Path, unseal: Seal | None) -> Iterator[tuple[str, IO[bytes]]]:
    if unseal is not None:
        with (
            source.open("rb") as sealed,
            _out_of(unseal, sealed) as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            yield from _members(tar)
        return
    if source.is_dir():
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            with path.open("rb") as file:
                yield path.relative_to(source).as_posix(), file
        return
    with tarfile.open(source, "r:") as tar:
        yield from _members(tar)


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None:
            raise BackupError(f"the backup holds {member.name}, which is no plain file")
        yield member.name, content


def _write(folder: Path, name: str, source: IO[bytes]) -> Entry:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or pure.as_posix() != name or name == ".":
        raise BackupError(f"the backup holds a file with the name {name!r}")
    with _create(folder / name) as target:
        return _copy_stream(source, target)


@contextlib.contextmanager
def _create(path: Path) -> Iterator[IO[bytes]]:
    """A new file, its owner's alone, durable at the end."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _copy_stream(source: IO[bytes], target: IO[bytes]) -> Entry:
    hashing, size = _Hashing(source), 0
    while chunk := hashing.read(CHUNK_BYTES):
        target.write(chunk)
        size += len(chunk)
    return hashing.made.hexdigest(), size


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _require_sound(database: Path) -> None:
    """Errors: BackupError."""
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            answer = connection.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"the database is damaged: {error}") from error
    if answer != [("ok",)]:
        raise BackupError(f"the database is damaged: {str(answer[0][0]).splitlines()[-1]}")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
