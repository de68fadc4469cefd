"""`chappe demo`: a server with a month behind it, to be looked at and tried."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from chappe import demo
from chappe.commands import serve
from chappe.commands.frame import Command
from chappe.commands.log_lines import log_to_stderr
from chappe.config import Config


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `serve`, and whether the month is only made."""
    serve.words(parser)
    parser.add_argument("--only-make", action="store_true", help="make the month, do not serve it")


def run(config: Config, given: argparse.Namespace) -> int:
    """The month is there, and the server has run over it; 1 if it could not start."""
    log_to_stderr(config)
    logging.getLogger("chappe").setLevel(logging.ERROR)
    chosen = demo.settings(config)
    try:
        asyncio.run(demo.built(chosen, _say))
    except FileExistsError as error:
        print(f"chappe: {error}", file=sys.stderr)
        return 1
    if given.only_make:
        print(f"The month stands in {Path(config.data)}", file=sys.stderr)
        return 0
    return serve.run(chosen, given)


def _say(done: int, whole: int) -> None:
    end = "\n" if done == whole else ""
    print(f"\rMaking a month of the demo: day {done} of {whole}", end=end, file=sys.stderr, flush=True)


COMMAND = Command("demo", "Run a demonstration server with a month behind it.", words, run)
