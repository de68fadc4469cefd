"""`chappe rules`: what rules find, in which mode each is, and what one would have found in past days."""

import argparse
import datetime
from pathlib import Path
from typing import Any

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `rules`."""
    parser.add_argument("part", nargs="?", choices=("mode", "test"), metavar="mode|test", help="none: show them")
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="the rule")
    parser.add_argument("mode", nargs="?", default="", metavar="live|shadow|off", help="the mode it shall be in")
    parser.add_argument("--file", type=Path, metavar="FILE", help="test a rule that is not in use yet")
    parser.add_argument("--days", type=int, default=7, metavar="N", help="how many days back a test goes (7)")


def run(config: Config, given: argparse.Namespace) -> int:
    """The rules, or the result of a test, are printed."""
    if given.part == "mode":
        done = ask(config, act="rule_mode", name=given.name, mode=given.mode)
        show(given, done, f"{given.name} is {given.mode}.")
        return 0
    if given.part == "test":
        path = str(given.file.resolve()) if given.file else ""
        tested: dict[str, Any] = ask(config, act="rule_test", name=given.name, path=path, days=given.days)
        lines = [f"{tested['rule']}: {tested['found']} of {tested['seen']} public posts"]
        lines += [f"  {_day(day)}  {found:>6} of {seen}" for day, seen, found in tested["days"]]
        lines += [f"  {key}" for key in tested["samples"][-10:]]
        show(given, tested, "\n".join(lines))
        return 0
    found: list[dict[str, Any]] = ask(config, act="rules")
    show(given, found, "\n".join(map(_line, found)))
    return 0


def _day(day: int) -> str:
    return datetime.date.fromordinal(datetime.date(1970, 1, 1).toordinal() + day).isoformat()


def _line(one: dict[str, Any]) -> str:
    seen, found = (sum(day[key] for day in one["days"]) for key in ("seen", "found"))
    return f"{one['mode']:<7} {one['name']}@{one['version']}: {one['title']['en']} ({found} of {seen} in 30 days)"


COMMAND = Command("rules", "Show rules and their results, choose their mode, try one on past days.", words, run)
