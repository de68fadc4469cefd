"""The server: every key in use, every session, and the connections that have something to say.

Source: mtproto/description#session
"""

from collections import deque
from collections.abc import Callable, Sequence

from chappe.base.ids import Entropy
from chappe.mtproto.connection import ServerConnection
from chappe.mtproto.crypto import AuthKey, Pool
from chappe.mtproto.limits import Limits
from chappe.mtproto.obfuscation import normal_secret
from chappe.mtproto.rsa import RsaKey
from chappe.mtproto.salts import OVERLAP_S, PERIOD_S, Salts
from chappe.mtproto.session import ANSWER, Session

UNBOUNDED = 1 << 62


class HeldKey:
    """A key in use, with its sessions by session_id. Shape: `expires_at` is unix seconds for a temporary key."""

    __slots__ = ("_first_salt", "_first_salt_until", "expires_at", "key", "sessions", "used_at")

    def __init__(self, key: AuthKey, expires_at: int | None, now: float) -> None:
        self.key = key
        self.expires_at = expires_at
        self.sessions: dict[int, Session] = {}
        self.used_at = now
        self._first_salt = 0
        self._first_salt_until = 0.0

    def begin(self, salt: int, now: float) -> None:
        """The salt agreed on with the key is good for a while."""
        self._first_salt, self._first_salt_until = salt, now + PERIOD_S + OVERLAP_S

    def salt_until(self, salt: int, now: float) -> float:
        """Until when the key's first salt is good; 0 if this is another one or its time is over."""
        return self._first_salt_until if salt == self._first_salt and now < self._first_salt_until else 0.0

    def expired(self, now: float) -> bool:
        """True for a temporary key past its time."""
        return self.expires_at is not None and now >= self.expires_at


class Server:
    """The table of keys and sessions of one process.

    `wake` is called when a first connection gets something to send after none had; `ready` then holds the connections
    whose `take_output` is not empty. `pieces` bounds the work on large packets: set it once a loop turn. Connections
    that have pieces left are in `ready` again, or in `late` with a `wake_late` of their own, so that they can wait.
    """

    def __init__(
        self,
        rsa_keys: Sequence[RsaKey],
        entropy: Entropy,
        secrets: Sequence[bytes] = (),
        *,
        limits: Limits | None = None,
        wake: Callable[[], None] | None = None,
    ) -> None:
        if not rsa_keys:
            raise ValueError("a server needs an RSA key")
        self.rsa_keys = tuple(rsa_keys)
        self.entropy = Pool(entropy)
        self.secrets = tuple(normal_secret(secret) for secret in secrets)
        self.limits = limits or Limits()
        self.wake = wake
        self.salts = Salts(rsa_keys[0].secret())
        self.wake_late: Callable[[], None] | None = None
        self.ready: dict[ServerConnection, None] = {}
        self.late: dict[ServerConnection, None] = {}
        self.connections: set[ServerConnection] = set()
        self.keys: dict[bytes, HeldKey] = {}
        self.kept_bytes = 0
        self.last_msg_id = 0
        self.last_now = 0.0
        self.pieces = UNBOUNDED
        self._ack_due: deque[tuple[float, Session]] = deque()

    def connect(self, peer_name: str = "") -> ServerConnection:
        """A connection for one socket, whatever its framing."""
        conn = ServerConnection(self, peer_name)
        self.connections.add(conn)
        return conn

    def next_msg_id(self, now: float, kind: int) -> int:
        """A msg_id above all given before, 1 or 3 modulo 4. Source: mtproto/description#message-identifier-msg-id."""
        self.last_now = now
        base = int(now * 4294967296.0) & -4
        if base <= self.last_msg_id:
            base = self.last_msg_id + 4
        self.last_msg_id = base
        return base | kind

    def next_container_id(self) -> int:
        """A msg_id above all that lie in the container."""
        self.last_msg_id += 4
        return self.last_msg_id | ANSWER

    def spend_piece(self) -> bool:
        """True if one more piece of a large packet may be worked on before `pieces` is set anew."""
        self.pieces -= 1
        return self.pieces >= 0

    def put_off(self, conn: ServerConnection) -> None:
        """The connection has pieces left for a later turn."""
        if self.wake_late is None:
            self.announce(conn)
            return
        if not self.late:
            self.wake_late()
        self.late[conn] = None

    def announce(self, conn: ServerConnection) -> None:
        """The connection has something to say."""
        if not self.ready and self.wake is not None:
            self.wake()
        self.ready[conn] = None

    def take_late(self) -> list[ServerConnection]:
        """The connections with pieces left, each once; the list begins anew."""
        late = list(self.late)
        self.late.clear()
        return late

    def let_go(self, conn: ServerConnection) -> None:
        """The connection has nothing to say and no pieces left."""
        self.ready.pop(conn, None)
        self.late.pop(conn, None)

    def take_ready(self) -> list[ServerConnection]:
        """The connections with output, each once; the list begins anew."""
        ready = list(self.ready)
        self.ready.clear()
        return ready

    # --- keys and sessions ----------------------------------------------------------------------------------------

    def hold(self, auth_key: bytes | AuthKey, expires_at: int | None, now: float) -> HeldKey:
        """The key may be used from now on; an already held one stays as it is."""
        key = auth_key if isinstance(auth_key, AuthKey) else AuthKey(auth_key)
        held = self.keys.get(key.id_bytes)
        if held is None:
            held = self.keys[key.id_bytes] = HeldKey(key, expires_at, now)
        return held

    def sessions(self, auth_key_id: int) -> list[Session]:
        """The sessions of one key."""
        held = self.keys.get(auth_key_id.to_bytes(8, "little", signed=True))
        return list(held.sessions.values()) if held else []

    def session_count(self) -> int:
        """All sessions, with and without a connection."""
        return sum(len(held.sessions) for held in self.keys.values())

    def adopt(self, session: Session) -> Session | None:
        """Enter a session into the table; the oldest idle one of its key is given up when there are too many."""
        session.held = self.keys.setdefault(session.key.id_bytes, session.held)
        session.gone = False
        sessions = session.held.sessions
        gone = None
        if len(sessions) >= self.limits.sessions_per_key:
            gone = min(sessions.values(), key=lambda one: (one.connection is not None, one.detached_at or 0.0))
            self.remove(gone)
        sessions[session.session_id] = session
        return gone

    def remove(self, session: Session) -> None:
        """The session is gone from the table and its connections; what it kept or is still told is given up."""
        session.gone = True
        session.held.sessions.pop(session.session_id, None)
        for conn in session.connections:
            conn.sessions.pop(session, None)
        session.connections, session.connection = (), None
        self.kept_bytes -= session.kept_bytes
        session.kept, session.kept_bytes, session.pending = {}, 0, None

    def forget_key(self, auth_key_id: int) -> list[ServerConnection]:
        """The key is no longer known and its sessions are gone: the connections that used it, told −404.

        After: write their output, close their sockets.
        """
        held = self.keys.pop(auth_key_id.to_bytes(8, "little", signed=True), None)
        if held is None:
            return []
        held.expires_at = 0
        affected = {conn: None for session in held.sessions.values() for conn in session.connections}
        for session in list(held.sessions.values()):
            self.remove(session)
        for conn in affected:
            conn.fail(404)
        return list(affected)

    # --- time -----------------------------------------------------------------------------------------------------

    def ack_later(self, session: Session, now: float) -> None:
        """The session's running calls are acknowledged after a short delay, if they still run."""
        session.waiting_ack = True
        self._ack_due.append((now + self.limits.ack_delay_s, session))

    @property
    def next_deadline(self) -> float | None:
        """When `tick` has something to do; None if nothing waits."""
        return self._ack_due[0][0] if self._ack_due else None

    def tick(self, now: float) -> None:
        """Acknowledge the calls that run long. Cheap: touches only sessions whose time has come."""
        due = self._ack_due
        while due and due[0][0] <= now:
            _, session = due.popleft()
            session.waiting_ack = False
            session.acknowledge(now)

    def sweep(self, now: float) -> list[ServerConnection]:
        """Age everything: kept messages, old msg_ids, sessions without connection, unused keys.

        After: the connections given back have outstayed their ping_delay_disconnect; close their sockets.
        """
        for held in list(self.keys.values()):
            for session in list(held.sessions.values()):
                self._age(session, now)
            if held.sessions:
                held.used_at = now
            elif now - held.used_at > self.limits.key_idle_s or held.expired(now):
                self.keys.pop(held.key.id_bytes, None)
        return [conn for conn in self.connections if conn.overdue(now)]

    def _age(self, session: Session, now: float) -> None:
        if session.detached_at is not None and now - session.detached_at > self.limits.detached_s:
            self.remove(session)
        elif session.kept or session.seen:
            session.age(now)
