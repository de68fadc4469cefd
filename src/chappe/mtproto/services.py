"""What each service message of a client does.

Source: mtproto/service_messages, mtproto/service_messages_about_messages
A handler gets the connection, the session and the message; it answers through the session and adds events.
"""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chappe import tl
from chappe.mtproto import wire
from chappe.mtproto.events import Dropped, Event, KeyDestroyed, SessionDestroyed
from chappe.mtproto.session import Kept, Session
from chappe.tl import service as s

if TYPE_CHECKING:
    from chappe.mtproto.connection import ServerConnection

Handler = Callable[["ServerConnection", Session, int, bytes, float, list[Event]], None]

_PING = struct.Struct("<4sq")
_PING_DELAY = struct.Struct("<4sqi")
MAX_DISCONNECT_DELAY_S = 3600
MIN_DISCONNECT_DELAY_S = 60
"""COMPAT mtcute: it asks for a few seconds while it has calls under way, then goes quiet and would be cut off."""
MAX_QUERIED_IDS = 1024


def _acks(
    conn: "ServerConnection", session: Session, msg_id: int, body: bytes, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages_about_messages#acknowledgment-of-receipt."""
    session.acked(wire.read_longs(body, 4))


def _ping(
    conn: "ServerConnection", session: Session, msg_id: int, body: bytes, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages#ping-messages-pingpong."""
    if len(body) == _PING.size:
        session.reply(wire.pong(msg_id, _PING.unpack(body)[1]), now, conn)


def _ping_delay(
    conn: "ServerConnection", session: Session, msg_id: int, body: bytes, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages#deferred-connection-closure-ping."""
    if len(body) == _PING_DELAY.size:
        _, ping_id, delay = _PING_DELAY.unpack(body)
        conn.disconnect_at = now + max(MIN_DISCONNECT_DELAY_S, min(delay, MAX_DISCONNECT_DELAY_S))
        session.reply(wire.pong(msg_id, ping_id), now, conn)


def _ignore(
    conn: "ServerConnection", session: Session, msg_id: int, body: bytes, now: float, events: list[Event]
) -> None:
    """http_wait means nothing on a socket; states we never asked for are not looked at."""


def _decoded(act: Callable[["ServerConnection", Session, int, Any, float, list[Event]], None]) -> Handler:
    """A handler that is given the decoded message. Errors: ProtocolError when it does not decode."""

    def handle(
        conn: "ServerConnection", session: Session, msg_id: int, body: bytes, now: float, events: list[Event]
    ) -> None:
        act(conn, session, msg_id, tl.decode(body), now, events)

    return handle


def _reply(session: Session, conn: "ServerConnection", value: Any, now: float) -> None:
    session.reply(tl.encode(value, tl.NEWEST), now, conn)


@_decoded
def _future_salts(
    conn: "ServerConnection", session: Session, msg_id: int, query: Any, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages#request-for-several-future-salts."""
    salts = [
        s.FutureSalt(valid_since=since, valid_until=until, salt=salt)
        for since, until, salt in conn.server.salts.future(session.auth_key_id, query.num, now)
    ]
    _reply(session, conn, s.FutureSalts(req_msg_id=msg_id, now=int(now), salts=salts), now)


def _state_info(session: Session, conn: "ServerConnection", msg_id: int, ids: list[int], now: float) -> None:
    info = bytes(session.state_of(other) for other in ids[:MAX_QUERIED_IDS])
    _reply(session, conn, s.MsgsStateInfo(req_msg_id=msg_id, info=info), now)


@_decoded
def _state_req(
    conn: "ServerConnection", session: Session, msg_id: int, query: Any, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages_about_messages#request-for-message-status-information."""
    _state_info(session, conn, msg_id, query.msg_ids, now)


@_decoded
def _resend(
    conn: "ServerConnection", session: Session, msg_id: int, query: Any, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages_about_messages#explicit-request-to-re-send-messages."""
    unknown = False
    for other in query.msg_ids[:MAX_QUERIED_IDS]:
        kept = session.kept.get(other)
        if kept is not None:
            conn.enqueue(session, kept)
        else:
            unknown = True
    if unknown:
        _state_info(session, conn, msg_id, query.msg_ids, now)


@_decoded
def _resend_answers(
    conn: "ServerConnection", session: Session, msg_id: int, query: Any, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages_about_messages#explicit-request-to-re-send-answers."""
    for other in query.msg_ids[:MAX_QUERIED_IDS]:
        kept = session.seen.get(other)
        if type(kept) is Kept:
            conn.enqueue(session, kept)


@_decoded
def _drop_answer(
    conn: "ServerConnection", session: Session, msg_id: int, query: Any, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages#cancellation-of-an-rpc-query."""
    found = session.dropped(query.req_msg_id)
    answer: Any = s.RpcAnswerUnknown()
    if type(found) is Kept:
        answer = s.RpcAnswerDropped(msg_id=found.msg_id, seq_no=found.seqno, bytes=len(found.body))
    elif found:
        answer = s.RpcAnswerDroppedRunning()
        events.append(Dropped(session, query.req_msg_id))
    session.reply(wire.rpc_result(msg_id, tl.encode(answer, tl.NEWEST)), now, conn)


@_decoded
def _destroy_session(
    conn: "ServerConnection", session: Session, msg_id: int, query: Any, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages#request-to-destroy-session. A session cannot destroy itself."""
    other = session.held.sessions.get(query.session_id)
    if other is None or other is session:
        _reply(session, conn, s.DestroySessionNone(session_id=query.session_id), now)
        return
    conn.server.remove(other)
    events.append(SessionDestroyed(other))
    _reply(session, conn, s.DestroySessionOk(session_id=query.session_id), now)


def _destroy_key(
    conn: "ServerConnection", session: Session, msg_id: int, body: bytes, now: float, events: list[Event]
) -> None:
    """Source: mtproto/service_messages. The owner deletes the key and then says so."""
    events.append(KeyDestroyed(session, msg_id))


def _id(kind: type[Any]) -> bytes:
    number: int = kind.ID
    return (number & 0xFFFFFFFF).to_bytes(4, "little")


HANDLERS: dict[bytes, Handler] = {
    wire.MSGS_ACK: _acks,
    wire.PONG: _ignore,
    _id(s.Ping): _ping,
    _id(s.PingDelayDisconnect): _ping_delay,
    _id(s.HttpWait): _ignore,
    _id(s.MsgsStateInfo): _ignore,
    _id(s.MsgsAllInfo): _ignore,
    _id(s.GetFutureSalts): _future_salts,
    _id(s.MsgsStateReq): _state_req,
    _id(s.MsgResendReq): _resend,
    _id(s.MsgResendAnsReq): _resend_answers,
    _id(s.RpcDropAnswer): _drop_answer,
    _id(s.DestroySession): _destroy_session,
    _id(s.DestroyAuthKey): _destroy_key,
}
