"""The command itself: first start, the ready line, signals, links, restart."""

import asyncio
import json
import os
import signal
import ssl
import stat
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.kit.caller import Caller

from chappe import mtproto
from chappe.net import machine
from chappe.tl import functions as f

PATIENCE_S = 180.0
"""For what hangs: a busy machine takes ten times as long as an idle one."""


class Server:
    """A running `chappe serve`."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any], data: Path) -> None:
        self.process = process
        self.ready = ready
        self.data = data
        self.port = int(ready["port"])

    async def ends(self, number: int = signal.SIGTERM) -> tuple[int, float, bytes, str]:
        """Exit code, seconds, the rest of standard output, and the log, after this signal."""
        begun = time.monotonic()
        self.process.send_signal(number)
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE_S)
        return self.process.returncode or 0, time.monotonic() - begun, out, err.decode()

    async def caller(self) -> Caller:
        """A client with a key."""
        key = mtproto.RsaPublicKey.from_pem((self.data / "mtproto.pub.pem").read_bytes())
        caller = await Caller(self.port, key).comes()
        await caller.agrees_on_a_key()
        return caller


@asynccontextmanager
async def serving(data: Path, *words: str) -> AsyncIterator[Server]:
    """`chappe serve` over this folder, ended by force if the test did not."""
    command = [sys.executable, "-m", "chappe", "serve", "--data", str(data), "--port", "0", "--host", "127.0.0.1"]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("CHAPPE_")}
    process = await asyncio.create_subprocess_exec(
        *command, *words, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)
        yield Server(process, json.loads(line or b"{}") or {"port": 0}, data)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.slow
async def test_the_first_start_makes_the_folder_for_its_owner_alone(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        assert server.ready["event"] == "ready"
        assert server.ready["test_mode"] is False
        for path in [server.data, *server.data.rglob("*")]:
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
        pem = (server.data / "mtproto.pub.pem").read_bytes()
        assert pem.startswith(b"-----BEGIN RSA PUBLIC KEY-----")
        assert len(pem.strip()) == 425
        key = serialization.load_pem_public_key(pem)
        assert isinstance(key, rsa.RSAPublicKey)
        assert (key.key_size, key.public_numbers().e) == (2048, 65537)
        assert mtproto.RsaPublicKey.from_pem(pem).fingerprint >> 60 & 15
        await server.ends()


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
async def test_a_signal_ends_it_cleanly_and_in_time(tmp_path: Path, number: int) -> None:
    async with serving(tmp_path / "data", "--test-mode") as server:
        caller = await server.caller()
        assert await caller.calls(f.help.GetConfig())
        browser = await asyncio.open_connection("127.0.0.1", server.port)
        code, took_s, out, log = await server.ends(number)
        assert code == 0
        assert took_s < 30
        assert out == b"", "the ready line is all it prints"
        assert "Traceback" not in log
        await caller.is_cut_off()
        browser[1].close()


@pytest.mark.slow
async def test_the_links_work_from_other_machines(tmp_path: Path) -> None:
    """As a phone in the same network: it trusts nothing of this server's until it has been to the install page."""
    here = next((one for one in machine.addresses() if ":" not in one), "")
    if not here:
        pytest.fail("this machine has no address but loopback: nothing can be reached from elsewhere")
    async with serving(tmp_path / "data", "--test-mode", "--links", "--host", here) as server:
        links = server.ready["links"]
        assert links["network"] == f"https://{here}:{server.port}/"
        phone = httpx.AsyncHTTPTransport(local_address=here, verify=False)
        async with httpx.AsyncClient(transport=phone) as stranger:
            page = await stranger.get(links["install"])
            assert page.status_code == 200 and "ca.crt" in page.text
            paper = (await stranger.get(links["install"].replace("install-ca", "ca.pem"))).content
            plain = await stranger.get(links["network"].replace("https", "http"))
            assert (plain.status_code, plain.headers["location"]) == (308, links["network"]), "nothing else in clear"
        with pytest.raises(httpx.ConnectError):
            async with httpx.AsyncClient() as wary:
                await wary.get(links["network"])
        trusting = ssl.create_default_context(cadata=paper.decode())
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(local_address=here, verify=trusting)) as bob:
            assert (await bob.get(links["network"])).status_code == 200
            form = {"name": "bob", "password": "a long enough password"}
            assert (await bob.get(links["operator_network"])).status_code == 200
            made = await bob.post(links["operator_network"], data=form)
            assert made.status_code in (200, 303), made.text
        await server.ends()


@pytest.mark.slow
async def test_pages_and_links_work_and_the_operator_link_is_printed_until_used(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", "--test-mode", "--links") as server:
        links = server.ready["links"]
        async with httpx.AsyncClient(base_url=links["start"]) as alice:
            assert "Test mode" in (await alice.get("/")).text
            assert (await alice.get("/ready")).text == "ready\n"
            assert "chappe_mtproto_connections" in (await alice.get("/metrics")).text
            form = {"name": "alice", "password": "correct horse battery"}
            assert (await alice.post(links["operator"], data=form)).status_code == 200
        _, _, _, log = await server.ends()
        assert log.count(links["operator"]) == 1, "for people, once; never as a log line"
        assert log.count(links["operator_network"]) == log.count(links["install"]) == 1
    async with serving(tmp_path / "data") as server:
        assert "operator" not in server.ready["links"]
        await server.ends()


@pytest.mark.slow
async def test_keys_stay_and_sessions_resume_after_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        pem = (server.data / "mtproto.pub.pem").read_bytes()
        caller = await server.caller()
        await caller.calls(f.help.GetConfig())
        session = caller.leaves()
        await server.ends()
    async with serving(tmp_path / "data") as server:
        assert (server.data / "mtproto.pub.pem").read_bytes() == pem
        key = mtproto.RsaPublicKey.from_pem(pem)
        again = await Caller(server.port, key).comes()
        again.line.resume(session, time.time())
        assert await again.calls(f.help.GetConfig())
        await server.ends()


@pytest.mark.slow
async def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server, serving(tmp_path / "data") as second:
        assert await asyncio.wait_for(second.process.wait(), PATIENCE_S) == 1
        assert second.process.stderr
        assert b"cannot start" in await second.process.stderr.read()
        await server.ends()
    async with serving(tmp_path / "data", "--set", "prot=1") as third:
        assert await asyncio.wait_for(third.process.wait(), PATIENCE_S) == 2
        assert third.process.stderr
        assert b"did you mean port?" in await third.process.stderr.read()


@pytest.mark.slow
async def test_no_key_is_in_the_log(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", "--set", "log_level=debug") as server:
        caller = await server.caller()
        await caller.calls(f.help.GetConfig())
        assert caller.line.session
        auth_key = caller.line.session.key.key
        _, _, _, log = await server.ends()
        secrets = [auth_key, (server.data / "keys" / "server.key").read_bytes()]
        secrets.append((server.data / "keys" / "proxy.secret").read_bytes())
        for secret in secrets:
            assert secret.hex()[:16] not in log
            assert repr(secret)[2:10] not in log
