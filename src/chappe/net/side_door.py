"""A second listening port that serves pages alone, an origin of its own: nothing on it speaks MTProto.

Source: rfc/6454
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import cast

from starlette.types import ASGIApp

from chappe.net.http import HttpServer
from chappe.net.limits import Limits
from chappe.net.listener import FrontDoor, Ticket


class SideDoor:
    """Pages on sockets of their own, with the TLS and the bounds of the front door."""

    def __init__(
        self,
        pages: ASGIApp,
        limits: Limits,
        tls: Callable[[], ssl.SSLContext | None],
        proxy_nets: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        self.web = HttpServer(pages, limits, None)
        self.door = FrontDoor(self, limits, tls, proxy_nets)

    def open(self, sockets: Sequence[socket.socket]) -> None:
        """Connections to these sockets (see `bind`) are accepted."""
        self.door.listen(sockets)

    def close(self) -> None:
        """Nothing comes in, idle connections are closed, busy ones close after the answer under way."""
        self.door.close()
        self.web.stop()

    def http(self, ticket: Ticket) -> asyncio.Protocol:
        """For the door: a connection that speaks HTTP."""
        return self.web.connection(ticket)

    def mtproto(self, ticket: Ticket) -> asyncio.Protocol:
        """For the door: what is no HTTP is hung up on."""
        return _HungUp(ticket)


class _HungUp(asyncio.Protocol):
    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).abort()  # uvloop's are not registered as such

    def connection_lost(self, exc: Exception | None) -> None:
        self._ticket.release()
