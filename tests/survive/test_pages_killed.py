"""Killed in the middle of a page, the server calls on where it stopped; a telephone's machine takes the page.

Source: requirements/on-call
"""

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
from tests.kit.server_process import ServerProcess, serving

from chappe.domain.calling import NEXT_WAY_S

LATE_S = 120.0
"""A call is made at most so long after its date, or after the server is back: within five seconds where nobody else
uses the machine."""


class Gateway:
    """Takes what the server would have sent as SMS, or read to a telephone."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[tuple[str, dict[str, Any], float]] = asyncio.Queue()
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        found = re.search(r"content-length: (\d+)", head.lower())
        body = json.loads(await reader.readexactly(int(found[1]) if found else 0))
        assert "x-chappe-signature: t=" in head.lower()
        self.taken.put_nowait((head.split()[1], body, time.monotonic()))
        writer.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async def next(self, wait_s: float) -> tuple[str, dict[str, Any], float]:
        """(path, what was said, when) of the next."""
        return await asyncio.wait_for(self.taken.get(), wait_s)


@asynccontextmanager
async def listening() -> AsyncIterator[Gateway]:
    """A gateway that listens."""
    gateway = Gateway()
    there = await asyncio.start_server(gateway, "127.0.0.1", 0)
    gateway.port = there.sockets[0].getsockname()[1]
    async with there:
        yield gateway


async def at_work(server: ServerProcess) -> httpx.AsyncClient:
    """The browser of a lead, who plays their part."""
    base = re.sub(r"//[^:/]+", "//127.0.0.1", server.ready["links"]["console_network"]).rstrip("/")
    browser = httpx.AsyncClient(base_url=base, headers={"origin": base}, trust_env=False, timeout=LATE_S)
    assert (await browser.post("/play", data={"part": "lead"})).status_code == 303
    return browser


async def noted(server: ServerProcess) -> None:
    """The server has noted that what it sent was delivered, and does not send it again."""
    async with asyncio.timeout(LATE_S):
        while True:
            with closing(sqlite3.connect(f"file:{server.data / 'chappe.sqlite'}?mode=ro", uri=True)) as database:
                found = database.execute("SELECT state FROM outbox WHERE kind = 'page_sms'").fetchall()
            if found == [(1,)]:
                return
            await asyncio.sleep(0.1)


async def over(machine: httpx.AsyncClient, place: str) -> Any:
    """What is told of drills, once one is over."""
    async with asyncio.timeout(LATE_S):
        while True:
            told = (await machine.get(place)).json()
            if told["drills"] and told["drills"][0]["outcome"]:
                return told
            await asyncio.sleep(0.1)


async def test_calls_go_on_after_a_kill_and_a_machine_takes_the_page(tmp_path: Path) -> None:
    async with listening() as gateway, serving(
        tmp_path / "data", tls="off", console_port=0, public_host="127.0.0.1",
        sms_webhook=f"http://127.0.0.1:{gateway.port}/sms", sms_webhook_secret="one",
        voice_webhook=f"http://127.0.0.1:{gateway.port}/voice", voice_webhook_secret="two",
    ) as server:  # fmt: skip
        browser = await at_work(server)
        me = re.search(r'name="operator_id" value="(\d+)"', (await browser.get("/oncall/people")).text)
        assert me
        form = {"operator_id": me[1], "phone": "+33611111111", "lang": "fr", "back": "/oncall/people"}
        assert (await browser.post("/do/set_on_call", data=form)).headers["location"].endswith("set_on_call")
        asked = time.monotonic()
        await browser.post("/do/hold_drill", data={"back": "/oncall"})
        path, said, when = await gateway.next(LATE_S)
        assert (path, said["phone"]) == ("/sms", "+33611111111") and "Exercice" in said["text"]
        assert when - asked < LATE_S
        await noted(server)
        await server.kill()
        await browser.aclose()
        await asyncio.sleep(max(NEXT_WAY_S + 2 - (time.monotonic() - when), 0))
        assert gateway.taken.empty(), "nobody calls while nobody runs"
        await server.start()
        back = time.monotonic()
        path, said, when = await gateway.next(LATE_S)
        assert (path, said["lang"]) == ("/voice", "fr"), "the way that was due, not the first one again"
        assert when - back < LATE_S
        link = re.sub(r"//[^/]+", f"//127.0.0.1:{server.port}", said["acknowledge"])
        async with httpx.AsyncClient(trust_env=False) as machine:
            assert (await machine.post(link)).status_code == 200
            told = await over(machine, f"http://127.0.0.1:{server.port}/hotline.json")
        assert [one["outcome"] for one in told["drills"]] == ["in_time"]
        assert told["drills"][0]["seconds"] >= NEXT_WAY_S
        await asyncio.sleep(3)
        assert gateway.taken.empty(), "nobody is called once somebody has it"
        assert server.troubles() == []
