"""`chappe invite`: a link that gives one person an anonymous number."""

import argparse

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `invite`."""
    parser.add_argument("--days", type=int, default=7, metavar="N", help="how long it works (7)")


def run(config: Config, given: argparse.Namespace) -> int:
    """The link and the number are printed."""
    made = ask(config, act="invite", days=given.days)
    text = f"For one person, within {given.days} days; it gives the number +{made['phone']}.\n  {made['link']}"
    show(given, made, text)
    return 0


COMMAND = Command("invite", "Make a link that gives one person an anonymous number.", words, run)
