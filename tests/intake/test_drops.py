"""Source: evidence/19, requirements/legal-intake

Certificates that are dropped: signed, unsigned, edited, replayed, half there; receipts and answers beside them.
"""

import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from tests.intake.conftest import Door, opened
from tests.intake.paper import certificate, openssl
from tests.intake.test_receipts import PLACE, plain

from chappe.domain import oncall
from chappe.legal import certificates, drops, envelope
from chappe.legal.drops import DropFolder, Drops
from chappe.legal.receipts import Receipts
from chappe.legal.records import DOUBTED, PROVEN, Order
from chappe.media import PaperProcess
from chappe.transparency import Ledger

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
EPOC = b'{"instrument": "epoc", "fields": {"external_ref": "EPOC-1", "legal_basis": "2023/1543"},' \
       b' "targets": [{"text": "@alice", "category": "subscriber"}]}'  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def papers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PaperProcess]:
    async with PaperProcess(tmp_path_factory.mktemp("paper")) as process:
        yield process


@dataclass
class Office:
    """A desk with a drop folder, and the court whose certificate it knows."""

    door: Door
    drops: Drops
    receipts: Receipts
    folder: Path

    def brings(self, name: str, data: bytes, signer: str = "court") -> None:
        """Another system puts a certificate there, its signature first."""
        if signer:
            made = openssl(self.folder, "cms", "-sign", "-binary", "-signer", f"{signer}.pem", "-inkey",
                           f"{signer}.key", "-outform", "DER", stdin=data)  # fmt: skip
            (self.folder / "drop" / "in" / f"{name}.p7s").write_bytes(made)
        (self.folder / "drop" / "in" / name).write_bytes(data)

    async def orders(self) -> list[Order]:
        """All orders, once what is there was taken."""
        await self.drops.step()
        count = await self.door.reads(lambda rx: int((rx.one("SELECT COUNT(*) FROM orders") or (0,))[0]))
        return [await self.door.reads(lambda rx, n=n: envelope.get(rx, n)) for n in range(1, count + 1)]  # type: ignore[misc]


@pytest_asyncio.fixture(loop_scope="module")
async def office(tmp_path: Path, papers: PaperProcess) -> AsyncIterator[Office]:
    (tmp_path / "keys").mkdir()
    async with opened(tmp_path) as door:
        door.clock.moves(time.time() - door.clock.now())
        court, clerk = await door.authority(("epoc",)), await door.clerk()
        paper = certificate(tmp_path)
        await door.writes(lambda tx: certificates.add(tx, clerk, court.authority_id, paper))
        ledger = Ledger(door.store, door.clock, os.urandom, tmp_path, "chat.example.org/log")
        receipts = Receipts(door.store, door.clock, ledger.receipt, PLACE, plain, mails=False)
        drops = Drops(door.store, door.blobs, door.clock, papers, DropFolder(tmp_path / "drop"))
        yield Office(door, drops, receipts, tmp_path)
        ledger.close()


async def test_a_signed_certificate_is_an_order_with_its_receipt_beside(office: Office) -> None:
    office.brings("epoc.json", EPOC)
    (order,) = await office.orders()
    assert (order.instrument, order.external_ref, order.channel) == ("epoc", "EPOC-1", "drop")
    assert order.authenticity.state == PROVEN and order.authenticity.how == "signature"
    await office.receipts.step()
    await office.drops.step()
    said = (office.folder / "drop" / "out" / order.number / "receipt.txt").read_text()
    assert f"case {order.number}" in said
    assert not list((office.folder / "drop" / "in").iterdir())
    assert (office.folder / "drop" / "done" / order.number / "epoc.json").read_bytes() == EPOC


async def test_an_edited_certificate_is_doubted_and_a_replayed_one_is_the_one_it_was(office: Office) -> None:
    office.brings("epoc.json", EPOC)
    (order,) = await office.orders()
    office.brings("again.json", EPOC)
    assert len(await office.orders()) == 1
    acts = [one.act for one in await office.door.reads(lambda rx: envelope.history(rx, order.order_id))]
    assert "repeated" in acts
    edited = EPOC.replace(b"@alice", b"@bob00")
    office.brings("edited.json", EPOC)
    (office.folder / "drop" / "in" / "edited.json").write_bytes(edited)
    _, false = await office.orders()
    assert (false.authenticity.state, false.authenticity.how) == (DOUBTED, "signature_broken")


@pytest.mark.parametrize("junk", [b"", b"nonsense", b"\x30\x80" * 500])
async def test_a_broken_signature_proves_nothing(office: Office, junk: bytes) -> None:
    office.brings("epoc.json", EPOC)
    (office.folder / "drop" / "in" / "epoc.json.p7s").write_bytes(junk)
    os.utime(office.folder / "drop" / "in" / "epoc.json", (0, 0))
    (order,) = await office.orders()
    assert not order.authenticity.stands


async def test_a_certificate_waits_for_its_signature(office: Office) -> None:
    office.brings("epoc.json", EPOC, signer="")
    assert await office.orders() == []
    (office.folder / "drop" / "in" / "half.json.part").write_bytes(b"{")
    os.utime(office.folder / "drop" / "in" / "epoc.json", (0, 0))
    (order,) = await office.orders()
    assert not order.authenticity.state and order.instrument == "epoc"
    assert (office.folder / "drop" / "in" / "half.json.part").exists()


async def test_what_no_form_takes_is_a_case_all_the_same(office: Office) -> None:
    office.brings("strange.xml", b"<epoc><who>alice</who></epoc>")
    office.brings("evil.pdf", b"%PDF-1.7" + bytes(1_000_000))
    assert [one.instrument for one in await office.orders()] == ["unknown", "unknown"]


async def test_no_name_hides_a_certificate_and_what_is_too_large_calls_people(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.brings("réquisition n° 7.json", EPOC)
    with open(os.fsencode(office.folder / "drop" / "in") + b"/\xff\xfe.txt", "wb") as file:
        file.write(b"Bonjour")
    os.utime(os.fsencode(office.folder / "drop" / "in") + b"/\xff\xfe.txt", (0, 0))
    orders = await office.orders()
    assert {one.sender for one in orders} == {"réquisition n° 7.json", "??.txt"}
    assert not list((office.folder / "drop" / "in").iterdir())
    monkeypatch.setattr(drops, "LARGEST", 100)
    office.brings("huge.json", EPOC + b" " * 100)
    for _ in range(2):
        assert len(await office.orders()) == 2
    assert [one.kind for one in await office.door.reads(oncall.open_pages)] == ["intake_stopped"]
    (office.folder / "drop" / "in" / "huge.json").unlink()
    await office.orders()
    assert not await office.door.reads(lambda rx: oncall.stands(rx, *drops.STOPPED))


async def test_a_folder_that_is_gone_calls_people(office: Office) -> None:
    (office.folder / "drop" / "in").rename(office.folder / "drop" / "away")
    assert await office.drops.step() == 0
    assert "intake_stopped" in {one.kind for one in await office.door.reads(oncall.open_pages)}


async def test_who_took_the_page_of_a_folder_that_is_gone_is_not_called_at_every_look(office: Office) -> None:
    (office.folder / "drop" / "in").rename(office.folder / "drop" / "away")
    await office.drops.step()
    (page,) = await office.door.reads(oncall.open_pages)
    await office.door.writes(lambda tx: oncall.acknowledge(tx, page.page_id, "server", "console"))
    await office.drops.step()
    assert await office.door.reads(oncall.open_pages) == []
    (office.folder / "drop" / "away").rename(office.folder / "drop" / "in")
    await office.drops.step()
    assert not await office.door.reads(lambda rx: oncall.stands(rx, "intake_stopped", "drop"))


async def test_a_crash_between_the_case_and_the_folder_doubles_nothing(office: Office) -> None:
    office.brings("epoc.json", EPOC)
    transport = office.drops._transport
    taken, transport.taken = transport.taken, lambda one, number: None  # type: ignore[method-assign]
    assert len(await office.orders()) == 1
    transport.taken = taken  # type: ignore[method-assign]
    assert len(await office.orders()) == 1
    assert not list((office.folder / "drop" / "in").iterdir())
