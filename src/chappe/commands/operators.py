"""`chappe operators`: who runs the server, and a link for who lost every way in."""

import argparse
from typing import Any

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `operators`."""
    parser.add_argument(
        "--link", nargs="?", const="", metavar="NAME", help="a link for the first operator, or a new key"
    )


def run(config: Config, given: argparse.Namespace) -> int:
    """The operators, or the path of the link, are printed."""
    if given.link is not None:
        links: dict[str, str] = ask(config, act="operator_link", name=given.link)["links"]
        lines = ["Works once, within 24 hours.", f"  {links['start']}"]
        if links["network"] != links["start"]:
            lines.append(f"  From other machines: {links['network']}")
        show(given, links, "\n".join(lines))
        return 0
    people: list[dict[str, Any]] = ask(config, act="operators")
    show(given, people, "\n".join(map(_line, people)) or "There is no operator yet: use --link.")
    return 0


def _line(one: dict[str, Any]) -> str:
    ways = [f"{one['passkeys']} passkey{'s' * (one['passkeys'] > 1)}"] if one["passkeys"] else []
    ways += ["a password"] if one["has_password"] else []
    return f"{one['operator_id']:>4}  {one['role']:<9} {one['name']}  ({', '.join(ways) or 'no way in'})"


COMMAND = Command("operators", "List the operators, or make a link for one.", words, run)
