"""`chappe restore`: a data folder from a backup, every file checked; or the last step of one made by other means."""

import argparse
import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from chappe import app, control
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.datadir import DataDirError, open_data_dir, require_whole
from chappe.domain import upkeep
from chappe.store import BackupError, restore

LOG = (
    "The published log is not among them: make it anew with `chappe log rebuild`, and a checkpoint somebody kept. "
    "Never start the folder that this one takes the place of again: two servers would speak, and log, as one."
)
RUNNING = "the server of this data folder runs: stop it first"


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `restore`."""
    parser.add_argument("place", type=Path, nargs="?", help="what `chappe backup` made")
    parser.add_argument(
        "--begin-anew", action="store_true",
        help="bring nothing back: the database was taken back to an earlier state by other means (pg_restore, a "
        "snapshot of the disk), so let every client read its chats anew",
    )  # fmt: skip


def run(config: Config, given: argparse.Namespace) -> int:
    """The data folder, which must be empty or missing, holds what the backup held; 1 if it could not be."""
    if given.begin_anew == bool(given.place):
        print("chappe: name a backup to bring back, or --begin-anew alone", file=sys.stderr)
        return 2
    if given.begin_anew:
        asyncio.run(begin_anew(config))
        show(given, {"begun_anew": True}, "Every client will read its chats anew.")
        return 0
    try:
        made = restore(given.place, config.data)
        asyncio.run(begin_anew(replace(config, database="")))
    except BackupError as error:
        print(f"chappe: {error}", file=sys.stderr)
        return 1
    facts = {"place": str(config.data), "files": made.files, "size_bytes": made.size_bytes}
    show(given, facts, f"{made.files} files brought back to {config.data}. {LOG}")
    return 0


async def begin_anew(config: Config) -> None:
    """Clients that saw more than the database now holds will read their chats anew. Errors: DataDirError."""
    if not (config.data / "keys").is_dir():
        raise DataDirError(f"{config.data} is no data folder; name the server's with --data or CHAPPE_DATA")
    if await control.ask(config.data, {"act": "operators"}) is not None:
        raise DataDirError(RUNNING)
    require_whole(config.data, own_database=not config.database)
    database = app.choose_store(config, open_data_dir(config.data, os.urandom), app.SystemClock())
    try:
        await database.write(upkeep.begin_anew)
    finally:
        await database.close()


COMMAND = Command("restore", "Fill an empty data folder from a backup.", words, run)
