"""A connection's byte stream: tells the framing from the first bytes, cuts packets, wraps packets.

Source: mtproto/mtproto-transports
Comes in: bytes as they arrive, cut anywhere. Goes out: whole packets, and bytes to write. A WebSocket's payloads are
the same stream as a TCP socket's.
"""

from cryptography.hazmat.primitives.ciphers import CipherContext

from chappe.base.errors import ProtocolError
from chappe.mtproto import framing as fr
from chappe.mtproto import obfuscation as ob
from chappe.mtproto.framing import MAX_PACKET_BYTES, Entropic, Framing

Packet = tuple[bytes, int]
"""(payload, quick): for a server quick is 1 when a quick ack is asked; for a client an empty payload and the token."""


class Transport:
    """The server's end of a stream; the framing is detected."""

    __slots__ = ("_buffer", "_entropy", "_incoming", "_need", "_outgoing", "_secrets", "dc", "framing", "limit")

    def __init__(self, entropy: Entropic, secrets: tuple[bytes, ...] = (), limit: int = MAX_PACKET_BYTES) -> None:
        self.framing: Framing | None = None
        self.dc: int | None = None
        self.limit = limit
        self._entropy = entropy
        self._secrets = secrets
        self._buffer: bytearray | None = None
        self._need = 0
        self._incoming: CipherContext | None = None
        self._outgoing: CipherContext | None = None

    @property
    def name(self) -> str:
        """What was detected, for figures and logs: `abridged`, `obfuscated padded` …, or `unknown`."""
        if self.framing is None:
            return "unknown"
        plain = type(self.framing).__name__.lower()
        return f"obfuscated {plain}" if self._outgoing else plain

    def receive(self, data: bytes) -> list[Packet]:
        """The packets completed by these bytes, in order. Errors: ProtocolError (400) on a broken stream."""
        if self._incoming is not None:
            data = self._incoming.update(data)
        buffer = self._buffer
        if buffer is not None:
            buffer += data
            if len(buffer) < self._need:
                return []
            data = bytes(buffer)
            self._buffer = None
        if self.framing is None:
            rest = self._detect(data)
            if rest is None:
                return []
            data = rest
        return self._cut(data)

    def _cut(self, data: bytes) -> list[Packet]:
        packets: list[Packet] = []
        framing = self.framing
        assert framing is not None
        at, size = 0, len(data)
        while at < size:
            start, end, after, quick = framing.measure(data, at)
            if after > size:
                self._buffer = bytearray(data[at:] if at else data)
                self._need = after - at
                break
            packets.append((data[start:end], quick))
            at = after
        return packets

    def _wait(self, data: bytes, need: int) -> None:
        self._buffer = bytearray(data)
        self._need = need

    def _detect(self, data: bytes) -> bytes | None:
        """Choose the framing by the first bytes; the bytes left for packets, or None: more are needed."""
        if not data:
            return None
        if data[0] == 0xEF:
            self._choose(fr.Abridged)
            return data[1:]
        if len(data) < 8:
            self._wait(data, 8)
            return None
        kind = fr.TAGS.get(data[:4])
        if kind is not None:
            self._choose(kind)
            return data[4:]
        if ob.looks_full(data, self.limit):
            self._choose(fr.Full)
            return data
        found = ob.recognise(data, self._secrets, self.limit)
        if found is None:
            self._wait(data, ob.HEADER_BYTES if len(data) < ob.HEADER_BYTES else ob.HEADER_BYTES + 8)
            return None
        self._choose(found.framing)
        self.dc, self._incoming, self._outgoing = found.dc, found.incoming, found.outgoing
        return found.rest

    def _choose(self, kind: type[Framing]) -> None:
        self.framing = fr.make(kind, False, self.limit, self._entropy)

    def wrap(self, payload: bytes, quick: bool = False) -> bytes:
        """The bytes to write for one packet."""
        if self.framing is None:
            raise ProtocolError("nothing was received yet", 400)
        return self._out(self.framing.pack(payload, quick))

    def token(self, token: int) -> bytes:
        """The bytes to write for a quick ack."""
        return self._out(self.framing.token(token)) if self.framing else b""

    def failure(self, code: int) -> bytes:
        """The bytes to write for a transport error; nothing when the framing is still unknown."""
        return self._out(self.framing.failure(code)) if self.framing else b""

    def _out(self, data: bytes) -> bytes:
        return self._outgoing.update(data) if self._outgoing is not None else data


class ClientTransport(Transport):
    """The client's end of a stream, in a chosen framing."""

    __slots__ = ("_opening",)

    def __init__(
        self,
        name: str,
        entropy: Entropic,
        *,
        obfuscated: bool = False,
        secret: bytes | None = None,
        dc: int = 2,
        limit: int = 1 << 24,
    ) -> None:
        super().__init__(entropy, limit=limit)
        kind = fr.NAMES[name]
        self.framing = fr.make(kind, True, limit, entropy)
        self._opening = kind.PREFIX
        if obfuscated or secret is not None:
            key = ob.normal_secret(secret) if secret is not None else None
            self._opening, self._incoming, self._outgoing = ob.begin(kind, dc, key, entropy)

    def opening(self) -> bytes:
        """What must be written first; empty when it was taken already."""
        opening, self._opening = self._opening, b""
        return opening
