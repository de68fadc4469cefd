"""`chappe settings`: every setting with its present value, and the page that documents them."""

import argparse
from pathlib import Path

from chappe import config as settings
from chappe.commands.frame import Command, show
from chappe.config import Config

PAGE = Path("docs/settings.md")
HEAD = """<!-- Written by `chappe settings --write`; change src/chappe/config.py instead. -->
# Settings

Each setting has a default, and takes a value from a TOML file (`--config FILE` or `CHAPPE_CONFIG`), from a variable
`CHAPPE_` + its name in capitals, or from the command line (`--set name=value`); the later of these wins. Lists are
separated by commas. `chappe settings` shows the values in force, secrets hidden.

"""


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `settings`."""
    parser.add_argument("--write", action="store_true", help=f"write {PAGE} and end")


def run(config: Config, given: argparse.Namespace) -> int:
    """The values are printed, or the page is written."""
    if given.write:
        PAGE.write_text(page())
        return 0
    values = settings.shown(config)
    show(given, values, "\n".join(f"{name} = {value}" for name, value in values.items()))
    return 0


def page() -> str:
    """The page of all settings."""
    return HEAD + settings.table()


COMMAND = Command("settings", "Show every setting and its value.", words, run)
