"""Source: mtproto/transports#websocket

MTProto in WebSocket, plain and inside TLS; what is not binary is refused.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.net.conftest import PATIENCE_S
from tests.net.served import served
from tests.net.test_tls import NAMES, NOW, trusting

from chappe.net.authority import Authority
from chappe.net.tls import server_context
from chappe.tl import functions as f

PING = f.help.GetNearestDc()
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)


@pytest.mark.parametrize("path", ["/apiws", "/apiws_test"])
async def test_calls_pass_through_a_websocket(path: str) -> None:
    async with served() as house:
        alice = await house.caller("intermediate", obfuscated=True).comes_by_websocket(path)
        await alice.agrees_on_a_key()
        assert (await alice.calls(PING)).country == "1"


async def test_calls_pass_through_a_websocket_inside_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.ensure(NAMES, NOW)
    context = server_context(authority.cert, authority.key)
    async with served(lambda: context) as house:
        alice = await house.caller("padded", obfuscated=True).comes_by_websocket(context=trusting(authority))
        await alice.agrees_on_a_key()
        assert (await alice.calls(PING)).country == "1"
        bob = await house.caller("full").comes(trusting(authority))
        await bob.agrees_on_a_key()
        assert (await bob.calls(PING)).country == "2"


async def answer_to(port: int, data: bytes) -> bytes:
    """Everything the server says until it hangs up or falls silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    said = await asyncio.wait_for(reader.read(65536), PATIENCE_S)
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            while more := await reader.read(65536):
                said += more
    writer.close()
    return said


REFUSED: list[tuple[dict[str, Any], bytes]] = [
    ({"path": "/apiws", "more": ""}, b"400"),
    ({"path": "/apiws", "more": "Sec-WebSocket-Protocol: chat\r\n"}, b"400"),
    ({"path": "/elsewhere", "more": "Sec-WebSocket-Protocol: binary\r\n"}, b"404"),
]


@pytest.mark.parametrize(("wish", "code"), REFUSED)
async def test_another_protocol_or_path_is_refused(wish: dict[str, Any], code: bytes) -> None:
    async with served() as house:
        assert (await answer_to(house.port, UPGRADE.format(**wish).encode())).startswith(b"HTTP/1.1 " + code)


FRAMES = [
    b"\x81\x85\x00\x00\x00\x00hello",  # text
    b"\x82\x05hello",  # not masked
    b"\xc2\x85\x00\x00\x00\x00hello",  # a reserved bit
    b"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00",  # a length of 2**63
]


@pytest.mark.parametrize("frame", FRAMES)
async def test_a_broken_frame_ends_the_connection(frame: bytes) -> None:
    async with served() as house:
        upgrade = UPGRADE.format(path="/apiws", more="Sec-WebSocket-Protocol: binary\r\n").encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(upgrade)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(frame)
        async with asyncio.timeout(PATIENCE_S):
            while await reader.read(100):
                pass
        while house.gate.door.open:
            await asyncio.sleep(0.01)


async def test_pages_are_served_on_the_same_port_and_heads_are_bounded() -> None:
    async with served(max_http_head_bytes=1024) as house:
        page = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n"
        assert (await answer_to(house.port, page % b"")).endswith(b"http 127.0.0.1")
        long = page % (b"X: " + b"y" * 2000 + b"\r\n")
        assert (await answer_to(house.port, long)).startswith(b"HTTP/1.1 400")


async def test_a_head_that_never_ends_is_cut_off() -> None:
    async with served(handshake_timeout_s=0.2) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"GET / HTTP/1.1\r\nX: y")
        async with asyncio.timeout(PATIENCE_S):
            assert await reader.read(100) == b""
        writer.close()
