"""Makes the demo: an empty folder gets its server, its month and the mark that it is whole."""

import dataclasses
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from chappe import app
from chappe.config import Config
from chappe.demo.month import live
from chappe.demo.world import DAY_S, DAYS, MovedClock, World
from chappe.facts import net_host

BEGUN, DONE = "demo.begun", "demo.done"
"""Files that say how far the folder is."""


async def built(config: Config, say: Callable[[int, int], None]) -> None:
    """The folder holds a server with a month behind it; nothing is done where it does already.

    Errors: FileExistsError if the folder holds something else.
    """
    folder = Path(config.data)
    if (folder / DONE).exists():
        return
    if folder.exists() and any(folder.iterdir()) and not (folder / BEGUN).exists():
        raise FileExistsError(f"{folder} holds another server's data; the demo needs a folder of its own")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    (folder / BEGUN).touch()
    today = int(app.SystemClock().now()) // DAY_S * DAY_S
    clock = MovedClock(today - DAYS * DAY_S)
    # Its name is that of the server to come, since links and the log bear it; only this machine reaches it meanwhile.
    quiet = dataclasses.replace(
        config, host="127.0.0.1", port=0, public_port=config.public_port or config.port, console_port=0,
        public_host=net_host(config), test_limits=False,
    )  # fmt: skip
    running = await app.start(quiet, os.urandom, clock)
    try:
        # Work beside the calls is done by hand, each night: it looks at the real clock for its pauses.
        await running.work.stop()
        world = World(running, clock, today)
        await live(world, say)
    finally:
        await running.stop()
    (folder / DONE).touch()
