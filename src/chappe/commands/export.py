"""`chappe export statements`: statements of reasons for the transparency database of the European Union."""

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The days, and the folder."""
    parser.add_argument("kind", choices=["statements"], help="statements: of reasons, Art. 24(5)")
    parser.add_argument("--since", type=datetime.date.fromisoformat, required=True, metavar="DATE", help="first day")
    parser.add_argument("--until", type=datetime.date.fromisoformat, required=True, metavar="DATE", help="last day")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where the files are written")


def run(config: Config, given: argparse.Namespace) -> int:
    """Files of a hundred records, each ready to be posted to the database; their names are printed."""
    days = {"since": given.since.isoformat(), "until": given.until.isoformat()}
    given.out.mkdir(parents=True, exist_ok=True)
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


COMMAND = Command("export", "Write statements of reasons for the transparency database.", words, run)
