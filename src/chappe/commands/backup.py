"""`chappe backup` and `chappe restore`: the data folder as one file or folder, and back."""

import argparse
from pathlib import Path

from chappe import app, store
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of both."""
    parser.add_argument("place", type=Path, help="a folder, or a file whose name ends in .tar")


def run(config: Config, given: argparse.Namespace) -> int:
    """The backup is made; the server may be running."""
    made = store.backup(config.data, given.place, int(app.SystemClock().now()))
    show(given, _facts(given.place, made.files, made.size_bytes), f"{made.files} files, {made.size_bytes} bytes saved.")
    return 0


def run_back(config: Config, given: argparse.Namespace) -> int:
    """The data folder, new or empty, holds what the backup held."""
    made = store.restore(given.place, config.data)
    show(given, _facts(config.data, made.files, made.size_bytes), f"{made.files} files brought back to {config.data}.")
    return 0


def _facts(place: Path, files: int, size_bytes: int) -> dict[str, object]:
    return {"place": str(place), "files": files, "size_bytes": size_bytes}


COMMAND = Command("backup", "Save everything to one file or folder; the server may run.", words, run)
RESTORE = Command("restore", "Fill an empty data folder from a backup.", words, run_back)
