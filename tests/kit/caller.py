"""A client of the project's own on a real socket: TCP, or WebSocket with TLS or without."""

import asyncio
import os
import ssl
import time
from collections.abc import Callable
from typing import Any

import wsproto
from wsproto import events

from chappe import mtproto
from chappe.mtproto.client import Answer, ClientConnection, ClientEvent, ClientSession, KeyMade

Want = Callable[[ClientEvent], bool]


class Caller:
    """One connection and the session on it; `patience_s` bounds every wait."""

    patience_s = 120.0

    def __init__(self, port: int, key: mtproto.RsaPublicKey, framing: str = "abridged", **wishes: Any) -> None:
        self.port = port
        self.key = key
        self.line = ClientConnection(os.urandom, framing, **wishes)
        self.events: list[ClientEvent] = []
        self.frames: wsproto.WSConnection | None = None

    async def comes(self, context: ssl.SSLContext | None = None) -> "Caller":
        """The socket is open."""
        name = "localhost" if context else None
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=context, server_hostname=name
        )
        return self

    async def comes_by_websocket(self, path: str = "/apiws", context: ssl.SSLContext | None = None) -> "Caller":
        """The WebSocket is open, with sub-protocol binary and no extension, though one was offered."""
        await self.comes(context)
        self.frames = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        offered = [wsproto.extensions.PerMessageDeflate()]
        host = f"localhost:{self.port}"
        request = events.Request(host=host, target=path, subprotocols=["binary"], extensions=offered)
        self.writer.write(self.frames.send(request))
        while True:
            self.frames.receive_data(await self.reader.read(65536) or None)
            for event in self.frames.events():
                assert isinstance(event, events.AcceptConnection), event
                assert (event.subprotocol, event.extensions) == ("binary", [])
                return self

    async def agrees_on_a_key(self, scheme: str = "pad") -> ClientSession:
        """The key exchange is over and a session begun."""
        self.line.start_handshake([self.key], time.time(), scheme=scheme)
        made = await self.hears(lambda event: isinstance(event, KeyMade))
        assert isinstance(made, KeyMade)
        return self.line.start_session(made.key)

    def asks(self, query: Any) -> int:
        """The call is on its way; its msg_id."""
        msg_id = self.line.send(query, time.time())
        self.writes()
        return msg_id

    async def calls(self, query: Any) -> Any:
        """The value of the answer; an rpc_error is a value too."""
        return await self.answer(self.asks(query))

    async def answer(self, msg_id: int) -> Any:
        """The value of the answer to a call under way."""
        found = await self.hears(lambda event: isinstance(event, Answer) and event.msg_id == msg_id)
        assert isinstance(found, Answer)
        return found.value

    async def hears(self, want: Want) -> ClientEvent:
        """The first event that is wanted, among those already heard and those to come."""
        self.writes()
        async with asyncio.timeout(self.patience_s):
            while True:
                for event in self.events:
                    if want(event):
                        self.events.remove(event)
                        return event
                data = await self.reader.read(1 << 16)
                if not data:
                    raise ConnectionResetError("the server hung up")
                self.events += self.line.receive(self._unframed(data), time.time())
                self.writes()

    def writes(self) -> None:
        """What the client has to say is written."""
        output = self.line.take_output()
        if output:
            self.writer.write(self.frames.send(events.Message(output)) if self.frames else output)

    async def is_cut_off(self) -> None:
        """Returns when the server has hung up."""
        async with asyncio.timeout(self.patience_s):
            try:
                while await self.reader.read(1 << 16):
                    pass
            except ConnectionError:
                return

    def leaves(self) -> ClientSession:
        """The socket is closed; the session can go on elsewhere."""
        self.writer.close()
        assert self.line.session is not None
        return self.line.session

    def _unframed(self, data: bytes) -> bytes:
        if self.frames is None:
            return data
        self.frames.receive_data(data)
        found = self.frames.events()
        return b"".join(bytes(event.data) for event in found if isinstance(event, events.BytesMessage))
