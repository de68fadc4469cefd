"""The sockets of the mail box for authorities: a letter is answered 250 once it is stored, and not before.

Source: rfc/5321, rfc/3207
Comes in: connections. Goes out: each letter, to the function that keeps it. Bounded are connections in all and from one
address, time in all and between words, size, and letters that wait to be kept.
"""

import asyncio
import collections
import ipaddress
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import cast

from chappe.net.smtp import Event, Hangup, Letter, Rules, Say, SmtpSession, StartTls

log = logging.getLogger("chappe.net")
SILENT_S, WHOLE_S = 120.0, 1800.0
"""Between two words, and in all."""
CLOSING_S = 5.0
PARDON_S = 0.1


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections, in all and from one address (an IPv6 one: its /64), and how long each may be silent."""

    connections: int = 200
    of_one: int = 10
    silent_s: float = SILENT_S
    whole_s: float = WHOLE_S
    holding: int = 16
    """Letters that wait to be kept at once; others are asked to wait. What comes in may be as much as so many of the
    largest: then who holds most of it is asked to come again, never who holds little."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a letter is answered."""

    code: int
    text: str


Keep = Callable[[Letter, str], Awaitable[Answer]]
"""Keeps a letter that came from an address; what it answers is said once the letter is durable."""


class MailDoor:
    """Listens for mail."""

    def __init__(
        self, rules: Rules, keep: Keep, tls: Callable[[], ssl.SSLContext | None], bounds: Bounds | None = None
    ) -> None:
        self.rules = rules
        self.keep = keep
        self.tls = tls
        self.bounds = bounds or Bounds()
        self.counts: collections.Counter[str] = collections.Counter()
        self._servers: list[asyncio.Server] = []
        self._open: set[_Connection] = set()
        self._by_address: collections.Counter[str] = collections.Counter()

    async def open(self, sockets: Sequence[socket.socket]) -> None:
        """Connections to these sockets are accepted."""
        loop = asyncio.get_running_loop()
        for sock in sockets:
            self._servers.append(await loop.create_server(lambda: _Connection(self), sock=sock))

    async def close(self) -> None:
        """Nothing comes in; letters that are being kept are answered, the others were never taken."""
        for server in self._servers:
            server.close()
        for connection in list(self._open):
            connection.stop()
        keeping = [one.keeping for one in self._open if one.keeping is not None]
        if keeping:
            await asyncio.wait(keeping, timeout=CLOSING_S)
            await asyncio.sleep(PARDON_S)  # who was just answered says goodbye
        for connection in list(self._open):
            connection.abort()

    @property
    def holding(self) -> int:
        """How many letters are being kept."""
        return sum(one.holds for one in self._open)

    def make_room(self) -> None:
        """Of all that came in and is no whole letter yet there is no more than fits: the most of one place goes first,
        so that whoever holds lines open, with much or little, keeps nobody else's letter out."""
        held: collections.Counter[str] = collections.Counter()
        for one in self._open:
            held[one.network] += one.held_bytes
        if held.total() > self.bounds.holding * self.rules.size_bytes:
            (worst, _), = held.most_common(1)
            max((one for one in self._open if one.network == worst), key=lambda one: one.held_bytes).turn_away()

    def admits(self, connection: "_Connection", host: str) -> bool:
        """True, and it is counted, if there is room for one more from there."""
        key = network(host)
        crowded = self._by_address[key] >= self.bounds.of_one and not ipaddress.ip_address(host).is_loopback
        if len(self._open) >= self.bounds.connections or crowded:
            self.counts["refused"] += 1
            return False
        self._open.add(connection)
        self._by_address[key] += 1
        self.counts["accepted"] += 1
        return True

    def gone(self, connection: "_Connection", host: str) -> None:
        """The connection has ended."""
        if connection in self._open:
            self._open.discard(connection)
            key = network(host)
            self._by_address[key] -= 1
            if not self._by_address[key]:
                del self._by_address[key]


class _Connection(asyncio.Protocol):
    def __init__(self, door: MailDoor) -> None:
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._host = ""
        self._session: SmtpSession | None = None
        self._silent: asyncio.TimerHandle | None = None
        self._whole: asyncio.TimerHandle | None = None
        self._upgrading: asyncio.Task[None] | None = None
        self.keeping: asyncio.Task[None] | None = None

    @property
    def holds(self) -> bool:
        """True while a letter is being kept."""
        return self._session is not None and self._session.waits

    @property
    def held_bytes(self) -> int:
        """What came in and is no whole letter yet."""
        return self._session.held_bytes if self._session is not None else 0

    @property
    def network(self) -> str:
        """What its address is counted by."""
        return network(self._host)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there, or TLS has begun."""
        self._transport = cast(asyncio.Transport, transport)
        if self._session is not None:
            return
        peer = transport.get_extra_info("peername")
        self._host = plain(peer[0]) if peer else "0.0.0.0"
        if not self._door.admits(self, self._host):
            self._transport.write(b"421 4.7.0 Too many connections, try again later\r\n")
            self._transport.close()
            return
        self._session = SmtpSession(self._rules())
        self._whole = self._loop.call_later(self._door.bounds.whole_s, self._late)
        self._do(self._session.greet())

    def _rules(self) -> Rules:
        given = self._door.rules
        tls = self._door.tls() is not None
        return Rules(
            name=given.name, takes=given.takes, size_bytes=given.size_bytes, recipients=given.recipients, tls=tls
        )

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._session is None or self._transport is None:
            return
        self._wait()
        self._do(self._session.receive(data))
        self._pace()
        self._door.make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone; a letter that is being kept is kept."""
        for timer in (self._silent, self._whole):
            if timer is not None:
                timer.cancel()
        self._door.gone(self, self._host)

    def stop(self) -> None:
        """The server ends: nothing more is read."""
        if self._session is not None and not self._session.waits:
            self._do(self._session.end("4.3.2 Stopping, try again soon"))

    def turn_away(self) -> None:
        """What came in is thrown away: there is no room for it now."""
        if self._session is not None and self._transport is not None:
            self._door.counts["no room"] += 1
            self._do(self._session.end("4.3.2 No room now, try again in a minute"))
            self._loop.call_later(CLOSING_S, self._transport.abort)

    def abort(self) -> None:
        """The socket is closed."""
        if self._transport is not None:
            self._transport.abort()

    def _do(self, events: list[Event]) -> None:
        assert self._transport is not None
        for event in events:
            match event:
                case Say(data):
                    self._transport.write(data)
                case Hangup():
                    self._transport.close()
                case StartTls():
                    self._upgrading = self._loop.create_task(self._upgrade())
                case Letter():
                    self.keeping = self._loop.create_task(self._keep(event))

    def _pace(self) -> None:
        """Nothing is read while a letter waits: what a sender may fill is bounded by what it sent before."""
        assert self._session is not None and self._transport is not None
        if self._session.waits and not self._transport.is_closing():
            self._transport.pause_reading()

    async def _keep(self, letter: Letter) -> None:
        assert self._session is not None and self._transport is not None
        try:
            if self._door.holding > self._door.bounds.holding:
                answer = Answer(451, "4.3.2 Busy, try again in a minute")
            else:
                answer = await self._door.keep(letter, self._host)
            self._door.counts["kept" if answer.code == 250 else "turned away"] += 1
        except Exception:
            log.exception("a letter could not be kept")
            answer = Answer(451, "4.3.0 Not stored, try again")
        self.keeping = None
        if self._transport.is_closing():
            return
        self._transport.resume_reading()
        self._do(self._session.answered(answer.code, answer.text))
        self._pace()
        self._wait()

    async def _upgrade(self) -> None:
        assert self._session is not None and self._transport is not None
        context = self._door.tls()
        self._transport.pause_reading()
        try:
            if context is None:
                raise OSError("no certificate")
            secured = await self._loop.start_tls(
                self._transport, self, context, server_side=True, ssl_handshake_timeout=self._door.bounds.silent_s
            )
            if secured is None:
                raise OSError("gone")
        except (OSError, TimeoutError):
            self._door.counts["tls failed"] += 1
            self.abort()
            return
        self._transport = secured
        self._do(self._session.secured())
        self._wait()

    def _wait(self) -> None:
        if self._silent is not None:
            self._silent.cancel()
        self._silent = self._loop.call_later(self._door.bounds.silent_s, self._late)

    def _late(self) -> None:
        if self._session is None or self._transport is None or self._session.waits:
            return
        self._door.counts["late"] += 1
        self._do(self._session.end("4.4.2 Too long"))
        self._loop.call_later(CLOSING_S, self._transport.abort)


def plain(host: str) -> str:
    """The address; an IPv4 one that came by IPv6 as itself."""
    found = ipaddress.ip_address(host.partition("%")[0])
    return str(getattr(found, "ipv4_mapped", None) or found)


def network(host: str) -> str:
    """What an address is counted by: itself, an IPv6 one its /64."""
    found = ipaddress.ip_address(host)
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else host
