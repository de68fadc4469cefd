"""A client on a socket: MTProto's client role over uvloop, without anything a library would add."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from chappe import tl
from chappe.mtproto import AuthKey, RsaPublicKey
from chappe.mtproto.client import Answer, ClientConnection, ClientSession, KeyMade, Lost, Push, Rejected, TransportError
from chappe.tl import functions as f
from chappe.tl import service as s

TIMEOUT_S = 30.0
RPC_ERROR = (s.RpcError.ID & 0xFFFFFFFF).to_bytes(4, "little")


class CallError(Exception):
    """The server answered with an rpc_error."""


class Peer(asyncio.Protocol):
    """One connection and its session. `on_answer` and `on_push` take over what nobody awaits."""

    __slots__ = ("_key_made", "_transport", "_waiting", "conn", "lost", "on_answer", "on_push")

    def __init__(self, session: ClientSession | None = None) -> None:
        self.conn = ClientConnection(os.urandom, "abridged", session=session)
        self.on_answer: Callable[[int, bytes], None] | None = None
        self.on_push: Callable[[bytes], None] | None = None
        self.lost: BaseException | None = None
        self._transport: asyncio.Transport | None = None
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._key_made: asyncio.Future[KeyMade] | None = None

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for event in self.conn.receive(data, time.time()):
            if type(event) is Answer:
                self._answered(event.msg_id, event.body)
            elif type(event) is Push:
                if self.on_push is not None:
                    self.on_push(event.body)
            elif type(event) is KeyMade and self._key_made is not None:
                self._key_made.set_result(event)
            elif (
                type(event) is Lost
                or type(event) is TransportError
                or (type(event) is Rejected and event.code not in (16, 17, 48))
            ):
                self._fail(ConnectionError(repr(event)))
        self.flush()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._fail(exc or ConnectionError("the server closed the connection"))

    # calls

    def send(self, query: Any) -> int:
        """The call leaves with the next `flush`. Shape: an object of TL, or its bytes."""
        return self.conn.send(query, time.time())

    def flush(self) -> None:
        """Everything said is on its way."""
        output = self.conn.take_output()
        if output and self._transport is not None and not self._transport.is_closing():
            self._transport.write(output)

    async def call(self, query: Any, timeout_s: float = TIMEOUT_S) -> Any:
        """The decoded answer. Errors: CallError, ConnectionError, TimeoutError."""
        return tl.decode(await self.ask(query, timeout_s))

    async def ask(self, query: Any, timeout_s: float = TIMEOUT_S) -> bytes:
        """The answer as it came. Errors: as `call`."""
        if self.lost is not None:
            raise ConnectionError("no connection") from self.lost
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[self.send(query)] = future
        self.flush()
        body = await asyncio.wait_for(future, timeout_s)
        if body[:4] == RPC_ERROR:
            error = tl.decode(body)
            raise CallError(f"{error.error_code} {error.error_message}")
        return body

    async def make_key(self, key: RsaPublicKey) -> None:
        """A permanent key and a session with it."""
        self._key_made = asyncio.get_running_loop().create_future()
        self.conn.start_handshake([key], time.time())
        self.flush()
        made = await asyncio.wait_for(self._key_made, TIMEOUT_S)
        self.conn.start_session(made.key)

    def acknowledge(self) -> None:
        """Everything received is acknowledged."""
        self.conn.acknowledge(time.time())
        self.flush()

    def close(self) -> None:
        """The socket is closed."""
        self.acknowledge()
        if self._transport is not None:
            self._transport.close()

    def _answered(self, msg_id: int, body: bytes) -> None:
        future = self._waiting.pop(msg_id, None)
        if future is not None:
            if not future.done():
                future.set_result(body)
        elif self.on_answer is not None:
            self.on_answer(msg_id, body)

    def _fail(self, error: BaseException) -> None:
        self.lost = self.lost or error
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError(str(error)))
        self._waiting.clear()
        if self._key_made is not None and not self._key_made.done():
            self._key_made.set_exception(ConnectionError(str(error)))


async def connect(port: int, session: ClientSession | None = None) -> Peer:
    """A peer with an open socket."""
    _, peer = await asyncio.get_running_loop().create_connection(lambda: Peer(session), "127.0.0.1", port)
    return peer


def session_of(auth_key: bytes) -> ClientSession:
    """A new session with a stored key; its salt is learnt from the server's first correction."""
    return ClientSession(AuthKey(auth_key), 0, int.from_bytes(os.urandom(8), "little", signed=True))


def public_key(data: Path) -> RsaPublicKey:
    """The key of the server whose folder this is."""
    return RsaPublicKey.from_pem((data / "mtproto.pub.pem").read_bytes())


def introduced(query: Any) -> Any:
    """A first call: says the layer and who we are."""
    init = f.InitConnection(
        api_id=4, device_model="bench", system_version="Linux", app_version="1", system_lang_code="en",
        lang_pack="", lang_code="en", query=query,
    )  # fmt: skip
    return f.InvokeWithLayer(layer=tl.NEWEST, query=init)
