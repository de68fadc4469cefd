"""The frame of all commands: words, configuration, output."""

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from chappe import config as settings
from chappe.base import Refusal
from chappe.config import Config, ConfigError
from chappe.datadir import DataDirError, advice
from chappe.store import MigrationError

MEANING = "A Telegram you run yourself, and that can account for itself."
COMMANDS = (
    "serve", "demo", "doctor", "settings", "users", "operators", "invite", "methods", "report", "export", "lists",
    "rules", "leave", "sanctions", "log", "backup", "restore", "recovery",
)  # fmt: skip

SAYS = {
    "control_closed": "the server ended before it answered",
    "export_of_which_days": "of which days? chappe export statements --since DATE --until DATE",
    "export_of_whom": "of whom? chappe export person +33…, @username or an id",
    "invite_expires_invalid": "an invite works for 1 to 366 days",
    "operator_list_category": "there is no such category, or it has no such keyword",
    "operator_list_ground": "name a provision of law, or a clause that the terms have: --clause 3.1@1",
    "operator_list_effect": "an effect is case or remove, a distance 0 to 31, and a ground must be named",
    "operator_list_empty": "there is no hash in this file",
    "operator_list_exists": "a list of this name has other hashes; remove it first, or choose another name",
    "operator_list_file": "the file cannot be read, is no text, or has more than 512 MB",
    "operator_list_kind": "nothing says what the hashes of this file are; name it with --kind",
    "operator_list_line": "a line of the file is no hash; nothing was added",
    "operator_list_long": "the file has more than five million lines",
    "operator_list_name": "a list needs a name of up to 80 characters and a provenance of up to 400",
    "operator_list_unknown": "no list has this name; `chappe lists` shows them",
    "operator_name_needed": "there is an operator already; name the one who gets a new key: --link NAME",
    "report_texts_invalid": "the texts are a TOML file with the keys 1 to 11, each at most 5000 characters",
    "report_year_invalid": "the report is of this year or of one since 2024",
    "operator_recovery_drill_known": "this drill is recorded already",
    "operator_recovery_numbers": "at least 2 sheets must be needed, of at most 16",
    "operator_recovery_other_keys": "the drill found other keys than the kits hold that are valid now: make new ones",
    "operator_recovery_reason": "say in at most 500 characters why the drill came to nothing",
    "operator_recovery_record": "this is no record of a drill that was signed with this server's keys",
    "operator_rule_file": "the rule of this file cannot be used; a server that starts with it says why",
    "operator_rule_mode": "a rule is live, shadow or off",
    "operator_rule_unknown": "no rule has this name; `chappe rules` shows them",
    "operator_rule_untestable": "only rules about public posts can be tried on past days",
    "operator_sanctions_file": "the file is no list: the Union's XML, or one name a line",
    "operator_sanctions_name": "a list is called by small letters, digits and hyphens: eu-consolidated",
    "operator_sanctions_unknown": "no list has this name; `chappe sanctions` shows them",
    "operator_unknown": "no operator has this name; `chappe operators` lists them",
    "territory_invalid": "a country is two letters: FR",
    "territory_mark_invalid": "a country is marked as blocked, restricted or none, and not as what it is already",
    "territory_note_long": "a reason has up to 500 characters",
    "territory_plan_invalid": "dates lie ahead, in the order of the steps, and of steps still to come",
    "territory_reason_needed": "people have less than a week: say --why, it is public",
    "territory_step_invalid": "no step is left out or taken twice; `chappe leave COUNTRY` shows them",
    "storage_full": "the disk is full: nothing was stored; make room, not below the data folder, and try again",
    "storage_in_use": "another server runs over this data folder, or a command still works on it: end that one first",
    "storage_unavailable": "the database does not answer",
    "user_id_invalid": "nobody is found by this number, username or id",
}
"""Refusals in words; the others are their own name."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `words` adds its options, `run` does it and gives the exit code."""

    name: str
    meaning: str
    words: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Config, argparse.Namespace], int]


def run(words: Sequence[str]) -> int:
    """The command has run; its exit code."""
    # Only the command that is given is imported: a server starts sooner.
    gc.disable()  # all that is imported stays: looking through it for cycles takes a tenth of the start
    commands = {name: _command(name) for name in ([word for word in words[:1] if word in COMMANDS] or COMMANDS)}
    gc.enable()
    parser = argparse.ArgumentParser("chappe", description=MEANING)
    parts = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in commands.values():
        part = parts.add_parser(command.name, help=command.meaning, description=command.meaning)
        _shared_words(part)
        command.words(part)
    given = parser.parse_args(words)
    try:
        config = settings.load(os.environ, given.config, _overrides(given))
    except ConfigError as error:
        print(f"chappe: {error}", file=sys.stderr)
        return 2
    try:
        return commands[given.command].run(config, given)
    except Refusal as refusal:
        return _failed(given, refusal.reason, SAYS.get(refusal.reason, refusal.reason))
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError as error:
        return _failed(given, str(error), advice(error))
    except (DataDirError, MigrationError, OSError) as error:
        return _failed(given, str(error), str(error))


def show(given: argparse.Namespace, facts: object, text: str) -> None:
    """The answer of a command: JSON on one line with `--json`, else text for people."""
    print(json.dumps(facts, ensure_ascii=False) if given.json else text, flush=True)


def _failed(given: argparse.Namespace, reason: str, text: str) -> int:
    if given.json:
        print(json.dumps({"refused": reason}, ensure_ascii=False))
    else:
        print(f"chappe: {text}", file=sys.stderr)
    return 1


def _command(name: str) -> Command:
    command = import_module(f"chappe.commands.{name}").COMMAND
    assert isinstance(command, Command)
    return command


def _shared_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file with settings")
    parser.add_argument("--data", metavar="DIR", help="data folder")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any setting; may be repeated")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def _overrides(given: argparse.Namespace) -> dict[str, str | bool | int]:
    values: dict[str, str | bool | int] = {}
    for pair in given.set:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError(f"command line: --set takes NAME=VALUE, not {pair!r}")
        values[name] = value
    for name in ("data", "host", "port", "test_mode"):
        value = getattr(given, name, None)
        if value is not None:
            values[name] = value
    return values
