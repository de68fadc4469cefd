"""Mallory: raw sockets, forged packets, and every way we know of being a bad guest."""

import asyncio
import os
import struct
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.kit.wire_client import WireClient

from chappe import tl
from chappe.mtproto import wire
from chappe.mtproto.crypto import open_sealed, seal
from chappe.tl import functions as f
from chappe.tl import service as s

HEAR_S = 120.0
INTERMEDIATE = b"\xee\xee\xee\xee"
ALIVE = "alive"
"""The server kept the line open."""


class Raw:
    """A socket that says what it is told to, in the intermediate framing where it frames at all."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Raw":
        """A new connection that has said nothing."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def says(self, data: bytes) -> None:
        """These bytes go out."""
        if not self.writer.is_closing():
            self.writer.write(data)

    def packets(self, *packets: bytes) -> None:
        """An opening and these packets go out."""
        self.says(INTERMEDIATE + b"".join(map(framed, packets)))

    async def packet(self, timeout_s: float = HEAR_S) -> bytes:
        """The next packet that comes. Errors: asyncio.IncompleteReadError when the line ends; TimeoutError."""
        async with asyncio.timeout(timeout_s):
            (size,) = struct.unpack("<I", await self.reader.readexactly(4))
            return await self.reader.readexactly(size)

    async def ending(self, timeout_s: float = HEAR_S) -> str:
        """How the server takes it: a transport error as `-404`, `closed`, or `alive` if it says and does nothing."""
        try:
            packet = await self.packet(timeout_s)
        except TimeoutError:
            return ALIVE
        except (asyncio.IncompleteReadError, ConnectionError):
            return "closed"
        return str(struct.unpack("<i", packet)[0]) if len(packet) == 4 else f"{len(packet)} bytes"

    async def is_closed(self, timeout_s: float = HEAR_S) -> bool:
        """True once the server has closed the line, whatever it says before."""
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(timeout_s):
                while await self.reader.read(65536):
                    pass
                return True
        return self.reader.at_eof() or self.reader.exception() is not None

    def leaves(self) -> None:
        """The socket is reset."""
        self.writer.transport.abort()


def framed(packet: bytes) -> bytes:
    """The packet in intermediate framing."""
    return struct.pack("<I", len(packet)) + packet


def forged(
    client: WireClient, body: bytes, *, msg_id: int = 0, seqno: int = 1, salt: int | None = None, session_id: int = 0
) -> bytes:
    """A packet under the client's own key, with whatever inside. Shape: session_id 0 means one never seen before."""
    mine = client.session
    assert mine is not None
    size = len(body)
    plain = wire.ENVELOPE.pack(
        mine.salt if salt is None else salt,
        session_id or int.from_bytes(os.urandom(7), "little"),
        msg_id or msg_id_at(time.time()),
        seqno,
        size,
    )
    plain += body + os.urandom(12 + (-(size + 12) & 15))
    return seal(mine.key.id_bytes, mine.key.to_server, plain)


def opened(client: WireClient, packet: bytes) -> list[bytes]:
    """The bodies in a packet of the server, containers unpacked."""
    assert client.session is not None
    plain, _ = open_sealed(client.session.key.to_client, packet)
    size = int.from_bytes(plain[28:32], "little")
    body = plain[32 : 32 + size]
    if body[:4] == wire.MSG_CONTAINER:
        return [bytes(inner) for _, _, inner in tl.split_container(body)]
    return [body]


def msg_id_at(when: float) -> int:
    """A client's msg_id of that moment."""
    return int(when * 4294967296.0) & -4


def plain(body: bytes) -> bytes:
    """An unencrypted packet, as in a key exchange."""
    return bytes(8) + struct.pack("<qi", msg_id_at(time.time()), len(body)) + body


def gzip_packed(data: bytes) -> bytes:
    """gzip_packed with these compressed bytes in it."""
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    packed = head + data
    return wire.GZIP_PACKED + packed + bytes(-len(packed) % 4)


def bomb(size_bytes: int = 256 << 20) -> bytes:
    """A small gzip_packed that grows to this size."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return gzip_packed(b"".join(squeezer.compress(block) for _ in range(size_bytes >> 20)) + squeezer.flush())


def nested(depth: int) -> bytes:
    """A call wrapped in itself so many times."""
    wrapper = tl.encode(f.InvokeWithoutUpdates(query=f.help.GetConfig()), tl.NEWEST)[:4]
    return wrapper * depth + tl.encode(f.help.GetConfig(), tl.NEWEST)


PING = tl.encode(s.Ping(ping_id=7), tl.NEWEST)
CONFIG = tl.encode(f.help.GetConfig(), tl.NEWEST)


# --- a hundred ways of being hostile, each one short ------------------------------------------------------------------


async def _noise(raw: Raw, client: WireClient) -> None:
    raw.says(os.urandom(200))


async def _half_a_handshake(raw: Raw, client: WireClient) -> None:
    raw.packets(plain(tl.encode(s.ReqPqMulti(nonce=os.urandom(16)), tl.NEWEST)))
    await raw.packet()
    raw.says(framed(plain(os.urandom(400))))


async def _oversize(raw: Raw, client: WireClient) -> None:
    raw.says(INTERMEDIATE + struct.pack("<I", 0x7FFFFFF0) + bytes(4096))


async def _bomb(raw: Raw, client: WireClient) -> None:
    raw.packets(forged(client, SMALL_BOMB))


async def _deep(raw: Raw, client: WireClient) -> None:
    raw.packets(forged(client, nested(5000)))


async def _wrong_key(raw: Raw, client: WireClient) -> None:
    raw.packets(os.urandom(104))


async def _torn_seal(raw: Raw, client: WireClient) -> None:
    packet = forged(client, PING)
    raw.packets(packet[:24] + os.urandom(len(packet) - 24))


async def _out_of_time(raw: Raw, client: WireClient) -> None:
    raw.packets(forged(client, PING, msg_id=msg_id_at(time.time() + 4000)))


async def _http(raw: Raw, client: WireClient) -> None:
    raw.says(b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n")


HOSTILE: tuple[Callable[[Raw, WireClient], Awaitable[None]], ...] = (
    _noise, _half_a_handshake, _oversize, _bomb, _deep, _wrong_key, _torn_seal, _out_of_time, _http,
)  # fmt: skip
SMALL_BOMB = bomb(32 << 20)


async def harasses(port: int, client: WireClient, number: int, pause_s: float) -> None:
    """One hostile act after the other, for ever; `client` lends its key."""
    while True:
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            raw = await Raw.to(port)
            try:
                await HOSTILE[number % len(HOSTILE)](raw, client)
                await asyncio.sleep(pause_s)
            finally:
                raw.leaves()
        number += 1


async def drips(port: int) -> None:
    """One byte a second of a conversation that never begins, for ever."""
    data = INTERMEDIATE + framed(plain(os.urandom(2000)))
    while True:
        with suppress(OSError):
            raw = await Raw.to(port)
            try:
                for byte in data:
                    raw.says(bytes([byte]))
                    await asyncio.sleep(1)
            finally:
                raw.leaves()
        await asyncio.sleep(1)
