"""The record of a drill, signed by the log's key that came out of the sealed backup: whoever signed it had opened it.

Source: tlog/signed-note
Shape: a signed note whose first line no checkpoint can have; figures only, no name and no content.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from chappe.recovery.errors import RecoveryError
from chappe.transparency.keys import Keys
from chappe.transparency.note import NoteError, Verifier, opened, sign

FIRST_LINE = "Chappe recovery drill"
FIGURES = ("backup_size_bytes", "sheets", "needed", "files", "accounts", "entries", "leaves")
_FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Drill:
    """What was done. Shape: instants are seconds since 1970; digest is that of the keys (`KeyBox.digest`)."""

    performed: int
    backup_size_bytes: int
    sheets: int
    needed: int
    files: int
    accounts: int
    entries: int
    leaves: int
    digest: str


def signed_record(drill: Drill, keys: Keys) -> str:
    """The record as a file."""
    lines = [FIRST_LINE, keys.origin, f"performed {datetime.fromtimestamp(drill.performed, UTC):{_FORM}}"]
    lines += [f"{name} {getattr(drill, name)}" for name in FIGURES]
    return sign("\n".join([*lines, f"keys {drill.digest}"]) + "\n", keys.signers)


def opened_record(record: str, known: Iterable[Verifier]) -> Drill:
    """What the record says, if one of these keys signed it. Errors: RecoveryError."""
    try:
        text, _ = opened(record.replace("\r\n", "\n"), known)
    except NoteError as error:
        raise RecoveryError(f"this is no record of a drill with this server's keys: {error}") from error
    first, _, *lines = text.rstrip("\n").split("\n")
    said = dict(line.split(" ", 1) for line in lines if " " in line)
    try:
        if first != FIRST_LINE:
            raise ValueError("its first line is another")
        performed = int(datetime.strptime(said["performed"], _FORM).replace(tzinfo=UTC).timestamp())
        figures = {name: int(said[name]) for name in FIGURES}
        return Drill(performed=performed, digest=said["keys"], **figures)
    except (KeyError, ValueError) as error:
        raise RecoveryError(f"this is no record of a drill: {error}") from error
