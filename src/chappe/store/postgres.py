"""The PostgreSQL engine: one writing connection on the writer's thread, a few reading ones, prepared statements.

A commit whose answer was lost with the connection is looked up by its transaction id before anything is tried again.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, Iterable, Sequence
from time import sleep
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, NumericBinaryLoader

from chappe.base.clock import Clock
from chappe.store.batch import Batches
from chappe.store.engine import Trouble
from chappe.store.migrate import Migration, migrate, shipped
from chappe.store.protocol import Notes, Params, Reader, Row, StatementError, Store, StoreUnavailable, T
from chappe.store.readers import Readers
from chappe.store.sql import postgres_query, postgres_schema, writes
from chappe.store.writer import ThreadWriter

log = logging.getLogger("chappe.store")

READERS = 4
PREPARED_STATEMENTS = 1000
_NETWORK: dict[str, str | int] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 10,
    "application_name": "chappe",
}
_MIGRATION_LOCK = 0x636861707065
_DOUBT_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)

_translate = functools.lru_cache(maxsize=4096)(postgres_query)
_writes = functools.lru_cache(maxsize=4096)(writes)
Connection = psycopg.Connection[Row]


class InDoubtError(Exception):
    """Nobody can say whether the last transaction was committed."""


class _NumericLoader(NumericBinaryLoader):
    """SUM over BIGINT is NUMERIC in PostgreSQL and a plain integer everywhere else."""

    def load(self, data: Any) -> Any:
        value = super().load(data)
        return int(value) if value == value.to_integral_value() else float(value)


def connect(dsn: str) -> Connection:
    """A connection with the settings of this house, in autocommit until a transaction is begun."""
    given = conninfo_to_dict(dsn)
    connection: Connection = psycopg.connect(
        make_conninfo(dsn, **{name: value for name, value in _NETWORK.items() if name not in given}),
        autocommit=True,
        prepare_threshold=0,
        cursor_factory=psycopg.RawCursor,
    )
    connection.prepared_max = PREPARED_STATEMENTS
    # One width for every integer: a statement is prepared once, not once for each combination of sizes.
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.adapters.register_dumper(bool, Int8BinaryDumper)
    connection.adapters.register_loader("numeric", _NumericLoader)
    return connection


class PostgresTx:
    """One transaction's statements; lives as long as its connection."""

    __slots__ = ("_cursor", "_touched", "failure", "notes", "now")

    def __init__(self, connection: Connection) -> None:
        self._cursor = connection.cursor(binary=True)
        self._touched = False
        self.now = 0
        self.notes: Notes = []
        self.failure: Exception | None = None

    def one(self, sql: str, params: Params = (), /) -> Row | None:
        """The first row, or None."""
        return self._execute(sql, params).fetchone()

    def all(self, sql: str, params: Params = (), /) -> list[Row]:
        """Every row."""
        return self._execute(sql, params).fetchall()

    def run(self, sql: str, params: Params = (), /) -> int:
        """The statement has run; the number of rows it touched."""
        return self._execute(sql, params).rowcount

    def many(self, sql: str, rows: Iterable[Params], /) -> None:
        """The statement has run once for each row."""
        self._touched = True
        try:
            self._cursor.executemany(_translate(sql), map(_kept, rows))
        except psycopg.Error as error:
            raise self._failed(error) from None

    def announce(self, note: object, /) -> None:
        """The subscribers get this note after the commit."""
        self.notes.append(note)

    def start_act(self) -> None:
        """A new act begins."""
        self.failure = None
        self._touched = False

    def touched(self) -> bool:
        """True if the running act ran anything but a SELECT."""
        return self._touched

    def _execute(self, sql: str, params: Params) -> psycopg.Cursor[Row]:
        if _writes(sql):
            self._touched = True
        try:
            return self._cursor.execute(_translate(sql), _kept(params))
        except psycopg.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: psycopg.Error) -> StatementError:
        """Without the server's DETAIL line, which quotes the row."""
        self.failure = self.failure or error
        return StatementError(error.diag.message_primary or type(error).__name__)


class PostgresEngine:
    """The writing connection; replaced at the next transaction when it broke."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._xid = ""
        self._connection = connect(dsn)
        self._tx = PostgresTx(self._connection)

    def begin(self, now: int) -> PostgresTx:
        """A transaction is open and has its id."""
        if self._connection.closed:
            self._connection = connect(self._dsn)
            self._tx = PostgresTx(self._connection)
        cursor = self._connection.execute("BEGIN; SELECT pg_current_xact_id()::text", prepare=False)
        cursor.nextset()
        row = cursor.fetchone()
        assert row is not None
        self._xid = row[0]
        tx = self._tx
        tx.now, tx.notes, tx.failure = now, [], None
        return tx

    def commit(self) -> None:
        """The transaction is durable. Errors: InDoubtError if nobody can say."""
        try:
            status = self._connection.execute("COMMIT").statusmessage
        except psycopg.Error as error:
            if not (self._connection.closed and self._was_committed(error)):
                raise
            return
        if status != "COMMIT":
            raise psycopg.errors.InFailedSqlTransaction(f"COMMIT answered {status}")

    def rollback(self) -> None:
        """No transaction is open."""
        connection = self._connection
        try:
            if not connection.closed and connection.info.transaction_status is not TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()

    def savepoint(self) -> None:
        """What follows can be undone alone."""
        self._connection.execute("SAVEPOINT act")

    def release(self) -> None:
        """What followed the savepoint stays."""
        self._connection.execute("RELEASE act")

    def undo(self) -> None:
        """What followed the savepoint is undone."""
        self._connection.execute("ROLLBACK TO act; RELEASE act", prepare=False)

    def trouble(self, error: Exception) -> Trouble | None:
        """What the error means for the transaction."""
        return trouble(error, self._connection.closed)

    def rest(self) -> None:
        """Nothing to do: the server has its own housekeeping."""

    def close(self) -> None:
        """The connection is closed."""
        self._connection.close()

    def _was_committed(self, error: psycopg.Error) -> bool:
        """True if the server, asked on a new connection, has the transaction. Errors: InDoubtError."""
        for wait_s in _DOUBT_WAITS_S:
            try:
                with connect(self._dsn) as asking:
                    row = asking.execute("SELECT pg_xact_status($1::text::xid8)", (self._xid,)).fetchone()
            except psycopg.Error:
                row = ("unreachable",)
            if row in (("committed",), ("aborted",)):
                return row == ("committed",)
            sleep(wait_s)
        raise InDoubtError(self._xid) from error


def trouble(error: Exception, closed: bool) -> Trouble | None:
    """What an error means for the whole transaction, by its SQLSTATE."""
    if isinstance(error, InDoubtError):
        return Trouble.DOUBT
    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate or ""
    if state == "53100":
        return Trouble.FULL
    if state in ("40001", "40P01", "55P03"):
        return Trouble.AGAIN
    if closed or state[:2] in ("08", "53", "58", "XX") or state in ("57P01", "57P02", "57P03", "25006"):
        return Trouble.LOST
    return Trouble.LOST if isinstance(error, psycopg.OperationalError) and not state else None


class PostgresSnapshots:
    """One reading connection; replaced when it broke."""

    def __init__(self, dsn: str, clock: Clock) -> None:
        self._dsn = dsn
        self._clock = clock
        self._connection = connect(dsn)
        self._tx = PostgresTx(self._connection)

    def ask(self, query: Callable[[Reader], T], /) -> T:
        """The query's answer from one snapshot; asked a second time if the connection had been lost."""
        for _ in range(2):
            try:
                return self._ask(query)
            except (psycopg.Error, StatementError) as error:
                cause = error
                if not self._connection.closed:
                    raise
        raise StoreUnavailable("storage_unavailable") from cause

    def close(self) -> None:
        """The connection is closed."""
        self._connection.close()

    def _ask(self, query: Callable[[Reader], T]) -> T:
        if self._connection.closed:
            self._connection = connect(self._dsn)
            self._tx = PostgresTx(self._connection)
        self._tx.now = int(self._clock.now())
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            return query(self._tx)
        finally:
            if not self._connection.closed:
                self._connection.execute("ROLLBACK")


class _Migrating:
    """A connection lent to the migration runner; an advisory lock keeps other processes out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tx = PostgresTx(connection)

    def begin(self) -> None:
        """A transaction that holds the lock is open."""
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT pg_advisory_xact_lock($1)", (_MIGRATION_LOCK,))

    def commit(self) -> None:
        """The transaction is durable."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """The transaction left no trace."""
        if not self._connection.closed:
            self._connection.execute("ROLLBACK")

    def schema(self, statement: str, /) -> None:
        """The statement has run with PostgreSQL's types."""
        self._connection.execute(postgres_schema(statement))

    def all(self, sql: str, params: Params = (), /) -> list[Row]:
        """Every row."""
        return self._tx.all(sql, params)


class PostgresStore:
    """A PostgreSQL database with this process's one writer and its readers."""

    def __init__(self, dsn: str, clock: Clock, migrations: Sequence[Migration]) -> None:
        prepare(dsn, migrations, int(clock.now()))
        self._engine = PostgresEngine(dsn)
        self._readers = Readers(lambda: PostgresSnapshots(dsn, clock), "store-reader", READERS)
        self._writer = ThreadWriter(Batches(self._engine, clock))
        self.write = self._writer.write
        self.read = self._readers.read
        self.on_commit = self._writer.on_commit
        self.counts = self._writer.counts

    async def close(self) -> None:
        """Everything queued is done and answered, the connections are closed."""
        await self._writer.finish()
        await asyncio.get_running_loop().run_in_executor(None, self._readers.finish)
        self._engine.close()


def prepare(dsn: str, migrations: Sequence[Migration], date: int) -> None:
    """The database has every migration. Errors: MigrationError."""
    with connect(dsn) as connection:
        migrate(_Migrating(connection), migrations, date)
        _warn_if_forgetful(connection)


def _warn_if_forgetful(connection: Connection) -> None:
    row = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')").fetchone()
    if row is not None and "off" in row:
        log.warning("PostgreSQL runs with fsync or synchronous_commit off: a crash can lose acknowledged messages")


def open_postgres(dsn: str, clock: Clock, migrations: Sequence[Migration] | None = None) -> Store:
    """The database behind `dsn`, brought up to date. Errors: OSError if it cannot be reached; MigrationError."""
    try:
        return PostgresStore(dsn, clock, shipped() if migrations is None else migrations)
    except psycopg.OperationalError as error:
        raise OSError(f"PostgreSQL: {str(error).strip()}") from error


def _kept(params: Params) -> Params:
    """The parameters as this engine keeps them: its text has no zero, which becomes the mark of what is unknown."""
    if any(value.__class__ is str and "\0" in value for value in params):
        return tuple(value.replace("\0", "\ufffd") if value.__class__ is str else value for value in params)
    return params
