"""The public formats, read: signed notes, checkpoints, bundles of entries, proofs, promises."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROOF = "c2sp.org/tlog-proof@v1"


class Wrong(Exception):
    """What was looked at is not as it should be; the text is a sentence for people."""


@dataclass(frozen=True)
class Key:
    """A public key as it is published: `name+id+base64`."""

    name: str
    id: bytes
    public: bytes

    @classmethod
    def parse(cls, written: str) -> "Key":
        """The key that is written so. Errors: Wrong."""
        parts = written.strip().split("+", 2)
        raw = unbase64(parts[2]) if len(parts) == 3 else b""
        if len(raw) != 33 or raw[0] != 1 or not parts[0]:
            raise Wrong(f"{written.strip()[:60]!r} is no Ed25519 key of a signed note.")
        made = hashlib.sha256(parts[0].encode() + b"\n" + raw).digest()[:4]
        if made.hex() != parts[1]:
            raise Wrong(f"The key {written.strip()[:60]!r} does not have the id that it is written with.")
        return cls(parts[0], made, raw[1:])


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log, once a key has vouched for it."""

    origin: str
    size: int
    root: bytes
    note: str


def opened(note: str, keys: Sequence[Key]) -> str:
    """The text of a note that one of the keys has signed. Errors: Wrong."""
    cut = note.rfind("\n\n")
    if cut < 0:
        raise Wrong("The note has no signature.")
    text, vouched = note[: cut + 1], False
    for line in note[cut + 2 :].splitlines():
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Wrong("The note has a signature line that is none.")
        made = unbase64(words[2])
        for key in keys:
            if (key.name, key.id) == (words[1], made[:4]):
                try:
                    Ed25519PublicKey.from_public_bytes(key.public).verify(made[4:], text.encode())
                except InvalidSignature:
                    raise Wrong(f"The signature of {key.name} under the note is wrong: somebody changed it.") from None
                vouched = True
    if not vouched:
        raise Wrong("The note is not signed by any key that you trust.")
    return text


def checkpoint(note: str, keys: Sequence[Key]) -> Checkpoint:
    """The checkpoint in a note that one of the keys has signed. Errors: Wrong."""
    lines = opened(note, keys).split("\n")
    if len(lines) < 4 or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise Wrong("The signed note is no checkpoint.")
    root = unbase64(lines[2])
    if len(root) != 32:
        raise Wrong("The checkpoint has no root.")
    return Checkpoint(lines[0], int(lines[1]), root, note)


def entries(bundle: bytes) -> Iterator[bytes]:
    """The leaves in a bundle. Errors: Wrong if it is cut."""
    at, end = 0, len(bundle)
    while at < end:
        size = bundle[at] << 8 | bundle[at + 1] if at + 1 < end else end
        at += 2
        if at + size > end:
            raise Wrong("A bundle of leaves is cut.")
        yield bundle[at : at + size]
        at += size


@dataclass(frozen=True)
class Proof:
    """A proof of one leaf."""

    extra: bytes
    index: int
    path: list[bytes]
    checkpoint: str


def proof(text: str) -> Proof:
    """The proof that a file holds. Errors: Wrong."""
    above, empty, note = text.partition("\n\n")
    lines = above.split("\n")
    if lines.pop(0) != PROOF or not empty:
        raise Wrong("This is no proof of the form tlog-proof.")
    extra = unbase64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index ") or not lines[0][6:].isdecimal():
        raise Wrong("The proof does not say which leaf it is about.")
    return Proof(extra, int(lines[0][6:]), [unbase64(line) for line in lines[1:]], note)


def unbase64(text: str) -> bytes:
    """The bytes. Errors: Wrong."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Wrong("Something that should be base64 is not.") from None
