"""`chappe export`: statements of reasons for the database of the European Union; a person's copy of their data."""

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from chappe.base import Invalid
from chappe.base.disk import write_owner_only
from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config

STATEMENTS, PERSON = "statements", "person"


def words(parser: argparse.ArgumentParser) -> None:
    """What, and of which days or of whom."""
    parser.add_argument(
        "kind", choices=[STATEMENTS, PERSON],
        help="statements: of reasons, Art. 24(5) DSA; person: what is known of somebody, Art. 15 and 20 GDPR",
    )  # fmt: skip
    parser.add_argument("who", nargs="?", default="", help="of a person: number (+33…), username (@…) or id")
    parser.add_argument("--since", type=datetime.date.fromisoformat, metavar="DATE", help="first day")
    parser.add_argument("--until", type=datetime.date.fromisoformat, metavar="DATE", help="last day")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where the files are written")


def run(config: Config, given: argparse.Namespace) -> int:
    """The files are written, and their names printed."""
    given.out.mkdir(parents=True, exist_ok=True)
    if given.kind == PERSON:
        if not given.who:
            raise Invalid("export_of_whom")
        return _person(config, given)
    if given.since is None or given.until is None:
        raise Invalid("export_of_which_days")
    return _statements(config, given)


def _statements(config: Config, given: argparse.Namespace) -> int:
    """Files of a hundred records, each ready to be posted to the database."""
    days = {"since": given.since.isoformat(), "until": given.until.isoformat()}
    written: list[str] = []
    records, after = 0, [0, 0]
    while after is not None:
        page: dict[str, Any] = ask(config, act="export_statements", after=after, **days)
        after = page["after"]
        if page["records"]:
            path = given.out / f"statements-{given.since}-{given.until}-{len(written) + 1:04}.json"
            path.write_text(json.dumps({"statements": page["records"]}, ensure_ascii=False, indent=1), encoding="utf-8")
            written.append(str(path))
            records += len(page["records"])
    show(given, {"records": records, "files": written}, "\n".join([*written, f"{records} statements of reasons"]))
    return 0


def _person(config: Config, given: argparse.Namespace) -> int:
    """What is known of a person; they are told that their data were copied, and the journal knows it.

    Never what they wrote or were written: nobody who runs a server reads that, and two people let somebody back in who
    lost every way (`chappe.domain.recoveries`), who then takes it all along.
    """
    found: dict[str, Any] = ask(config, act="export_person", who=given.who)
    user_id = found["user_id"]
    about = given.out / f"person-{user_id}.json"
    write_owner_only(about, json.dumps(found["about"], ensure_ascii=False, indent=1).encode())
    said = [
        str(about), "Without messages: these only the person takes along, with a client of theirs.",
        "The person was told in the chat with this server, and the journal has it.",
    ]  # fmt: skip
    show(given, {"user_id": user_id, "files": [str(about)]}, "\n".join(said))
    return 0


COMMAND = Command("export", "Write statements of reasons, or a person's copy of their data.", words, run)
