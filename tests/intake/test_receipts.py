"""Source: requirements/signed-receipts, dsa/10(1)

A receipt is signed at once, promises the log, survives a crash, and is checked with the tool for strangers.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.intake.conftest import Door
from tests.intake.test_arrive import TCO, comes, order

from chappe.domain import journal, oncall, outbox
from chappe.domain.journal import Public
from chappe.domain.outbox import Message
from chappe.legal import envelope, receipts
from chappe.legal.intake import Arrived, Proof
from chappe.legal.intake_words import Place
from chappe.legal.receipts import Receipts
from chappe.transparency import Ledger
from chappe_verify import __main__ as verify

PLACE = Place(name="Exemple", pages="https://chat.example.org/", portal="https://chat.example.org:8445/",
              address="legal@chat.example.org", phone="+33 1 00 00 00 00")  # fmt: skip


def plain(data: bytes) -> bytes:
    return data


@dataclass
class Office:
    """A door with a log and somebody who makes receipts."""

    door: Door
    ledger: Ledger
    receipts: Receipts

    async def letters(self) -> list[tuple[str, Message]]:
        """(address, message) of mail that waits, the first first."""
        found = await self.door.writes(lambda tx: outbox.take_due(tx, 5000, lease_s=0))
        return [(one.address, outbox.unpack(one.payload, plain)) for one in found if one.kind == receipts.MAIL]


@pytest.fixture
async def office(door: Door, tmp_path: Path) -> AsyncIterator[Office]:
    (tmp_path / "keys").mkdir()
    ledger = Ledger(door.store, door.clock, os.urandom, tmp_path, "chat.example.org/log")
    yield Office(door, ledger, Receipts(door.store, door.clock, ledger.receipt, PLACE, plain, mails=True))
    ledger.close()


async def test_a_receipt_is_signed_sent_and_kept_by_the_log(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    door = office.door
    court = await door.authority()
    digest = door.blobs.put(b"the letter").hex()
    sure = {"authority_id": court.authority_id, "proof": Proof(how="signature"), "reply_to": "greffe@court.example"}
    received = await comes(door, order(channel="mail", language="fr", files=(("letter.eml", digest, 10),), **sure))
    assert not await office.receipts.step()
    made = await door.reads(lambda rx: receipts.of_order(rx, received.order.order_id))
    assert made is not None and made.made_at == door.clock.now()
    said = made.text.split("\n")
    assert said[0] == "chat.example.org/log/receipt"
    assert f"case {received.number}" in said and "reference TCO-7" in said and f"original {digest} 10" in said
    after = await door.reads(lambda rx: envelope.get(rx, received.order.order_id))
    assert after.state == "acknowledged" and after.ack_at == door.clock.now()
    ((address, mail),) = await office.letters()
    assert address == "greffe@court.example" and mail.reply_to == PLACE.address
    assert received.number in mail.subject and "Accusé de réception" in mail.subject and made.text in mail.text
    await office.ledger.catch_up()
    paper = tmp_path / "receipt.txt"
    paper.write_text(made.text, "utf-8")
    asked = [str(tmp_path / "log"), "--promise", str(paper)]
    assert verify.main([*asked, *(f"--key={key}" for key in office.ledger.keys.verifiers)]) == 0
    assert "The promise was kept" in capsys.readouterr().out
    paper.write_text(made.text.replace("TCO-7", "TCO-8"), "utf-8")
    assert verify.main([*asked, *(f"--key={key}" for key in office.ledger.keys.verifiers)]) == 1


async def test_who_is_ignored_can_prove_it(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that gives receipts and leaves the order out of its log is found out by the receipt alone."""
    received = await comes(office.door, order())
    await office.receipts.step()
    made = await office.door.reads(lambda rx: receipts.of_order(rx, received.order.order_id))
    assert made is not None
    paper = tmp_path / "receipt.txt"
    paper.write_text(made.text, "utf-8")
    await office.door.writes(lambda tx: tx.run("UPDATE journal SET public = NULL WHERE no = ?", (made.entry,)))
    later = Public("notice", source="notice")
    await office.door.writes(lambda tx: journal.record(tx, "invite_used", "server", "server", later))
    await office.ledger.catch_up()
    keys = [f"--key={key}" for key in office.ledger.keys.verifiers]
    assert verify.main([str(tmp_path / "log"), "--promise", str(paper), *keys]) == 1
    assert "The promise was broken" in capsys.readouterr().out


async def test_the_receipt_names_what_is_missing_and_the_right_door(office: Office) -> None:
    fields = {"external_ref": "X"}
    await comes(office.door, order(channel="mail", fields=fields, targets=(), reply_to="bob@elsewhere.example"))
    await office.receipts.step()
    ((_, mail),) = await office.letters()
    assert "exact location of what is meant" in mail.text and "statement of reasons" in mail.text
    assert PLACE.portal in mail.text and f"{PLACE.pages}notice" in mail.text


async def test_a_repeated_order_gets_its_receipt_again(office: Office) -> None:
    arrival = order(channel="mail", reply_to="bob@elsewhere.example")
    first = await comes(office.door, arrival)
    await office.receipts.step()
    office.door.clock.moves(600)
    assert (await comes(office.door, arrival)).again
    await office.receipts.step()
    (_, one), (_, two) = await office.letters()
    made = await office.door.reads(lambda rx: receipts.of_order(rx, first.order.order_id))
    assert made is not None and made.text in one.text and made.text in two.text
    assert "it is one case, not two" in two.text


async def test_strangers_cannot_make_us_write_to_others_without_end(office: Office) -> None:
    for n in range(40):
        await comes(office.door, order(f"m{n}", channel="mail", reply_to="victim@elsewhere.example"))
    await office.receipts.step()
    assert len(await office.letters()) == receipts.TO_STRANGERS.most
    numbers = [await office.door.reads(lambda rx, n=n: receipts.of_order(rx, n)) for n in range(1, 41)]  # type: ignore[misc]
    assert all(one is not None and one.made_at for one in numbers), "each has its receipt all the same"


async def test_a_receipt_that_cannot_be_signed_is_tried_again_and_people_are_told(office: Office) -> None:
    async def broken(entry: int, lines: object) -> None:
        raise OSError("the key cannot be read")

    ailing = Receipts(office.door.store, office.door.clock, broken, PLACE, plain, mails=True)
    received = await comes(office.door, order())
    await ailing.step()
    assert await office.door.reads(lambda rx: receipts.of_order(rx, received.order.order_id)) is not None
    for _ in range(7):
        office.door.clock.moves(30)
        await ailing.step()
    (page,) = [one for one in await office.door.reads(oncall.open_pages) if one.kind == "intake_stopped"]
    await office.door.writes(lambda tx: oncall.acknowledge(tx, page.page_id, "server", "console"))
    office.door.clock.moves(400)
    await ailing.step()
    pages = await office.door.reads(oncall.open_pages)
    assert "intake_stopped" not in {one.kind for one in pages}, "who took it is not called at every try"
    assert await office.door.reads(lambda rx: oncall.stands(rx, *receipts.STOPPED))
    office.door.clock.moves(400)
    await office.receipts.step()
    assert not await office.door.reads(lambda rx: oncall.stands(rx, *receipts.STOPPED)), "it is over with the cause"
    made = await office.door.reads(lambda rx: receipts.of_order(rx, received.order.order_id))
    assert made is not None and made.made_at, "it was not lost"


async def test_arrivals_wake_the_work(office: Office) -> None:
    office.receipts.listen()
    assert not office.receipts._woken._wake.is_set()
    await comes(office.door, order())
    assert office.receipts._woken._wake.is_set()
    assert not any(isinstance(one, Arrived) for one in ())


async def test_nothing_secret_or_strange_gets_into_a_receipt(office: Office) -> None:
    strange = TCO | {"external_ref": "A\ncase L-1-1\u2028\x00“é”"}
    received = await comes(office.door, replace(order(), fields=strange))
    await office.receipts.step()
    made = await office.door.reads(lambda rx: receipts.of_order(rx, received.order.order_id))
    assert made is not None and made.text.count("\ncase L-") == 1 and "reference A case L-1-1 “é”" in made.text
