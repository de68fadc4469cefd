"""`chappe lists`: lists of known media that public surfaces are compared with."""

import argparse
from pathlib import Path
from typing import Any

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `lists`."""
    parser.add_argument("part", nargs="?", choices=("add", "remove"), metavar="add|remove", help="none: show them")
    parser.add_argument("target", nargs="?", default="", metavar="FILE|NAME", help="file to add, or list to remove")
    parser.add_argument("--name", default="", help="what the list is called here")
    parser.add_argument("--provenance", default="", metavar="TEXT", help="whom the list is from, and when")
    parser.add_argument("--category", default="", metavar="CODE", help="PROTECTION_OF_MINORS, SCAMS_AND_FRAUD, …")
    parser.add_argument("--keyword", default="OTHER", metavar="CODE", help="a keyword of the category (OTHER)")
    parser.add_argument("--kind", default="", choices=("pdq", "sha256", "md5"), help="what bare hashes are")
    parser.add_argument("--effect", default="case", choices=("case", "remove"), help="what a match leads to (case)")
    parser.add_argument("--distance", type=int, default=31, metavar="BITS", help="how far a PDQ match may be, 0 to 31")
    ground = parser.add_mutually_exclusive_group()
    ground.add_argument("--clause", default="", metavar="N@V", help="the clause of the terms: 3.1@1")
    ground.add_argument("--law", default="", metavar="TEXT", help="the provision of law")
    parser.add_argument("--explanation", default="", metavar="TEXT", help="why a match falls under it")


def run(config: Config, given: argparse.Namespace) -> int:
    """The list was added or removed, or all are printed."""
    if given.part == "add":
        keys = ("name", "provenance", "category", "keyword", "kind", "effect", "distance", "clause", "law")
        facts = {key: getattr(given, key) for key in (*keys, "explanation")}
        made: dict[str, Any] = ask(config, act="list_add", path=str(Path(given.target).resolve()), **facts)
        others = f"\n  {made['left_out']} lines of other kinds were left out" if made["left_out"] else ""
        show(given, made, f"{_line(made)}{others}")
        return 0
    if given.part == "remove":
        show(given, ask(config, act="list_remove", name=given.target), f"{given.target} is compared no more.")
        return 0
    found: list[dict[str, Any]] = ask(config, act="lists")
    show(given, found, "\n".join(map(_line, found)) or "There is no list yet: chappe lists add FILE …")
    return 0


def _line(one: dict[str, Any]) -> str:
    about = f"{one['category']}/{one['keyword']}"
    return f"{one['name']}: {one['size']:,} hashes, {about}, a match leads to {one['effect']}  ({one['provenance']})"


COMMAND = Command("lists", "Show, add or remove lists of known media.", words, run)
