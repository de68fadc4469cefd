"""The client's role: a session that outlives sockets and the connection that carries it.

Source: mtproto/description
For tests, the kill test and the bench; as quick as the server's side. Calls not yet answered are sent again, with the
same msg_id, when the session moves to a new connection.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chappe import tl
from chappe.base.errors import ProtocolError
from chappe.base.ids import Entropy
from chappe.mtproto import wire
from chappe.mtproto.bind import make_bind
from chappe.mtproto.crypto import MIN_PADDING, AuthKey, Pool, open_sealed, quick_token, seal, sha256
from chappe.mtproto.handshake_client import ClientHandshake, ClientKey
from chappe.mtproto.rsa import RsaPublicKey
from chappe.mtproto.transport import ClientTransport
from chappe.tl import functions as f
from chappe.tl import service as s

_NO_KEY = bytes(8)
_ACKS_AT_ONCE = 16
_WINDOW_PAST_S = 270
_RESULT_HEAD_BYTES = 12


class KeyMade(NamedTuple):
    """The key exchange is over."""

    key: ClientKey


class Answer(NamedTuple):
    """The result of a call, still encoded. `value` decodes it; an rpc_error is a value too."""

    msg_id: int
    body: bytes

    @property
    def value(self) -> Any:
        """The decoded object (vectors: use `tl.decode_result` with the method)."""
        return tl.decode(self.body)


class Push(NamedTuple):
    """Something the server sent unasked: updates, new_session_created, msgs_state_info …"""

    msg_id: int
    body: bytes

    @property
    def value(self) -> Any:
        """The decoded object."""
        return tl.decode(self.body)


class Acked(NamedTuple):
    """The server has these messages of ours."""

    msg_ids: tuple[int, ...]


class QuickAcked(NamedTuple):
    """The server has read the packet of this call."""

    msg_id: int


class Rejected(NamedTuple):
    """bad_msg_notification; times and salts are mended and the call is sent again where that can help."""

    msg_id: int
    code: int


class TransportError(NamedTuple):
    """The server hung up with this code. Shape: positive."""

    code: int


class Lost(NamedTuple):
    """What came is not MTProto as we know it."""

    error: ProtocolError


ClientEvent = KeyMade | Answer | Push | Acked | QuickAcked | Rejected | TransportError | Lost


class _Sent(NamedTuple):
    seqno: int
    body: bytes


class ClientSession:
    """Key, session_id and calls without an answer; moves from connection to connection."""

    __slots__ = (
        "containers",
        "key",
        "last_msg_id",
        "offset_s",
        "pending",
        "received",
        "salt",
        "seqno",
        "session_id",
        "to_ack",
    )

    def __init__(self, key: AuthKey, salt: int, session_id: int, offset_s: float = 0.0) -> None:
        self.key = key
        self.salt = salt
        self.session_id = session_id
        self.offset_s = offset_s
        self.seqno = 0
        self.last_msg_id = 0
        self.pending: dict[int, _Sent] = {}
        self.containers: dict[int, tuple[int, ...]] = {}
        self.to_ack: list[int] = []
        self.received: dict[int, None] = {}

    def next_msg_id(self, now: float) -> int:
        """Shape: divisible by 4 and rising."""
        base = int((now + self.offset_s) * 4294967296.0) & -4
        if base <= self.last_msg_id:
            base = self.last_msg_id + 4
        self.last_msg_id = base
        return base

    def next_seqno(self, content: bool = True) -> int:
        """Source: mtproto/description#message-sequence-number-msg-seqno."""
        seqno = self.seqno * 2 + content
        self.seqno += content
        return seqno

    def fresh(self, msg_id: int) -> bool:
        """False if this message of the server came before."""
        if msg_id in self.received:
            return False
        self.received[msg_id] = None
        if len(self.received) > 2048:
            for old in list(self.received)[:1024]:
                del self.received[old]
        return True


class ClientConnection:
    """One connection in the client's role. Feed it with `receive`, write what `take_output` gives.

    Shape: framing is abridged, intermediate, padded or full; secret is an MTProxy secret of 16 or 17 bytes.
    """

    def __init__(
        self,
        entropy: Entropy,
        framing: str = "abridged",
        *,
        obfuscated: bool = False,
        secret: bytes | None = None,
        dc: int = 2,
        session: ClientSession | None = None,
    ) -> None:
        self.entropy = entropy if isinstance(entropy, Pool) else Pool(entropy)
        self.transport = ClientTransport(framing, self.entropy, obfuscated=obfuscated, secret=secret, dc=dc)
        self.session = session
        self.closed = False
        self.acks_at_once = _ACKS_AT_ONCE
        self._handshake: ClientHandshake | None = None
        self._out: list[bytes] = []
        self._queue: list[tuple[int, int, bytes]] = []
        self._quick: dict[int, int] = {}
        self._want_quick = False
        self._plain_msg_id = 0

    # --- key exchange ---------------------------------------------------------------------------------------------

    def start_handshake(
        self,
        keys: Sequence[RsaPublicKey],
        now: float,
        *,
        scheme: str = "pad",
        dc: int | None = None,
        expires_in: int | None = None,
        multi: bool = True,
    ) -> None:
        """The exchange begins; `KeyMade` ends it. Shape: scheme pad or old; expires_in for a temporary key."""
        self._handshake = ClientHandshake(keys, self.entropy, scheme=scheme, dc=dc, expires_in=expires_in, multi=multi)
        self._send_plain(self._handshake.start(), now)

    def start_session(self, made: ClientKey) -> ClientSession:
        """A new session with this key on this connection."""
        session_id = int.from_bytes(self.entropy(8), "little", signed=True)
        self.session = ClientSession(made.auth_key, made.server_salt, session_id, made.time_offset_s)
        return self.session

    def resume(self, session: ClientSession, now: float) -> None:
        """An old session goes on here: calls without answer are sent again, those too old under a new msg_id."""
        self.session = session
        oldest = int(now + session.offset_s - _WINDOW_PAST_S) << 32
        for msg_id, sent in list(session.pending.items()):
            if msg_id > oldest:
                self._queue.append((msg_id, sent.seqno, sent.body))

    def _send_plain(self, body: bytes, now: float) -> None:
        self._plain_msg_id = max(int(now * 4294967296.0) & -4, self._plain_msg_id + 4)
        head = _NO_KEY + self._plain_msg_id.to_bytes(8, "little") + len(body).to_bytes(4, "little")
        self._out.append(self.transport.wrap(head + body))

    # --- out ------------------------------------------------------------------------------------------------------

    def send(self, query: Any, now: float, *, quick: bool = False, layer: int = tl.NEWEST) -> int:
        """The msg_id under which this call (an object or its bytes) leaves with the next `take_output`."""
        session = self._require_session()
        body = query if type(query) is bytes else tl.encode(query, layer)
        msg_id = session.next_msg_id(now)
        seqno = session.next_seqno()
        session.pending[msg_id] = _Sent(seqno, body)
        self._queue.append((msg_id, seqno, body))
        self._want_quick |= quick
        return msg_id

    def send_service(self, query: Any, now: float) -> int:
        """As `send`, for service messages that are not answered by rpc_result and not sent again."""
        session = self._require_session()
        body = query if type(query) is bytes else tl.encode(query, tl.NEWEST)
        msg_id = session.next_msg_id(now)
        self._queue.append((msg_id, session.next_seqno(body[:4] != wire.MSGS_ACK), body))
        return msg_id

    def bind(self, perm_key: AuthKey, expires_at: int, now: float) -> int:
        """auth.bindTempAuthKey for this session's temporary key. Source: method/auth.bindTempAuthKey."""
        session = self._require_session()
        nonce = int.from_bytes(self.entropy(8), "little", signed=True)
        msg_id = session.next_msg_id(now)
        message = make_bind(perm_key, session.key.id, session.session_id, nonce, msg_id, expires_at, self.entropy)
        query = f.auth.BindTempAuthKey(
            perm_auth_key_id=perm_key.id, nonce=nonce, expires_at=expires_at, encrypted_message=message
        )
        sent = _Sent(session.next_seqno(), tl.encode(query, tl.NEWEST))
        session.pending[msg_id] = sent
        self._queue.append((msg_id, *sent))
        return msg_id

    def _require_session(self) -> ClientSession:
        if self.session is None:
            raise ValueError("no session on this connection yet")
        return self.session

    def acknowledge(self, now: float) -> None:
        """What was received is acknowledged with the next `take_output`."""
        session = self.session
        if session is not None and session.to_ack:
            self._queue.append((session.next_msg_id(now), session.next_seqno(False), wire.ack(session.to_ack)))
            session.to_ack = []

    def take_output(self) -> bytes:
        """Everything to write now; several messages leave in one container."""
        queue, self._queue = self._queue, []
        if len(queue) == 1:
            self._seal(*queue[0])
        elif queue:
            self._contain(queue)
        out, self._out = self._out, []
        opening = self.transport.opening() if out else b""
        return opening + b"".join(out)

    def _contain(self, queue: list[tuple[int, int, bytes]]) -> None:
        session = self._require_session()
        for at in range(0, len(queue), 1000):
            part = queue[at : at + 1000]
            msg_id = session.last_msg_id = session.last_msg_id + 4
            session.containers[msg_id] = tuple(inner[0] for inner in part)
            if len(session.containers) > 64:
                del session.containers[next(iter(session.containers))]
            self._seal(msg_id, session.next_seqno(False), tl.join_container(part))

    def _seal(self, msg_id: int, seqno: int, body: bytes) -> None:
        session = self._require_session()
        size = len(body)
        padding = self.entropy(MIN_PADDING + (-(size + MIN_PADDING) & 15))
        key = session.key
        plain = wire.ENVELOPE.pack(session.salt, session.session_id, msg_id, seqno, size) + body + padding
        quick, self._want_quick = self._want_quick, False
        if quick:
            self._quick[quick_token(sha256(key.to_server.mac + plain).digest())] = msg_id
        self._out.append(self.transport.wrap(seal(key.id_bytes, key.to_server, plain), quick))

    # --- in -------------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> list[ClientEvent]:
        """What these bytes mean. Acknowledgements collect and leave sixteen at a time or by `acknowledge`."""
        events: list[ClientEvent] = []
        try:
            for packet, quick in self.transport.receive(data):
                if quick:
                    events.append(QuickAcked(self._quick.pop(quick, 0)))
                else:
                    self._packet(packet, now, events)
        except ProtocolError as error:
            self.closed = True
            events.append(Lost(error))
        session = self.session
        if session is not None and len(session.to_ack) >= self.acks_at_once:
            self.acknowledge(now)
        return events

    def _packet(self, packet: bytes, now: float, events: list[ClientEvent]) -> None:
        if len(packet) < 20:
            self.closed = True
            events.append(TransportError(-int.from_bytes(packet[:4], "little", signed=True)))
        elif packet[:8] == _NO_KEY:
            self._plain(packet, now, events)
        else:
            self._encrypted(packet, now, events)

    def _plain(self, packet: bytes, now: float, events: list[ClientEvent]) -> None:
        if self._handshake is None:
            raise ProtocolError("plain message outside a key exchange")
        size = int.from_bytes(packet[16:20], "little")
        step = self._handshake.step(packet[20 : 20 + size], now)
        if isinstance(step, ClientKey):
            self._handshake = None
            events.append(KeyMade(step))
        else:
            self._send_plain(step, now)

    def _encrypted(self, packet: bytes, now: float, events: list[ClientEvent]) -> None:
        session = self._require_session()
        if packet[:8] != session.key.id_bytes:
            raise ProtocolError("another key")
        plain, _ = open_sealed(session.key.to_client, packet)
        _, session_id, msg_id, seqno, size = wire.ENVELOPE.unpack_from(plain)
        if session_id != session.session_id or not 12 <= len(plain) - 32 - size <= 1024:
            raise ProtocolError("another session or a wrong length")
        body = plain[32 : 32 + size]
        if body[:4] == wire.MSG_CONTAINER:
            for inner_id, inner_seqno, inner in tl.split_container(body):
                self._message(session, inner_id, inner_seqno, bytes(inner), now, events)
        else:
            self._message(session, msg_id, seqno, body, now, events)

    def _message(
        self, session: ClientSession, msg_id: int, seqno: int, body: bytes, now: float, events: list[ClientEvent]
    ) -> None:
        if seqno & 1:
            session.to_ack.append(msg_id)
        if not session.fresh(msg_id):
            return
        head = body[:4]
        if head == wire.RPC_RESULT:
            request = int.from_bytes(body[4:12], "little", signed=True)
            session.pending.pop(request, None)
            result = body[_RESULT_HEAD_BYTES:]
            events.append(Answer(request, wire.unpacked(result) if result[:4] == wire.GZIP_PACKED else result))
        elif head == wire.MSGS_ACK:
            events.append(Acked(wire.read_longs(body, 4)))
        elif head == wire.BAD_SERVER_SALT or head == wire.BAD_MSG:
            self._rejected(session, msg_id, tl.decode(body), now, events)
        else:
            self._unasked(session, msg_id, body, now, events)

    def _unasked(self, session: ClientSession, msg_id: int, body: bytes, now: float, events: list[ClientEvent]) -> None:
        if body[:4] == wire.GZIP_PACKED:
            body = wire.unpacked(body)
        if body[:4] == wire.NEW_SESSION:
            session.salt = int.from_bytes(body[20:28], "little", signed=True)
        elif body[:4] in _DETAILED:
            info = tl.decode(body)
            if info.answer_msg_id not in session.received:
                self.send_service(s.MsgResendReq(msg_ids=[info.answer_msg_id]), now)
            else:
                session.to_ack.append(info.answer_msg_id)
        events.append(Push(msg_id, body))

    def _rejected(self, session: ClientSession, msg_id: int, bad: Any, now: float, events: list[ClientEvent]) -> None:
        """Mend what can be mended and send again. Source: mtproto/service_messages_about_messages."""
        inner = session.containers.pop(bad.bad_msg_id, (bad.bad_msg_id,))
        if bad.NAME == "bad_server_salt":
            session.salt = bad.new_server_salt
        elif bad.error_code in (16, 17):
            session.offset_s = (msg_id >> 32) - now
            session.last_msg_id = 0
        if bad.error_code in (16, 17, 48):
            for old in inner:
                sent = session.pending.pop(old, None)
                if sent is not None:
                    self._again(session, old, sent, bad.error_code != 48, now)
        events.append(Rejected(bad.bad_msg_id, bad.error_code))

    def _again(self, session: ClientSession, msg_id: int, sent: _Sent, anew: bool, now: float) -> None:
        """The same call; under the same msg_id unless its time was wrong. Answers then name the new one."""
        if anew:
            msg_id = session.next_msg_id(now)
            sent = _Sent(session.next_seqno(), sent.body)
        session.pending[msg_id] = sent
        self._queue.append((msg_id, *sent))


_DETAILED = frozenset(
    (kind.ID & 0xFFFFFFFF).to_bytes(4, "little") for kind in (s.MsgDetailedInfo, s.MsgNewDetailedInfo)
)
