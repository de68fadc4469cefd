"""The keys that sign the log: a file of its own in the data folder, outside the database and its backups by others.

Source: tlog/signed-note
Shape: one key a line, the oldest first, `PRIVATE+KEY+name+id+base64(1, seed: 32 bytes)`; all of them sign, so that a
new one is known before the old one is taken away. The name of every key is the log's origin.
"""

import base64
from dataclasses import dataclass
from pathlib import Path

from chappe.base.disk import write_owner_only
from chappe.base.ids import Entropy
from chappe.transparency.note import ED25519, KEY_BYTES, NoteError, Signer, Verifier, is_name

_PREFIX = "PRIVATE+KEY+"


class KeysError(Exception):
    """The file of keys cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs the log, and under which name."""

    path: Path
    signers: tuple[Signer, ...]

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.signers[0].name

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """The public halves."""
        return tuple(signer.verifier for signer in self.signers)

    def published(self) -> str:
        """The public keys as verifiers take them, one a line, the oldest first."""
        return "".join(f"{verifier}\n" for verifier in self.verifiers)


def open_keys(path: Path, origin: str, entropy: Entropy) -> Keys:
    """The keys of the log; the first is made if there is none, under this origin.

    Errors: KeysError for a damaged file; OSError.
    """
    if not path.exists():
        if not is_name(origin):
            raise KeysError(f"a log cannot be called {origin!r}")
        return _kept(Keys(path, (Signer(origin, entropy(KEY_BYTES)),)))
    signers = tuple(_signer(path, line) for line in path.read_text("ascii").splitlines() if line)
    if not signers or len({signer.name for signer in signers}) != 1:
        raise KeysError(f"{path} must hold keys of one log; restore it from a backup")
    return Keys(path, signers)


def rotated(keys: Keys, entropy: Entropy) -> Keys:
    """A new key signs beside the others."""
    return _kept(Keys(keys.path, (*keys.signers, Signer(keys.origin, entropy(KEY_BYTES)))))


def retired(keys: Keys, id_: str) -> Keys:
    """The key of this id, in hex, signs no more. Errors: KeysError for the only one, or one that is not there."""
    left = tuple(signer for signer in keys.signers if signer.verifier.id.hex() != id_)
    if len(left) == len(keys.signers):
        raise KeysError(f"no key has the id {id_}")
    if not left:
        raise KeysError("the only key cannot be taken away: add a new one first, and let people learn of it")
    return _kept(Keys(keys.path, left))


def _kept(keys: Keys) -> Keys:
    lines = []
    for signer in keys.signers:
        secret = base64.b64encode(ED25519 + signer.secret).decode()
        lines.append(f"{_PREFIX}{signer.name}+{signer.verifier.id.hex()}+{secret}\n")
    write_owner_only(keys.path, "".join(lines).encode("ascii"))
    return keys


def _signer(path: Path, line: str) -> Signer:
    name, _, rest = line.removeprefix(_PREFIX).partition("+")
    id_, _, encoded = rest.partition("+")
    try:
        secret = base64.b64decode(encoded, validate=True)
        signer = Signer(name, secret[1:])
        if line.startswith(_PREFIX) and secret[:1] == ED25519 and signer.verifier.id.hex() == id_:
            return signer
    except (ValueError, NoteError):
        pass
    raise KeysError(f"{path} holds a line that is no key; restore it from a backup")
