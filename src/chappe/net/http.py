"""HTTP on a connection whose kind is known: uvicorn's protocol with our bounds, and the way into WebSocket."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from chappe.net.limits import Limits
from chappe.net.listener import Ticket

SOCKET_PATHS = ("/apiws", "/apiws_test", "/apiws_premium", "/apiws_test_premium")
MakeSocket = Callable[[Ticket, str], asyncio.Protocol]


class HttpServer:
    """What all HTTP connections share: the application, its bounds, and how a WebSocket is made, if one may be."""

    def __init__(self, app: Any, limits: Limits, make_socket: MakeSocket | None) -> None:
        self.config = Config(
            app,
            http=HttpToolsProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            interface="asgi3",
            timeout_keep_alive=30,
        )
        self.config.load()
        self.limits = limits
        self.make_socket = make_socket
        self.state = ServerState()

    def connection(self, ticket: Ticket) -> asyncio.Protocol:
        """A protocol for one connection."""
        return HttpConnection(self, ticket)

    def stop(self) -> None:
        """Idle connections are closed; busy ones close after the answer under way."""
        for connection in list(self.state.connections):
            connection.shutdown()


class HttpConnection(HttpToolsProtocol):
    """One HTTP connection: its head is bounded in size and time, its address is the real peer's."""

    def __init__(self, server: HttpServer, ticket: Ticket) -> None:
        super().__init__(server.config, server.state, {})
        self._server_side = server
        self._ticket = ticket
        self._upgraded = False
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client = (self._ticket.peer.host, self._ticket.peer.port)
        self.scheme = "https" if self._ticket.secure else "http"
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_known()
        self._ticket.release()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        if self._head_timer is None:
            self._await_head()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_known()
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        self._head_known()
        self.connections.discard(self)
        path = urlsplit(self.url.decode("ascii", "replace")).path
        lines = [b"GET ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.headers:
            lines += [name, b": ", value, b"\r\n"]
        assert self._server_side.make_socket is not None
        protocol = self._server_side.make_socket(self._ticket, path)
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        protocol.data_received(b"".join([*lines, b"\r\n"]))

    def _should_upgrade(self) -> bool:
        if self._server_side.make_socket is None:
            return False
        asked = self._get_upgrade() == b"websocket" and self.parser.get_method() == b"GET"
        return asked and urlsplit(self.url.decode("ascii", "replace")).path in SOCKET_PATHS

    def _unsupported_upgrade_warning(self) -> None:
        """Another upgrade is not an error: the request is answered as if it had not asked."""

    def _count(self, size_bytes: int) -> None:
        self._head_bytes += size_bytes
        if self._head_bytes > self._server_side.limits.max_http_head_bytes:
            raise ValueError("request head too large")

    def _await_head(self) -> None:
        timeout_s = self._server_side.limits.handshake_timeout_s
        self._head_timer = self.loop.call_later(timeout_s, self._head_late)

    def _head_known(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.abort()
