"""The portal over a real database, visited by browsers that keep cookies and hold passkeys."""

import io
import json
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest
from tests.intake.conftest import Door, opened
from tests.kit.authenticator import Authenticator
from tests.web.conftest import SITE

from chappe import portal
from chappe.domain.auth_keys import Wrapper
from chappe.legal import authorities
from chappe.legal.authorities import Authority
from chappe.legal.intake_words import Place
from chappe.legal.office import Office
from chappe.legal.orders import INSTRUMENTS
from chappe.legal.receipts import Receipts
from chappe.legal.working import Working
from chappe.media import PaperResult, papers
from chappe.transparency import Ledger

ORIGIN = "http://localhost:8445"
LINKS = "https://chat.example.org/"
OPTIONS = re.compile(r'data-options="([^"]+)"')
ABOUT = {"name": "Tribunal d'Exemple", "country": "fr", "kind": "court", "person": "Greffe", "post": "",
         "address": "1 place du Palais", "email": "greffe@court.example", "mail_domain": "court.example",
         "phone": "+33 1 00 00 00 00", "age_key": ""}  # fmt: skip


class Portal:
    """The portal, its desk behind it, and who comes."""

    def __init__(self, door: Door, folder: Path, *, trial: bool = False) -> None:
        self.door = door
        (folder / "keys").mkdir()
        self.ledger = Ledger(door.store, door.clock, os.urandom, folder, "chat.example.org/log")
        self.wrapper = Wrapper(b"w" * 32, os.urandom)
        self.office = Office(self.wrapper, LINKS, "Exemple", home="FR", portal=f"{ORIGIN}/", mails=True,
                             hosts=("chat.example.org",))  # fmt: skip
        place = Place(name="Exemple", pages=LINKS, portal=f"{ORIGIN}/", address="legal@chat.example.org")
        self.receipts = Receipts(door.store, door.clock, self.ledger.receipt, place, self.wrapper.seal, mails=True)
        self.working = Working(self.office, os.urandom)

        async def prove(no: int) -> object:
            return await self.ledger.proof(no, opened=True)

        async def read(data: bytes) -> PaperResult:
            return papers.paper(io.BytesIO(data), "")  # as its process does

        inside = portal.Inside(
            store=door.store, clock=door.clock, entropy=os.urandom, blobs=door.blobs, office=self.office,
            prove=prove, address="legal@chat.example.org", hotline="+33 1 00 00 00 01", trial=trial, paper=read,  # type: ignore[arg-type]
        )  # fmt: skip
        self.app = portal.make_portal(replace(SITE, public_port=8445), inside, 65536)

    def visitor(self, language: str = "en", **headers: str) -> httpx.AsyncClient:
        """A browser; it says where its forms come from, as browsers do."""
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 5000), raise_app_exceptions=True)
        known = {"accept-language": language, "origin": ORIGIN, **headers}
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=known)

    async def registers(self, visitor: httpx.AsyncClient, **said: str) -> Authenticator:
        """Somebody fills in the form with a passkey of their own."""
        key = Authenticator(ORIGIN)
        options = asked(await visitor.get("/register"))
        answer = await visitor.post("/register", data={**ABOUT, **said, "credential": key.makes(options)})
        assert answer.status_code == 200, answer.text
        return key

    async def vouches(self, *mandates: str) -> Authority:
        """The desk vouches for the newest authority."""
        clerk = await self.door.clerk()
        newest = (await self.door.reads(lambda rx: rx.one("SELECT MAX(authority_id) FROM authorities")) or (0,))[0]
        given = mandates or tuple(set(INSTRUMENTS) - {"unknown"})
        until = int(self.door.clock.now()) + 300 * 86_400
        return await self.door.writes(
            lambda tx: authorities.verify(tx, clerk, newest, ("letter", "call_back"), given, until)
        )

    async def court(self, **said: str) -> httpx.AsyncClient:
        """The browser of an authority that was vouched for."""
        visitor = self.visitor()
        await self.registers(visitor, **said)
        await self.vouches()
        return visitor

    async def works(self) -> None:
        """Receipts are made, orders taken up."""
        while await self.receipts.step() or await self.working.step(self.door.store):
            pass


def asked(answer: httpx.Response) -> dict[str, object]:
    """The options that a page hands to the browser's passkeys."""
    found = OPTIONS.search(answer.text)
    assert found is not None, answer.text
    options: dict[str, object] = json.loads(unescape(found[1]))
    return options


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Portal]:
    """A portal to which nobody has come yet."""
    async with opened(tmp_path) as door:
        made = Portal(door, tmp_path)
        yield made
        made.ledger.close()


@pytest.fixture
async def trial(tmp_path: Path) -> AsyncIterator[Portal]:
    """A portal on trial."""
    async with opened(tmp_path) as door:
        made = Portal(door, tmp_path, trial=True)
        yield made
        made.ledger.close()


