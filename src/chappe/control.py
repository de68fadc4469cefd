"""What commands ask of the server: over a socket in the data folder while it runs, on the database itself while not.

Shape: one JSON object a line each way, `{"act": name, …}` → `{"answer": …}` or `{"refused": reason}`. The socket is
owner-only: who may open it may read the database as well.
"""

import asyncio
import base64
import contextlib
import dataclasses
import json
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chappe.base import Invalid, Refusal
from chappe.base.ids import Entropy
from chappe.domain import invites, operators, roster
from chappe.store import Store
from chappe.transparency import yearly

SOCKET = "control.sock"
LINE_BYTES = 1 << 20
PAGE = 500
DAY_S = 86_400
Facts = dict[str, Any]


class Hands:
    """The acts, over one store; `links` are the start page's, as `start` on this machine, as `network` on others."""

    def __init__(self, store: Store, entropy: Entropy, links: Mapping[str, str]) -> None:
        self._store = store
        self._entropy = entropy
        self._links = links
        self.acts: dict[str, Callable[[Facts], Awaitable[object]]] = {
            "users": self.users,
            "operators": self.operators,
            "operator_link": self.operator_link,
            "invite": self.invite,
            "report_dsa": self.report_dsa,
            "report_tco": self.report_tco,
            "export_statements": self.export_statements,
        }

    async def do(self, facts: Facts) -> object:
        """The act's answer. Errors: Refusal; Invalid control_act_unknown."""
        act = self.acts.get(str(facts.get("act")))
        if act is None:
            raise Invalid("control_act_unknown")
        return await act(facts)

    async def users(self, facts: Facts) -> object:
        """One page of accounts, above the id `after`."""
        after = int(facts.get("after", 0))
        page = await self._store.read(lambda rx: roster.accounts(rx, after, PAGE))
        return [dataclasses.asdict(one) for one in page]

    async def operators(self, facts: Facts) -> object:
        """All operators."""
        return [dataclasses.asdict(one) for one in await self._store.read(operators.everyone)]

    async def operator_link(self, facts: Facts) -> object:
        """A link, here and elsewhere: for the first operator, or for a new key of the operator of this name."""
        token = written(self._entropy(32))
        name = str(facts.get("name", ""))
        if name:
            await self._store.write(lambda tx: operators.replace_from_console(tx, name, token.encode()))
        elif not await self._store.write(lambda tx: operators.first_link(tx, token.encode())):
            raise Invalid("operator_name_needed")
        return {"links": {place: f"{base}operator/{token}" for place, base in self._links.items()}}

    async def invite(self, facts: Facts) -> object:
        """The link of an invite that works for `days`, and the number it gives."""
        token, chance = self._entropy(invites.TOKEN_BYTES), int.from_bytes(self._entropy(8), "little")
        life_s = int(facts.get("days", 7)) * 86_400
        phone = await self._store.write(lambda tx: invites.make(tx, "server", token, chance, tx.now + life_s))
        return {"link": f"{self._links['network']}invite/{written(token)}", "phone": phone}

    async def report_dsa(self, facts: Facts) -> object:
        """The sheets of the yearly report by name. Errors: Invalid report_year_invalid."""
        year, today = await self._year(facts)
        previous = date.fromisoformat(facts["previous"]) if facts.get("previous") else None
        provider = yearly.Provider(str(facts["name"]), str(facts["service"]), today, previous)
        texts = dict(facts.get("texts", {}))
        return await self._store.read(lambda rx: yearly.report(rx, year, provider, texts))

    async def report_tco(self, facts: Facts) -> object:
        """The yearly report on terrorist content by its name. Errors: Invalid report_year_invalid."""
        year, _ = await self._year(facts)
        return await self._store.read(lambda rx: yearly.tco_report(rx, year))

    async def _year(self, facts: Facts) -> tuple[int, date]:
        """(the year asked about, today)."""
        year, today = int(facts.get("year", 0)), datetime.fromtimestamp(await self._now(), UTC).date()
        if not 2024 <= year <= today.year:
            raise Invalid("report_year_invalid")
        return year, today

    async def export_statements(self, facts: Facts) -> object:
        """A page of records for the transparency database, behind `after`."""
        first, last = (date.fromisoformat(facts[name]) for name in ("since", "until"))
        since, until = (int(datetime(*day.timetuple()[:3], tzinfo=UTC).timestamp()) for day in (first, last))
        after = (int(facts["after"][0]), int(facts["after"][1]))
        page = await self._store.read(lambda rx: yearly.batch(rx, since, until + DAY_S, after))
        return dataclasses.asdict(page)

    async def _now(self) -> int:
        return await self._store.read(lambda rx: rx.now)


def written(token: bytes) -> str:
    """A token as it stands in a link."""
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


class Control:
    """The open socket of a running server."""

    def __init__(self, folder: Path, hands: Hands) -> None:
        self._path = folder / SOCKET
        self._hands = hands
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Commands can ask. Errors: OSError."""
        self._path.unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with short(self._path.parent) as folder:
                sock.bind(f"{folder}/{SOCKET}")
        except OSError:
            sock.close()
            raise
        finally:
            os.umask(before)
        self._server = await asyncio.start_unix_server(self._serve, sock=sock, limit=LINE_BYTES)

    async def close(self) -> None:
        """Nobody can ask any more."""
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError):
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _answer(self, line: bytes) -> Facts:
        try:
            facts = json.loads(line)
            return {"answer": await self._hands.do(facts if isinstance(facts, dict) else {})}
        except Refusal as refusal:
            return {"refused": refusal.reason}
        except ValueError:
            return {"refused": "control_line_broken"}


@contextlib.contextmanager
def short(folder: Path) -> Iterator[str]:
    """A name of the folder of at most 30 letters: addresses of sockets hold 107."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


async def ask(folder: Path, facts: Facts) -> object | None:
    """The running server's answer; None if no server runs over this folder. Errors: Refusal."""
    try:
        with short(folder) as path:
            reader, writer = await asyncio.open_unix_connection(f"{path}/{SOCKET}", limit=64 * LINE_BYTES)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    writer.write(json.dumps(facts).encode() + b"\n")
    answer = json.loads(await reader.readline() or b"{}")
    writer.close()
    if "answer" not in answer:
        raise Refusal(str(answer.get("refused", "control_closed")))
    found: object = answer["answer"]
    return found
