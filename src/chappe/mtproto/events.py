"""What a server connection reports to its owner; immutable, cheap to make."""

from typing import TYPE_CHECKING, NamedTuple

from chappe.base.errors import ProtocolError
from chappe.tl import TLObject

if TYPE_CHECKING:
    from chappe.mtproto.session import Session


class KeyCreated(NamedTuple):
    """A key was agreed on. Store it, then call `key_stored` (or `key_taken` if another key has its id).

    Shape: auth_key is 256 bytes; temporary_until is unix seconds, None for a permanent key; dc as the client named it.
    """

    auth_key_id: int
    auth_key: bytes
    server_salt: int
    temporary_until: int | None
    dc: int | None


class KeyNeeded(NamedTuple):
    """Packets of this key wait: answer with `key_found`."""

    auth_key_id: int


class KeyDestroyed(NamedTuple):
    """The client gives this key up: delete it, then call `session.key_destroyed(msg_id, ok, now)`."""

    session: "Session"
    msg_id: int


class SessionCreated(NamedTuple):
    """A session's first message came; everything pushed before is lost to it."""

    session: "Session"


class SessionDestroyed(NamedTuple):
    """The session is gone by the client's wish."""

    session: "Session"


class Call(NamedTuple):
    """A query to execute once, answered by `session.answer(msg_id, body, now)`.

    Shape: layer as announced in this very call, init the initConnection object, after the msg_ids that must be
    finished first, no_updates true if this session must not get pushes for it, takeout_id of the export it is part of.
    """

    session: "Session"
    msg_id: int
    query: TLObject
    layer: int | None
    init: TLObject | None
    after: tuple[int, ...]
    no_updates: bool
    takeout_id: int | None = None


class Dropped(NamedTuple):
    """The client no longer wants the answer of this running call."""

    session: "Session"
    msg_id: int


class Closed(NamedTuple):
    """The connection is over: write what `take_output` still gives, close the socket, call `close`."""

    error: ProtocolError | None


Event = KeyCreated | KeyNeeded | KeyDestroyed | SessionCreated | SessionDestroyed | Call | Dropped | Closed
