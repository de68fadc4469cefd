"""A court and its orders before a server in full: in plays and in the bench."""

import asyncio
import smtplib
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

import httpx
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
MANDATES = ("tco_removal", "dsa_order9")
DAY_S = 86_400
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
IN_EFFECT = "SELECT 1 FROM orders WHERE external_ref = '{}' AND effect_at > 0"
RECEIPTED = (
    "SELECT 1 FROM order_receipts r JOIN orders o USING (order_id) WHERE r.made_at > 0 AND o.channel = 'mail'"
    " AND o.instrument = 'tco_removal'"
)
SLOWEST = (
    "SELECT MAX(r.made_at - o.received_at), AVG(r.made_at - o.received_at) FROM order_receipts r"
    " JOIN orders o USING (order_id)"
)


class Now(Clock):
    """The machine's clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


def rows(server: ServerProcess, sql: str) -> list[tuple[Any, ...]]:
    """What the database says, read from outside."""
    for _ in range(50):
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(server.data / "chappe.sqlite", timeout=5)) as database,
        ):
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
    """The address of a public channel of alice's, with three posts."""
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
        authorities.verify(tx, who, court.authority_id, ("letter", "call_back"), MANDATES, tx.now + DAY_S * 300)
        certificates.add(tx, who, court.authority_id, paper)

    await store.write(act)
    await store.close()
    await server.start()


async def files_at_the_portal(server: ServerProcess, ref: str, link: str) -> tuple[float, str]:
    """(seconds until a removal order that the court files in the portal is in effect, its page there)."""
    address = str(server.ready["links"]["portal"]).replace("localhost", "127.0.0.1").rstrip("/")
    async with httpx.AsyncClient(base_url=address, headers={"origin": address}) as court:
        assert (await court.post("/play")).status_code == 303
        form = {"external_ref": ref, "legal_basis": "Regulation (EU) 2021/784", "reasons": "Incites.",
                "redress": "Court", "material": "incites", "issued_at": "2026-11-22", "signed_by": "A clerk",
                "targets": link, "draft": "d"}  # fmt: skip
        filed = await court.post("/file/tco_removal", data=form)
        assert filed.status_code == 303, filed.text
        took = await until(server, IN_EFFECT.format(ref), 1, 60)
        return took, (await court.get(filed.headers["location"])).text


def sends(server: ServerProcess, letters: Sequence[bytes]) -> None:
    """Each letter is sent, over as few connections as the server lets."""
    client = None
    for no, raw in enumerate(letters):
        if client is None or no % 100 == 0:
            client = smtplib.SMTP("127.0.0.1", int(server.settings["legal_mail_port"]), timeout=60)  # type: ignore[call-overload]
        client.sendmail(COURT, [HERE], raw)
