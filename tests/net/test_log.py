"""The log of a real server: begun at first start, checked from outside, with keys that overlap. Source: tlog/tiles"""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from tests.kit.server_process import ServerProcess, chappe, serving

from chappe.domain.territory_profiles import book

pytestmark = pytest.mark.slow
BEGUN = len(list(Path(book.__file__).parent.glob("*/*.toml")))
"""Leaves of a server that has just begun: each version of a territory's profile is one."""


async def verifies(*words: str) -> tuple[int, str]:
    """(exit code, what the verifier printed)."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chappe_verify", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await asyncio.wait_for(process.communicate(), 240)
    return process.returncode or 0, out.decode()


async def said(*words: str) -> tuple[int, str]:
    """(exit code, what a command printed)."""
    code, out, errors = await chappe(*words)
    return code, out + errors


async def log(server: ServerProcess, *words: str) -> tuple[int, str]:
    return await said("log", *words, "--data", str(server.data))


async def settled(server: ServerProcess, size: int) -> dict[str, object]:
    """The log's status once it has so many leaves."""
    for _ in range(600):
        code, text = await log(server, "--json")
        if code == 0 and json.loads(text)["size"] >= size:
            return dict(json.loads(text))
        await asyncio.sleep(0.2)
    raise AssertionError(text)


async def test_a_server_keeps_a_log_that_others_check(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        await settled(server, BEGUN)
        code, text = await log(server, "accept-clock")  # an act with a public part
        assert code == 0, text
        assert (await settled(server, BEGUN + 1))["fault"] == ""
        where = f"http://127.0.0.1:{server.port}/log/"
        keep = str(tmp_path / "kept")
        first_key = (await log(server, "keys"))[1].strip()
        code, text = await verifies(where, "--key", first_key, "--keep", keep)
        assert (code, f"covers {BEGUN + 1} leaves" in text) == (0, True), text
        code, text = await said("doctor", "--data", str(server.data))
        assert f"log: {BEGUN + 1} leaves are published" in text

        keys = (await log(server, "rotate-key"))[1].split("\n")[:2]
        assert keys[0] == first_key
        await server.stop()
        await server.start()
        await log(server, "accept-clock")
        await settled(server, BEGUN + 2)
        for key in keys:
            code, text = await verifies(where, "--key", key, "--keep", keep)
            assert code == 0, text
        assert (await log(server, "retire-key", "00000000"))[0] == 1
        assert (await log(server, "retire-key", first_key.split("+")[1]))[0] == 0
        await server.stop()
        await server.start()
        await log(server, "accept-clock")
        await settled(server, BEGUN + 3)
        code, text = await verifies(where, "--key", first_key, "--keep", keep)
        assert (code, "not signed by any key" in text) == (1, True)
        assert (await verifies(where, "--key", keys[1], "--keep", keep))[0] == 0
        assert not server.troubles()


async def test_a_backup_leaves_the_log_out_and_it_is_made_anew(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        await log(server, "accept-clock")
        await settled(server, BEGUN + 1)
        checkpoint = (server.data / "log" / "checkpoint").read_bytes()
        (tmp_path / "kept").write_bytes(checkpoint)
        assert (await said("backup", str(tmp_path / "b.tar"), "--data", str(server.data)))[0] == 0
        assert (await log(server, "rebuild"))[0] == 1  # not while it runs
    async with serving(tmp_path / "other") as server:
        await server.stop()
        again = ServerProcess(tmp_path / "again")
        code, text = await said("restore", str(tmp_path / "b.tar"), "--data", str(again.data))
        assert (code, "chappe log rebuild" in text) == (0, True), text
        assert not (again.data / "log" / "checkpoint").exists()
        await again.start()
        for _ in range(600):
            code, text = await log(again)
            if code:
                break
            await asyncio.sleep(0.2)
        assert "folder is gone" in text
        await again.stop()
        code, text = await log(again, "rebuild", "--checkpoint", str(tmp_path / "kept"))
        assert code == 0, text
        assert (again.data / "log" / "checkpoint").read_bytes() == checkpoint
        await again.start()
        await log(again, "accept-clock")
        assert (await settled(again, BEGUN + 2))["fault"] == ""
        await again.stop()
