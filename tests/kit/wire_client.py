"""A client on a real socket: any framing, key exchange, sign-up, calls, pushes, and coming back after a lost line.

    alice = WireClient(server.port, server.key)
    await alice.connects()
    await alice.signs_up("9996620001", "Alice")
    answer = await alice.calls(f.help.GetConfig())

The key and the session outlive the socket: `connects` resumes them, and calls without an answer go out again under
the same msg_id. `forgets_session` begins a new session with the same key instead; open calls then fail with `Cut`.
"""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any, cast

from tests.kit.stage import RpcFailure

from chappe import tl
from chappe.base import ProtocolError
from chappe.mtproto import RsaPublicKey
from chappe.mtproto.client import (
    Answer,
    ClientConnection,
    ClientEvent,
    ClientSession,
    KeyMade,
    Lost,
    Push,
    Rejected,
    TransportError,
)
from chappe.mtproto.handshake_client import ClientKey
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

CALL_S = 120.0
ACK_AFTER_S = 0.2
RPC_ERROR = s.RpcError.ID.to_bytes(4, "little")


class Cut(ConnectionError):
    """The line was lost and nobody will answer this call any more; `code` is the server's transport error, if any."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.code = code


class WireClient:
    """One device of somebody. `hears` is called with every update the server pushes."""

    def __init__(
        self,
        port: int,
        key: RsaPublicKey,
        *,
        framing: str = "abridged",
        obfuscated: bool = False,
        secret: bytes | None = None,
        layer: int = tl.NEWEST,
        host: str = "127.0.0.1",
        hears: Callable[[Any], None] | None = None,
    ) -> None:
        self.host, self.port, self.key = host, port, key
        self.framing, self.obfuscated, self.secret = framing, obfuscated, secret
        self.layer = layer
        self.hears = hears or (lambda update: None)
        self.made: ClientKey | None = None
        self.session: ClientSession | None = None
        self.user: t.User | None = None
        self.lost = asyncio.Event()
        self.lost.set()
        self.ended: Cut | None = None
        self._line: _Line | None = None
        self._open: dict[int, tuple[type[Any], asyncio.Future[Any]]] = {}
        self._introduced = False

    # --- lines --------------------------------------------------------------------------------------------------

    async def connects(self) -> "WireClient":
        """The client speaks to the server; the first time it makes a key. Errors: OSError, Cut."""
        self._line = line = _Line(self)
        self.lost.clear()
        self._introduced = False
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: line, self.host, self.port)
            if self.made is None:
                self.made = await line.makes_key()
            if self.session is None:
                self.session = line.conn.start_session(self.made)
            else:
                line.conn.resume(self.session, time.time())
            line.flush()
        except BaseException:
            self.cuts()
            raise
        return self

    def cuts(self) -> None:
        """The line is cut without a goodbye."""
        line, self._line = self._line, None
        if line is not None:
            line.drops()
        self.lost.set()

    def forgets_session(self) -> None:
        """The next `connects` begins a new session with the same key."""
        self.session = None
        waiting, self._open = self._open, {}
        for _, future in waiting.values():
            if not future.done():
                future.set_exception(Cut("the session was given up"))

    @property
    def connected(self) -> bool:
        """True while calls can be made."""
        return self._line is not None and self.session is not None and not self.lost.is_set()

    # --- calls --------------------------------------------------------------------------------------------------

    def asks(self, query: Any, *, bare: bool = False) -> "asyncio.Future[Any]":
        """The query leaves; its answer comes later. Shape: `bare` leaves out the introduction of the device."""
        if self._line is None or self.session is None:
            raise Cut("not connected")
        said = query if bare or self._introduced else self._introduction(query)
        self._introduced |= not bare
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        msg_id = self._line.conn.send(said, time.time(), layer=self.layer)
        self._open[msg_id] = (type(query), future)
        self._line.flush_soon()
        return future

    async def calls(self, query: Any, timeout_s: float = CALL_S, *, bare: bool = False) -> Any:
        """The server's answer. Errors: RpcFailure, Cut, TimeoutError."""
        # Not wait_for: in Python 3.11 it forgets that it was cancelled if the answer comes in the same moment.
        async with asyncio.timeout(timeout_s):
            return await self.asks(query, bare=bare)

    async def fails(self, query: Any) -> str:
        """The error the server answers with, as `400 PEER_ID_INVALID`."""
        try:
            result = await self.calls(query)
        except RpcFailure as failure:
            return str(failure)
        raise AssertionError(f"answered with {result!r}")

    def _introduction(self, query: Any) -> Any:
        said = f.InitConnection(
            api_id=4, device_model="Wire", system_version="Linux", app_version="1.0", system_lang_code="en",
            lang_pack="", lang_code="en", query=query,
        )  # fmt: skip
        return f.InvokeWithLayer(layer=self.layer, query=said)

    async def signs_up(self, phone: str, name: str = "Somebody") -> t.User:
        """Signed in by a test number, with a new account if the number has none. Shape: 99966X…, code XXXXX."""
        settings = t.CodeSettings()
        query = f.auth.SendCode(phone_number=phone, api_id=4, api_hash="wire", settings=settings)
        proof = {"phone_number": phone, "phone_code_hash": (await self.calls(query)).phone_code_hash}
        answer = await self.calls(f.auth.SignIn(**proof, phone_code=phone[5] * 5))
        if isinstance(answer, t.auth.AuthorizationSignUpRequired):
            answer = await self.calls(f.auth.SignUp(**proof, first_name=name, last_name=""))
        self.user = cast(t.User, answer.user)
        return self.user

    # --- for the line -------------------------------------------------------------------------------------------

    def happened(self, event: ClientEvent, line: "_Line") -> None:
        """One event of the connection."""
        match event:
            case Answer():
                self._answered(event)
            case Push():
                update = event.value
                if not type(update).NAME.startswith(("new_session_created", "pong", "msg", "future_salts")):
                    self.hears(update)
            case Rejected() if event.code != 48:
                _, future = self._open.pop(event.msg_id, (None, None))
                if future is not None and not future.done():
                    future.set_exception(Cut(f"bad_msg_notification {event.code}"))
            case TransportError():
                line.broken(Cut(f"transport error {event.code}", event.code))
            case Lost():
                line.broken(Cut(str(event.error)))

    def _answered(self, event: Answer) -> None:
        method, future = self._open.pop(event.msg_id, (None, None))
        if future is None or future.done():
            return
        try:
            if event.body[:4] == RPC_ERROR:
                error: Any = event.value
                future.set_exception(RpcFailure(error.error_code, error.error_message))
            else:
                future.set_result(tl.decode_result(cast("type[tl.TLObject]", method), event.body))
        except ProtocolError as error:
            future.set_exception(error)

    def line_lost(self, line: "_Line", cause: Cut) -> None:
        """A socket is gone; if it was ours, the client is without a line."""
        if self._line is line:
            self._line = None
            self.ended = cause
            self.lost.set()


class _Line(asyncio.Protocol):
    """One socket of a client."""

    def __init__(self, client: WireClient) -> None:
        self.client = client
        self.conn = ClientConnection(
            os.urandom, client.framing, obfuscated=client.obfuscated, secret=client.secret, session=client.session
        )
        self._loop = asyncio.get_running_loop()
        self._key: asyncio.Future[ClientKey] = self._loop.create_future()
        self._key.add_done_callback(lambda made: made.cancelled() or made.exception())
        self._transport: asyncio.Transport | None = None
        self._flushing = False
        self._acking: asyncio.TimerHandle | None = None
        self._cause = Cut("connection lost")

    async def makes_key(self) -> ClientKey:
        """The key exchange is over."""
        self.conn.start_handshake([self.client.key], time.time())
        self.flush()
        async with asyncio.timeout(CALL_S):
            return await self._key

    def flush_soon(self) -> None:
        """What is queued in this turn of the loop leaves together."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Everything queued is written."""
        self._flushing = False
        output = self.conn.take_output()
        if output and self._transport is not None and not self._transport.is_closing():
            self._transport.write(output)

    def drops(self) -> None:
        """The socket is reset."""
        self.client = _NOBODY
        if self._transport is not None:
            self._transport.abort()

    def broken(self, cause: Cut) -> None:
        """Nothing sensible can follow on this line."""
        self._cause = cause
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for event in self.conn.receive(data, time.time()):
            if isinstance(event, KeyMade):
                self._key.set_result(event.key)
            else:
                self.client.happened(event, self)
        self.flush_soon()
        if self._acking is None:
            self._acking = self._loop.call_later(ACK_AFTER_S, self._acknowledge)

    def _acknowledge(self) -> None:
        self._acking = None
        if self._transport is not None:
            self.conn.acknowledge(time.time())
            self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._acking is not None:
            self._acking.cancel()
        if not self._key.done():
            self._key.set_exception(self._cause)
        self.client.line_lost(self, self._cause)


class _Nobody(WireClient):
    """Stands for the client of a line that was dropped."""

    def __init__(self) -> None:
        pass

    def happened(self, event: ClientEvent, line: _Line) -> None:
        pass

    def line_lost(self, line: _Line, cause: Cut) -> None:
        pass


_NOBODY = _Nobody()
