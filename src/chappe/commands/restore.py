"""`chappe restore`: a data folder from a backup, every file of it checked."""

import argparse
import sys
from pathlib import Path

from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.store import BackupError, restore


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `restore`."""
    parser.add_argument("source", type=Path, help="what `chappe backup` made")


def run(config: Config, given: argparse.Namespace) -> int:
    """The data folder, which must be empty or missing, holds what the backup held; 1 if it could not be."""
    try:
        copied = restore(given.source, config.data)
    except BackupError as error:
        print(f"chappe: {error}", file=sys.stderr)
        return 1
    facts = {"data": str(config.data), "files": copied.files, "size_bytes": copied.size_bytes}
    show(given, facts, f"{config.data}: {copied.files} files, {copied.size_bytes >> 10} KiB")
    return 0


COMMAND = Command("restore", "Bring a backup back into an empty data folder.", words, run)
