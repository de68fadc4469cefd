"""A session: what must reach one client, and what it has already asked.

Source: mtproto/description#session, mtproto/service_messages_about_messages
A session belongs to (auth_key_id, session_id) and outlives sockets. Answers and pushes are kept until the client
acknowledges them and are sent again, with the same msg_id, when it comes back. A msg_id is executed once.
"""

from typing import TYPE_CHECKING, Final, final

from chappe import tl
from chappe.mtproto import wire
from chappe.mtproto.crypto import AuthKey
from chappe.mtproto.limits import WINDOW_FUTURE_S, WINDOW_PAST_S
from chappe.tl import service as s

if TYPE_CHECKING:
    from chappe.mtproto.connection import ServerConnection
    from chappe.mtproto.server import HeldKey, Server

ANSWER: Final = 1
NOTICE: Final = 3
"""What a server's msg_id is modulo 4: an answer to the client's message, or something it did not ask for."""

TIMED_OUT = wire.rpc_error(-503, "Timeout")


@final
class Kept:
    """One message to the client. `request` is the msg_id it answers, 0 for a push; an empty body was given up.

    `leaving` is the connection in which it waits to be written: asked for again meanwhile, it does not wait twice.
    """

    __slots__ = ("at", "body", "leaving", "msg_id", "request", "seqno", "tries", "via")

    def __init__(self, msg_id: int, seqno: int, body: bytes, request: int, at: float) -> None:
        self.msg_id = msg_id
        self.seqno = seqno
        self.body = body
        self.request = request
        self.at = at
        self.tries = 0
        self.via: ServerConnection | None = None
        self.leaving: ServerConnection | None = None


@final
class _Mark:
    """A state of an executed msg_id that holds nothing."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


DONE: Final = _Mark("done")
FORGOTTEN: Final = _Mark("forgotten")
"""The answer was given up before the client acknowledged it."""


class Session:
    """One session of one authorization key. `tag` belongs to the owner of the server."""

    __slots__ = (
        "_gap",
        "_lossy",
        "_server",
        "connection",
        "connections",
        "detached_at",
        "floor",
        "gone",
        "held",
        "kept",
        "kept_bytes",
        "pending",
        "salt",
        "salt_until",
        "seen",
        "seqno",
        "session_id",
        "tag",
        "top_msg_id",
        "top_seqno",
        "waiting_ack",
    )

    def __init__(self, server: "Server", held: "HeldKey", session_id: int) -> None:
        self._server = server
        self.held = held
        self.session_id = session_id
        self.connection: ServerConnection | None = None
        self.connections: tuple[ServerConnection, ...] = ()
        self.tag: object = None
        self.salt = 0
        self.salt_until = 0.0
        self.seqno = 0
        self.seen: dict[int, ServerConnection | Kept | _Mark] = {}
        self.floor = 0
        self.gone = False
        self.top_msg_id = 0
        self.top_seqno = 0
        self.kept: dict[int, Kept] = {}
        self.kept_bytes = 0
        self.pending: set[int] | None = None
        self.waiting_ack = False
        self.detached_at: float | None = None
        self._gap: Kept | None = None
        self._lossy = False

    @property
    def auth_key_id(self) -> int:
        """Shape: signed 64 bits; the temporary key's own id when the client uses one."""
        return self.held.key.id

    @property
    def key(self) -> AuthKey:
        """The key this session speaks with."""
        return self.held.key

    @property
    def running(self) -> int:
        """How many calls have no answer yet."""
        return sum(1 for state in self.seen.values() if type(state) is not Kept and type(state) is not _Mark)

    # --- out ------------------------------------------------------------------------------------------------------

    def answer(self, msg_id: int, body: bytes, now: float, compress: bool = True) -> None:
        """The call's result goes to the connection the call came through, or to the one that spoke last.

        Source: mtproto/service_messages#response-to-an-rpc-query
        Shape: body is the encoded result or rpc_error; `compress=False` for what does not shrink (file parts).
        An answer nobody waits for (dropped, unknown msg_id, a session that is gone) is let go.
        """
        via = self.seen.get(msg_id)
        if via is None or type(via) is Kept or type(via) is _Mark or self.gone:
            return
        if self.pending:
            self.pending.discard(msg_id)
        if compress and len(body) > self._server.limits.gzip_above:
            packed = wire.packed(body)
            if len(packed) < len(body) * 0.9:
                body = packed
        kept = self._keep(wire.rpc_result(msg_id, body), msg_id, ANSWER, now)
        self.seen[msg_id] = kept
        if via.closed:
            via = self.connection
        if via is not None:
            via.enqueue(self, kept)
        self._bound()

    def push(self, body: bytes, now: float) -> None:
        """The update reaches the client once it is there; pushes past the bounds become one `updatesTooLong`.

        Source: mtproto/service_messages_about_messages
        Shape: body is an encoded Updates, shared freely between sessions.
        """
        if self.gone:
            return
        if self._gap is not None:
            if not self._gap.tries:
                return
            self._gap = None
        kept = self._keep(body, 0, NOTICE, now)
        if self.connection is not None:
            self.connection.enqueue(self, kept)
        self._bound()

    def withdraw(self) -> None:
        """Pushes that the client has not acknowledged are never sent (again): they were for who signed out."""
        for kept in [kept for kept in self.kept.values() if not kept.request]:
            self._forget(kept)
            if not kept.tries:
                kept.body = b""
        self._gap = None
        self._lossy = False

    def key_destroyed(self, msg_id: int, ok: bool, now: float) -> None:
        """The client is told whether its key was deleted. Source: mtproto/service_messages."""
        kind = s.DestroyAuthKeyOk if ok else s.DestroyAuthKeyFail
        self.reply(tl.encode(kind(), tl.NEWEST), now)

    def announce(self, first_msg_id: int, now: float) -> None:
        """The first thing a new session hears. Source: mtproto/service_messages#new-session-creation-notification."""
        unique_id = int.from_bytes(self._server.entropy(8), "little", signed=True)
        salt = self._server.salts.current(self.auth_key_id, now)
        self._keep(wire.new_session(first_msg_id, unique_id, salt), 0, NOTICE, now)

    @property
    def gapped(self) -> bool:
        """True while pushes are left out because the client must fetch the difference anyway."""
        return self._gap is not None and not self._gap.tries

    def reply(self, body: bytes, now: float, via: "ServerConnection | None" = None) -> None:
        """A service message the client need not acknowledge; lost when nobody is there."""
        via = via or self.connection
        if via is not None:
            msg_id = self._server.next_msg_id(now, ANSWER)
            via.enqueue(self, Kept(msg_id, self.seqno * 2, body, 0, now))

    def _keep(self, body: bytes, request: int, kind: int, now: float) -> Kept:
        """A content-related message, remembered until acknowledged."""
        seqno = self.seqno * 2 + 1
        self.seqno += 1
        msg_id = self._server.next_msg_id(now, kind)
        kept = self.kept[msg_id] = Kept(msg_id, seqno, body, request, now)
        self.kept_bytes += len(body)
        self._server.kept_bytes += len(body)
        return kept

    # --- bounds ---------------------------------------------------------------------------------------------------

    def _bound(self) -> None:
        """Stay within count and bytes: what was kept longest is given up. Bursts are looked at now and then."""
        server = self._server
        limits = server.limits
        count = len(self.kept)
        if self.kept_bytes > limits.kept_bytes or (count > limits.kept_count and not count & 31):
            self._give_up_until(limits.kept_count * 3 // 4, limits.kept_bytes * 3 // 4)
        elif server.kept_bytes > limits.all_kept_bytes:
            self._give_up_until(limits.kept_count // 8, limits.kept_bytes // 8)

    def _give_up_until(self, count: int, size: int) -> None:
        lost = False
        newest = next(reversed(self.kept))
        for msg_id, kept in list(self.kept.items()):
            if (len(self.kept) <= count and self.kept_bytes <= size) or msg_id == newest:
                break
            if not kept.request or kept.tries or kept.via is None:  # an answer on its way out is spared
                lost |= self._give_up(kept)
        if lost:
            self._open_gap()

    def _give_up(self, kept: Kept) -> bool:
        """Forget one message; true if a push never left the house."""
        if kept is self._gap and not kept.tries:
            return False
        self._forget(kept)
        if kept.request:
            if kept.request in self.seen:
                self.seen[kept.request] = FORGOTTEN
        elif kept.tries:
            self._lossy = True
        if kept.tries:
            return False
        kept.body = b""
        return not kept.request

    def _forget(self, kept: Kept) -> None:
        if self.kept.pop(kept.msg_id, None) is not None:
            self.kept_bytes -= len(kept.body)
            self._server.kept_bytes -= len(kept.body)

    def _open_gap(self) -> None:
        """One `updatesTooLong` stands for every push that is not yet out."""
        self._lossy = False
        if self.gapped:
            return
        for kept in [kept for kept in self.kept.values() if not kept.request and not kept.tries]:
            self._forget(kept)
            kept.body = b""
        self._gap = self._keep(wire.UPDATES_TOO_LONG, 0, NOTICE, self._server.last_now)
        if self.connection is not None:
            self.connection.enqueue(self, self._gap)

    # --- in -------------------------------------------------------------------------------------------------------

    def acked(self, msg_ids: tuple[int, ...]) -> None:
        """The client has these: their bodies need not be kept. Source: mtproto/service_messages_about_messages."""
        kept_by_id = self.kept
        for msg_id in msg_ids:
            kept = kept_by_id.pop(msg_id, None)
            if kept is not None:
                size = len(kept.body)
                self.kept_bytes -= size
                self._server.kept_bytes -= size
                if kept.request:
                    self.seen[kept.request] = DONE

    def good_salt(self, salt: int, now: float) -> bool:
        """True if the client's salt is good now; it is then used in what we send."""
        if salt == self.salt and now < self.salt_until:
            return True
        until = self.held.salt_until(salt, now) or self._server.salts.good_until(self.auth_key_id, salt, now)
        if not until:
            return False
        self.salt, self.salt_until = salt, until
        return True

    def id_fault(self, msg_id: int, now: float) -> int:
        """0, or the code of bad_msg_notification for this msg_id.

        Source: mtproto/service_messages_about_messages#notice-of-ignored-error-message
        """
        if msg_id & 3:
            return 18
        if msg_id in self.seen:
            return 0
        if msg_id < int(now - WINDOW_PAST_S) << 32:
            return 16
        if msg_id > int(now + WINDOW_FUTURE_S) << 32:
            return 17
        return 20 if msg_id <= self.floor else 0

    def seqno_fault(self, msg_id: int, seqno: int) -> int:
        """0, or 32 or 33 when a content-related message's seqno does not rise with its msg_id."""
        if msg_id > self.top_msg_id:
            if seqno <= self.top_seqno and self.top_msg_id:
                return 32
            self.top_msg_id, self.top_seqno = msg_id, seqno
        elif msg_id < self.top_msg_id and seqno >= self.top_seqno:
            return 33
        return 0

    def started(self, msg_id: int, via: "ServerConnection", now: float) -> None:
        """This call runs now; it will be acknowledged if it runs long."""
        seen = self.seen
        seen[msg_id] = via
        if self.pending is None:
            self.pending = {msg_id}
        else:
            self.pending.add(msg_id)
        if not self.waiting_ack:
            self._server.ack_later(self, now)
        if len(seen) > self._server.limits.seen_count and not len(seen) & 127:
            self.prune(now)

    def repeated(self, msg_id: int, via: "ServerConnection", now: float) -> None:
        """A msg_id we know comes again: its answer is sent again if we have it; it is never executed again."""
        state = self.seen[msg_id]
        if type(state) is Kept:
            if state.tries or state.via is not via:
                self.resend(state, via, now)
        elif state is DONE:
            self.reply(wire.ack((msg_id,)), now, via)
        elif state is FORGOTTEN:
            self.seen[msg_id] = kept = self._keep(wire.rpc_result(msg_id, TIMED_OUT), msg_id, ANSWER, now)
            via.enqueue(self, kept)
        else:
            self.seen[msg_id] = via

    def resend(self, kept: Kept, via: "ServerConnection", now: float) -> None:
        """The same message again, or, if it is long and may have arrived, word of it."""
        if not kept.tries or len(kept.body) <= self._server.limits.resend_bytes:
            via.enqueue(self, kept)
            return
        size = len(kept.body)
        info: s.MsgDetailedInfo | s.MsgNewDetailedInfo
        if kept.request:
            info = s.MsgDetailedInfo(msg_id=kept.request, answer_msg_id=kept.msg_id, bytes=size, status=0)
        else:
            info = s.MsgNewDetailedInfo(answer_msg_id=kept.msg_id, bytes=size, status=0)
        kept.via = via
        kept.tries += 1
        self.reply(tl.encode(info, tl.NEWEST), now, via)

    def dropped(self, msg_id: int) -> Kept | bool | None:
        """The client does not want this answer: the kept answer, True if the call was running, None if unknown."""
        state = self.seen.get(msg_id)
        if state is None or type(state) is _Mark:
            return None
        self.seen[msg_id] = DONE
        if self.pending:
            self.pending.discard(msg_id)
        if type(state) is Kept:
            self._forget(state)
            return state
        return True

    def state_of(self, msg_id: int) -> int:
        """The status byte of one of the client's messages.

        Source: mtproto/service_messages_about_messages#informational-message-regarding-status-of-messages
        """
        state = self.seen.get(msg_id)
        if state is None:
            if msg_id <= self.floor:
                return 1
            return 3 if msg_id > self.top_msg_id else 2
        if type(state) is Kept or state is FORGOTTEN:
            return 4 + 32 + 64
        return 4 + 8 + 32 + 64 + 128 if state is DONE else 4 + 32

    # --- connections ----------------------------------------------------------------------------------------------

    def attach(self, via: "ServerConnection", now: float) -> None:
        """A connection speaks for this session for the first time: it gets all that was not acknowledged."""
        self.connections += (via,)
        self.connection = via
        self.detached_at = None
        if self._lossy:
            self._open_gap()
        for kept in list(self.kept.values()):
            if kept.via is not via:
                self.resend(kept, via, now)

    def detach(self, via: "ServerConnection", now: float) -> None:
        """A connection is gone; what it had not delivered for certain goes to another one, if there is one."""
        self.connections = tuple(other for other in self.connections if other is not via)
        if self.connection is via:
            self.connection = self.connections[-1] if self.connections else None
        if self.connection is None:
            self.detached_at = now
        for kept in list(self.kept.values()):
            if kept.via is via:
                kept.via = None
                if self.connection is not None:
                    self.resend(kept, self.connection, now)

    # --- age ------------------------------------------------------------------------------------------------------

    def prune(self, now: float) -> None:
        """Forget msg_ids past the window, then the oldest over the bound; older unseen ones are refused thereafter."""
        oldest = int(now - WINDOW_PAST_S - WINDOW_FUTURE_S) << 32
        self.seen = {
            msg_id: state for msg_id, state in self.seen.items() if msg_id >= oldest or type(state) is not _Mark
        }
        over = len(self.seen) - self._server.limits.seen_count * 3 // 4
        if over > 0 and len(self.seen) > self._server.limits.seen_count:
            done = sorted(msg_id for msg_id, state in self.seen.items() if type(state) is _Mark)[:over]
            for msg_id in done:
                del self.seen[msg_id]
            if done:
                self.floor = max(self.floor, done[-1])

    def age(self, now: float) -> None:
        """Give up what was kept too long, send once more what stays unacknowledged, forget old msg_ids."""
        limits = self._server.limits
        lost = False
        for kept in list(self.kept.values()):
            waited = now - kept.at
            if waited > limits.kept_age_s:
                lost |= self._give_up(kept)
            elif waited <= limits.resend_after_s:
                break
            elif kept.tries == 1 and kept.via is self.connection and self.connection is not None:
                kept.tries = 2
                self.resend(kept, self.connection, now)
        if lost:
            self._open_gap()
        if self.seen:
            self.prune(now)
        if not self.kept:
            self.kept = {}  # an emptied dict keeps its room

    def acknowledge(self, now: float) -> None:
        """The calls that still run are acknowledged. Source: mtproto/service_messages_about_messages."""
        msg_ids, self.pending = self.pending, None
        if msg_ids:
            self.reply(wire.ack(tuple(sorted(msg_ids))), now)
