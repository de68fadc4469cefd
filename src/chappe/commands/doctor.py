"""`chappe doctor`: looks at this machine and the data folder and says what would go wrong."""

import argparse
import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chappe import app, control, net, paging
from chappe.base import Refusal
from chappe.commands.asking import ask
from chappe.commands.frame import SAYS, Command, show
from chappe.config import Config
from chappe.datadir import DataDirError, require_whole
from chappe.store import MigrationError

LEAST_FILES = 4096
LEAST_BYTES = 1 << 30
USABLE = os.R_OK | os.W_OK | os.X_OK


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `state` is ok, warn or bad."""

    what: str
    state: str
    text: str


def words(parser: argparse.ArgumentParser) -> None:
    """`doctor` has no options of its own."""


def run(config: Config, given: argparse.Namespace) -> int:
    """The findings are printed; 1 if one is bad."""
    findings = list(examine(config))
    facts = [{"what": one.what, "state": one.state, "text": one.text} for one in findings]
    show(given, facts, "\n".join(f"{one.state:5} {one.what}: {one.text}" for one in findings))
    return 1 if any(one.state == "bad" for one in findings) else 0


def examine(config: Config) -> Iterator[Finding]:
    """Everything `doctor` looks at."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    new_enough = sys.version_info >= (3, 11)
    yield Finding("python", "ok" if new_enough else "bad", version + ("" if new_enough else "; 3.11 is needed"))
    files = net.raise_file_limit()
    yield Finding("open files", "ok" if files >= LEAST_FILES else "warn", f"{files} allowed, {LEAST_FILES} are advised")
    yield from _folder(config.data, not config.database)
    if config.data.exists() and not os.access(config.data, USABLE):
        return
    running, away = _running(config)
    yield _port(config, running is not None)
    yield _tls(config)
    yield _codes(config)
    if away:
        yield Finding("database", "bad", away)
    else:
        yield from _operators(config, running)
    if running is not None and not away:
        yield _log(asyncio.run(control.ask(config.data, {"act": "log"})))
    for name in ("operator_name", "operator_contact"):
        if not getattr(config, name):
            yield Finding(name, "warn", "not set: the start page cannot say who runs this server")


def _running(config: Config) -> tuple[object, str]:
    """(what the server that runs says, or None if none runs; why it cannot say, if so)."""
    try:
        return asyncio.run(control.ask(config.data, {"act": "operators"})) if config.data.is_dir() else None, ""
    except Refusal as refusal:
        return [], SAYS.get(refusal.reason, refusal.reason)


def _folder(path: Path, own_database: bool) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("data folder", "ok", f"{path} is made on first start")
        return
    if not os.access(path, USABLE):
        yield Finding("data folder", "bad", f"{path} cannot be used by this user, or at all: {_whose(path)}")
        return
    mode = path.stat().st_mode & 0o777
    closed = mode == 0o700
    must = "" if closed else f" has mode {mode:o}, must be 700"
    yield Finding("data folder", "ok" if closed else "bad", f"{path}{must}")
    free = shutil.disk_usage(path).free
    yield Finding("disk", "ok" if free >= LEAST_BYTES else "warn", f"{free >> 20} MiB free")
    try:
        require_whole(path, own_database=own_database)
    except (DataDirError, OSError) as error:
        yield Finding("keys", "bad", str(error))
        return
    key = path / "keys" / "server.key"
    yield Finding("keys", "ok", f"{key} is there") if key.exists() else Finding("keys", "bad", f"{key} is missing")


def _whose(path: Path) -> str:
    """Why a folder cannot be used."""
    facts = path.stat()
    if facts.st_uid != os.geteuid():
        return f"it belongs to user {facts.st_uid}, run as that user or give all of it to this one (chown -R)"
    return "its file system is read-only, or it is not this user's to write"


def _port(config: Config, running: bool) -> Finding:
    if running:
        return Finding("server", "ok", "it runs over this data folder")
    family = socket.AF_INET6 if ":" in config.host or not config.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((config.host or "::", config.port))
    except OSError as error:
        return Finding("port", "bad", f"{config.port}: {error.strerror}")
    return Finding("port", "ok", f"{config.port} is free")


def _tls(config: Config) -> Finding:
    if config.tls == "off":
        return Finding("tls", "warn", "off: browsers need a proxy in front that does TLS")
    if config.tls_cert:
        try:
            net.server_context(Path(config.tls_cert), Path(config.tls_key))
            left_s = net.ends_at(Path(config.tls_cert)) - app.SystemClock().now()
        except (OSError, ValueError) as error:
            return Finding("tls", "bad", f"{config.tls_cert}: {error}")
        state = "bad" if left_s <= 0 else "warn" if left_s < paging.CERTIFICATE_S else "ok"
        text = f"ends in {left_s // 86400:.0f} days" if left_s > 0 else "has ended: browsers refuse it"
        return Finding("tls", state, f"certificate {config.tls_cert} {text}")
    authority = net.Authority(config.data / "tls")
    if not authority.ca_cert.exists():
        return Finding("tls", "ok", "a local authority is made on first start")
    return Finding("tls", "ok", f"local authority; /install-ca must show people SHA-256 {authority.fingerprint()}")


def _codes(config: Config) -> Finding:
    ways = [name for name in ("smtp_url", "sms_webhook", "codes_to_console", "test_mode") if getattr(config, name)]
    if ways:
        return Finding("login codes", "ok", f"sent as set in {', '.join(ways)}, and to people's other devices")
    return Finding("login codes", "warn", "no SMS, mail or console is set: only invites bring new people in")


def _log(status: object) -> Finding:
    """The log of accountable acts goes on, or it says why not."""
    if not isinstance(status, dict):
        return Finding("log", "bad", "the server does not say how it is")
    if status["fault"]:
        return Finding("log", "bad", str(status["fault"]))
    return Finding("log", "ok", f"{status['size']} leaves are published")


def _operators(config: Config, running: object) -> Iterator[Finding]:
    if not (config.data / "keys").is_dir():
        return
    try:
        people = ask(config, act="operators") if running is None else running
    except Refusal as refusal:
        yield Finding("database", "bad", SAYS.get(refusal.reason, refusal.reason))
        return
    except (DataDirError, MigrationError, OSError) as error:
        yield Finding("database", "bad", str(error))
        return
    yield Finding("database", "ok", "it answers")
    if not people:
        yield Finding("operators", "warn", "there is none yet: `chappe operators --link` makes the first one's link")


COMMAND = Command("doctor", "Look for what would go wrong.", words, run)
