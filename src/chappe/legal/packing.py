"""A package as bytes: a zip of JSON, PDF and files, sealed with age while it is made, so that none of it lies open.

Source: requirements/legal-packages, age/x25519
Runs on threads: one writes the zip into a pipe, one seals what comes out of it into another; what comes out of that is
kept as a blob. Nothing of it ever stands unsealed on a disk.
"""

import base64
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import IO, Any, Protocol

import msgspec
import pyrage

from chappe.base.errors import Refusal
from chappe.domain.personal import IDENTIFICATION, SUBSCRIBER, Record
from chappe.legal.collect import Piece
from chappe.legal.signing import Signing

FORMAT = "chappe-disclosure/1"
CHUNK_BYTES = 256 * 1024
README = """\
EN  manifest.json names every file here with its SHA-256; manifest.sig is its Ed25519 signature in base64.
    The JSON files have one record a line. summary.pdf says in words what was matched and what is here.
FR  manifest.json nomme chaque fichier avec son SHA-256 ; manifest.sig en est la signature Ed25519 en base64.
    Les fichiers JSON ont un enregistrement par ligne. summary.pdf dit en clair ce qui correspond et ce qui est ici.
"""

Pages = Callable[[int], Iterator[list[Record]]]
"""The records of the scope's piece of that number, a page at a time; called on the packing thread."""


class Blobs(Protocol):
    """What packing needs of the place where bytes lie; `store.FileStore` is one."""

    def put_stream(self, chunks: Iterable[bytes | memoryview], /) -> tuple[bytes, int]: ...
    def stream(self, sha256: bytes, /) -> Iterator[bytes]: ...
    def size(self, sha256: bytes, /) -> int: ...
    def delete(self, sha256: bytes, unused_since: float, /) -> bool: ...


@dataclass(slots=True)
class Packed:
    """A package that was made. Shape: sha256 and size of the sealed blob; manifest as signed."""

    sha256: bytes
    size_bytes: int
    manifest: bytes
    signature: bytes
    records: int


@dataclass(slots=True)
class _Zip:
    """The zip being written, and what its manifest will say of the files in it."""

    file: zipfile.ZipFile
    date: tuple[int, int, int, int, int, int]
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, chunks: Iterable[bytes], *, listed: bool = True) -> None:
        """One more file; `listed` in the manifest."""
        info = zipfile.ZipInfo(name, self.date)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        made, size = sha256(), 0
        with self.file.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)
                made.update(chunk)
                size += len(chunk)
        if listed:
            self.files.append({"name": name, "size_bytes": size, "sha256": made.hexdigest()})


def pack(
    blobs: Blobs, signing: Signing, recipient: str, head: Mapping[str, Any], pieces: Iterable[Piece], pages: Pages,
    language: str,
) -> Packed:  # fmt: skip
    """The package is a blob, sealed to the recipient; nothing is left of it if anything goes wrong.

    Shape: head is the beginning of the manifest, with `made`, `case`, `reference`, `authority` and `targets`.
    Errors: Refusal authority_key_missing for a recipient that is none; what reading raised.
    """
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise Refusal("authority_key_missing") from error
    made: dict[str, Any] = {}

    def write(out: IO[bytes]) -> None:
        made["packed"] = _write(out, blobs, signing, head, pieces, pages, language)

    digest, size, failure = _sealed(blobs, key, write)
    if failure is not None:
        blobs.delete(digest, float("inf"))
        raise failure
    manifest, signature, records = made["packed"]
    return Packed(digest, size, manifest, signature, records)


def _sealed(
    blobs: Blobs, key: "pyrage.x25519.Recipient", write: Callable[[IO[bytes]], None]
) -> tuple[bytes, int, BaseException | None]:
    """What `write` writes, sealed, as a blob: (SHA-256, size, what went wrong)."""
    failures: list[BaseException] = []
    plain_out, plain_in = os.pipe()
    sealed_out, sealed_in = os.pipe()

    def zips() -> None:
        try:
            with open(plain_in, "wb", buffering=CHUNK_BYTES) as out:
                write(out)
        except BaseException as error:  # noqa: BLE001 handed to who waits for the package
            failures.append(error)

    def seals() -> None:
        try:
            with open(plain_out, "rb", buffering=CHUNK_BYTES) as given, open(sealed_in, "wb") as out:
                pyrage.encrypt_io(given, out, [key])
        except BaseException as error:  # noqa: BLE001 the same
            failures.append(error)

    threads = [threading.Thread(target=one, daemon=True) for one in (zips, seals)]
    for thread in threads:
        thread.start()
    with open(sealed_out, "rb", buffering=0) as out:
        digest, size = blobs.put_stream(iter(lambda: out.read(CHUNK_BYTES), b""))
    for thread in threads:
        thread.join()
    return digest, size, failures[0] if failures else None


def _write(
    out: IO[bytes], blobs: Blobs, signing: Signing, head: Mapping[str, Any], pieces: Iterable[Piece], pages: Pages,
    language: str,
) -> tuple[bytes, bytes, int]:  # fmt: skip
    from chappe.legal import summary  # what prints takes a while to import: only who prints waits for it

    date = datetime.fromtimestamp(head["made"], UTC)
    listed: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    wanted: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", allowZip64=True) as file:
        made = _Zip(file, (date.year, date.month, date.day, date.hour, date.minute, date.second))
        made.add("README.txt", (README.encode(),))
        for number, piece in enumerate(pieces):
            name, count = f"data/{number + 1:03}-{piece.category}.jsonl", [0]
            made.add(name, _lines(pages(number), count, shown, wanted))
            listed.append(_named(piece, name) | {"records": count[0]})
        gone = [name for digest, name in wanted.items() if not _add_blob(made, blobs, bytes.fromhex(digest), name)]
        manifest = {**head, "pieces": listed, "files_gone": gone, "signed_by": signing.public}
        made.add("summary.pdf", (summary.printed(manifest, shown, language),))
        data = json.dumps({**manifest, "files": made.files}, ensure_ascii=False, indent=1).encode()
        signature = signing.sign(data)
        made.add("manifest.json", (data,), listed=False)
        made.add("manifest.sig", (base64.b64encode(signature),), listed=False)
    return data, signature, sum(one["records"] for one in listed)


def _add_blob(made: _Zip, blobs: Blobs, digest: bytes, name: str) -> bool:
    """The file is in the zip; False if it is gone by now, which the manifest says."""
    try:
        blobs.size(digest)
    except Refusal:
        return False
    made.add(name, blobs.stream(digest))
    return True


def _named(piece: Piece, name: str) -> dict[str, Any]:
    return {
        "name": name, "target": piece.no, "key": piece.key, "category": piece.category, "since": piece.since,
        "until": piece.until,
    }  # fmt: skip


def _lines(
    pages: Iterator[list[Record]], count: list[int], shown: list[dict[str, Any]], wanted: dict[str, str]
) -> Iterator[bytes]:
    """One record a line; files they show are wanted, the short ones are printed."""
    for page in pages:
        for record in page:
            count[0] += 1
            for one in record.files:
                wanted.setdefault(one.sha256, f"files/{one.sha256[:16]}-{one.name}")
            if record.category in (SUBSCRIBER, IDENTIFICATION):
                shown.append(record.data)
            yield msgspec.json.encode(_plain(record)) + b"\n"


def _plain(record: Record) -> dict[str, Any]:
    files = [{"sha256": one.sha256, "size_bytes": one.size_bytes} for one in record.files]
    said = {"kind": record.kind, "key": record.key, **record.data}
    return said | ({"shown_files": files} if files else {})
