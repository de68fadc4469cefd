"""A front door on a free port of this machine, with protocols behind it that say who they are."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import uvloop

from chappe.net.limits import Limits
from chappe.net.listener import FrontDoor, Network, Ticket, bind

PATIENCE_S = 120
"""For what hangs."""

LIMITS = Limits(
    max_connections=1000,
    max_connections_per_address=0,
    handshake_timeout_s=5.0,
    idle_timeout_s=60.0,
    write_buffer_bytes=1 << 20,
    calls_per_connection=4,
    calls_at_once=100,
    max_http_head_bytes=4096,
    stop_timeout_s=1.0,
)


class Teller(asyncio.Protocol):
    """Answers the first bytes with its kind, the peer's address, whether TLS was spoken, and the bytes."""

    def __init__(self, kind: str, ticket: Ticket) -> None:
        self.kind = kind
        self.ticket = ticket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        peer = self.ticket.peer
        head = f"{self.kind} {peer.host} {'tls' if self.ticket.secure else 'plain'} "
        self.transport.write(head.encode() + data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ticket.release()


class Tellers:
    """Makes tellers."""

    def http(self, ticket: Ticket) -> asyncio.Protocol:
        return Teller("http", ticket)

    def mtproto(self, ticket: Ticket) -> asyncio.Protocol:
        return Teller("mtproto", ticket)


class Guest:
    """One connection to the door."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def says(self, data: bytes) -> bytes:
        """The answer to these bytes; empty if the door closed."""
        if not self.writer.is_closing():
            self.writer.write(data)
        return await self.hears()

    async def hears(self) -> bytes:
        """What comes next; empty if the door closed."""
        try:
            return await asyncio.wait_for(self.reader.read(65536), PATIENCE_S)
        except ConnectionError:
            return b""

    def leaves(self) -> None:
        """The connection is closed."""
        self.writer.close()


class House:
    """A door that listens, and how to come to it."""

    def __init__(self, door: FrontDoor, port: int) -> None:
        self.door = door
        self.port = port

    async def guest(self, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Guest:
        """A new connection."""
        name = "localhost" if context else None
        return Guest(*await asyncio.open_connection(host, self.port, ssl=context, server_hostname=name))

    async def emptied(self) -> None:
        """Returns once no connection is counted."""
        await self.holds(0)

    async def holds(self, number: int) -> None:
        """Returns once so many connections are counted."""
        for _ in range(PATIENCE_S * 100):
            if self.door.open == number:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.door.open} connections are counted, not {number}")


@asynccontextmanager
async def open_house(
    tls: Callable[[], ssl.SSLContext | None] = lambda: None, trusted: tuple[str, ...] = (), **limits: float
) -> AsyncIterator[House]:
    """A house with these limits; closed afterwards."""
    nets: list[Network] = [ipaddress.ip_network(net) for net in trusted]
    door = FrontDoor(Tellers(), replace(LIMITS, **limits), tls, nets)
    try:
        sockets = bind("127.0.0.1", 0)
        door.listen(sockets)
        yield House(door, sockets[0].getsockname()[1])
    finally:
        door.close()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that production runs on."""
    return {"uvloop": uvloop.new_event_loop}
