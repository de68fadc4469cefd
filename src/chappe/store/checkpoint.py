"""Keeps SQLite's write-ahead log short from a connection of its own, so that no commit ever pays for it."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger("chappe.store")

INTERVAL_S = 0.25
LARGE_WAL_BYTES = 32 * 1024 * 1024
RESTART_WAIT_S = 0.05


class Checkpointer:
    """One thread: a passive checkpoint four times a second while there is something new, a restart when it grew."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], wal: Path, large_bytes: int = LARGE_WAL_BYTES
    ) -> None:
        self._wal = wal
        self._large_bytes = large_bytes
        self._connection = connect()
        self._connection.execute(f"PRAGMA busy_timeout = {int(RESTART_WAIT_S * 1000)}")
        self._connection.execute(f"PRAGMA journal_size_limit = {large_bytes}")
        self._new = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="store-checkpoint", daemon=True)
        self._thread.start()

    def dirty(self) -> None:
        """Something was committed."""
        self._new = True

    def finish(self) -> None:
        """The log is folded into the file as far as other connections allow; the connection is closed."""
        self._end.set()
        self._thread.join()
        self._checkpoint("TRUNCATE")
        self._connection.close()

    def _work(self) -> None:
        while not self._end.wait(INTERVAL_S):
            if not self._new:
                continue
            self._new = False
            done = self._checkpoint("PASSIVE")
            if done and self._wal_bytes() > self._large_bytes:
                # Few pages are left to copy now; the writer waits for those, and readers for at most RESTART_WAIT_S.
                done = self._checkpoint("RESTART")
            self._new = self._new or not done

    def _checkpoint(self, mode: str) -> bool:
        """True if it ran; a busy or full database is tried again at the next turn."""
        try:
            busy, _, _ = self._connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        except sqlite3.Error as error:
            log.error("checkpoint failed: %s", error)
            return False
        return not busy

    def _wal_bytes(self) -> int:
        try:
            return self._wal.stat().st_size
        except FileNotFoundError:
            return 0
