"""`chappe report`: the yearly report in its eleven official sheets (dsa), and that on terrorist content (tco)."""

import argparse
import datetime
from pathlib import Path
from typing import Any

from chappe.base import Refusal
from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.transparency import yearly


def words(parser: argparse.ArgumentParser) -> None:
    """The year, the folder, and what only a person knows."""
    parser.add_argument(
        "kind", choices=["dsa", "tco"],
        help="dsa: the yearly report of the Digital Services Act, Art. 15; tco: that on terrorist content, Art. 7",
    )  # fmt: skip
    parser.add_argument("--year", type=int, required=True, help="of a year that is not over, what is known so far")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where the sheets are written")
    parser.add_argument("--previous", default="", metavar="DATE", help="when the last report was published")
    parser.add_argument("--texts", type=Path, metavar="FILE", help="TOML with the texts of the last sheet, 1 to 11")


def run(config: Config, given: argparse.Namespace) -> int:
    """The sheets are written; their names are printed. Errors: Refusal report_year_invalid, report_texts_invalid."""
    try:
        texts = dict(yearly.load_texts(given.texts)) if given.texts else {}
    except yearly.TextsError as error:
        raise Refusal("report_texts_invalid", cause=str(error)) from error
    if given.previous:
        datetime.date.fromisoformat(given.previous)
    sheets: dict[str, Any] = ask(
        config, act=f"report_{given.kind}", year=given.year, previous=given.previous, texts=texts,
        name=config.operator_name, service=config.server_name,
    )  # fmt: skip
    given.out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, sheet in sheets.items():
        path = given.out / f"{name}.csv"
        path.write_text(sheet, encoding="utf-8", newline="")
        written.append(str(path))
    show(given, {"files": written}, "\n".join(written))
    return 0


COMMAND = Command("report", "Write the yearly reports: of the Digital Services Act, on terrorist content.", words, run)
