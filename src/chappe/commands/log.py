"""`chappe log`: how the log of accountable acts is, its keys, and the way back after something was lost."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from chappe import app, control
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.datadir import DataDirError, open_data_dir
from chappe.transparency import Ledger, LogFault, Rebuilt, keys, rebuild

RUNNING = "the server of this data folder runs: stop it first"
ACTS = ("status", "keys", "rotate-key", "retire-key", "accept-clock", "rebuild")


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `log`."""
    parser.add_argument("what", choices=ACTS, nargs="?", default="status")
    parser.add_argument("id", nargs="?", default="", help="retire-key: the eight digits of the key that signs no more")
    parser.add_argument("--checkpoint", type=Path, help="rebuild: a checkpoint that somebody kept, to compare with")
    parser.add_argument(
        "--adopt", action="store_true", help="rebuild: first take leaves that only the folder has into the database"
    )
    parser.add_argument(
        "--unchecked", action="store_true", help="rebuild: nothing is known of what was published; trust the database"
    )


def run(config: Config, given: argparse.Namespace) -> int:
    """What was asked is done; 1 if it was refused, and for `status` if the log does not go on."""
    try:
        return _run(config, given)
    except LogFault as fault:
        print(f"chappe: {fault}", file=sys.stderr)
    except keys.KeysError as error:
        print(f"chappe: {error}", file=sys.stderr)
    return 1


def _run(config: Config, given: argparse.Namespace) -> int:
    if not (config.data / "keys").is_dir():
        raise DataDirError(f"{config.data} is no data folder; name the server's with --data or CHAPPE_DATA")
    if given.what == "status":
        return _status(config, given)
    if given.what == "accept-clock":
        asyncio.run(_asked(config, "log_accept_clock"))
        show(given, {"accepted": True}, "The log goes on by the clock as it is, within a minute.")
        return 0
    if given.what == "rebuild":
        made = asyncio.run(_rebuilt(config, given))
        text = f"{made.size} leaves published anew, {made.adopted} taken into the database. Start the server now."
        show(given, {"size": made.size, "adopted": made.adopted}, text)
        return 0
    return _keys(config, given)


def _status(config: Config, given: argparse.Namespace) -> int:
    answer = asyncio.run(control.ask(config.data, {"act": "log"}))
    if not isinstance(answer, dict):
        print("chappe: no server runs over this data folder", file=sys.stderr)
        return 1
    text = f"{answer['size']} leaves are published."
    if answer["waiting_since"]:
        text += " Some entries wait for their place."
    show(given, answer, f"The log does not go on: {answer['fault']}" if answer["fault"] else text)
    return 1 if answer["fault"] else 0


def _keys(config: Config, given: argparse.Namespace) -> int:
    """The keys that sign from the next start on."""
    place = config.data / "keys" / "log.keys"
    if not place.exists():
        raise DataDirError(f"{place} is made on first start")
    found = keys.open_keys(place, "", os.urandom)
    if given.what == "rotate-key":
        found = keys.rotated(found, os.urandom)
    elif given.what == "retire-key":
        found = keys.retired(found, given.id)
    text = found.published().rstrip("\n")
    changed = "" if given.what == "keys" else "\nStart the server anew; these keys sign then."
    show(given, {"keys": text.split("\n")}, text + changed)
    return 0


async def _asked(config: Config, act: str) -> object:
    """The running server has done it, or the database itself."""
    answer = await control.ask(config.data, {"act": act})
    if answer is not None:
        return answer
    clock = app.SystemClock()
    folder = open_data_dir(config.data, os.urandom)
    database = app.choose_store(config, folder, clock)
    try:
        return await Ledger(database, clock, os.urandom, folder.path, "").accept_clock({})
    finally:
        await database.close()


async def _rebuilt(config: Config, given: argparse.Namespace) -> Rebuilt:
    if await control.ask(config.data, {"act": "operators"}) is not None:
        raise DataDirError(RUNNING)
    clock = app.SystemClock()
    folder = open_data_dir(config.data, os.urandom)
    kept = given.checkpoint.read_text("utf-8") if given.checkpoint else ""
    found = keys.open_keys(folder.path / "keys" / "log.keys", "", os.urandom)
    database = app.choose_store(config, folder, clock)
    try:
        return await rebuild(database, folder.path, found, os.urandom, kept, given.adopt, given.unchecked)
    finally:
        await database.close()


COMMAND = Command("log", "How the log of decisions is; its keys; make it anew after a loss.", words, run)
