"""The console's port, in a server that runs: TLS as the main one, no MTProto, and no room for what is not its own."""

import asyncio
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from tests.kit.server_process import serving

PASSWORD = "correct horse battery"


@pytest.mark.slow
async def test_the_ready_line_says_where_the_console_is(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", console_port=0, test_mode=False, tls="own") as server:
        address = server.ready["links"]["console"]
        assert address.startswith("http") and f":{server.port}" not in address
        port = int(address.rstrip("/").rpartition(":")[2])
        paper = await server.get("/ca.pem")
        trusting = ssl.create_default_context(cadata=paper.text)
        async with httpx.AsyncClient(verify=trusting, base_url=f"https://localhost:{port}") as alice:
            assert "Console: sign in" in (await alice.get("/sign-in")).text
            assert "Play a part" not in (await alice.get("/sign-in")).text
            assert (await alice.get("/health")).text == "ok\n"
            assert (await alice.get("/terms")).status_code == 404, "the pages for everybody are elsewhere"
            await alice.post(server.ready["links"]["operator"], data={"name": "alice", "password": PASSWORD})
            form = {"name": "alice", "password": PASSWORD}
            head = {"origin": f"https://localhost:{port}"}
            entered = await alice.post("/sign-in", data=form, headers=head)
            assert entered.status_code == 303 and "secure" in entered.headers["set-cookie"].lower()
        async with httpx.AsyncClient() as stranger:
            assert (await server.get("/people")).status_code == 404
            plain = await stranger.get(f"http://127.0.0.1:{port}/static/chappe.css")
            assert plain.status_code == 200
        assert await server.stop() == 0
        assert server.troubles() == []


@pytest.mark.slow
async def test_nothing_there_speaks_mtproto_or_websocket(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", console_port=0) as server:
        port = int(server.ready["links"]["console"].rstrip("/").rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\xef" + bytes(64))
        with pytest.raises((ConnectionResetError, AssertionError)):  # hung up on, with or without a word
            assert await asyncio.wait_for(reader.read(), 5)
        writer.close()
        head = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
                "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
        async with httpx.AsyncClient() as visitor:
            assert (await visitor.get(f"http://127.0.0.1:{port}/apiws", headers=head)).status_code == 404
        assert await server.stop() == 0


@pytest.mark.slow
async def test_a_taken_port_moves_the_console_unless_it_was_asked_for(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        async with serving(tmp_path / "data", console_port=-1) as server:
            assert "console" not in server.ready["links"]
        with pytest.raises(AssertionError, match="is taken by another program"):
            async with serving(tmp_path / "other", console_port=busy):
                pass
