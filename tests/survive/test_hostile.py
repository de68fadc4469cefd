"""Source: mtproto/security_guidelines. What a hostile guest hears, and that the others hear nothing of it."""

import asyncio
import os
import struct
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random
from statistics import median
from typing import Any

import pytest
import pytest_asyncio
from tests.kit.server_process import ServerProcess, serving
from tests.kit.wire_client import Cut, WireClient
from tests.survive.conftest import crowd
from tests.survive.mallory import (
    CONFIG,
    INTERMEDIATE,
    PING,
    Raw,
    bomb,
    drips,
    forged,
    framed,
    gzip_packed,
    harasses,
    msg_id_at,
    nested,
    opened,
    plain,
)
from tests.survive.people import Person
from tests.survive.reckoning import reckon

from chappe import tl
from chappe.mtproto import wire
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

MiB = 1 << 20


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """One server for all of them: it must outlive everything."""
    async with serving(tmp_path_factory.mktemp("hostile") / "data") as made:
        yield made
        assert made.running
        assert not made.troubles(), made.troubles()


@pytest_asyncio.fixture(loop_scope="module")
async def client(server: ServerProcess) -> AsyncIterator[WireClient]:
    """Somebody with a key and a session who is not signed in."""
    made = WireClient(server.port, server.key)
    await made.connects()
    await made.calls(f.help.GetConfig())
    yield made
    made.cuts()


@pytest_asyncio.fixture(loop_scope="module")
async def raw(server: ServerProcess) -> AsyncIterator[Raw]:
    """A socket that has said nothing yet."""
    made = await Raw.to(server.port)
    yield made
    made.leaves()


async def answer(client: WireClient, raw: Raw, kind: type[Any]) -> Any:
    """The first thing of this kind that the server says to a forged packet."""
    while True:
        for body in opened(client, await raw.packet()):
            value: Any = tl.decode(body[12:] if body[:4] == wire.RPC_RESULT else body)
            if isinstance(value, kind):
                return value


async def test_oversize_packets_are_refused_before_they_are_read(server: ServerProcess, client: WireClient) -> None:
    before = server.rss_bytes()
    for head in (
        INTERMEDIATE + struct.pack("<I", 0x7FFFFFFF),
        INTERMEDIATE + struct.pack("<I", 64 * MiB),
        b"\xdd\xdd\xdd\xdd" + struct.pack("<I", 64 * MiB),
        b"\xef\x7f\xff\xff\xff",
        struct.pack("<II", 64 * MiB, 0),
    ):
        raw = await Raw.to(server.port)
        raw.says(head + bytes(64))
        raw.says(bytes(2 * MiB))
        assert await raw.is_closed(), head
        raw.leaves()
    await client.calls(f.help.GetConfig())
    assert server.rss_bytes() - before < 32 * MiB


async def test_noise_is_hung_up_on_and_hurts_nobody(server: ServerProcess, client: WireClient) -> None:
    chance = Random(1)
    for size in (1, 3, 8, 63, 64, 65, 200, 5000):
        raw = await Raw.to(server.port)
        raw.says(b"\xef" + chance.randbytes(size))
        raw.leaves()
        raw = await Raw.to(server.port)
        raw.packets(chance.randbytes(size + 20))
        assert await raw.ending() in ("-404", "-429", "closed")
        raw.leaves()
    await client.calls(f.help.GetConfig())


async def test_an_unknown_key_is_told_so(raw: Raw) -> None:
    raw.packets(os.urandom(104))
    assert await raw.ending() == "-404"
    assert await raw.is_closed()


async def test_a_known_key_without_its_secret_is_told_the_same(client: WireClient, raw: Raw) -> None:
    packet = forged(client, PING)
    raw.packets(packet[:24] + os.urandom(len(packet) - 24))
    assert await raw.ending() == "-404"
    assert await raw.is_closed()


async def test_garbage_in_the_key_exchange_ends_it(server: ServerProcess) -> None:
    hello = tl.encode(s.ReqPqMulti(nonce=bytes(16)), tl.NEWEST)
    for steps in (
        [os.urandom(40)],
        [hello, os.urandom(320)],
        [hello, tl.encode(s.ReqPqMulti(nonce=os.urandom(16)), tl.NEWEST)[:12]],
        [tl.encode(s.ReqDHParams(nonce=bytes(16), server_nonce=bytes(16), p=b"\x03", q=b"\x05",
                                 public_key_fingerprint=1, encrypted_data=bytes(256)), tl.NEWEST)],
        [hello, CONFIG],
    ):  # fmt: skip
        raw = await Raw.to(server.port)
        raw.packets(*map(plain, steps))
        heard = [await raw.ending()]
        while heard[-1].endswith("bytes"):
            heard.append(await raw.ending())
        assert heard[-1] == "-404", heard
        raw.leaves()


async def test_a_bomb_is_defused(server: ServerProcess, client: WireClient, raw: Raw) -> None:
    packed = bomb()
    packet, whole_s = forged(client, packed), unpacking_s(packed)
    before, cpu = server.rss_bytes(), server.cpu_s()
    raw.packets(packet)
    told = await answer(client, raw, s.BadMsgNotification)
    assert told.error_code == 64
    assert server.rss_bytes() - before < 64 * MiB
    assert server.cpu_s() - cpu < max(0.2, 0.7 * whole_s)
    raw.says(framed(forged(client, gzip_packed(os.urandom(100)))))
    assert (await answer(client, raw, s.BadMsgNotification)).error_code == 64


def unpacking_s(packed: bytes) -> float:
    """What it costs on this machine to unpack all of it."""
    began, squeezed = time.process_time(), zlib.decompressobj(31)
    rest = packed[packed.index(b"\x1f\x8b") :]
    while rest and not squeezed.eof:
        squeezed.decompress(rest, MiB)
        rest = squeezed.unconsumed_tail
    return time.process_time() - began


async def test_depth_has_an_end(client: WireClient, raw: Raw) -> None:
    raw.packets(forged(client, nested(10_000)))
    assert (await answer(client, raw, s.RpcError)).error_message == "INPUT_FETCH_ERROR"
    vectors = tl.encode(f.messages.GetMessages(id=[]), tl.NEWEST)[:8] + struct.pack("<i", 0x7FFFFFFF)
    raw.says(framed(forged(client, vectors)))
    assert (await answer(client, raw, s.RpcError)).error_message == "INPUT_FETCH_ERROR"
    raw.says(framed(forged(client, tl.join_container([(msg_id_at(time.time()), 1, PING)] * 5000), seqno=0)))
    assert (await answer(client, raw, s.BadMsgNotification)).error_code == 64


async def test_a_message_out_of_its_time_is_not_read(client: WireClient, raw: Raw) -> None:
    now = time.time()
    raw.packets(forged(client, CONFIG, msg_id=msg_id_at(now - 400)))
    assert (await answer(client, raw, s.BadMsgNotification)).error_code == 16
    raw.says(framed(forged(client, CONFIG, msg_id=msg_id_at(now + 400))))
    assert (await answer(client, raw, s.BadMsgNotification)).error_code == 17
    raw.says(framed(forged(client, CONFIG, salt=1)))
    assert (await answer(client, raw, s.BadServerSalt)).error_code == 48


async def test_a_replayed_send_is_sent_once(server: ServerProcess) -> None:
    async with crowd(server, 2, Random(5)) as (alice, bob):
        query = f.messages.SendMessage(peer=alice.peers["bob"], message="once", random_id=0)
        packet = forged(alice.client, tl.encode(query, tl.NEWEST))
        for first in (True, False, False):
            raw = await Raw.to(server.port)
            raw.packets(packet, packet)
            if first:
                await answer(alice.client, raw, t.UpdateShortSentMessage)
            else:
                await raw.packet()
            raw.leaves()
        await bob.has_all()
        assert [m.message for m in await bob.history(alice)] == ["once"]


async def test_a_flood_of_calls_is_worked_off_and_others_go_on(server: ServerProcess) -> None:
    async with crowd(server, 3, Random(6)) as (alice, bob, mallory):
        quiet = await latencies(alice, bob, 20)
        before = server.rss_bytes()
        flood = [mallory.client.asks(f.messages.GetHistory(
            peer=mallory.peers["bob"], offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0, min_id=0, hash=0
        )) for _ in range(6000)]  # fmt: skip
        loud = await latencies(alice, bob, 20)
        answers = await asyncio.wait_for(asyncio.gather(*flood, return_exceptions=True), 240)
        assert not [one for one in answers if isinstance(one, BaseException) and not isinstance(one, Cut)]
        assert server.rss_bytes() - before < 96 * MiB
        within(quiet, loud)
        await reckon([alice, bob])


async def test_who_does_not_read_is_cut_off(server: ServerProcess) -> None:
    async with crowd(server, 2, Random(7)) as (alice, bob):
        for number in range(60):
            await alice.says(bob, f"{number} " + "long" * 900)
        before = server.rss_bytes()
        raw = await Raw.to(server.port)
        session_id, query = 77, tl.encode(f.messages.GetHistory(
            peer=bob.peers["alice"], offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0, min_id=0, hash=0
        ), tl.NEWEST)  # fmt: skip
        raw.says(INTERMEDIATE)
        raw.writer.transport.pause_reading()  # type: ignore[attr-defined]
        for number in range(1500):
            noisy = query[:-8] + number.to_bytes(8, "little")
            raw.says(framed(forged(bob.client, noisy, seqno=2 * number + 1, session_id=session_id)))
            if number % 50 == 0:
                await asyncio.sleep(0.01)
        await asyncio.sleep(1)
        assert server.rss_bytes() - before < 96 * MiB
        raw.leaves()
        await alice.says(bob, "still there?")
        await reckon([alice, bob])


async def test_a_hundred_slow_and_a_hundred_hostile_ones_do_not_stop_a_talk(server: ServerProcess) -> None:
    async with crowd(server, 2, Random(8)) as (alice, bob):
        key = WireClient(server.port, server.key)
        await key.connects()
        quiet = await latencies(alice, bob, 40)
        before = server.rss_bytes()
        async with beset(server, key):
            await asyncio.sleep(1)
            loud = await latencies(alice, bob, 100)
            grown = server.rss_bytes() - before
        print(f"median {median(quiet) * 1000:.1f} ms quiet, {median(loud) * 1000:.1f} ms beset; {grown >> 20} MiB more")
        assert grown < 96 * MiB
        within(quiet, loud)
        await reckon([alice, bob])
        key.cuts()


async def test_a_hundred_key_exchanges_at_once_do_not_stop_a_talk(server: ServerProcess) -> None:
    async with crowd(server, 2, Random(9)) as (alice, bob):
        quiet, made = await latencies(alice, bob, 40), [0]
        tasks = [asyncio.create_task(makes_keys(server, made)) for _ in range(100)]
        await asyncio.sleep(1)
        loud = await latencies(alice, bob, 60)
        async with asyncio.timeout(240):  # who makes keys has their turn, too
            while made[0] < 20:
                await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        print(f"median {median(quiet) * 1000:.1f} ms quiet, {median(loud) * 1000:.1f} ms beset by {made[0]} keys made")
        within(quiet, loud)
        await reckon([alice, bob])


async def makes_keys(server: ServerProcess, made: list[int]) -> None:
    """One key exchange after the other, for ever."""
    while True:
        client = WireClient(server.port, server.key)
        with suppress(Cut, OSError, TimeoutError):
            await client.connects()
            made[0] += 1
        client.cuts()


@asynccontextmanager
async def beset(server: ServerProcess, key: WireClient) -> AsyncIterator[None]:
    """A hundred slow and a hundred hostile ones, all at once."""
    tasks = [asyncio.create_task(drips(server.port)) for _ in range(100)]
    tasks += [asyncio.create_task(harasses(server.port, key, number, 0.5)) for number in range(100)]
    try:
        yield
        broken = [task.exception() for task in tasks if task.done()]
        assert not broken, broken
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def latencies(alice: Person, bob: Person, number: int) -> list[float]:
    """Seconds each of so many messages took until it was accepted, said in turn by both."""
    return [(await one.says(other, f"{one.name} {len(one.promises)}")).took_s
            for _ in range(number // 2) for one, other in ((alice, bob), (bob, alice))]  # fmt: skip


def within(quiet: list[float], loud: list[float]) -> None:
    """The talk went on: slower, because machine and test share the work, but never at a stop."""
    assert median(loud) < 20 * median(quiet) + 2, f"{median(quiet):.4f} s, then {median(loud):.4f} s"
    assert max(loud) < 60, f"one message took {max(loud):.1f} s"
