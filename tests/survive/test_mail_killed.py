"""Source: requirements/legal-intake, rfc/5321

The server is killed again and again between a letter's end and its answer; the sender does as mail servers do, and
sends again what was not answered. Each letter that was answered is one case with one receipt; none is there twice.
"""

import asyncio
import random
import smtplib
import socket
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from tests.kit.server_process import ServerProcess, free_port

FROM, HERE = "greffe@court.example", "legal@chat.example.org"
LETTERS, ROUNDS = 60, 14
PATIENCE_S = 240
"""For what hangs."""
OURS = "orders WHERE channel = 'mail' AND instrument <> 'synthetic'"
WAITING = ("intake_letters WHERE state = 'waiting'", "order_receipts WHERE due > 0",
           "orders WHERE state IN ('received', 'acknowledged')")  # fmt: skip


def letter(no: int) -> bytes:
    """An order of its own."""
    head = f"From: {FROM}\r\nTo: {HERE}\r\nSubject: Order {no}\r\nMessage-ID: <{no}@court.example>\r\n\r\n"
    form = f"Instrument: dsa_order9\r\nFile number: F-{no}\r\nLegal basis: Law\r\nReasons: Because.\r\n"
    rest = "Redress: Court\r\nTarget: https://chat.example.org/room/12\r\n---\r\n" + "x" * 2000 + "\r\n"
    return (head + form + rest).encode()


def say(port: int, no: int, ended: asyncio.Event, loop: asyncio.AbstractEventLoop) -> bool:
    """True if the letter was answered 250; `ended` is set once its last byte is out."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as sock:
        file = sock.makefile("rb")
        for word in (b"", b"EHLO court.example\r\n", b"MAIL FROM:<%s>\r\n" % FROM.encode(),
                     b"RCPT TO:<%s>\r\n" % HERE.encode(), b"DATA\r\n"):  # fmt: skip
            sock.sendall(word)
            while (line := file.readline())[3:4] == b"-":
                pass
            if not line.startswith((b"2", b"3")):
                return False
        sock.sendall(letter(no) + b".\r\n")
        loop.call_soon_threadsafe(ended.set)
        return file.readline().startswith(b"250")


async def sends(port: int, no: int, ended: asyncio.Event) -> bool:
    """The same beside the loop; False also when the server went away."""
    loop = asyncio.get_running_loop()
    try:
        return await asyncio.to_thread(say, port, no, ended, loop)
    except OSError:
        return False
    finally:
        ended.set()


async def kills_soon(server: ServerProcess, ended: asyncio.Event, chance: random.Random) -> None:
    """The server dies within some milliseconds of the letter's end: before, while, or after it is stored."""
    await ended.wait()
    await asyncio.sleep(chance.choice([0, 0, 0.001, 0.002, 0.004, 0.008, 0.016, 0.05]))
    await server.kill()


@pytest.mark.slow
async def test_no_letter_is_lost_and_none_doubled(tmp_path: Path) -> None:
    chance = random.Random(7)
    port = free_port()
    server = ServerProcess(tmp_path / "data", legal_mail_port=port, legal_mail_addresses=HERE)
    answered: set[int] = set()
    unanswered = list(range(LETTERS))
    await server.start()
    try:
        for _ in range(ROUNDS):
            lot, ended = unanswered[:3], asyncio.Event()
            killing = asyncio.create_task(kills_soon(server, ended, chance))
            said = await asyncio.gather(*(sends(port, no, ended) for no in lot))
            answered |= {no for no, yes in zip(lot, said, strict=True) if yes}
            await killing
            await server.start()
            unanswered = [no for no in unanswered if no not in answered]
            chance.shuffle(unanswered)
        for no in unanswered:
            assert await sends(port, no, asyncio.Event())
        for no in sorted(answered)[:10]:  # as a relay does that missed the answer
            assert await sends(port, no, asyncio.Event())
        await until_filed(server)
    finally:
        await server.kill()
    assert server.kills >= ROUNDS
    with sqlite3.connect(tmp_path / "data" / "chappe.sqlite") as database:
        found = database.execute(f"SELECT external_ref FROM {OURS}").fetchall()
        made = database.execute("SELECT COUNT(*) FROM order_receipts WHERE made_at > 0 AND due = 0").fetchone()
        states = {row[0] for row in database.execute("SELECT state FROM orders WHERE channel = 'mail'")}
    assert sorted(row[0] for row in found) == sorted(f"F-{no}" for no in range(LETTERS))
    assert made[0] >= LETTERS and "received" not in states
    assert server.troubles() == []


async def until_filed(server: ServerProcess) -> None:
    """Every letter is a case with its receipt."""
    for _ in range(PATIENCE_S * 10):
        with suppress(sqlite3.OperationalError), sqlite3.connect(server.data / "chappe.sqlite") as database:
            waits = [database.execute(f"SELECT COUNT(*) FROM {one}").fetchone()[0] for one in WAITING]
            if not any(waits):
                return
        await asyncio.sleep(0.1)
    raise AssertionError(f"letters wait still\n{server.tail()}")


@pytest.mark.slow
async def test_a_mail_program_hears_what_became_of_its_letter(tmp_path: Path) -> None:
    """smtplib against the real server: taken, refused for others, turned away when too large."""
    port = free_port()
    server = ServerProcess(tmp_path / "data", legal_mail_port=port, legal_mail_addresses=HERE)
    await server.start()

    def work() -> list[int]:
        codes = []
        with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE_S) as client:
            client.sendmail(FROM, [HERE, f"Legal+case@{HERE.partition('@')[2]}"], letter(1))
            codes.append(250)
            for to in ("someone@elsewhere.example", "root@chat.example.org"):
                with suppress(smtplib.SMTPRecipientsRefused):
                    client.sendmail(FROM, [to], letter(2))
                    codes.append(0)
            try:
                client.sendmail(FROM, [HERE], b"x" * 27_000_000)
            except smtplib.SMTPResponseException as refused:
                codes.append(refused.smtp_code)
        return codes

    try:
        assert "legal_mail" in server.ready["links"]
        assert await asyncio.to_thread(work) == [250, 552]
        await until_filed(server)
        assert await server.stop() == 0
        assert server.troubles() == []
    finally:
        await server.kill()
