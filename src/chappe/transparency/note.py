"""Signed notes: a text and the signatures under it, by Ed25519 keys with names and ids. Pure.

Source: tlog/signed-note
Shape: text, empty line, then lines `— name base64(id: 4 bytes, signature: 64 bytes)`; a public key is written
`name+id in hex+base64(1, key: 32 bytes)`.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES = 32
ID_BYTES = 4
MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100
_DASH = "\u2014 "


class NoteError(Exception):
    """The note, or the key, is malformed, or no known key has signed it; the text says which."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and its name."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before its signatures."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """True if the key has signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and its name; signatures are the same each time."""

    name: str
    secret: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw())

    def line(self, text: str) -> str:
        """The signature line under the text."""
        made = self.verifier.id + Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode())
        return f"{_DASH}{self.name} {base64.b64encode(made).decode()}\n"


def verifier(written: str) -> Verifier:
    """The public key as it is written. Errors: NoteError."""
    name, _, rest = written.partition("+")
    id_, _, encoded = rest.partition("+")
    key = _decoded(encoded)
    if not is_name(name) or len(key) != 1 + KEY_BYTES or key[:1] != ED25519:
        raise NoteError("this is no Ed25519 verifier key")
    found = Verifier(name, key[1:])
    if found.id.hex() != id_:
        raise NoteError("the key does not have the id that it is written with")
    return found


def is_name(name: str) -> bool:
    """True if a key may be called so: not empty, without spaces and plus signs."""
    return bool(name) and "+" not in name and not any(char.isspace() for char in name)


def sign(text: str, signers: Iterable[Signer]) -> str:
    """The text with the signatures of all these keys. Errors: NoteError for a text that no note may have."""
    _require_text(text)
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def opened(note: str, known: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """The text, and those of the known keys that have signed it: at least one.

    Errors: NoteError, also if one signature in the name of a known key is wrong.
    """
    if len(note) > MAX_BYTES:
        raise NoteError("the note is too large")
    text, _, below = note.rpartition("\n\n")
    text += "\n"
    _require_text(text)
    keys = {(key.name, key.id): key for key in known}
    found: dict[tuple[str, bytes], Verifier] = {}
    for name, made in _signatures(below):
        key = keys.get((name, made[:ID_BYTES]))
        if key is None or (name, key.id) in found:
            continue
        if not key.accepts(text, made[ID_BYTES:]):
            raise NoteError(f"the signature of {name} is wrong")
        found[name, key.id] = key
    if not found:
        raise NoteError("no known key has signed the note")
    return text, list(found.values())


def _signatures(below: str) -> list[tuple[str, bytes]]:
    lines = below.split("\n")
    if lines.pop() or not lines or len(lines) > MAX_SIGNATURES:
        raise NoteError("the signatures are malformed")
    out = []
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        made = _decoded(encoded)
        if not line.startswith(_DASH) or not is_name(name) or len(made) <= ID_BYTES:
            raise NoteError("a signature line is malformed")
        out.append((name, made))
    return out


def _require_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n" or any(ord(char) < 0x20 and char != "\n" for char in text):
        raise NoteError("a note's text ends with a new line and has no other control characters")


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise NoteError("this is no base64") from None
