"""`chappe invite`: a link that gives one person an anonymous number."""

import argparse

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `invite`."""
    parser.add_argument("--days", type=int, default=7, help="how long it works")


def run(config: Config, given: argparse.Namespace) -> int:
    """The link's path and the number are printed."""
    made = ask(config, act="invite", days=given.days)
    facts = {"path": f"/invite/{made['token']}", "phone": made["phone"]}
    text = f"+{facts['phone']}: give this to one person, below the address of the start page: {facts['path']}"
    show(given, facts, text)
    return 0


COMMAND = Command("invite", "Make a link that gives one person an anonymous number.", words, run)
