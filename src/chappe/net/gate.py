"""Joins the front door, the hub and the pages: one open port."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence

from starlette.types import ASGIApp

from chappe.net.http import HttpServer
from chappe.net.hub import Hub
from chappe.net.listener import FrontDoor, Ticket
from chappe.net.mtproto_protocol import MtprotoConnection
from chappe.net.websocket import WebSocketConnection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Gate:
    """The server as the network sees it."""

    def __init__(
        self,
        hub: Hub,
        pages: ASGIApp,
        tls: Callable[[], ssl.SSLContext | None],
        proxy_nets: Sequence[Network] = (),
    ) -> None:
        self.hub = hub
        self.web = HttpServer(pages, hub.limits, self._websocket)
        self.door = FrontDoor(self, hub.limits, tls, proxy_nets)

    def open(self, sockets: Sequence[socket.socket]) -> None:
        """Connections to these sockets (see `bind`) are accepted."""
        self.door.listen(sockets)

    async def close(self) -> None:
        """Nothing comes in, calls under way have ended or run out of time, every connection is closed."""
        self.door.close()
        self.web.stop()
        await self.hub.stop()

    def http(self, ticket: Ticket) -> asyncio.Protocol:
        """For the front door: a connection that speaks HTTP."""
        return self.web.connection(ticket)

    def mtproto(self, ticket: Ticket) -> asyncio.Protocol:
        """For the front door: a connection that speaks MTProto."""
        return MtprotoConnection(self.hub, ticket)

    def _websocket(self, ticket: Ticket, path: str) -> asyncio.Protocol:
        return WebSocketConnection(self.hub, ticket)
