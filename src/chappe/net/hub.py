"""What all MTProto connections share: the sessions, the calls under way, and the one flush a loop turn.

Comes in: events of connections, answers of who handles calls. Goes out: calls, and bytes on sockets. A push is made
on the session itself (`session.push`); the hub hears that a connection has output and writes it.
"""

import asyncio
import collections
import logging
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Protocol

from chappe import mtproto
from chappe.base import Clock
from chappe.net.doorstep import Doorstep
from chappe.net.limits import Limits
from chappe.net.order import Order
from chappe.rpc import Request, SessionPort
from chappe.tl import functions as f
from chappe.tl import service as s

if TYPE_CHECKING:
    from chappe.net.mtproto_protocol import MtprotoConnection

log = logging.getLogger("chappe.net")
SWEEP_EVERY_S = 5.0
WAIT_FOR_EARLIER_S = 20.0
PACKED_ALREADY = frozenset((f.upload.GetFile, f.upload.GetWebFile, f.upload.GetCdnFile))
"""Calls answered with parts of files, which gzip does not make smaller."""
PARTS = PACKED_ALREADY | {f.upload.SaveFilePart, f.upload.SaveBigFilePart}
"""Calls that move files; they give way to all others."""
PIECES_A_TURN = 1
"""Of large packets: a turn of the loop is a third of a millisecond longer while files move, however many."""
BREATH_S = 0.001
"""Between two pieces of large packets while other calls are being answered."""
RPC_ERROR = s.RpcError.ID.to_bytes(4, "little")
_BROKEN = mtproto.rpc_error(500, "INTERNAL_SERVER_ERROR")
_CROWDED = mtproto.rpc_error(420, "FLOOD_WAIT_3")


class KeyStore(Protocol):
    """Where auth keys are kept, wrapped; handed in by `app`."""

    async def load(self, auth_key_id: int) -> tuple[bytes, int | None] | None:
        """The key and the end of a temporary one; None if there is no such key or its time is over."""
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

    def session_gone(self, auth_key_id: int, session: SessionPort, /) -> None:
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
        self.doorstep = Doorstep(clock)
        self.counts: collections.Counter[str] = collections.Counter()
        self.connections: dict[mtproto.ServerConnection, MtprotoConnection] = {}
        self.running: set[asyncio.Task[None]] = set()
        self._sessions: set[mtproto.Session] = set()
        self._ticker: asyncio.TimerHandle | None = None
        self._sweeper = self.loop.call_later(SWEEP_EVERY_S, self._sweep)
        self._brisk = 0
        self._waiting = 0
        """Calls that wait for an earlier one: they do nothing, and keep nobody else's from being run."""
        server.wake = self._wake
        server.wake_late = self._wake_late
        server.pieces = PIECES_A_TURN

    def session_created(self, session: mtproto.Session) -> None:
        """The session is known here until it is destroyed or given up."""
        self._sessions.add(session)

    def session_destroyed(self, session: mtproto.Session) -> None:
        """The session is forgotten; nothing is pushed to it any more."""
        self._sessions.discard(session)
        session.tag = None
        self.calls.session_gone(session.auth_key_id, session)

    def call(self, connection: "MtprotoConnection", call: mtproto.Call) -> None:
        """The call runs; its answer goes to its session, wherever that then is."""
        if len(self.running) - self._waiting >= self.limits.calls_at_once:
            self.counts["calls_refused"] += 1
            call.session.answer(call.msg_id, _CROWDED, self.clock.now())
            connection.call_ended()
            return
        order = call.session.tag
        if not isinstance(order, Order):
            order = call.session.tag = Order()
        order.begun(call.msg_id)
        self.spawn(self._run(connection, call, order))

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """The work runs; stopping waits for it."""
        task = self.loop.create_task(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    def key_gone(self, auth_key_id: int) -> None:
        """The key is not known any more: its sessions are gone, its connections hear so and close."""
        sessions = self.server.sessions(auth_key_id)
        for conn in self.server.forget_key(auth_key_id):
            connection = self.connections.get(conn)
            if connection is not None:
                connection.finish()
        for session in sessions:
            self.session_destroyed(session)

    def signed_out(self, auth_key_id: int) -> None:
        """Nobody is signed in with the key any more: what waited for its sessions is dropped, its connections close.

        The key stays known: its client comes back and is told 401, which is how clients learn that they were ended.
        """
        for session in self.server.sessions(auth_key_id):
            lines = [self.connections.get(conn) for conn in session.connections]
            self.server.remove(session)
            self.session_destroyed(session)
            for line in lines:
                if line is not None:
                    line.finish()

    async def stop(self) -> None:
        """Calls under way have ended or run out of time, what they answered is written, connections are closed."""
        self._sweeper.cancel()
        self.doorstep.close()
        if self._ticker is not None:
            self._ticker.cancel()
        if self.running:
            await asyncio.wait(set(self.running), timeout=self.limits.stop_timeout_s)
        for task in self.running:
            task.cancel()
        self._flush()
        for connection in list(self.connections.values()):
            connection.finish()

    async def _run(self, connection: "MtprotoConnection", call: mtproto.Call, order: Order) -> None:
        body = _BROKEN
        brisk = 0
        try:
            refusal = await self._turn_of(call, order) if call.after else None
            brisk = type(call.query) not in PARTS
            self._brisk += brisk
            body = refusal or await self.calls.handle(connection.request(call))
        except asyncio.CancelledError:
            order.ended(call.msg_id, False)
            raise  # stopping: unanswered, so the client asks again
        except Exception:
            self.counts["calls_broken"] += 1
            log.exception("call failed: %s", type(call.query).__name__)
        finally:
            self._brisk -= brisk
        order.ended(call.msg_id, not body.startswith(RPC_ERROR))
        shrinks = type(call.query) not in PACKED_ALREADY
        call.session.answer(call.msg_id, body, self.clock.now(), compress=shrinks)
        if call.session.gone:  # the call may have made it one that wants updates
            self.calls.session_gone(call.session.auth_key_id, call.session)
        connection.call_ended()

    async def _turn_of(self, call: mtproto.Call, order: Order) -> bytes | None:
        """None once the call may run, else the error to answer."""
        self._waiting += 1
        try:
            refusal = await self._await_earlier(call, order)
        finally:
            self._waiting -= 1
        crowded = len(self.running) - self._waiting > self.limits.calls_at_once
        return refusal or (_CROWDED if crowded else None)

    async def _await_earlier(self, call: mtproto.Call, order: Order) -> bytes | None:
        """None once every call this one comes after is done, else the error to answer."""
        for earlier in call.after:
            outcome = order.wait_for(earlier)
            if not isinstance(outcome, bool):
                try:
                    async with asyncio.timeout(WAIT_FOR_EARLIER_S):
                        outcome = await asyncio.shield(outcome)
                except TimeoutError:
                    order.give_up(earlier)
                    return mtproto.rpc_error(400, "MSG_WAIT_TIMEOUT")
            if not outcome:
                return mtproto.rpc_error(400, "MSG_WAIT_FAILED")
        return None

    # The one flush a loop turn

    def _wake(self) -> None:
        self.loop.call_soon(self._flush)

    def _wake_late(self) -> None:
        """Pieces of large packets go on at the next turn, or wait a moment while there are brisker calls."""
        if self._brisk:
            self.loop.call_later(BREATH_S, self._go_on)
        else:
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self.server.pieces = PIECES_A_TURN
        self._write(self.server.take_late())

    def _flush(self) -> None:
        self._write(self.server.take_ready())

    def _write(self, conns: Iterable[mtproto.ServerConnection]) -> None:
        for conn in conns:
            connection = self.connections.get(conn)
            if connection is None:
                continue
            try:
                connection.flush()
            except Exception:
                log.exception("a connection could not be written to")
                connection.abort()

    # Time

    def watch(self) -> None:
        """Calls that run long will be acknowledged; called after bytes came in."""
        if self._ticker is None and self.server.next_deadline is not None:
            wait_s = self.server.next_deadline - self.clock.now()
            self._ticker = self.loop.call_later(min(max(wait_s, 0.05), SWEEP_EVERY_S), self._tick)

    def _tick(self) -> None:
        self._ticker = None
        self.server.tick(self.clock.now())
        self.watch()

    def _sweep(self) -> None:
        self._sweeper = self.loop.call_later(SWEEP_EVERY_S, self._sweep)
        for conn in self.server.sweep(self.clock.now()):
            connection = self.connections.get(conn)
            if connection is not None:
                connection.finish()
        now = self.clock.monotonic()
        for connection in list(self.connections.values()):
            connection.swept(now)
        for session in [one for one in self._sessions if one.held.sessions.get(one.session_id) is not one]:
            self.session_destroyed(session)
