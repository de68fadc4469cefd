"""MTProto inside WebSocket: frames off, the same connection within.

Source: mtproto/transports#websocket
The stream inside is continuous, so frames and fragments are fed as they come and never gathered.
"""

import asyncio

import wsproto
from wsproto import events
from wsproto.connection import ConnectionState
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from chappe.net.hub import Hub
from chappe.net.listener import Ticket
from chappe.net.mtproto_protocol import MtprotoConnection

SUBPROTOCOL = "binary"


class WebSocketConnection(MtprotoConnection):
    """One WebSocket; the request line and headers come first, as the HTTP parser saw them."""

    __slots__ = ("_accepted", "_frames")

    def __init__(self, hub: Hub, ticket: Ticket) -> None:
        super().__init__(hub, ticket)
        self._frames = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
        self._accepted = False

    def data_received(self, data: bytes) -> None:
        try:
            self._frames.receive_data(data)
            for event in self._frames.events():
                self._frame(event)
        except RemoteProtocolError as error:
            if error.event_hint is not None:
                self._send(error.event_hint)
            self._close()
        except LocalProtocolError:
            self._close()

    def _frame(self, event: events.Event) -> None:
        if isinstance(event, events.BytesMessage):
            self._feed(bytes(event.data))
        elif isinstance(event, events.Request):
            self._answer(event)
        elif isinstance(event, events.Ping):
            self._send(event.response())
        elif isinstance(event, events.TextMessage):
            self._send(events.CloseConnection(code=1003, reason="binary only"))
            self._close()
        elif isinstance(event, events.CloseConnection):
            if self._frames.state is ConnectionState.REMOTE_CLOSING:
                self._send(event.response())
            self._close()

    def _answer(self, request: events.Request) -> None:
        if SUBPROTOCOL not in request.subprotocols:
            self._send(events.RejectConnection(status_code=400, headers=[(b"content-length", b"0")]))
            self._close()
            return
        self._accepted = True
        self._send(events.AcceptConnection(subprotocol=SUBPROTOCOL))  # no extension: ciphertext does not compress

    def _pack(self, output: bytes) -> bytes:
        return self._frames.send(events.Message(data=output)) if self._accepted else b""

    def _send(self, event: events.Event) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._frames.send(event))

    def _close(self) -> None:
        transport: asyncio.Transport | None = self._transport
        if transport is not None and not transport.is_closing():
            transport.close()
