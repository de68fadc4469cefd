"""Source: rfc/5321, rfc/3207

The mail door on real sockets, spoken to by Python's own client: kept before 250, bounded in every way.
"""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.kit.clock import FakeClock
from tests.net.conftest import PATIENCE_S

from chappe.net import OwnTls, bind
from chappe.net.mail_door import Answer, Bounds, MailDoor, network, plain
from chappe.net.smtp import Letter, Rules

T = TypeVar("T")
HERE = "legal@chat.example.org"
TEXT = b"Subject: order\r\n\r\nRemove it.\r\n"


class Box:
    """Keeps letters, as slowly and as badly as a test wants."""

    def __init__(self) -> None:
        self.kept: list[tuple[Letter, str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.answer = Answer(250, "2.0.0 Kept")
        self.breaks = False
        self.begun = asyncio.Event()

    async def keep(self, letter: Letter, host: str) -> Answer:
        self.begun.set()
        await self.open.wait()
        if self.breaks:
            raise RuntimeError("disk")
        self.kept.append((letter, host))
        return self.answer


@asynccontextmanager
async def opened(
    box: Box, context: Callable[[], ssl.SSLContext | None] = lambda: None, bounds: Bounds | None = None
) -> AsyncIterator[tuple[MailDoor, int]]:
    rules = Rules(name="chat.example.org", takes=lambda address: address == HERE, size_bytes=100_000)
    door = MailDoor(rules, box.keep, context, bounds)
    sockets = bind("127.0.0.1", 0)
    await door.open(sockets)
    yield door, sockets[0].getsockname()[1]
    await door.close()


async def outside(work: Callable[[], T]) -> T:
    """Done in a thread, as another program would."""
    return await asyncio.to_thread(work)


def sends(port: int, text: bytes = TEXT, to: str = HERE) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE_S) as client:
        return client.sendmail("bob@court.example", [to], text)


async def test_a_letter_is_kept_and_answered() -> None:
    box = Box()
    async with opened(box) as (door, port):
        assert await outside(lambda: sends(port)) == {}
        ((letter, host),) = box.kept
        assert (letter.data, letter.sender, host, letter.secure) == (TEXT, "bob@court.example", "127.0.0.1", False)
        assert door.counts["kept"] == 1


async def test_nothing_is_said_before_it_is_kept() -> None:
    box = Box()
    box.open.clear()
    async with opened(box) as (_, port):
        sending = asyncio.create_task(outside(lambda: sends(port)))
        await asyncio.wait_for(box.begun.wait(), PATIENCE_S)
        await asyncio.sleep(0.1)
        assert not sending.done()
        box.open.set()
        assert await sending == {}


async def test_what_could_not_be_kept_is_never_answered_as_kept(caplog: pytest.LogCaptureFixture) -> None:
    box = Box()
    async with opened(box) as (_, port):
        box.breaks = True
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await outside(lambda: sends(port))
        assert refused.value.smtp_code == 451
        box.breaks, box.answer = False, Answer(452, "4.3.1 No room")
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await outside(lambda: sends(port))
        assert refused.value.smtp_code == 452


async def test_letters_for_others_are_refused() -> None:
    async with opened(Box()) as (_, port):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await outside(lambda: sends(port, to="carol@elsewhere.example"))


async def test_tls_is_offered_and_used(tmp_path: Path) -> None:
    box, tls = Box(), OwnTls(tmp_path / "tls", ["localhost"], FakeClock(1_790_000_000))

    def work() -> None:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE_S) as client:
            client.starttls(context=trusting)
            client.sendmail("bob@court.example", [HERE], TEXT * 50)
            client.sendmail("bob@court.example", [HERE], TEXT)

    async with opened(box, tls.context) as (_, port):
        await outside(work)
    assert [(one.secure, len(one.data)) for one, _ in box.kept] == [(True, 50 * len(TEXT)), (True, len(TEXT))]


async def test_too_many_connections_are_told_so() -> None:
    async with opened(Box(), bounds=Bounds(connections=3)) as (door, port):
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.read()).startswith(b"421")
        writer.close()
        for _, one in lines:
            one.close()
            await one.wait_closed()
        for _ in range(PATIENCE_S * 50):
            if door.holding == 0 and await outside(lambda: _greets(port)):
                break
            await asyncio.sleep(0.02)
        assert await outside(lambda: sends(port)) == {}


def _greets(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as sock:
        return sock.recv(3) == b"220"


async def test_silence_and_slowness_end() -> None:
    async with opened(Box(), bounds=Bounds(silent_s=0.2)) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"EHLO x\r\n")
        said = await asyncio.wait_for(reader.read(), PATIENCE_S)
        assert said.startswith(b"220") and b"\r\n421 4.4.2" in said
        writer.close()
    async with opened(Box(), bounds=Bounds(whole_s=0.4)) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        said = b""
        while b"421" not in said:
            writer.write(b"NOOP\r\n")
            said += await asyncio.wait_for(reader.read(1000), PATIENCE_S)
            await asyncio.sleep(0.05)
        assert b"\r\n421 4.4.2" in said
        writer.close()


async def test_stopping_answers_what_is_being_kept_and_takes_no_more() -> None:
    box = Box()
    box.open.clear()
    async with opened(box) as (door, port):
        sending = asyncio.create_task(outside(lambda: sends(port)))
        await asyncio.wait_for(box.begun.wait(), PATIENCE_S)
        closing = asyncio.create_task(door.close())
        await asyncio.sleep(0.05)
        box.open.set()
        await closing
        assert await sending == {} and len(box.kept) == 1
        with pytest.raises(OSError):
            await outside(lambda: sends(port))


async def test_few_letters_are_held_at_once() -> None:
    box = Box()
    box.open.clear()
    async with opened(box, bounds=Bounds(holding=2)) as (_, port):
        sending = [asyncio.create_task(outside(lambda: sends(port))) for _ in range(4)]
        done, waiting = set[asyncio.Task[Any]](), set(sending)
        while len(done) < 2:
            more, waiting = await asyncio.wait(waiting, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
            assert more
            done |= more
        assert len(done) == 2 and all(isinstance(one.exception(), smtplib.SMTPDataError) for one in done)
        box.open.set()
        assert [await one for one in waiting] == [{}, {}]


async def test_lines_held_open_keep_nobodys_letter_out() -> None:
    """Whoever begins letters and never ends them holds nothing but their own; of too much they are rid."""
    box = Box()
    async with opened(box, bounds=Bounds(holding=2)) as (door, port):
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        for reader, writer in slow:
            writer.write(b"EHLO x\r\nMAIL FROM:<m@x.example>\r\nRCPT TO:<" + HERE.encode() + b">\r\nDATA\r\n")
            await asyncio.wait_for(reader.readuntil(b"354 "), PATIENCE_S)
        assert await outside(lambda: sends(port)) == {}
        for _, writer in slow:
            writer.write(b"x" * 60_000)
        async with asyncio.timeout(PATIENCE_S):
            while not door.counts["no room"]:
                await asyncio.sleep(0.01)
        assert await outside(lambda: sends(port)) == {} and len(box.kept) == 2
        for _, writer in slow:
            writer.close()


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_what_addresses_are_counted_by(host: str, key: str) -> None:
    assert network(plain(host)) == key
