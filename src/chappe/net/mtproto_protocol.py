"""One MTProto connection on a socket: bytes to events, events to the hub, one joined write a loop turn."""

import asyncio
import collections
import logging
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import cast

from chappe import mtproto, tl
from chappe.net.hub import Hub
from chappe.net.listener import Ticket
from chappe.rpc import Init, Request
from chappe.tl import functions as f

log = logging.getLogger("chappe.net")
WRITE_HIGH_BYTES = 512 * 1024
AIMLESS = 3
"""How many times the handshake's time-out a connection may take to have a session."""


class MtprotoConnection(asyncio.Protocol):
    """Any framing on a byte stream; what carries the bytes is a subclass's matter (`_unpack`, `_pack`)."""

    __slots__ = (
        "_at_door",
        "_begun",
        "_busy",
        "_conn",
        "_held",
        "_hub",
        "_paused",
        "_read_paused",
        "_seen",
        "_storing",
        "_ticket",
        "_transport",
    )

    def __init__(self, hub: Hub, ticket: Ticket) -> None:
        self._hub = hub
        self._ticket = ticket
        self._transport: asyncio.Transport | None = None
        self._conn: mtproto.ServerConnection = hub.server.connect(ticket.peer.host)
        self._held: collections.deque[mtproto.Call] | None = None
        self._busy = 0
        self._storing = 0
        self._at_door = 0
        self._paused = False
        self._read_paused = False
        self._seen = self._begun = hub.clock.monotonic()

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are not registered as such
        self._transport.set_write_buffer_limits(high=WRITE_HIGH_BYTES)
        self._hub.connections[self._conn] = self

    def data_received(self, data: bytes) -> None:
        self._feed(data)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._paused = False
        self._conn.close(self._hub.clock.now())
        self._hub.connections.pop(self._conn, None)
        self._ticket.release()
        self._start_held()  # taken from the client as they are, they count as said once and are answered elsewhere

    def pause_writing(self) -> None:
        self._paused = True
        self._gate()

    def resume_writing(self) -> None:
        self._paused = False
        self._start_held()

    # For the hub

    def request(self, call: mtproto.Call) -> Request:
        """The call as `rpc` takes it."""
        return Request(
            session=call.session,
            auth_key_id=call.session.auth_key_id,
            msg_id=call.msg_id,
            query=call.query,
            layer=call.layer,
            init=init_of(call.init),
            no_updates=call.no_updates,
            ip=self._ticket.peer.host,
            session_id=call.session.session_id,
            dc=self._conn.dc or 0,
            takeout_id=call.takeout_id,
            port=self._ticket.peer.port,
        )

    def call_ended(self) -> None:
        """One call of this connection is answered; a held one may start."""
        self._busy -= 1
        if self._held or self._read_paused:
            self._start_held()

    def flush(self, whole: bool = False) -> None:
        """What the protocol has to say is written in one piece; who does not read is cut off at the bound.

        Large packets are worked on as far as this turn of the loop allows, or written to the end when `whole`.
        """
        if self._conn.unread and not whole:
            self._handle(self._conn.read_on(self._hub.clock.now()))
            self._gate()
        transport = self._transport
        output = self._conn.take_output(whole)
        if transport is None or not output or transport.is_closing():
            return
        transport.write(self._pack(output))
        if transport.get_write_buffer_size() > self._hub.limits.write_buffer_bytes:
            self._hub.counts["connections_not_reading"] += 1
            transport.abort()

    def finish(self) -> None:
        """What is still to be said is said, then the socket closes."""
        if self._transport is not None and not self._transport.is_closing():
            self.flush(whole=True)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()

    def abort(self) -> None:
        """The socket is closed at once; what was unsent stays unsent."""
        if self._transport is not None:
            self._transport.abort()

    def swept(self, now: float) -> None:
        """Idle too long, or without a session long after it began (`now` is monotonic): the socket is closed."""
        limits = self._hub.limits
        idle = now - self._seen > limits.idle_timeout_s
        aimless = not self._conn.sessions and now - self._begun > AIMLESS * limits.handshake_timeout_s
        if (idle or aimless) and not self._busy:
            self._hub.counts["connections_idle"] += 1
            self.finish()

    # Between the two

    def _pack(self, output: bytes) -> bytes:
        return output

    def _feed(self, data: bytes) -> None:
        self._seen = self._hub.clock.monotonic()
        if self._conn.sessions and not self._at_door:
            self._take(data)
            return
        self._at_door += 1
        self._hub.doorstep.comes(self._ticket.peer.host, partial(self._let_in, data))
        if self._at_door:
            self._gate()

    def _let_in(self, data: bytes) -> None:
        """What was said before there was a session has had its turn."""
        self._at_door -= 1
        if self._transport is None:
            return
        try:
            self._take(data)
            self._gate()
        except Exception:
            log.exception("a connection could not be read")
            self.abort()

    def _take(self, data: bytes) -> None:
        self._handle(self._conn.receive(data, self._hub.clock.now()))
        if self._conn.unread:
            self._gate()
        self._hub.watch()

    def _handle(self, events: Sequence[mtproto.Event]) -> None:
        for event in events:
            match event:
                case mtproto.Call():
                    self._call(event)
                case mtproto.KeyNeeded():
                    self._store(self._find_key(event))
                case mtproto.KeyCreated():
                    self._store(self._keep_key(event))
                case mtproto.SessionCreated():
                    self._hub.session_created(event.session)
                case mtproto.SessionDestroyed():
                    self._hub.session_destroyed(event.session)
                case mtproto.KeyDestroyed():
                    self._store(self._drop_key(event))
                case mtproto.Closed():
                    self.finish()
                case mtproto.Dropped():
                    pass  # what the call does is done all the same; its answer is let go by the session

    def _call(self, call: mtproto.Call) -> None:
        if self._held or self._paused or self._busy >= self._hub.limits.calls_per_connection:
            if self._held is None:
                self._held = collections.deque()
            self._held.append(call)
            self._gate()
            return
        self._busy += 1
        self._hub.call(self, call)

    def _start_held(self) -> None:
        held = self._held
        while held and not self._paused and self._busy < self._hub.limits.calls_per_connection:
            self._busy += 1
            self._hub.call(self, held.popleft())
        if not held:
            self._held = None
        self._gate()

    def _gate(self) -> None:
        """Reads from the socket only while what was read can be worked on."""
        shut = bool(self._held) or self._paused or self._storing > 0 or self._at_door > 0 or self._conn.unread
        if shut == self._read_paused or self._transport is None or self._transport.is_closing():
            return
        self._read_paused = shut
        if shut:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _store(self, work: Coroutine[object, object, None]) -> None:
        """Runs work on keys with reading paused: the peer waits for it, so nothing piles up."""
        self._storing += 1
        self._gate()
        self._hub.spawn(self._stored(work))

    async def _stored(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("auth key could not be stored or read")
            if self._transport is not None:
                self._transport.abort()
        finally:
            self._storing -= 1
            self._gate()

    async def _find_key(self, event: mtproto.KeyNeeded) -> None:
        key, expires = await self._hub.keys.load(event.auth_key_id) or (None, None)
        if self._transport is not None:
            self._handle(self._conn.key_found(event.auth_key_id, key, self._hub.clock.now(), expires))

    async def _keep_key(self, event: mtproto.KeyCreated) -> None:
        kept = await self._hub.keys.save(event.auth_key_id, event.auth_key, event.temporary_until)
        if self._transport is None:
            return
        if kept:
            self._conn.key_stored(self._hub.clock.now())
        else:
            self._handle(self._conn.key_taken(self._hub.clock.now()))

    async def _drop_key(self, event: mtproto.KeyDestroyed) -> None:
        auth_key_id = event.session.auth_key_id
        dropped = await self._hub.keys.drop(auth_key_id)
        event.session.key_destroyed(event.msg_id, dropped, self._hub.clock.now())
        self.flush()
        if dropped:
            self._hub.calls.key_destroyed(auth_key_id)
            self._hub.key_gone(auth_key_id)


def init_of(said: tl.TLObject | None) -> Init | None:
    """What a client says of itself, as `rpc` takes it; texts are cut to what a list of devices can show."""
    if not isinstance(said, f.InitConnection):
        return None
    return Init(
        api_id=said.api_id,
        device_model=said.device_model[:128],
        system_version=said.system_version[:64],
        app_version=said.app_version[:64],
        lang_code=said.lang_code[:16],
        lang_pack=said.lang_pack[:32],
    )
