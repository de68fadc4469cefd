"""Keeps SQLite's write-ahead log short, from a connection and a thread of its own, so that commits do not pay for it.

A log that is written without a pause never becomes empty by passive checkpoints alone. When it is large the writer is
asked to copy the last few pages itself between two transactions; its next one then starts the log anew.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable

log = logging.getLogger("chappe.store")

INTERVAL_S = 0.25
LARGE_LOG_BYTES = 64 * 1024 * 1024


class Checkpointer:
    """One thread: a passive checkpoint four times a second while there is something new."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], large_bytes: int = LARGE_LOG_BYTES) -> None:
        self._connection = connect()
        self._large_pages = large_bytes // self._connection.execute("PRAGMA page_size").fetchone()[0]
        self._new = False
        self._large = False
        self._told = ""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="store-checkpoint", daemon=True)
        self._thread.start()

    def dirty(self) -> None:
        """Something was committed."""
        self._new = True

    def rest(self, writer: sqlite3.Connection) -> None:
        """Called by the writer between two transactions; a log that has grown large is emptied."""
        if self._large:
            self._large = False
            self._checkpoint(writer, "PASSIVE")

    def finish(self) -> None:
        """The log is folded into the file as far as other connections allow; the connection is closed; blocks."""
        self._end.set()
        self._thread.join()

    def _work(self) -> None:
        """Uses the connection and closes it: no other thread ever does either."""
        self._keep_short()
        self._checkpoint(self._connection, "TRUNCATE")
        self._connection.close()

    def _keep_short(self) -> None:
        while not self._end.wait(INTERVAL_S):
            if not self._new:
                continue
            self._new = False
            pages = self._checkpoint(self._connection, "PASSIVE")
            if pages is None:
                self._new = True
            elif pages > self._large_pages:
                # Again, for what was committed meanwhile: the writer shall find next to nothing left to do.
                self._checkpoint(self._connection, "PASSIVE")
                self._large = True

    def _checkpoint(self, connection: sqlite3.Connection, mode: str) -> int | None:
        """Pages in the log, all or most of them copied to the file; None when the database was busy or full."""
        try:
            busy, pages, _ = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        except sqlite3.Error as error:
            if str(error) != self._told:  # once: a full disk lasts, and what is said of it may lie there too
                log.error("checkpoint failed, it is tried again until it works: %s", error)
            self._told = str(error)
            return None
        self._told = ""
        return None if busy else pages
