"""A server and its clients joined in memory, on a fake clock, over lines that can be cut, repeated and mixed up."""

from collections.abc import Callable
from random import Random

from tests.kit.clock import FakeClock

from chappe import mtproto, tl
from chappe.mtproto.client import ClientConnection, ClientEvent, ClientSession
from chappe.tl import types as t

RSA_KEY = mtproto.RsaKey.generate()
TOO_LONG = tl.encode(t.UpdatesTooLong(), tl.NEWEST)

Answering = Callable[[mtproto.Call], bytes | None]


def greeting(call: mtproto.Call) -> bytes:
    """An answer that names the call it belongs to."""
    return tl.encode(t.NearestDc(country=str(call.msg_id), this_dc=2, nearest_dc=2), tl.NEWEST)


class House:
    """A server, its clock and its stored keys."""

    def __init__(self, *, seed: int = 1, secrets: tuple[bytes, ...] = (), limits: mtproto.Limits | None = None) -> None:
        self.clock = FakeClock()
        self.chance = Random(seed)
        self.server = mtproto.Server([RSA_KEY], self.chance.randbytes, secrets, limits=limits)
        self.stored: dict[int, tuple[bytes, int | None]] = {}

    @property
    def now(self) -> float:
        return self.clock.now()

    def passes(self, seconds: float) -> None:
        """So much time has passed."""
        self.clock.moves(seconds)

    def restart(self) -> None:
        """The server process is a new one; keys were stored, sessions were not."""
        server = self.server
        self.server = mtproto.Server([RSA_KEY], self.chance.randbytes, server.secrets)

    def line(self, framing: str = "abridged", **wishes: object) -> "Line":
        """A new connection, nothing sent yet."""
        return Line(self, ClientConnection(self.chance.randbytes, framing, **wishes))  # type: ignore[arg-type]

    def signed(self, framing: str = "abridged", **wishes: object) -> "Line":
        """A connection with a session under a key that the server has stored."""
        line = self.line(framing, **wishes)
        key = mtproto.AuthKey(self.chance.randbytes(256))
        self.stored[key.id] = (key.key, None)
        salt = self.server.salts.current(key.id, self.now)
        line.client.session = ClientSession(key, salt, self.chance.getrandbits(63))
        return line


class Line:
    """One client connection and the server's side of it."""

    def __init__(self, house: House, client: ClientConnection) -> None:
        self.house = house
        self.client = client
        self.conn = house.server.connect("127.0.0.1")
        self.answering: Answering | None = greeting
        self.calls: list[mtproto.Call] = []
        self.events: list[mtproto.Event] = []
        self.heard: list[ClientEvent] = []

    @property
    def session(self) -> mtproto.Session:
        """The server's side of the client's session."""
        mine = self.client.session
        assert mine is not None
        return next(one for one in self.house.server.sessions(mine.key.id) if one.session_id == mine.session_id)

    def up(self, data: bytes) -> None:
        """These bytes reach the server."""
        if data:
            self._happened(self.conn.receive(data, self.house.now))

    def down(self, data: bytes) -> None:
        """These bytes reach the client."""
        if data:
            self.heard += self.client.receive(data, self.house.now)

    def pump(self, rounds: int = 40) -> "Line":
        """Both sides talk until neither has anything left to say."""
        for _ in range(rounds):
            going, coming = self.client.take_output(), self.conn.take_output()
            if not going and not coming:
                return self
            self.up(going)
            self.down(coming)
        raise AssertionError("they never stop talking")

    def _happened(self, events: list[mtproto.Event]) -> None:
        now = self.house.now
        for event in events:
            self.events.append(event)
            match event:
                case mtproto.Call():
                    self.calls.append(event)
                    body = self.answering(event) if self.answering else None
                    if body is not None:
                        event.session.answer(event.msg_id, body, now)
                case mtproto.KeyCreated():
                    self.house.stored[event.auth_key_id] = (event.auth_key, event.temporary_until)
                    self.conn.key_stored(now)
                case mtproto.KeyNeeded():
                    key, until = self.house.stored.get(event.auth_key_id, (None, None))
                    self._happened(self.conn.key_found(event.auth_key_id, key, now, until))

    def cut(self) -> None:
        """The socket is gone; whatever was under way is lost."""
        self.conn.close(self.house.now)
        self.client.take_output()

    def again(self, framing: str = "abridged") -> "Line":
        """The client comes back with its session on a new connection."""
        assert self.client.session is not None
        line = self.house.line(framing)
        line.answering = self.answering
        line.client.resume(self.client.session, self.house.now)
        return line

    def of(self, kind: type[ClientEvent]) -> list[ClientEvent]:
        """What the client heard of one kind."""
        return [event for event in self.heard if isinstance(event, kind)]

    def said(self, kind: type[mtproto.Event]) -> list[mtproto.Event]:
        """What the server reported of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


__all__ = ["RSA_KEY", "TOO_LONG", "House", "Line", "greeting"]
