"""`chappe users`: every account, without what is in its box."""

import argparse
import datetime
from typing import Any

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """`users` has no options of its own."""


def run(config: Config, given: argparse.Namespace) -> int:
    """The accounts are printed."""
    users: list[dict[str, Any]] = []
    while page := ask(config, act="users", after=users[-1]["user_id"] if users else 0):
        users += page
    show(given, users, "\n".join(map(_line, users)) or "Nobody has signed up yet.")
    return 0


def _line(user: dict[str, Any]) -> str:
    name = " ".join(part for part in (user["first_name"], user["last_name"]) if part)
    made = datetime.datetime.fromtimestamp(user["date"], datetime.UTC).date()
    handle = f" @{user['username']}" if user["username"] else ""
    gone = " (deleted)" if user["deleted"] else ""
    size = f"{user['stored_bytes'] >> 20:>6} MiB"
    return f"{user['user_id']:>12}  +{user['phone'] or '-':<15} {made}  {size}  {name}{handle}{gone}"


COMMAND = Command("users", "List the accounts.", words, run)
