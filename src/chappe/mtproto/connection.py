"""One socket's side of the server: packets in, events and packets out.

Source: mtproto/description
"""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chappe import tl
from chappe.base.errors import ProtocolError
from chappe.mtproto import wire
from chappe.mtproto.crypto import MAX_PADDING, MIN_PADDING, open_sealed, quick_token, seal
from chappe.mtproto.events import Call, Closed, Event, KeyCreated, KeyNeeded, SessionCreated, SessionDestroyed
from chappe.mtproto.handshake import NewKey, ServerHandshake
from chappe.mtproto.peel import peel
from chappe.mtproto.pieces import LARGE_BYTES, Opening, Sealing
from chappe.mtproto.services import HANDLERS
from chappe.mtproto.session import ANSWER, Kept, Session
from chappe.mtproto.transport import Transport

if TYPE_CHECKING:
    from chappe.mtproto.server import HeldKey, Server

_NO_KEY = bytes(8)
NO_ALLOWANCE = tl.Allowance(0)
_ENVELOPE_BYTES = wire.ENVELOPE.size
_unpack_envelope = wire.ENVELOPE.unpack_from
_pack_envelope = wire.ENVELOPE.pack

Parcel = tuple[Session, int, int, bytes, Sequence[Kept]]
"""A message that waits to be sealed: its session, msg_id, seqno and body."""


class ServerConnection:
    """One connection. Feed it with `receive`, write what `take_output` gives, `close` it when the socket is gone."""

    __slots__ = (
        "_allowance",
        "_handshake",
        "_held",
        "_made",
        "_opening",
        "_out",
        "_parcels",
        "_queue",
        "_sealing",
        "_session",
        "_unread",
        "_waiting",
        "closed",
        "disconnect_at",
        "peer_name",
        "server",
        "sessions",
        "transport",
    )

    def __init__(self, server: "Server", peer_name: str) -> None:
        self.server = server
        self.peer_name = peer_name
        self.transport = Transport(server.entropy, server.secrets, server.limits.packet_bytes)
        self.closed = False
        self.disconnect_at: float | None = None
        self.sessions: dict[Session, None] = {}
        self._out: list[bytes] = []
        self._queue: list[tuple[Session, Kept]] = []
        self._held: HeldKey | None = None
        self._session: Session | None = None
        self._handshake: ServerHandshake | None = None
        self._made: NewKey | None = None
        self._waiting: dict[bytes, list[tuple[bytes, int]]] | None = None
        self._allowance = NO_ALLOWANCE
        self._unread: deque[tuple[bytes, int]] | None = None
        self._opening: tuple[HeldKey, Opening] | None = None
        self._parcels: deque[Parcel] | None = None
        self._sealing: Sealing | None = None

    @property
    def dc(self) -> int | None:
        """The data centre the client dialled, as its obfuscated header says."""
        return self.transport.dc

    # --- in -------------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> list[Event]:
        """What these bytes mean. Errors: none; a broken stream is answered and reported as `Closed`.

        Source: mtproto/description
        """
        events: list[Event] = []
        if self.closed:
            return events
        try:
            for packet, quick in self.transport.receive(data):
                if self._unread is not None or len(packet) > LARGE_BYTES:
                    self._unread = self._unread or deque()
                    self._unread.append((packet, quick))
                else:
                    self._packet(packet, quick, now, events)
                if self.closed:
                    break
            self._read_on(now, events)
        except ProtocolError as error:
            self._broken(error, events)
        return events

    @property
    def unread(self) -> bool:
        """True while a large packet is not yet opened: `read_on` goes on with it, and more should not be fed."""
        return self._unread is not None

    def read_on(self, now: float) -> list[Event]:
        """As `receive`, for packets that wait: as far as the server's pieces of this turn reach."""
        events: list[Event] = []
        try:
            self._read_on(now, events)
        except ProtocolError as error:
            self._broken(error, events)
        return events

    def _read_on(self, now: float, events: list[Event]) -> None:
        while self._unread and not self.closed:
            packet, quick = self._unread[0]
            held = self.server.keys.get(packet[:8]) if len(packet) > LARGE_BYTES else None
            if held is None:
                self._packet(packet, quick, now, events)
            else:
                if not self.server.spend_piece():
                    self.server.put_off(self)
                    return
                held, opening = self._opening = self._opening or (held, Opening(held.key.to_server, packet))
                opened = opening.step()
                if opened is None:
                    continue
                self._opening = None
                self._opened(held, *opened, quick, now, events)
            if self._unread:
                self._unread.popleft()
        self._unread = None

    def _broken(self, error: ProtocolError, events: list[Event]) -> None:
        if not self.closed:
            self.fail(error.code)
        events.append(Closed(error))

    def _packet(self, packet: bytes, quick: int, now: float, events: list[Event]) -> None:
        held = self._held
        key_id = packet[:8]
        if held is None or held.key.id_bytes != key_id:
            if key_id == _NO_KEY:
                self._plain(packet, now, events)
                return
            held = self.server.keys.get(key_id)
            if held is None:
                self._wait_for_key(key_id, packet, quick, events)
                return
            self._held = held
        self._encrypted(held, packet, quick, now, events)

    def _wait_for_key(self, key_id: bytes, packet: bytes, quick: int, events: list[Event]) -> None:
        if len(packet) < 24 + 48:
            raise ProtocolError("packet too short", 404)
        waiting = self._waiting
        if waiting is None:
            waiting = self._waiting = {}
        if key_id not in waiting:
            waiting[key_id] = []
            events.append(KeyNeeded(int.from_bytes(key_id, "little", signed=True)))
        waiting[key_id].append((packet, quick))
        if sum(map(len, waiting.values())) > self.server.limits.waiting_packets:
            raise ProtocolError("too much before its key is known", 429)

    def key_found(
        self, auth_key_id: int, auth_key: bytes | None, now: float, expires_at: int | None = None
    ) -> list[Event]:
        """The answer to `KeyNeeded`: the waiting packets are read, or the client hears −404 when there is no key."""
        events: list[Event] = []
        key_id = auth_key_id.to_bytes(8, "little", signed=True)
        packets = self._waiting.pop(key_id, []) if self._waiting else []
        if self.closed:
            return events
        try:
            if auth_key is None:
                raise ProtocolError("no such key", 404)
            held = self.server.hold(auth_key, expires_at, now)
            if held.key.id_bytes != key_id:
                raise ValueError("this is another key")
            for packet, quick in packets:
                self._packet(packet, quick, now, events)
                if self.closed:
                    break
        except ProtocolError as error:
            self._broken(error, events)
        return events

    # --- key exchange ---------------------------------------------------------------------------------------------

    def _plain(self, packet: bytes, now: float, events: list[Event]) -> None:
        """Source: mtproto/description#unencrypted-message."""
        size = int.from_bytes(packet[16:20], "little")
        if len(packet) < 24 or size & 3 or size > len(packet) - 20:
            raise ProtocolError("plain message torn", 404)
        if self._handshake is None:
            self._handshake = ServerHandshake(self.server.rsa_keys, self.server.entropy)
        step = self._handshake.step(packet[20 : 20 + size], now)
        if isinstance(step, NewKey):
            self._made = step
            key = step.auth_key
            events.append(KeyCreated(key.id, key.key, step.server_salt, step.temporary_until, step.dc or self.dc))
        else:
            self._send_plain(step, now)

    def _send_plain(self, body: bytes, now: float) -> None:
        msg_id = self.server.next_msg_id(now, ANSWER)
        head = _NO_KEY + msg_id.to_bytes(8, "little") + len(body).to_bytes(4, "little")
        self._out.append(self.transport.wrap(head + body))
        self.server.announce(self)

    def key_stored(self, now: float) -> None:
        """The key of `KeyCreated` is safe: the client is told and may use it. Source: mtproto/auth_key."""
        made, self._made = self._made, None
        if made is None or self._handshake is None or self.closed:
            return
        held = self.server.hold(made.auth_key, made.temporary_until, now)
        held.begin(made.server_salt, now)
        self._send_plain(self._handshake.confirm(), now)

    def key_taken(self, now: float) -> list[Event]:
        """Another key has this id: the client must try again. Source: mtproto/auth_key."""
        events: list[Event] = []
        if self._made is not None and self._handshake is not None and not self.closed:
            self._made = None
            try:
                self._send_plain(self._handshake.retry(), now)
            except ProtocolError as error:
                self._broken(error, events)
        return events

    # --- encrypted messages ---------------------------------------------------------------------------------------

    def _encrypted(self, held: "HeldKey", packet: bytes, quick: int, now: float, events: list[Event]) -> None:
        """Source: mtproto/description#encrypted-message."""
        plain, large = open_sealed(held.key.to_server, packet)
        self._opened(held, plain, large, quick, now, events)

    def _opened(
        self, held: "HeldKey", plain: bytes, large: bytes, quick: int, now: float, events: list[Event]
    ) -> None:
        if held.expires_at is not None and held.expired(now):
            raise ProtocolError("temporary key has expired", 404)
        salt, session_id, msg_id, seqno, size = _unpack_envelope(plain)
        if size & 3 or not MIN_PADDING <= len(plain) - _ENVELOPE_BYTES - size <= MAX_PADDING:
            raise ProtocolError("wrong length inside", 404)
        if quick:
            self._out.append(self.transport.token(quick_token(large)))
            self.server.announce(self)
        session = self._session
        if session is None or session.session_id != session_id or session.held is not held:
            session = held.sessions.get(session_id) or Session(self.server, held, session_id)
        fault = session.id_fault(msg_id, now)
        if fault:
            session.reply(wire.bad_msg(msg_id, seqno, fault), now, self)
        elif (salt != session.salt or now >= session.salt_until) and not session.good_salt(salt, now):
            fresh = self.server.salts.current(held.key.id, now)
            session.reply(wire.bad_salt(msg_id, seqno, fresh), now, self)
        else:
            if session is not self._session or session.connection is not self:
                self._enter(session, msg_id, now, events)
            body = plain[_ENVELOPE_BYTES : _ENVELOPE_BYTES + size]
            if body.find(wire.GZIP_PACKED) >= 0:  # `in` first takes bytes for a number, and drops the error
                self._allowance = tl.Allowance(self.server.limits.unpacked_bytes)
            if body[:4] == wire.MSG_CONTAINER:
                self._container(session, msg_id, seqno, body, now, events)
            else:
                self._message(session, msg_id, seqno, body, now, events)

    def _enter(self, session: Session, msg_id: int, now: float, events: list[Event]) -> None:
        """The session speaks through this connection from now on; a new one is announced to both sides."""
        self._session = session
        if session in self.sessions:
            session.connection = self
            return
        if len(self.sessions) >= self.server.limits.sessions_per_connection:
            raise ProtocolError("too many sessions", 429)
        if session.held.sessions.get(session.session_id) is not session:
            gone = self.server.adopt(session)
            if gone is not None:
                events.append(SessionDestroyed(gone))
            events.append(SessionCreated(session))
            session.announce(msg_id, now)
        self.sessions[session] = None
        session.attach(self, now)

    def _container(
        self, session: Session, msg_id: int, seqno: int, body: bytes, now: float, events: list[Event]
    ) -> None:
        """Source: mtproto/service_messages#simple-container."""
        fault = 34 if seqno & 1 else 19 if msg_id in session.seen else 0
        try:
            messages = tl.split_container(body)
        except ProtocolError:
            fault = fault or 64
        if not fault and len(messages) > self.server.limits.container_messages:
            fault = 64
        if fault:
            session.reply(wire.bad_msg(msg_id, seqno, fault), now, self)
            return
        for inner_id, inner_seqno, inner in messages:
            fault = session.id_fault(inner_id, now)
            if not fault and inner[:4] == wire.MSG_CONTAINER:
                fault = 64
            if fault:
                session.reply(wire.bad_msg(inner_id, inner_seqno, fault), now, self)
            else:
                self._message(session, inner_id, inner_seqno, bytes(inner), now, events)

    def _message(self, session: Session, msg_id: int, seqno: int, body: bytes, now: float, events: list[Event]) -> None:
        """One message that is not a container."""
        if body[:4] == wire.GZIP_PACKED:
            body = self._unpacked(session, msg_id, seqno, body, now)
            if not body:
                return
        handler = HANDLERS.get(body[:4])
        if handler is None:
            self._query(session, msg_id, seqno, body, now, events)
        else:  # COMPAT mtcute: whatever the parity of seqno, it counts acknowledgements as content
            try:
                handler(self, session, msg_id, body, now, events)
            except ProtocolError:
                session.reply(wire.bad_msg(msg_id, seqno, 64), now, self)

    def _unpacked(self, session: Session, msg_id: int, seqno: int, body: bytes, now: float) -> bytes:
        # COMPAT TDLib: a gzip_packed may hold a zlib stream
        try:
            inner = wire.unpacked(body, self._allowance)
        except ProtocolError:
            inner = b""
        if inner[:4] in (b"", wire.GZIP_PACKED, wire.MSG_CONTAINER):
            session.reply(wire.bad_msg(msg_id, seqno, 64), now, self)
            return b""
        return inner

    def _query(self, session: Session, msg_id: int, seqno: int, body: bytes, now: float, events: list[Event]) -> None:
        """A call: executed once, whatever is repeated."""
        if msg_id in session.seen:
            session.repeated(msg_id, self, now)
            return
        fault = session.seqno_fault(msg_id, seqno) if seqno & 1 else 35
        if fault:
            session.reply(wire.bad_msg(msg_id, seqno, fault), now, self)
            return
        session.started(msg_id, self, now)
        try:
            query: Any = tl.decode(body, self._allowance)
        except ProtocolError:
            session.answer(msg_id, _undecoded(body), now)
            return
        peeled = peel(query)
        if not peeled.query.FORM.function:
            session.answer(msg_id, wire.rpc_error(400, "INPUT_METHOD_INVALID"), now)
            return
        events.append(Call(session, msg_id, *peeled))

    # --- out ------------------------------------------------------------------------------------------------------

    def enqueue(self, session: Session, kept: Kept) -> None:
        """The message leaves with the next `take_output`, once, however often it is asked for before."""
        kept.via = self
        if kept.leaving is self:
            return
        kept.leaving = self
        queue = self._queue
        if not queue:
            self.server.announce(self)
        queue.append((session, kept))

    def take_output(self, whole: bool = False) -> bytes:
        """Everything to write now: messages of one session leave together in containers.

        Large packets are sealed as far as the server's pieces of this turn reach, or to the end when `whole`.
        """
        queue = self._queue
        if queue:
            self._queue = []
            if len(queue) == 1:
                session, kept = queue[0]
                if kept.body:
                    kept.tries += 1
                    self._put(session, kept.msg_id, kept.seqno, kept.body, (kept,))
            else:
                self._flush(queue)
        if self._parcels is not None:
            self._seal_on(self._parcels, whole)
        if self._parcels is None and self._unread is None:
            self.server.let_go(self)
        out = self._out
        if not out:
            return b""
        self._out = []
        return out[0] if len(out) == 1 else b"".join(out)

    def _flush(self, queue: list[tuple[Session, Kept]]) -> None:
        by_session: dict[Session, list[Kept]] = {}
        for session, kept in queue:
            if kept.body:
                by_session.setdefault(session, []).append(kept)
        limits = self.server.limits
        for session, messages in by_session.items():
            batch: list[Kept] = []
            size = 0
            for kept in messages:
                kept.tries += 1
                full = size + len(kept.body) > limits.container_bytes or len(batch) >= limits.container_messages
                if batch and full:
                    self._send(session, batch)
                    batch, size = [], 0
                batch.append(kept)
                size += len(kept.body) + 16
            self._send(session, batch)

    def _send(self, session: Session, batch: list[Kept]) -> None:
        """One packet for these messages. Source: mtproto/service_messages#simple-container."""
        if len(batch) == 1:
            kept = batch[0]
            self._put(session, kept.msg_id, kept.seqno, kept.body, batch)
            return
        body = tl.join_container((kept.msg_id, kept.seqno, kept.body) for kept in batch)
        msg_id = self.server.next_container_id()
        self._put(session, msg_id, session.seqno * 2, body, batch)

    def _put(self, session: Session, msg_id: int, seqno: int, body: bytes, batch: Sequence[Kept]) -> None:
        """The message is sealed at once, or waits behind a large one or as one."""
        if self._parcels is None and len(body) <= LARGE_BYTES:
            key = session.held.key
            plain = self._enveloped(session, msg_id, seqno, body)
            self._out.append(self.transport.wrap(seal(key.id_bytes, key.to_client, plain)))
            for kept in batch:
                kept.leaving = None
            return
        self._parcels = self._parcels or deque()
        self._parcels.append((session, msg_id, seqno, body, batch))

    def _seal_on(self, parcels: "deque[Parcel]", whole: bool) -> None:
        while parcels:
            if self._sealing is None:
                key = parcels[0][0].held.key
                self._sealing = Sealing(key.id_bytes, key.to_client, self._enveloped(*parcels[0][:4]))
            if not whole and not self.server.spend_piece():
                self.server.put_off(self)
                return
            packet = self._sealing.step()
            if packet is not None:
                self._sealing = None
                for kept in parcels.popleft()[4]:
                    kept.leaving = None
                self._out.append(self.transport.wrap(packet))
        self._parcels = None

    def _enveloped(self, session: Session, msg_id: int, seqno: int, body: bytes) -> bytes:
        """The padded plain text. Source: mtproto/description#encrypted-message."""
        size = len(body)
        padding = self.server.entropy(MIN_PADDING + (-(size + MIN_PADDING) & 15))
        return _pack_envelope(session.salt, session.session_id, msg_id, seqno, size) + body + padding

    # --- end ------------------------------------------------------------------------------------------------------

    def fail(self, code: int) -> None:
        """The client hears a transport error and nothing more. Source: mtproto/mtproto-transports#transport-errors."""
        if not self.closed:
            self._queue = []
            self._parcels = self._sealing = self._unread = self._opening = None
            self._out.append(self.transport.failure(code))
            self.closed = True
            self.server.announce(self)

    def overdue(self, now: float) -> bool:
        """True when the client asked to be cut off by now."""
        return self.disconnect_at is not None and now >= self.disconnect_at

    @property
    def queued(self) -> int:
        """How many messages wait for `take_output`."""
        return len(self._queue)

    def close(self, now: float) -> None:
        """The socket is gone; its sessions stay and keep what was not acknowledged."""
        self.closed = True
        sessions, self.sessions = self.sessions, {}
        self._queue, self._out = [], []
        self._parcels = self._sealing = self._unread = self._opening = None
        self._session = self._held = self._handshake = self._made = self._waiting = None
        self.server.let_go(self)
        self.server.connections.discard(self)
        for session in sessions:
            session.detach(self, now)


def _undecoded(body: bytes) -> bytes:
    """The error for a query that does not decode: unknown method, or known and broken."""
    form = tl.table.by_id(int.from_bytes(body[:4], "little"))
    if form is None or not form.function:
        return wire.rpc_error(400, "INPUT_METHOD_INVALID")
    return wire.rpc_error(400, "INPUT_FETCH_ERROR")
