"""Source: mtproto/mtproto-transports. More connections than usual, than allowed, than there are files for."""

import asyncio
import resource
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import cast

from tests.kit.server_process import ServerProcess, serving
from tests.kit.wire_client import Cut, WireClient
from tests.survive.conftest import crowd
from tests.survive.mallory import INTERMEDIATE, PING, Raw, forged, framed
from tests.survive.reckoning import reckon

from chappe.tl import functions as f

IDLE = 10_000
SESSIONS_PER_KEY = 100
SPARE_FILES = 300
PATIENCE_S = 180
"""For what hangs: a busy machine takes ten times as long as an idle one."""


class _Idler(asyncio.Protocol):
    """A connection that said one thing and listens ever after."""

    def __init__(self, packet: bytes, house: "Idlers") -> None:
        self._packet, self._house = packet, house
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(INTERMEDIATE + framed(self._packet))

    def data_received(self, data: bytes) -> None:
        if self._packet:
            self._house.heard += 1
            self._packet = b""

    def connection_lost(self, exc: Exception | None) -> None:
        self._house.lost += 1


def _same(one: _Idler) -> _Idler:
    return one


class Idlers:
    """Many connections, each with a session of its own, a hundred sessions to a key."""

    def __init__(self) -> None:
        self.heard = 0
        self.lost = 0
        self._lines: list[_Idler] = []

    async def come(self, server: ServerProcess, number: int) -> None:
        """So many connections are open and each session has been answered."""
        loop = asyncio.get_running_loop()
        for start in range(0, number, SESSIONS_PER_KEY):
            key = WireClient(server.port, server.key)
            await key.connects()
            packets = [forged(key, PING, seqno=0) for _ in range(min(SESSIONS_PER_KEY, number - start))]
            key.cuts()
            made = [_Idler(packet, self) for packet in packets]
            self._lines += made
            await asyncio.gather(
                *(loop.create_connection(partial(_same, one), "127.0.0.1", server.port) for one in made)
            )
        async with asyncio.timeout(PATIENCE_S):
            while self.heard < number:
                await asyncio.sleep(0.02)

    def leave(self) -> None:
        """All connections are reset."""
        for line in self._lines:
            assert line.transport is not None
            line.transport.abort()


async def test_ten_thousand_idle_connections_are_held(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    number = IDLE if hard == resource.RLIM_INFINITY else min(IDLE, hard - SPARE_FILES)
    if number < IDLE:
        print(f"only {number} connections: the hard limit of open files is {hard}")
    idlers = Idlers()
    try:
        async with serving(tmp_path / "data") as server, crowd(server, 2, Random(1)) as (alice, bob):
            before, cpu = server.rss_bytes(), server.cpu_s()
            await idlers.come(server, number)
            grown, cpu = server.rss_bytes() - before, server.cpu_s() - cpu
            print(f"{number} idle: {grown / number / 1024:.1f} KiB each, {cpu / number * 1000:.2f} ms to let one in")
            assert grown < number * 40 * 1024
            began = time.monotonic()
            for n in range(20):
                await alice.says(bob, f"in the crowd {n}")
            assert time.monotonic() - began < 60
            assert idlers.lost == 0
            assert server.open_files() > number
            idlers.leave()
            await alice.says(bob, "all gone")
            await reckon([alice, bob])
            async with asyncio.timeout(PATIENCE_S):
                while server.open_files() > 200:
                    await asyncio.sleep(0.05)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_above_the_limit_of_connections_the_next_is_refused(tmp_path: Path) -> None:
    limits = {"max_connections": 40, "handshake_timeout_s": 2 * PATIENCE_S}  # the silent are not shown out meanwhile
    async with serving(tmp_path / "data", **limits) as server, crowd(server, 2, Random(2)) as (alice, bob):
        guests = [await Raw.to(server.port) for _ in range(60)]
        assert await hung_up(guests, 60 - (40 - 2)) == 60 - (40 - 2)
        await alice.says(bob, "are we crowded?")
        assert await hung_up(guests, 60 - (40 - 2)) == 60 - (40 - 2), "nobody else is shown out"
        for guest in guests:
            guest.leaves()
        await welcome(server)
        await reckon([alice, bob])


async def test_without_files_left_the_server_lives_and_recovers(tmp_path: Path) -> None:
    """The limit is so low that connections alone exhaust it: the usual reserve for the database does not fit."""
    async with serving(tmp_path / "data") as probe:
        await welcome(probe)
        used = probe.open_files()

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 12, used + 12))

    async with serving(tmp_path / "tight", limit=few) as server:
        async with crowd(server, 2, Random(3)) as (alice, bob):
            for _ in range(2):
                guests = [await Raw.to(server.port) for _ in range(60)]
                assert await hung_up(guests, 40) >= 40
                await alice.says(bob, f"still here, {len(alice.promises)}")
                for guest in guests:
                    guest.leaves()
                await welcome(server)
            await reckon([alice, bob])
        assert server.running
        assert "the limit of open files is reached" in server.tail()


async def hung_up(guests: list[Raw], at_least: int) -> int:
    """How many have been hung up on, once there are enough."""
    async with asyncio.timeout(PATIENCE_S):
        while (found := sum(await asyncio.gather(*(guest.is_closed(0.05) for guest in guests)))) < at_least:
            pass
    return found


async def welcome(server: ServerProcess) -> None:
    """Somebody new can come in and make a key, once the server has noticed who left."""
    newcomer = WireClient(server.port, server.key)
    async with asyncio.timeout(PATIENCE_S):
        while not newcomer.connected:
            try:
                await newcomer.connects()
            except (Cut, OSError):
                await asyncio.sleep(0.05)
        await newcomer.calls(f.help.GetConfig())
    newcomer.cuts()
