"""Source: requirements/legal-packages, requirements/legal-telling

The server is killed again and again while it builds what two people approved. In the end each package is there once,
can be opened, and nothing of it lay open meanwhile. Who is to be told at a second that falls into a restart is told
soon after it, once.
"""

import asyncio
import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyrage
import pytest
from tests.kit.server_process import ServerProcess

from chappe.app import SystemClock
from chappe.base.ids import UserId
from chappe.domain import accounts, auth_keys
from chappe.domain.access import Moderator
from chappe.domain.auth import settled
from chappe.domain.operators import APPROVER, DESK
from chappe.legal import approvals, authorities, envelope, screening
from chappe.legal.authorities import Authority, Profile
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.records import New, Target
from chappe.store import FileStore, Reader, Tx, open_sqlite

T = TypeVar("T")
REGISTRAR = Moderator("operator:1", 1, frozenset({DESK}))
FIRST, SECOND = Moderator("operator:2", 2, frozenset({DESK})), Moderator("operator:3", 3, frozenset({APPROVER}))
PACKAGES, SECRET_S = 30, 25
SOON_S = 120
"""A second, on an idle machine."""
NUMBER = "33612345678"


class Desk:
    """What two people at the desk do, on the database of a server that is down."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.identity = pyrage.x25519.Identity.generate()
        self.office = Office(auth_keys.Wrapper(bytes(32), random.randbytes), "http://localhost/", "Exemple", home="FR")

    async def does(self, act: Callable[[Tx], T]) -> T:
        store = open_sqlite(self.data / "chappe.sqlite", SystemClock())
        try:
            return await store.write(act)
        finally:
            await store.close()

    def authority(self, tx: Tx) -> Authority:
        key = str(self.identity.to_public())
        said = Profile("Tribunal d'Exemple", "FR", "judge", language="fr", age_key=key)
        made = authorities.register(tx, REGISTRAR.actor, said)
        checks, until = ("letter", "call_back"), tx.now + 86_400 * 300
        return authorities.verify(tx, REGISTRAR, made.authority_id, checks, ("dsa_order10",), until)

    def approved(self, tx: Tx, authority: Authority, no: int, secrecy_until: int) -> int:
        """An order accepted, a disclosure of it proposed by one and approved by another; the order's number."""
        new = New(
            "dsa_order10", "portal", authority_id=authority.authority_id, external_ref=f"F/{no}",
            message_ref=f"m{no}", country="FR", language="fr", legal_basis="law", reasons="why", redress="court",
            targets=(Target("phone", f"+{NUMBER}", "subscriber"),), secrecy_until=secrecy_until,
            secrecy_basis="the enquiry", fields=(("signed_by", "J. Exemple"),),
        )  # fmt: skip
        order = envelope.set_authenticity(tx, envelope.begin(tx, new), "proven", "portal", "server")
        for code in of("dsa_order10").checklist:
            screening.answer(tx, FIRST, order.order_id, code, "yes", "")
        screening.accept(tx, FIRST, order.order_id, self.office)
        found = settled(approvals.propose(tx, FIRST, order.order_id, self.office))
        settled(approvals.approve(tx, SECOND, found.disclosure_id, found.digest, self.office))
        return order.order_id


def counted(rx: Reader, kind: str) -> int:
    row = rx.one("SELECT COUNT(*) FROM journal WHERE kind = ?", (kind,))
    return int(row[0]) if row else 0


@pytest.mark.slow
async def test_each_package_is_built_once_and_people_are_told_in_time(tmp_path: Path) -> None:
    chance = random.Random(11)
    server = ServerProcess(tmp_path / "data", operator_country="FR")
    try:
        await server.start()
        await server.stop()
        desk = Desk(server.data)
        person = await desk.does(lambda tx: accounts.create(tx, NUMBER, "Anne-Sophie", "Exemplaire", quiet=True))
        secrecy_until = int(time.time()) + SECRET_S

        def orders(tx: Tx) -> None:
            authority = desk.authority(tx)
            for no in range(PACKAGES):
                desk.approved(tx, authority, no, secrecy_until)

        await desk.does(orders)
        built = 0
        for longer in range(1, 41):
            await server.start()
            # However quick the machine is, the first kills come before all is built; however slow, the last after.
            await asyncio.sleep(chance.uniform(0.0, min(0.1 * longer, 1.5)))
            await server.kill()
            built = await desk.does(lambda tx: counted(tx, "disclosure_built"))
            if built == PACKAGES:
                break
        assert built == PACKAGES and server.kills >= 2
        # The secrecy ends while the server is down, or while it runs: either way they are told soon after both.
        await server.start()
        up = time.time()
        while await told(server.data, person) < PACKAGES:
            assert time.time() < max(secrecy_until, up) + SOON_S, server.tail()
            await asyncio.sleep(0.2)
        print(f"told {time.time() - max(secrecy_until, up):.1f} s after they may be told")
        assert time.time() >= secrecy_until
        await server.stop()
        await looks(desk, person)
    finally:
        await server.kill()


async def told(data: Path, person: UserId) -> int:
    """How many rows say that the person was told."""
    import sqlite3

    with sqlite3.connect(f"file:{data / 'chappe.sqlite'}?mode=ro", uri=True) as rows:
        found = rows.execute("SELECT COUNT(*) FROM tellings WHERE user_id = ? AND outcome = 'told'", (person,))
        return int(found.fetchone()[0])


async def looks(desk: Desk, person: UserId) -> None:
    """Each package opens; the person has a message for each; nothing that was sealed lies open in any file."""
    rows = await desk.does(lambda tx: tx.all("SELECT sha256, state FROM disclosures"))
    assert [row[1] for row in rows] == ["ready"] * PACKAGES and len({row[0] for row in rows}) == PACKAGES
    blobs = FileStore(desk.data, SystemClock())
    for digest, _ in rows:
        plain = pyrage.decrypt(b"".join(blobs.stream(digest)), [desk.identity])
        assert b"Anne-Sophie" in zipfile.ZipFile(io.BytesIO(plain)).read("data/001-subscriber.jsonl")
    said = await desk.does(lambda tx: counted(tx, "person_told"))
    written = await desk.does(lambda tx: tx.one("SELECT COUNT(*) FROM messages WHERE owner_id = ?", (person,)))
    assert (said, written) == (PACKAGES, (PACKAGES,))
    for path in desk.data.rglob("*"):
        if path.is_file() and not path.name.startswith("chappe.sqlite"):
            assert b"Exemplaire" not in path.read_bytes(), path
