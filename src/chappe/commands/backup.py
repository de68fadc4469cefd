"""`chappe backup`: a copy of the data folder, while the server runs or when it does not."""

import argparse
import sys
from pathlib import Path

from chappe.app import SystemClock
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.recovery import RecoveryError, Sealing, sealer
from chappe.store import BackupError, backup
from chappe.store.backups import Copied, sealed_to


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `backup`."""
    parser.add_argument(
        "place", type=Path,
        help="a new folder, or a new file whose name ends in .tar, or in .tar.age: then recovery kits alone open it",
    )  # fmt: skip


def run(config: Config, given: argparse.Namespace) -> int:
    """The backup is whole and durable; 1 if none could be made."""
    if config.database:
        print("chappe: the database is PostgreSQL's: save it with pg_dump, and copy keys and blobs", file=sys.stderr)
        return 1
    try:
        seal = _seal(config) if given.place.suffix == ".age" else None
        made = backup(config.data, given.place, int(SystemClock().now()), seal)
    except (BackupError, RecoveryError) as error:
        print(f"chappe: {error}", file=sys.stderr)
        return 1
    facts = {
        "place": str(given.place), "files": made.files, "size_bytes": made.size_bytes, "damaged": list(made.damaged),
    }  # fmt: skip
    show(given, facts, f"{made.files} files, {made.size_bytes} bytes saved.{spoilt(made)}")
    return 0


def spoilt(made: Copied) -> str:
    """What is said of files that the disk has spoilt; nothing while there are none."""
    if not made.damaged:
        return ""
    first = ", ".join(made.damaged[:3]) + (", …" if len(made.damaged) > 3 else "")
    return f"\n{len(made.damaged)} of them were spoilt by the disk: bring them back from an older backup: {first}"


def _seal(config: Config) -> Sealing:
    """What seals to the kits that hold: the row that says so says to whom. Errors: RecoveryError, BackupError."""
    recipient = sealed_to(config.data)
    if not recipient:
        raise RecoveryError("there are no recovery kits yet, so nobody to seal to: chappe recovery make")
    return sealer(recipient)


COMMAND = Command("backup", "Save everything to one file or folder; the server may run.", words, run)
