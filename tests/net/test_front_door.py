"""One port, many languages; the hostile and the slow leave the others alone."""

import asyncio
import os
import resource
import socket
import struct
from collections.abc import Iterator

import pytest
from tests.net.conftest import Guest, open_house
from tests.net.test_sniff import header

MTPROTO = b"\xee\xee\xee\xee" + bytes(20)


async def test_each_kind_gets_its_protocol_with_every_byte() -> None:
    async with open_house() as house:
        for data, kind in ((b"GET / HTTP/1.1\r\n\r\n", b"http"), (MTPROTO, b"mtproto"), (b"\xef\x0a", b"mtproto")):
            guest = await house.guest()
            assert await guest.says(data) == kind + b" 127.0.0.1 plain " + data
            guest.leaves()
        await house.emptied()


async def test_bytes_that_come_one_by_one_are_told_apart_too() -> None:
    async with open_house() as house:
        guest = await house.guest()
        for byte in b"\r\n\r\n\x00\r\nQUIX":
            guest.writer.write(bytes([byte]))
            await asyncio.sleep(0.002)
        assert await guest.hears() == b"mtproto 127.0.0.1 plain \r\n\r\n\x00\r\nQUIX"


async def test_a_trusted_proxy_names_the_peer_and_its_header_is_taken_off() -> None:
    async with open_house(trusted=("127.0.0.0/8",)) as house:
        for address in ("192.0.2.7", "2001:db8::7"):
            guest = await house.guest()
            whole = header(address, 4711)
            for at in range(0, len(whole), 5):
                guest.writer.write(whole[at : at + 5])
                await asyncio.sleep(0.001)
            assert await guest.says(MTPROTO) == f"mtproto {address} plain ".encode() + MTPROTO


async def test_a_stranger_may_not_speak_for_others() -> None:
    async with open_house() as house:
        guest = await house.guest()
        assert await guest.says(header("192.0.2.7", 1) + MTPROTO) == b""
        assert house.door.refused["proxy not trusted"] == 1
        await house.emptied()


async def test_a_peer_behind_the_proxy_may_not_add_a_second_header() -> None:
    async with open_house(trusted=("127.0.0.0/8",)) as house:
        guest = await house.guest()
        assert await guest.says(header("192.0.2.7", 1) + header("10.0.0.1", 1) + MTPROTO) == b""


async def test_addresses_share_no_limit_and_have_one() -> None:
    async with open_house(trusted=("127.0.0.0/8",), max_connections_per_address=2) as house:
        guests: list[Guest] = []
        for number in range(4):
            guest = await house.guest()
            answer = await guest.says(header("192.0.2.7", number) + MTPROTO)
            assert bool(answer) == (number < 2)
            guests.append(guest)
        other = await house.guest()
        assert await other.says(header("192.0.2.8", 1) + MTPROTO)
        await house.holds(3)
        guests[0].leaves()
        await house.holds(2)
        assert await (await house.guest()).says(header("192.0.2.7", 9) + MTPROTO)


async def test_one_network_of_ipv6_counts_as_one_address() -> None:
    async with open_house(trusted=("127.0.0.0/8",), max_connections_per_address=1) as house:
        guests = [await house.guest() for _ in range(3)]
        assert await guests[0].says(header("2001:db8::1", 1) + MTPROTO)
        assert not await guests[1].says(header("2001:db8::2", 1) + MTPROTO)
        assert await guests[2].says(header("2001:db8:0:1::1", 1) + MTPROTO)


async def test_above_the_limit_connections_are_refused_and_below_served_again() -> None:
    async with open_house(max_connections=3) as house:
        guests = [await house.guest() for _ in range(3)]
        assert all([await guest.says(MTPROTO) for guest in guests])
        assert await (await house.guest()).says(MTPROTO) == b""
        guests[0].leaves()
        await house.holds(2)
        assert await (await house.guest()).says(MTPROTO)


async def test_the_silent_are_dropped_in_time() -> None:
    async with open_house(handshake_timeout_s=0.2) as house:
        silent, halting = await house.guest(), await house.guest()
        halting.writer.write(b"\r\n")
        assert await silent.hears() == b""
        assert await halting.hears() == b""
        assert house.door.refused["silent"] == 2
        await house.emptied()


async def test_a_peer_that_ends_early_is_let_go() -> None:
    async with open_house() as house:
        guest = await house.guest()
        guest.writer.write(b"\r\n")
        guest.writer.write_eof()
        assert await guest.hears() == b""
        await house.emptied()


async def test_a_hundred_slow_and_a_hundred_resetting_leave_others_served() -> None:
    async with open_house() as house:
        slow = [await house.guest() for _ in range(100)]
        for guest in slow:
            guest.writer.write(b"\x16\x03")
        for _ in range(100):
            sock = socket.create_connection(("127.0.0.1", house.port))
            sock.send(os.urandom(3))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()
        other = await house.guest()
        answered = await other.says(MTPROTO)
        assert answered.startswith(b"mtproto")
        for guest in (*slow, other):
            guest.leaves()
        await house.emptied()


@pytest.fixture
def few_files() -> Iterator[int]:
    """A process that may open few files; yields how many more than it has open now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    spare = 40
    taken = max(int(name) for name in os.listdir("/proc/self/fd")) + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken + spare, hard))
    yield spare
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_out_of_files_connections_are_refused_and_the_server_lives(few_files: int) -> None:
    async with open_house() as house:
        first = await house.guest()
        assert await first.says(MTPROTO)
        hoard = [os.open(os.devnull, os.O_RDONLY) for _ in range(few_files - 20)]
        while True:
            try:
                hoard.append(os.open(os.devnull, os.O_RDONLY))
            except OSError:
                break
        caller = hoard.pop()
        os.close(caller)
        refused = await house.guest()  # the client's own socket takes the last file: the server has none to accept with
        assert await refused.hears() == b""
        assert house.door.refused["no files"] >= 1
        assert await first.says(MTPROTO)
        for descriptor in hoard:
            os.close(descriptor)
        assert await (await house.guest()).says(MTPROTO)
