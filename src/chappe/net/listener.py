"""The front door: accepts sockets, finds out what each speaks, hands it to the protocol that does.

Each accepted socket is peeked at, not read, until its kind is known: a PROXY header is taken off (from trusted
networks only), TLS is opened and looked into again, HTTP and MTProto go to their protocols with every byte still there.
"""

import asyncio
import collections
import errno
import ipaddress
import logging
import os
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from chappe.base import ProtocolError
from chappe.net.limits import Limits
from chappe.net.sniff import (
    PROXY_HEAD_BYTES,
    Kind,
    Peer,
    plain_address,
    proxy_header_length,
    proxy_peer,
    sniff,
    sniff_inner,
)

log = logging.getLogger("chappe.net")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
ACCEPT_BURST = 64
PAUSE_S = 0.1
EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Ticket:
    """A place among the connections; given back exactly once, when its connection is gone."""

    __slots__ = ("_door", "peer", "secure")

    def __init__(self, door: "FrontDoor", peer: Peer) -> None:
        self._door: FrontDoor | None = door
        self.peer = peer
        self.secure = False

    def release(self) -> None:
        """The place is free again; a second call changes nothing."""
        door, self._door = self._door, None
        if door is not None:
            door.released(self.peer)

    def moved(self, peer: Peer) -> bool:
        """The place now counts for the peer a proxy named; False if that one has too many."""
        if self._door is None or not self._door.recount(self.peer, peer):
            return False
        self.peer = peer
        return True


class Doors(Protocol):
    """Makes the protocol for a connection whose kind is known; that protocol releases the ticket when it ends."""

    def http(self, ticket: Ticket) -> asyncio.Protocol:
        """Serves HTTP and WebSocket."""
        ...

    def mtproto(self, ticket: Ticket) -> asyncio.Protocol:
        """Serves MTProto in any framing."""
        ...


class FrontDoor:
    """All listening sockets of the one port, and the count of what came in through them."""

    def __init__(
        self,
        doors: Doors,
        limits: Limits,
        tls: Callable[[], ssl.SSLContext | None],
        proxy_nets: Sequence[Network] = (),
    ) -> None:
        self.doors = doors
        self.limits = limits
        self.tls = tls
        self.proxy_nets = proxy_nets
        self.open = 0
        self.accepted = 0
        self.refused: collections.Counter[str] = collections.Counter()
        self._by_address: collections.Counter[str] = collections.Counter()
        self._listening: list[socket.socket] = []
        self._arrivals: set[_Arrival] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._spare = os.open(os.devnull, os.O_RDONLY)

    def listen(self, sockets: Sequence[socket.socket]) -> None:
        """Connections to these sockets are accepted; the door closes them when it closes."""
        self._listening = list(sockets)
        for listening in self._listening:
            self._loop.add_reader(listening, self._accept, listening)

    def close(self) -> None:
        """No new connection comes in; those not yet known are dropped. Others end by their own protocols."""
        for listening in self._listening:
            self._loop.remove_reader(listening)
            listening.close()
        self._listening.clear()
        for arrival in list(self._arrivals):
            arrival.drop("stopping")
        for task in self._tasks:
            task.cancel()
        if self._spare >= 0:
            os.close(self._spare)
            self._spare = -1

    def trusts(self, peer: Peer) -> bool:
        """True if the peer may speak for others with a PROXY header."""
        return _within(peer, self.proxy_nets)

    def released(self, peer: Peer) -> None:
        """One connection of this peer is gone."""
        self.open -= 1
        self._uncount(peer)

    def recount(self, old: Peer, new: Peer) -> bool:
        """The connection counts for `new` instead; False, and nothing changed, if that one has too many."""
        if self._crowded(new):
            return False
        self._uncount(old)
        self._by_address[new.account_key] += 1
        return True

    def enter(self, sock: socket.socket, kind: Kind, ticket: Ticket) -> None:
        """The socket of known kind gets its protocol, through TLS if that is what it speaks."""
        task = self._loop.create_task(self._attach(sock, kind, ticket))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self, arrival: "_Arrival") -> None:
        """The arrival is known or gone."""
        self._arrivals.discard(arrival)

    async def _attach(self, sock: socket.socket, kind: Kind, ticket: Ticket) -> None:
        context = self.tls() if kind is Kind.TLS else None
        if kind is Kind.TLS and context is None:
            self.refused["no tls here"] += 1
            sock.close()
            ticket.release()
            return
        try:
            if context is None:
                make = self.doors.http if kind is Kind.HTTP else self.doors.mtproto
                await self._loop.connect_accepted_socket(lambda: make(ticket), sock)
            else:
                ticket.secure = True
                timeout_s = self.limits.handshake_timeout_s
                await self._loop.connect_accepted_socket(
                    lambda: _Inside(self, ticket), sock, ssl=context, ssl_handshake_timeout=timeout_s
                )
        except (OSError, TimeoutError, asyncio.CancelledError):
            self.refused["handshake"] += 1
            sock.close()
            ticket.release()

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(ACCEPT_BURST):
            try:
                sock, address = listening.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionError:
                continue
            except OSError as error:
                self._accept_failed(listening, error)
                return
            self._arrived(sock, address)

    def _arrived(self, sock: socket.socket, address: tuple[str, int]) -> None:
        host = address[0].partition("%")[0]
        peer = Peer(str(plain_address(ipaddress.ip_address(host))), int(address[1]))
        full = self.open >= self.limits.max_connections
        if full or self._crowded(peer):
            self.refused["full" if full else "address full"] += 1
            sock.close()
            return
        self.open += 1
        self.accepted += 1
        self._by_address[peer.account_key] += 1
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        arrival = _Arrival(self, sock, Ticket(self, peer), self._loop)
        self._arrivals.add(arrival)
        arrival.start()

    def _accept_failed(self, listening: socket.socket, error: OSError) -> None:
        """Out of files: the spare one is spent to take the connection and close it, so that the caller is not left
        hanging; where even that fails, accepting pauses instead of spinning."""
        if error.errno not in EXHAUSTED:
            log.error("accept failed: %s", error.strerror)
        elif self._refuse_with_spare(listening):
            return
        self._loop.remove_reader(listening)
        self._loop.call_later(PAUSE_S, self._resume, listening)

    def _refuse_with_spare(self, listening: socket.socket) -> bool:
        if self.refused["no files"] == 0:
            log.warning("the limit of open files is reached: connections are refused")
        self.refused["no files"] += 1
        if self._spare >= 0:
            os.close(self._spare)
            self._spare = -1
        try:
            listening.accept()[0].close()
        except OSError:
            return False
        finally:
            self._retake_spare()
        return self._spare >= 0

    def _retake_spare(self) -> None:
        try:
            self._spare = os.open(os.devnull, os.O_RDONLY)
        except OSError:
            self._spare = -1

    def _resume(self, listening: socket.socket) -> None:
        if listening in self._listening:
            if self._spare < 0:
                self._retake_spare()
            self._loop.add_reader(listening, self._accept, listening)

    def _crowded(self, peer: Peer) -> bool:
        most = self.limits.max_connections_per_address
        return bool(most and self._by_address[peer.account_key] >= most and not peer.loopback and not self.trusts(peer))

    def _uncount(self, peer: Peer) -> None:
        key = peer.account_key
        self._by_address[key] -= 1
        if self._by_address[key] <= 0:
            del self._by_address[key]


class _Arrival:
    """A socket whose kind is not known yet.

    SO_RCVLOWAT makes the system report it readable only once it holds more than was seen, so that a peer who sends
    byte by byte costs a wake-up a byte, and one who sends nothing costs none.
    """

    __slots__ = ("_door", "_loop", "_needed", "_seen", "_sock", "_ticket", "_timer")

    def __init__(self, door: FrontDoor, sock: socket.socket, ticket: Ticket, loop: asyncio.AbstractEventLoop) -> None:
        self._door = door
        self._sock = sock
        self._ticket = ticket
        self._loop = loop
        self._seen = 0
        self._needed = PROXY_HEAD_BYTES
        self._timer = loop.call_later(door.limits.handshake_timeout_s, self.drop, "silent")

    def start(self) -> None:
        """Waits for the first bytes."""
        self._loop.add_reader(self._sock, self._readable)

    def drop(self, reason: str) -> None:
        """The socket is closed and its place free."""
        self._leave()
        self._door.refused[reason] += 1
        self._sock.close()
        self._ticket.release()

    def _leave(self) -> None:
        self._timer.cancel()
        self._loop.remove_reader(self._sock)
        self._door.forget(self)

    def _readable(self) -> None:
        try:
            head = self._sock.recv(self._needed, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.drop("reset")
            return
        if len(head) <= self._seen:
            self.drop("ended early")
            return
        self._seen = len(head)
        kind = sniff(head)
        if kind is None:
            self._want(len(head) + 1)
        elif kind is Kind.PROXY:
            self._proxied(head)
        else:
            self._leave()
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            self._door.enter(self._sock, kind, self._ticket)

    def _want(self, size_bytes: int) -> None:
        self._needed = max(self._needed, size_bytes)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size_bytes)

    def _proxied(self, head: bytes) -> None:
        """Takes the header off and starts again behind it; the peer it names takes the proxy's place."""
        if not self._door.trusts(self._ticket.peer):
            self.drop("proxy not trusted")
            return
        try:
            length = proxy_header_length(head)
            if length is None or len(head) < length:
                self._want(length or PROXY_HEAD_BYTES)
                return
            peer = proxy_peer(self._sock.recv(length))
        except (ProtocolError, OSError):
            self.drop("proxy header")
            return
        if peer is not None and not self._ticket.moved(peer):
            self.drop("address full")
            return
        self._seen, self._needed = 0, PROXY_HEAD_BYTES
        self._want(1)


class _Inside(asyncio.Protocol):
    """Inside TLS: looks at the first bytes again, then gives the connection to the protocol that speaks them."""

    def __init__(self, door: FrontDoor, ticket: Ticket) -> None:
        self._door = door
        self._ticket = ticket
        self._head = b""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are not registered as such
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._door.limits.handshake_timeout_s, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        self._head += data
        kind = sniff_inner(self._head)
        if kind is None or self._transport is None or self._timer is None:
            return
        self._timer.cancel()
        inner = (self._door.doors.http if kind is Kind.HTTP else self._door.doors.mtproto)(self._ticket)
        self._transport.set_protocol(inner)
        inner.connection_made(self._transport)
        inner.data_received(self._head)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._ticket.release()


def bind(host: str, port: int) -> list[socket.socket]:
    """Listening sockets: one for a given address; for none, one that takes IPv6 and IPv4, or IPv4 alone."""
    if host:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        infos = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        return [_bound(infos[0][0], infos[0][4])]
    try:
        return [_bound(socket.AF_INET6, ("::", port))]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise
        return [_bound(socket.AF_INET, ("0.0.0.0", port))]


def _bound(family: int, address: object) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(address)  # type: ignore[arg-type]
        sock.listen(4096)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def _within(peer: Peer, networks: Sequence[Network]) -> bool:
    address = ipaddress.ip_address(peer.host)
    return any(address.version == network.version and address in network for network in networks)
