"""`chappe serve`: the server, from the ready line to a clean end."""

import argparse
import asyncio
import errno
import gc
import json
import logging
import signal
import sys

import uvloop

from chappe import app
from chappe.base import Refusal
from chappe.commands.frame import SAYS, Command
from chappe.commands.log_lines import log_to_stderr
from chappe.config import Config
from chappe.datadir import DataDirError, advice, require_whole
from chappe.store import MigrationError

log = logging.getLogger("chappe")
DEFAULTS = Config()

ALLOCATIONS_BETWEEN_COLLECTIONS = 20_000
"""A busy second makes and frees a million objects by reference counts alone; what forms cycles is rare."""


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `serve`."""
    parser.add_argument("--host", help="address to listen on; none means every address")
    parser.add_argument("--port", help="the one port; 0 lets the system choose")
    parser.add_argument(
        "--test-mode", dest="test_mode", action="store_true", default=None, help="test numbers, no limits"
    )
    parser.add_argument(
        "--links", action="store_true", help="print the links for people on standard error; on a terminal, these alone"
    )


def run(config: Config, given: argparse.Namespace) -> int:
    """The server has run and ended; 1 if it could not start."""
    log_to_stderr(config)
    try:
        require_whole(config.data, own_database=not config.database)
        uvloop.run(_serve(config, given.links))
    except (DataDirError, MigrationError, OSError, Refusal) as error:
        bare = isinstance(error, Refusal) and error.reason not in SAYS
        facts = error.facts if isinstance(error, Refusal) else {}
        log.error("cannot start: %s", words_of(error, config), extra=facts, exc_info=error.__cause__ if bare else None)
        return 1
    return 0


def words_of(error: Exception, config: Config = DEFAULTS) -> str:
    """The error with what to do about it, where that is known."""
    if isinstance(error, Refusal):
        return SAYS.get(error.reason, error.reason)
    number = error.errno if isinstance(error, OSError) else 0
    door = str(getattr(error, "filename", None) or "")
    if number in (errno.EADDRINUSE, errno.EACCES) and door.endswith("_port"):
        why = "is taken by another program" if number == errno.EADDRINUSE else "is for root alone"
        return f"port {getattr(config, door)} {why}; choose another in {door}, or -1 for none"
    if number == errno.EADDRINUSE:
        return f"port {config.port} is taken by another program; choose one with --port (make run PORT=…)"
    if number == errno.EACCES and 0 < config.port < 1024:
        return f"only root may listen on port {config.port}; choose one above 1023 with --port (make run PORT=…)"
    return advice(error) if isinstance(error, PermissionError) else str(error)


async def _serve(config: Config, with_links: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    running = await app.start(config)
    links = running.links()
    ready = {
        "event": "ready",
        "port": running.config.port,
        "test_mode": config.test_mode,
        "data": str(config.data),
        "public_key": str(config.data / "mtproto.pub.pem"),
        "links": links,
    }
    spare_collector()
    if not (with_links and sys.stdout.isatty()):
        print(json.dumps(ready), flush=True)
    if with_links:
        print(_for_people(links), file=sys.stderr, flush=True)
    await stopping.wait()
    log.info("stopping")
    await running.stop()


def spare_collector() -> None:
    """What was made up to now lives as long as the process: the collector of cycles need not look through it again."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS, 10, 10)


def _for_people(links: dict[str, str]) -> str:
    """The links, those for this machine apart from those for a phone in the same network."""
    lines = ["", f"  Start page:                {links['start']}"]
    if "operator" in links:
        lines.append(f"  Become the first operator: {links['operator']}   (works once, here or there)")
    if "console" in links:
        lines.append(f"  Console, for operators:    {links['console']}")
    if links["network"] != links["start"]:
        lines += ["", "  From other machines, a phone in the same network for one:"]
        if "install" in links:
            lines.append(f"  First trust this server:   {links['install']}")
        lines.append(f"  Start page:                {links['network']}")
        if "operator" in links:
            lines.append(f"  Become the first operator: {links['operator_network']}")
        if "console" in links:
            lines.append(f"  Console, for operators:    {links['console_network']}")
    return "\n".join([*lines, "", "  Ctrl-C ends the server.", ""])


COMMAND = Command("serve", "Run the server.", words, run)
