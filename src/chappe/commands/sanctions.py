"""`chappe sanctions`: lists of sanctions that the names of public rooms are compared with."""

import argparse
import datetime
from pathlib import Path
from typing import Any

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `sanctions`."""
    parser.add_argument("part", nargs="?", choices=("add", "remove"), metavar="add|remove", help="none: show them")
    parser.add_argument(
        "target", nargs="?", default="", metavar="FILE|NAME",
        help="the file (the Union's consolidated XML, or one name a line), or the list to remove",
    )  # fmt: skip
    parser.add_argument("--name", default="eu-consolidated", help="what territory profiles call it (eu-consolidated)")


def run(config: Config, given: argparse.Namespace) -> int:
    """The list was added or removed, or all are printed."""
    if given.part == "add":
        path = str(Path(given.target).resolve())
        made: dict[str, Any] = ask(config, act="sanctions_add", path=path, name=given.name)
        show(given, made, f"{_line(made)}\nPublic rooms that meet a name are cases now; nothing is hidden by a list.")
        return 0
    if given.part == "remove":
        show(given, ask(config, act="sanctions_remove", name=given.target), f"{given.target} is compared no more.")
        return 0
    found: list[dict[str, Any]] = ask(config, act="sanctions")
    show(given, found, "\n".join(map(_line, found)) or "There is no list yet: chappe sanctions add FILE")
    return 0


def _line(one: dict[str, Any]) -> str:
    made = f", made {one['made']}" if one["made"] else ""
    day = datetime.datetime.fromtimestamp(one["date"], datetime.UTC).strftime("%Y-%m-%d")
    return f"{one['name']}: {one['entities']:,} names{made}, here since {day}"


COMMAND = Command("sanctions", "Show, add or remove lists of sanctions.", words, run)
