"""The SQLite engine: WAL, `synchronous=FULL`, one writing connection, a few reading ones.

Only the standard library's sqlite3 touches the file, and no descriptor of it is opened and closed beside SQLite:
closing one would drop the process's file locks.
"""

import asyncio
import contextlib
import errno
import fcntl
import logging
import math
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from chappe.base.clock import Clock
from chappe.store.batch import Batches
from chappe.store.checkpoint import LARGE_LOG_BYTES, Checkpointer
from chappe.store.engine import Trouble
from chappe.store.migrate import Migration, migrate, shipped
from chappe.store.protocol import Notes, Params, Reader, Row, StatementError, Store, StoreUnavailable, T
from chappe.store.readers import LoopReaders, Readers, TooLongError
from chappe.store.writer import LoopWriter

log = logging.getLogger("chappe.store")

READERS = 2
CACHED_STATEMENTS = 1024
BUSY_TIMEOUT_S = 10.0
STEPS_BETWEEN_LOOKS = 2000
"""Instructions of SQLite's machine between two looks at the clock: about 0.1 ms."""
_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 0",
    f"PRAGMA journal_size_limit = {LARGE_LOG_BYTES}",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 268435456",
    # Deleted text is overwritten where that costs no extra write.
    "PRAGMA secure_delete = FAST",
    "PRAGMA trusted_schema = OFF",
)

DAMAGED = "the database is damaged"
WAY_BACK = "keep the folder as it is and bring the last backup back into a new one: chappe restore BACKUP --data NEW"

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP}
_AGAIN = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_LOST = {
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
}


# For each blob without an adapter sqlite3 looks for one by raising and dropping an AttributeError.
sqlite3.register_adapter(bytes, bytes)


def connect(path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """A connection with the settings of this house, in autocommit until a transaction is begun."""
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    return connection


class SqliteTx:
    """One writing transaction; lives as long as its connection and is begun anew for each batch."""

    __slots__ = ("_connection", "_execute", "_mark", "failure", "notes", "now")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._mark = 0
        self.now = 0
        self.notes: Notes = []
        self.failure: Exception | None = None

    def one(self, sql: str, params: Params = (), /) -> Row | None:
        """The first row, or None."""
        try:
            row: Row | None = self._execute(sql, params).fetchone()
        except sqlite3.Error as error:
            raise self._failed(error) from None
        return row

    def all(self, sql: str, params: Params = (), /) -> list[Row]:
        """Every row."""
        try:
            return self._execute(sql, params).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def run(self, sql: str, params: Params = (), /) -> int:
        """The statement has run; the number of rows it touched."""
        try:
            return self._execute(sql, params).rowcount
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def many(self, sql: str, rows: Iterable[Params], /) -> None:
        """The statement has run once for each row."""
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def announce(self, note: object, /) -> None:
        """The subscribers get this note after the commit."""
        self.notes.append(note)

    def start_act(self) -> None:
        """A new act begins."""
        self.failure = None
        self._mark = self._connection.total_changes

    def touched(self) -> bool:
        """True if the running act changed a row."""
        return self._connection.total_changes != self._mark

    def _failed(self, error: sqlite3.Error) -> StatementError:
        self.failure = self.failure or error
        return StatementError(str(error))


class SqliteEngine:
    """The writing connection. After an error that leaves it unusable it is opened again."""

    def __init__(self, path: Path, checkpointer: Checkpointer) -> None:
        self._path = path
        self._told = False
        self._checkpointer = checkpointer
        # It begins transactions on the loop, so it must not wait there; the batch runner has the patience.
        self._connection = connect(path, busy_timeout_s=0)
        self._tx = SqliteTx(self._connection)

    def begin(self, now: int) -> SqliteTx:
        """A transaction that holds the write lock is open."""
        if self._connection.in_transaction:
            self._reopen()
        self._connection.execute("BEGIN IMMEDIATE")
        tx = self._tx
        tx.now, tx.notes, tx.failure = now, [], None
        return tx

    def commit(self) -> None:
        """The transaction is durable."""
        self._connection.execute("COMMIT")
        self._checkpointer.dirty()

    def rollback(self) -> None:
        """No transaction is open."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._reopen()

    def savepoint(self) -> None:
        """What follows can be undone alone."""
        self._connection.execute("SAVEPOINT act")

    def release(self) -> None:
        """What followed the savepoint stays."""
        self._connection.execute("RELEASE act")

    def undo(self) -> None:
        """What followed the savepoint is undone."""
        self._connection.execute("ROLLBACK TO act")
        self._connection.execute("RELEASE act")

    def trouble(self, error: Exception) -> Trouble | None:
        """What the error means for the transaction."""
        code = getattr(error, "sqlite_errorcode", None)
        if not isinstance(error, sqlite3.Error) or code is None:
            return None
        if is_damage(error):
            self._told = self._told or _tell(self._path, error)
        if code in _FULL or code & 0xFF in _FULL:
            return Trouble.FULL
        if code & 0xFF in _AGAIN:
            return Trouble.AGAIN
        return Trouble.LOST if code & 0xFF in _LOST else None

    def rest(self) -> None:
        """A log that has grown large is emptied."""
        self._checkpointer.rest(self._connection)

    def close(self) -> None:
        """The connection is closed."""
        self._connection.close()

    def _reopen(self) -> None:
        self._connection.close()
        self._connection = connect(self._path, busy_timeout_s=0)
        self._tx = SqliteTx(self._connection)


class SqliteSnapshots:
    """One reading connection; it cannot write."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._told = False
        self._clock = clock
        self._deadline = math.inf
        self._connection = connect(path)
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.set_progress_handler(self._late, STEPS_BETWEEN_LOOKS)
        self._tx = SqliteTx(self._connection)

    def ask(self, query: Callable[[Reader], T], /) -> T:
        """The query's answer from one snapshot."""
        return self.ask_until(query, math.inf)

    def ask_until(self, query: Callable[[Reader], T], deadline: float, /) -> T:
        """The query's answer from one snapshot. Errors: TooLongError; StoreUnavailable where the file is damaged."""
        tx = self._tx
        tx.now, tx.failure = int(self._clock.now()), None
        # The deadline is for the query's statements, not for taking the snapshot and letting it go: SQLite counts the
        # steps of a statement over all its uses, so that in time it looks at the clock during a BEGIN too.
        self._connection.execute("BEGIN")
        self._deadline = deadline
        try:
            return query(tx)
        except Exception as error:
            damage = tx.failure or error
            if not is_damage(damage):
                raise
            self._told = self._told or _tell(self._path, damage)
            raise StoreUnavailable("storage_unavailable") from damage
        finally:
            self._deadline = math.inf
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if getattr(tx.failure, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise TooLongError from None

    def close(self) -> None:
        """The connection is closed."""
        self._connection.close()

    def _late(self) -> bool:
        return self._clock.monotonic() > self._deadline


class _Migrating:
    """The writing connection lent to the migration runner."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self) -> None:
        """A transaction that holds the write lock is open."""
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """The transaction is durable."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """The transaction left no trace."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def schema(self, statement: str, /) -> None:
        """The statement has run as it stands: the neutral text is SQLite's."""
        self._connection.execute(statement)

    def all(self, sql: str, params: Params = (), /) -> list[Row]:
        """Every row."""
        return self._connection.execute(sql, params).fetchall()


class SqliteStore:
    """A database file with its one writer, its readers and its checkpointer."""

    def __init__(self, path: Path, clock: Clock, migrations: Sequence[Migration]) -> None:
        self._closing: asyncio.Task[None] | None = None
        with contextlib.ExitStack() as undo:
            self._lock = _lock(path)
            undo.callback(os.close, self._lock)
            prepare(path, migrations, int(clock.now()))
            self._checkpointer = Checkpointer(lambda: connect(path))
            undo.callback(self._checkpointer.finish)
            self._engine = SqliteEngine(path, self._checkpointer)
            here = SqliteSnapshots(path, clock)
            threads = Readers(lambda: SqliteSnapshots(path, clock), "store-reader", READERS)
            self._readers = LoopReaders(here, threads, clock)
            self._writer = LoopWriter(Batches(self._engine, clock))
            undo.pop_all()
        self.write = self._writer.write
        self.read = self._readers.read
        self.on_commit = self._writer.on_commit
        self.counts = self._writer.counts

    async def close(self) -> None:
        """Everything queued is done and answered, the log is folded into the file, the file is closed.

        It happens once, and to its end, whoever else asks for it meanwhile or gives up waiting.
        """
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self._writer.finish()
        await self._readers.finish()
        # Writer and readers have ended: no thread but the checkpointer's own is inside a connection.
        await asyncio.get_running_loop().run_in_executor(None, self._checkpointer.finish)
        self._engine.close()
        os.close(self._lock)


def prepare(path: Path, migrations: Sequence[Migration], date: int) -> None:
    """The file exists, is the owner's alone, is in WAL mode and has every migration.

    Errors: MigrationError; sqlite3.Error if it is not a database.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    else:
        path.chmod(0o600)
    connection = connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        migrate(_Migrating(connection), migrations, date)
    finally:
        connection.close()


def open_sqlite(path: str | Path, clock: Clock, migrations: Sequence[Migration] | None = None) -> Store:
    """The database at `path`, made or brought up to date; this process is its only writer from now on.

    Errors: StoreUnavailable storage_in_use if another store has it open; MigrationError; OSError that says what to do
    if the file is damaged or cannot be used.
    """
    try:
        return SqliteStore(Path(path), clock, shipped() if migrations is None else migrations)
    except sqlite3.Error as error:
        raise OSError(f"{path}: {_advice(error)}") from error


def is_damage(error: Exception) -> bool:
    """True if the file is not what SQLite wrote."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _tell(path: Path, error: Exception) -> bool:
    """The log says what happened and what to do."""
    log.error("%s: %s (%s); stop the server, %s", path, DAMAGED, error, WAY_BACK)
    return True


def _advice(error: sqlite3.Error) -> str:
    """The error, and what to do about it where that is known."""
    code = getattr(error, "sqlite_errorcode", 0)
    if is_damage(error):
        return f"{DAMAGED} ({error}); {WAY_BACK}"
    if code & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return f"{error}; it and the files beside it must belong to who runs the server"
    if code in _FULL:
        return f"{error}; make room on its disk first"
    return str(error)


def _lock(path: Path) -> int:
    """A descriptor that holds the database's own lock file until it is closed or the process dies."""
    lock = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise StoreUnavailable("storage_in_use", path=str(path)) from error
        raise
    return lock
