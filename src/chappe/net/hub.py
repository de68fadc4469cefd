"""What all MTProto connections share: the sessions online, the calls under way, and the one flush a loop turn.

Comes in: events of connections, answers of the call handler, pushes. Goes out: calls, and bytes on sockets.
"""

import asyncio
import collections
import logging
from typing import TYPE_CHECKING, Protocol

from chappe import mtproto, tl
from chappe.base import Clock
from chappe.net.limits import Limits
from chappe.net.line import Line
from chappe.rpc import Request
from chappe.tl import service as s

if TYPE_CHECKING:
    from chappe.net.mtproto_protocol import MtprotoConnection

log = logging.getLogger("chappe.net")
SWEEP_EVERY_S = 5.0
WAIT_FOR_EARLIER_S = 20.0
RPC_ERROR = s.RpcError.ID.to_bytes(4, "little")


class KeyStore(Protocol):
    """Where auth keys are kept, wrapped; handed in by `app`."""

    async def load(self, auth_key_id: int) -> bytes | None:
        """The key, or None if there is none or it has expired."""
        ...

    async def save(self, auth_key_id: int, auth_key: bytes, expires: int | None) -> bool:
        """The key is stored durably; False if another key has its id. `expires` is the end of a temporary one."""
        ...

    async def drop(self, auth_key_id: int) -> bool:
        """The key, and whatever was signed in with it, is gone; False if there was none."""
        ...


class Calls(Protocol):
    """Who answers calls; `chappe.rpc.Rpc` does."""

    async def handle(self, request: Request, /) -> bytes:
        """The body of the answer."""
        ...

    def session_gone(self, auth_key_id: int, session: Line, /) -> None:
        """The session will never come back."""
        ...

    def key_destroyed(self, auth_key_id: int, /) -> None:
        """The auth key was destroyed by its client."""
        ...


class Hub:
    """The meeting place of connections, sessions and calls."""

    def __init__(self, server: mtproto.Server, keys: KeyStore, calls: Calls, clock: Clock, limits: Limits) -> None:
        self.server = server
        self.keys = keys
        self.calls = calls
        self.clock = clock
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self.counts: collections.Counter[str] = collections.Counter()
        self.connections: set[MtprotoConnection] = set()
        self.running: set[asyncio.Task[None]] = set()
        self._by_conn: dict[mtproto.ServerConnection, MtprotoConnection] = {}
        self._lines: dict[mtproto.Session, Line] = {}
        self._dirty: set[MtprotoConnection] = set()
        self._sweeper = self.loop.call_later(SWEEP_EVERY_S, self._sweep)

    # For connections

    def joined(self, connection: "MtprotoConnection", conn: mtproto.ServerConnection) -> None:
        """The connection is served."""
        self.connections.add(connection)
        self._by_conn[conn] = connection

    def left(self, connection: "MtprotoConnection", conn: mtproto.ServerConnection) -> None:
        """The connection is gone; its sessions stay."""
        self.connections.discard(connection)
        self._dirty.discard(connection)
        self._by_conn.pop(conn, None)

    def line(self, session: mtproto.Session) -> Line:
        """The one line of a session."""
        line = self._lines.get(session)
        if line is None:
            line = self._lines[session] = Line(self, session)
        return line

    def session_destroyed(self, session: mtproto.Session) -> None:
        """The session is forgotten; nothing is pushed to it any more."""
        line = self._lines.pop(session, None)
        if line is not None:
            self.calls.session_gone(session.auth_key_id, line)

    def call(self, connection: "MtprotoConnection", call: mtproto.Call) -> None:
        """The call runs; its answer goes to its session, wherever that then is."""
        line = self.line(call.session)
        if len(self.running) >= self.limits.calls_at_once:
            self.counts["calls_refused"] += 1
            line.answer(call.msg_id, error_body(420, "FLOOD_WAIT_3"), self.clock.now())
            connection.call_ended()
            return
        line.begun(call.msg_id)
        self.spawn(self._run(connection, call, line))

    def spawn(self, work: "collections.abc.Coroutine[object, object, None]") -> None:
        """The work runs; stopping waits for it."""
        task = self.loop.create_task(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    def mark(self, session: mtproto.Session) -> None:
        """The session's connections may have something to send at the end of this loop turn."""
        for conn in session.connections:
            connection = self._by_conn.get(conn)
            if connection is not None:
                self.mark_connection(connection)

    def mark_connection(self, connection: "MtprotoConnection") -> None:
        """The connection is flushed once at the end of this loop turn."""
        if not self._dirty:
            self.loop.call_soon(self._flush)
        self._dirty.add(connection)

    def key_gone(self, auth_key_id: int) -> None:
        """The sockets of this key's sessions are closed: it was revoked."""
        for session in [one for one in self._lines if one.auth_key_id == auth_key_id]:
            connections = [self._by_conn.get(conn) for conn in session.connections]
            self.session_destroyed(session)
            for connection in connections:
                if connection is not None:
                    connection.finish()

    async def stop(self) -> None:
        """Calls under way have ended or run out of time, what they answered is written, connections are closed."""
        self._sweeper.cancel()
        if self.running:
            await asyncio.wait(set(self.running), timeout=self.limits.stop_timeout_s)
        for task in self.running:
            task.cancel()
        self._flush()
        for connection in list(self.connections):
            connection.finish()

    async def _run(self, connection: "MtprotoConnection", call: mtproto.Call, line: Line) -> None:
        body = error_body(500, "INTERNAL_SERVER_ERROR")
        try:
            refusal = await self._await_earlier(call, line) if call.after else None
            body = refusal or await self.calls.handle(connection.request(call, line))
        except asyncio.CancelledError:
            line.ended(call.msg_id, False)
            raise  # stopping: unanswered, so the client asks again
        except Exception:
            self.counts["calls_broken"] += 1
            log.exception("call failed: %s", type(call.query).__name__)
        line.ended(call.msg_id, not body.startswith(RPC_ERROR))
        line.answer(call.msg_id, body, self.clock.now())
        connection.call_ended()

    async def _await_earlier(self, call: mtproto.Call, line: Line) -> bytes | None:
        """None once every call this one comes after is done, else the error to answer."""
        for earlier in call.after:
            outcome = line.wait_for(earlier)
            if not isinstance(outcome, bool):
                try:
                    outcome = await asyncio.wait_for(asyncio.shield(outcome), WAIT_FOR_EARLIER_S)
                except TimeoutError:
                    line.give_up(earlier)
                    return error_body(400, "MSG_WAIT_TIMEOUT")
            if not outcome:
                return error_body(400, "MSG_WAIT_FAILED")
        return None

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, set()
        for connection in dirty:
            try:
                connection.flush()
            except Exception:
                log.exception("a connection could not be written to")
                connection.abort()

    def _sweep(self) -> None:
        self._sweeper = self.loop.call_later(SWEEP_EVERY_S, self._sweep)
        self.server.sweep(self.clock.now())
        oldest = self.clock.monotonic() - self.limits.idle_timeout_s
        for connection in list(self.connections):
            connection.swept(oldest)


def error_body(code: int, message: str) -> bytes:
    """An rpc_error as the body of an answer."""
    return tl.encode(s.RpcError(error_code=code, error_message=message), tl.NEWEST)
