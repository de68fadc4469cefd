"""Keeps work running beside the answering of calls."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from chappe.base.errors import Refusal

log = logging.getLogger("chappe.jobs")

EVERY_S = 300.0
AGAIN_S = 0.5
"""Between two cancellations of work that goes on."""

Work = Callable[[], Awaitable[None]]


class Tasks:
    """Work that lives as long as the server; what fails is logged and tried again."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Work, every_s: float = EVERY_S) -> None:
        """The work is done now and again `every_s` after it ended, until `stop`."""
        self._tasks.add(asyncio.get_running_loop().create_task(_keep(name, work, every_s), name=name))

    async def stop(self) -> None:
        """No work is under way any more."""
        waiting = self._tasks
        while waiting:
            for task in waiting:
                task.cancel()
            # Once more for those that went on: a library may take a cancellation for a fault of the line. COMPAT httpx
            _, waiting = await asyncio.wait(waiting, timeout=AGAIN_S)


async def _keep(name: str, work: Work, every_s: float) -> None:
    while True:
        try:
            await work()
        except Refusal as refusal:
            log.warning("%s: %s", name, refusal.reason)
        except Exception:
            log.exception("%s failed", name)
        await asyncio.sleep(every_s)
