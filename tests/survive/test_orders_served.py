"""Source: requirements/legal-intake, tco/3(3)

A server in full: valid removal orders by portal and by signed mail take effect within a minute of their arrival; a
thousand orders are all receipted within a minute; the daily test goes by every way.
"""

import asyncio
import os
import smtplib
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.intake.paper import certificate, mail, signed
from tests.kit.server_process import ServerProcess
from tests.kit.wire_client import WireClient

from chappe.base.clock import Clock
from chappe.domain import access, operators
from chappe.domain.operators import DESK, Password
from chappe.legal import authorities, certificates
from chappe.legal.authorities import Profile
from chappe.store import Tx, open_sqlite
from chappe.tl import functions as f
from chappe.tl import types as t

HERE, COURT = "legal@chat.example.org", "greffe@court.example"
WITHIN_S = 60
IN_EFFECT = "SELECT 1 FROM orders WHERE external_ref = '{}' AND effect_at > 0"
MANY = int(os.environ.get("CHAPPE_ORDERS", "1000"))
FORM = """\
Instrument: tco_removal
File number: {ref}
Legal basis: Regulation (EU) 2021/784
Reasons: Incites.
Type of material: incites
Date of issue: 2026-11-22
Signed by: A clerk
Redress: Court
Target: {link}
"""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Now(Clock):
    """The machine's clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    made = ServerProcess(tmp_path / "data", legal_mail_port=free_port(), legal_mail_addresses=HERE, portal_port=0,
                         legal_drop_dir=tmp_path / "drop", operator_country="FR")  # fmt: skip
    await made.start()
    yield made
    await made.kill()


def rows(server: ServerProcess, sql: str) -> list[tuple[Any, ...]]:
    """What the database says, read from outside."""
    for _ in range(50):
        with suppress(sqlite3.OperationalError), sqlite3.connect(server.data / "chappe.sqlite", timeout=5) as database:
            return database.execute(sql).fetchall()
        time.sleep(0.1)
    raise AssertionError("the database cannot be read")


async def until(server: ServerProcess, sql: str, count: int, limit_s: float) -> float:
    """How long it took until the question had so many answers."""
    began = time.monotonic()
    while time.monotonic() - began < limit_s:
        if len(await asyncio.to_thread(rows, server, sql)) >= count:
            return time.monotonic() - began
        await asyncio.sleep(0.2)
    raise AssertionError(f"{sql}: {rows(server, sql)}\n{server.tail()}")


async def room(server: ServerProcess) -> str:
    """The address of a post in a public channel of alice's."""
    alice = WireClient(server.port, server.key)
    await alice.connects()
    await alice.signs_up("9996620001", "Alice")
    made = await alice.calls(f.channels.CreateChannel(title="News", about="", broadcast=True))
    channel = made.chats[0]
    named = t.InputChannel(channel_id=channel.id, access_hash=channel.access_hash)
    await alice.calls(f.channels.UpdateUsername(channel=named, username="exemple_news"))
    peer = t.InputPeerChannel(channel_id=channel.id, access_hash=channel.access_hash)
    for no in (1, 2, 3):
        await alice.calls(f.messages.SendMessage(peer=peer, message=f"post {no}", random_id=no))
    return f"http://127.0.0.1:{server.port}/@exemple_news"


async def knows_the_court(server: ServerProcess, paper: bytes) -> None:
    """While the server is down the desk vouches for a court and its certificate."""
    assert await server.stop() == 0
    store = open_sqlite(server.data / "chappe.sqlite", Now())

    def act(tx: Tx) -> None:
        operators.first_link(tx, b"first")
        owner = operators.enrol(tx, b"first", "owner", Password(b""), [])
        who = access.require_moderator(tx, owner.operator_id, DESK)
        said = Profile("Tribunal", "FR", "court", email=COURT, mail_domain="court.example", language="fr")
        court = authorities.register(tx, "server", said)
        until = tx.now + 86_400 * 300
        authorities.verify(tx, who, court.authority_id, ("letter", "call_back"), ("tco_removal", "dsa_order9"), until)
        certificates.add(tx, who, court.authority_id, paper)

    await store.write(act)
    await store.close()
    await server.start()


def portal_of(server: ServerProcess) -> str:
    return str(server.ready["links"]["portal"]).replace("localhost", "127.0.0.1").rstrip("/")


@pytest.mark.slow
async def test_removal_orders_take_effect_within_a_minute(server: ServerProcess, tmp_path: Path) -> None:
    link = await room(server)
    paper = certificate(tmp_path)
    await knows_the_court(server, paper)
    address = portal_of(server)
    async with httpx.AsyncClient(base_url=address, headers={"origin": address}) as court:
        assert (await court.post("/play")).status_code == 303
        form = {"external_ref": "P-1", "legal_basis": "Regulation (EU) 2021/784", "reasons": "Incites.",
                "redress": "Court", "material": "incites", "issued_at": "2026-11-22", "signed_by": "A clerk",
                "targets": f"{link}/2", "draft": "d"}  # fmt: skip
        filed = await court.post("/file/tco_removal", data=form)
        assert filed.status_code == 303, filed.text
        by_portal = await until(server, IN_EFFECT.format("P-1"), 1, WITHIN_S)
        page = (await court.get(filed.headers["location"])).text
        assert "In effect since" in page and "-----" not in page
    raw = signed(tmp_path, FORM.format(ref="M-1", link=f"{link}/3"))
    await asyncio.to_thread(sends, server, [raw])
    by_mail = await until(server, IN_EFFECT.format("M-1"), 1, WITHIN_S)
    took = rows(server, "SELECT external_ref, effect_at - received_at, state FROM orders WHERE effect_at > 0")
    held = rows(server, "SELECT 1 FROM decisions WHERE state = 'in_force'")
    print(f"\nin effect after arrival: portal {by_portal:.1f} s, mail {by_mail:.1f} s; by the server's clock {took}")
    assert len(held) == 2 and all(seconds <= WITHIN_S for _, seconds, _ in took)
    assert server.troubles() == []


def sends(server: ServerProcess, letters: list[bytes]) -> None:
    """Each letter is sent, over as few connections as the server lets."""
    client = None
    for no, raw in enumerate(letters):
        if client is None or no % 100 == 0:
            client = smtplib.SMTP("127.0.0.1", int(server.settings["legal_mail_port"]), timeout=60)  # type: ignore[call-overload]
        client.sendmail(COURT, [HERE], raw)


@pytest.mark.slow
async def test_a_thousand_orders_are_receipted_within_a_minute_each(server: ServerProcess) -> None:
    link = "https://chat.example.org/x"
    letters = [mail(FORM.format(ref=f"B-{no}", link=link), subject=str(no)) for no in range(MANY)]
    began = time.monotonic()
    await asyncio.to_thread(sends, server, letters)
    sent_s = time.monotonic() - began
    done = "SELECT 1 FROM order_receipts r JOIN orders o USING (order_id) WHERE r.made_at > 0 AND o.channel = 'mail'" \
           " AND o.instrument = 'tco_removal'"  # fmt: skip
    await until(server, done, MANY, 600)
    slowest, mean = rows(server, "SELECT MAX(r.made_at - o.received_at), AVG(r.made_at - o.received_at) FROM"
                                 " order_receipts r JOIN orders o USING (order_id)")[0]  # fmt: skip
    whole_s = time.monotonic() - began
    print(f"\n{MANY} orders: taken in {sent_s:.1f} s, all receipted after {whole_s:.1f} s;"
          f" a receipt took {slowest} s at most, {mean:.2f} s in the mean")  # fmt: skip
    assert slowest <= 60 and server.troubles() == []


@pytest.mark.slow
async def test_the_daily_test_goes_by_every_way(server: ServerProcess) -> None:
    await until(server, "SELECT 1 FROM synthetic_orders WHERE receipted_at > 0", 3, 60)
    ways = rows(server, "SELECT way, receipted_at - sent_at, fault FROM synthetic_orders ORDER BY way")
    print(f"\ndaily test: {ways}")
    assert [way for way, _, _ in ways] == ["drop", "mail", "portal"] and not any(fault for _, _, fault in ways)
    closed = rows(server, "SELECT channel FROM orders WHERE instrument = 'synthetic' ORDER BY channel")
    assert [one[0] for one in closed] == ["drop", "mail", "portal"]
    assert server.troubles() == []
