"""`chappe restore`: a data folder from a backup, every file of it checked."""

import argparse
import asyncio
import sys
from pathlib import Path

from chappe.app import SystemClock
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.domain import upkeep
from chappe.store import BackupError, open_sqlite, restore


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `restore`."""
    parser.add_argument("place", type=Path, help="what `chappe backup` made")


def run(config: Config, given: argparse.Namespace) -> int:
    """The data folder, which must be empty or missing, holds what the backup held; 1 if it could not be."""
    try:
        made = restore(given.place, config.data)
        asyncio.run(_begin_anew(config.data / "chappe.sqlite"))
    except BackupError as error:
        print(f"chappe: {error}", file=sys.stderr)
        return 1
    facts = {"place": str(config.data), "files": made.files, "size_bytes": made.size_bytes}
    show(given, facts, f"{made.files} files brought back to {config.data}.")
    return 0


async def _begin_anew(database: Path) -> None:
    """Clients that saw more than the backup holds will read their chats anew."""
    store = open_sqlite(database, SystemClock())
    try:
        await store.write(upkeep.begin_anew)
    finally:
        await store.close()


COMMAND = Command("restore", "Fill an empty data folder from a backup.", words, run)
