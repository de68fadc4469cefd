"""A process that does nothing but accountable acts and their log, until it is killed: `log_writer.py FOLDER [DSN]`.

It prints the number of each entry once it is durable; with `quiet` as a third word it only brings the log to its end.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import Store, open_postgres, open_sqlite
from chappe.transparency import Ledger

PUBLIC = Public("notice", category="SCAMS_AND_FRAUD", item="message")


class Clock:
    """The real one."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


async def acts(store: Store, after: float) -> None:
    """Entries, a few at once, as fast as they become durable."""
    while True:
        made = [store.write(lambda tx: journal.record(tx, "invite_used", "user:7", "user:7", PUBLIC)) for _ in range(7)]
        for no in await asyncio.gather(*made):
            os.write(1, b"%d\n" % no)
        await asyncio.sleep(after)


async def main(folder: Path, dsn: str, quiet: bool) -> None:
    clock = Clock()
    store = open_postgres(dsn, clock) if dsn else open_sqlite(folder / "chappe.sqlite", clock)
    ledger = Ledger(store, clock, os.urandom, folder, "chappe.example/log")
    os.write(1, b"ready\n")
    talk = None if quiet else asyncio.create_task(acts(store, 0.004))
    while await ledger._sequencer.step() or not quiet:
        await asyncio.sleep(0)
        if talk is not None and talk.done():
            talk.result()
    ledger.folder.unlock()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "", "quiet" in sys.argv))
