"""Source: requirements/legal-intake, tco/3(5)

Mail as it comes: kept once, read in the limited process, a case each; forged, replayed, broken and automatic letters.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from tests.intake.conftest import Door, opened
from tests.intake.paper import FORM, HERE, certificate, mail, openssl, signed
from tests.intake.test_receipts import PLACE
from tests.kit.entries import entries
from tests.media.test_papers import HOSTILE, document

from chappe.domain import oncall
from chappe.domain.limits import Rate
from chappe.legal import authorities, certificates, envelope, intake, intake_words, post
from chappe.legal.authorities import Authority, Profile
from chappe.legal.drops import DropFolder, Drops
from chappe.legal.post import Post, ref_of
from chappe.legal.records import DOUBTED, PROVEN, Order
from chappe.media import PaperProcess
from chappe.store.legal import intake as receipts_in
from chappe.store.legal import letters_in as rows

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def papers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PaperProcess]:
    async with PaperProcess(tmp_path_factory.mktemp("paper")) as process:
        yield process


@dataclass
class Office:
    """A desk with a mail box, and the court whose certificate it knows."""

    door: Door
    post: Post
    keys: Path
    court: Authority

    async def comes(self, data: bytes, sender: str = "greffe@court.example", peer: str = "192.0.2.1") -> int:
        """The letter is kept; the code that says so."""
        return (await self.post.keep(sender, [HERE], data, peer, "mx.court.example", secure=True)).code

    async def filed(self) -> list[Order]:
        """Letters are read; all orders there are then, the first first."""
        while await self.post.step():
            pass
        count = await self.door.reads(lambda rx: int((rx.one("SELECT COUNT(*) FROM orders") or (0,))[0]))
        return [await self.door.reads(lambda rx, n=n: envelope.get(rx, n)) for n in range(1, count + 1)]  # type: ignore[misc]


@pytest_asyncio.fixture(loop_scope="module")
async def office(tmp_path: Path, papers: PaperProcess) -> AsyncIterator[Office]:
    async with opened(tmp_path) as door:
        door.clock.moves(time.time() - door.clock.now())  # what OpenSSL signs is signed now
        court = await door.authority()
        paper, clerk = certificate(tmp_path), await door.clerk()
        await door.writes(lambda tx: certificates.add(tx, clerk, court.authority_id, paper))
        yield Office(door, Post(door.store, door.blobs, door.clock, papers), tmp_path, court)


async def test_a_signed_form_is_a_proven_order(office: Office) -> None:
    raw = signed(office.keys)
    assert await office.comes(raw) == 250
    (order,) = await office.filed()
    assert (order.instrument, order.external_ref) == ("tco_removal", "TCO-7")
    assert order.authority_id == office.court.authority_id
    assert order.authenticity.state == PROVEN and order.authenticity.how == "signature"
    assert [(one.kind, one.text) for one in order.targets] == [("link", "https://chat.example.org/room/12")]
    assert order.fields["material"] == "incites" and order.deadline_at == order.received_at + 3600
    files = await office.door.reads(lambda rx: envelope.files(rx, order.order_id))
    assert office.door.blobs.read(bytes.fromhex(files[0].sha256), 0, 1 << 20) == raw, "the original, byte for byte"


async def test_the_same_letter_is_kept_once_whatever_way_it_takes(office: Office) -> None:
    raw = mail()
    for data in (raw, raw, b"Received: from mx1\r\n by mx2; today\r\n" + raw):
        assert await office.comes(data) == 250
    assert len(await office.filed()) == 1
    other = raw.replace(b"TCO-7", b"TCO-8")
    assert ref_of(other) != ref_of(raw)
    assert await office.comes(other) == 250
    assert len(await office.filed()) == 2, "another letter with the same Message-ID is no repetition"


async def test_a_letter_sent_again_later_asks_for_its_receipt(office: Office) -> None:
    await office.comes(mail())
    (order,) = await office.filed()
    office.door.clock.moves(4000)
    await office.comes(mail())
    (same,) = await office.filed()
    acts = [one.act for one in await office.door.reads(lambda rx: envelope.history(rx, order.order_id))]
    assert same.order_id == order.order_id and "repeated" in acts


async def test_a_forged_sender_proves_nothing(office: Office) -> None:
    await office.comes(mail(sender="greffe@court.example"), peer="203.0.113.9")
    (order,) = await office.filed()
    assert order.authority_id == office.court.authority_id and not order.authenticity.stands
    row = await office.door.reads(lambda rx: rx.one("SELECT door FROM order_receipts"))
    assert row is not None and "unsigned" in row[0]


async def test_a_changed_signed_letter_is_doubted(office: Office) -> None:
    await office.comes(signed(office.keys).replace(b"room/12", b"room/13"))
    (order,) = await office.filed()
    assert (order.authenticity.state, order.authenticity.how) == (DOUBTED, "signature_broken")


async def test_a_stranger_with_a_key_of_their_own_is_doubted(office: Office) -> None:
    certificate(office.keys, "mallory")
    await office.comes(signed(office.keys, name="mallory"))
    (order,) = await office.filed()
    assert (order.authenticity.state, order.authenticity.how) == (DOUBTED, "signature_unknown")


async def test_a_replayed_signed_order_is_the_order_it_was(office: Office) -> None:
    raw = signed(office.keys)
    await office.comes(raw)
    (order,) = await office.filed()
    again = raw.replace(b"Subject: Order", b"Subject: URGENT, new order").replace(b"From: greffe@", b"From: other@")
    await office.comes(again, sender="mallory@elsewhere.example")
    (same,) = await office.filed()
    acts = [one.act for one in await office.door.reads(lambda rx: envelope.history(rx, order.order_id))]
    assert same.order_id == order.order_id and acts.count("repeated") == 1 and acts.count("received") == 1


async def test_a_signature_kept_back_for_long_is_asked_about(office: Office) -> None:
    raw = signed(office.keys)
    office.door.clock.moves(8 * 86_400)
    await office.comes(raw)
    (order,) = await office.filed()
    assert (order.authenticity.state, order.authenticity.how) == (DOUBTED, "signature_old")


async def test_a_certificate_that_was_ended_signs_no_more(office: Office) -> None:
    clerk = await office.door.clerk()
    (known,) = await office.door.reads(lambda rx: certificates.of_authority(rx, office.court.authority_id))
    await office.door.writes(lambda tx: certificates.end(tx, clerk, office.court.authority_id, known.fingerprint))
    await office.comes(signed(office.keys))
    (order,) = await office.filed()
    assert (order.authenticity.state, order.authenticity.how) == (DOUBTED, "signature_expired")
    assert await office.door.reads(entries("certificate_added", "certificate_ended")) == [
        ("certificate_added", clerk.actor, office.court.subject),
        ("certificate_ended", clerk.actor, office.court.subject),
    ]


async def test_one_authority_cannot_sign_in_the_name_of_another(office: Office) -> None:
    await office.door.authority(name="Other", email="x@other.example", mail_domain="other.example")
    await office.comes(signed(office.keys, sender="x@other.example"))
    (order,) = await office.filed()
    assert order.authority_id == office.court.authority_id
    assert (order.authenticity.state, order.authenticity.how) == (DOUBTED, "sender_other")


async def test_who_says_in_the_form_to_have_an_address_reads_no_mail_from_there(office: Office) -> None:
    """Anybody may fill in the form: it gives them no letter of others, and takes nothing from what others sign."""
    said = Profile("False", "FR", "court", person="Mallory", email="greffe2@court.example", mail_domain="new.example")
    false = await office.door.writes(lambda tx: authorities.register(tx, "server", said))
    await office.comes(mail("Please tell us who @name is.", sender="clerk@new.example"), "clerk@new.example")
    await office.comes(signed(office.keys, sender="greffe2@court.example"))
    new, ours = await office.filed()
    assert (new.authority_id, new.sender) == (0, "clerk@new.example")
    assert (ours.authority_id, ours.authenticity.how) == (office.court.authority_id, "signature")
    assert await office.door.reads(lambda rx: intake.of_authority(rx, false.authority_id)) == []


async def test_what_was_signed_is_one_case_by_whatever_way_it_comes(office: Office) -> None:
    """By mail, its detached signature beside it, then dropped: noted on the case, with a receipt there as well."""
    form = FORM.encode()
    seal = openssl(office.keys, "cms", "-sign", "-binary", "-signer", "court.pem", "-inkey", "court.key", "-outform",
                   "DER", stdin=form)  # fmt: skip
    await office.comes(_with(form, "order.txt", "octet-stream", seal=seal))
    (order,) = await office.filed()
    assert (order.instrument, order.authenticity.how) == ("tco_removal", "signature")
    folder = office.keys / "drop"
    drops = Drops(office.door.store, office.door.blobs, office.door.clock, office.post._papers, DropFolder(folder))
    for name in ("again.txt", "once-more.txt"):
        (folder / "in" / f"{name}.p7s").write_bytes(seal)
        (folder / "in" / name).write_bytes(form)
        assert await drops.step() == 1
    assert [one.order_id for one in await office.filed()] == [order.order_id]
    came = await office.door.reads(lambda rx: rx.all("SELECT channel, sender FROM order_arrivals"))
    assert came == [("drop", "again.txt")]
    acts = [(one.act, one.detail) for one in await office.door.reads(lambda rx: envelope.history(rx, order.order_id))]
    assert acts.count(("repeated", "drop")) == 2 and acts.count(("received", "mail")) == 1
    await office.door.writes(lambda tx: receipts_in.keep_receipt(tx, order.order_id, "the receipt"))
    await drops.step()
    assert (folder / "out" / order.number / "receipt.txt").read_text() == "the receipt"
    edited = form.replace(b"room/12", b"room/13")
    await office.comes(_with(edited, "order.txt", "octet-stream", seal=seal))
    assert [one.authenticity.state for one in await office.filed()] == [PROVEN, DOUBTED], "an edited one is another"


async def test_what_was_dropped_and_comes_by_mail_is_receipted_to_the_known_address(office: Office) -> None:
    form, folder = FORM.encode(), office.keys / "drop"
    seal = openssl(office.keys, "cms", "-sign", "-binary", "-signer", "court.pem", "-inkey", "court.key", "-outform",
                   "DER", stdin=form)  # fmt: skip
    drops = Drops(office.door.store, office.door.blobs, office.door.clock, office.post._papers, DropFolder(folder))
    (folder / "in" / "order.txt.p7s").write_bytes(seal)
    (folder / "in" / "order.txt").write_bytes(form)
    await drops.step()
    await office.door.writes(lambda tx: receipts_in.keep_receipt(tx, 1, "the receipt"))
    await office.comes(_with(form, "order.txt", "octet-stream", seal=seal, sender="thief@elsewhere.example"))
    (order,) = await office.filed()
    row = await office.door.reads(lambda rx: receipts_in.receipt(rx, order.order_id))
    assert row is not None and (row[6], row[2] > 0) == ("greffe@court.example", True), "not to who sent it on"


async def test_an_xml_certificate_is_kept_named_and_read_by_a_person(office: Office) -> None:
    xml = b'<?xml version="1.0"?><c:EPOC xmlns:c="urn:example:c"><c:Who>alice</c:Who></c:EPOC>'
    await office.comes(_with(xml, "annex I.xml", "xml"))
    await office.comes(_with(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "evil.xml", "xml"))
    await office.comes(_with(b"%PDF-1.7" + bytes(1000), "scan.pdf", "pdf"))
    orders = await office.filed()
    assert [one.instrument for one in orders] == ["unknown"] * 3, "no form is guessed"
    found: dict[str, tuple[list[tuple[str, str]], list[str], str]] = {}
    for order in orders:
        no = order.order_id
        acts = [(one.act, one.detail) for one in await office.door.reads(lambda rx, n=no: envelope.history(rx, n))]  # type: ignore[misc]
        row = await office.door.reads(lambda rx, n=no: receipts_in.receipt(rx, n))  # type: ignore[misc]
        whole, name = await office.door.reads(lambda rx, n=no: envelope.files(rx, n))  # type: ignore[misc]
        assert whole.name == "letter.eml" and row is not None
        found[name.name] = acts, row[8].split(), order.subject
    assert ("xml_kept", "annex I.xml: urn:example:c EPOC") in found["annex I.xml"][0]
    assert ("xml_kept", "evil.xml: ?") in found["evil.xml"][0]
    assert ("xml_read", "annex I.xml\nWho = alice") in found["annex I.xml"][0]
    assert ("xml_unread", "evil.xml") in found["evil.xml"][0]
    flaws = found["annex I.xml"][1]
    assert "xml:annex_I.xml" in flaws and "unreadable:scan.pdf" in found["scan.pdf"][1]
    said = intake_words.flaw_lines("en", flaws, PLACE)
    assert any("annex_I.xml" in one and "a person is called" in one for one in said)
    pages = await office.door.reads(oncall.open_pages)
    wanted = {found[name][2] for name in ("annex I.xml", "evil.xml")}
    assert {one.subject for one in pages} == wanted, "nobody can tell how many hours there are"


async def test_a_flood_of_one_place_holds_up_nobody_elses_letter(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters take turns by where they come from; what takes long to read is left to people; volume has an end."""
    for no in range(6):
        await office.comes(mail(subject=f"flood {no}"), peer="203.0.113.9")
    await office.comes(mail(subject="ours"), peer="192.0.2.1")
    waiting = await office.door.reads(lambda rx: rows.waiting(rx, rx.now, 3))
    assert [(row[0], row[5]) for row in waiting] == [(1, "203.0.113.9"), (7, "192.0.2.1"), (2, "203.0.113.9")]
    monkeypatch.setattr(post, "PARSED_S", -1.0)
    await office.comes(_with(FORM.encode(), "slow.txt", "octet-stream"))
    orders = await office.filed()
    assert len(orders) == 8
    [row] = await office.door.reads(lambda rx: rx.all("SELECT door FROM order_receipts WHERE door LIKE '%slow.txt%'"))
    assert "unreadable:slow.txt" in row[0].split()
    monkeypatch.setattr(post, "MEGABYTES", Rate(3, 3600))
    kept = len(list(office.door.blobs.iterate()))
    codes = [await office.comes(mail(subject=str(no)), peer=f"2001:db8::{no}") for no in range(4)]
    assert codes == [250, 250, 250, 451], "one network, however many addresses"
    assert len(list(office.door.blobs.iterate())) == kept + 3, "what is not taken is not kept"


async def test_a_letter_that_cannot_be_filed_calls_people_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.comes(mail())
    with monkeypatch.context() as patch:
        patch.setattr(intake, "arrive", None)
        for _ in range(5):
            await office.post.step()
            office.door.clock.moves(60)
        (page,) = await office.door.reads(oncall.open_pages)
        assert (page.kind, page.subject) == ("intake_stopped", "mail")
        await office.door.writes(lambda tx: oncall.acknowledge(tx, page.page_id, "server", "console"))
        for _ in range(3):
            office.door.clock.moves(400)
            await office.post.step()
        assert await office.door.reads(oncall.open_pages) == [], "who took it is not called at every try"
        assert await office.door.reads(lambda rx: oncall.stands(rx, "intake_stopped", "mail"))
    office.door.clock.moves(400)
    assert len(await office.filed()) == 1
    assert not await office.door.reads(lambda rx: oncall.stands(rx, "intake_stopped", "mail"))


async def test_a_letter_in_plain_words_is_a_case_for_a_person(office: Office) -> None:
    text = "Bonjour, veuillez retirer ce canal. Merci de votre réponse."
    await office.comes(mail(text, "bob@elsewhere.example", "Retrait"))
    (order,) = await office.filed()
    assert (order.instrument, order.authority_id, order.language) == ("unknown", 0, "fr")
    (said,) = await office.door.reads(lambda rx: intake.messages(rx, order.order_id))
    assert said.author == "sender" and "Retrait" in said.text and "ce canal" in said.text


async def test_a_form_in_french_or_in_a_document_is_read(office: Office) -> None:
    french = FORM.replace("File number", "Numéro de dossier").replace("Target", "Cible").replace("Reasons", "Motifs")
    await office.comes(mail(french))
    await office.comes(_with(document(*FORM.replace("TCO-7", "PDF-1").strip().split("\n")), "ordre.pdf", "pdf"))
    json = b'{"instrument": "national_requisition", "fields": {"external_ref": "R 9", "legal_basis": "CPP 60-1"},' \
           b' "targets": [{"text": "@alice", "category": "subscriber", "since": "2026-01-01"}]}'  # fmt: skip
    await office.comes(_with(json, "order.json", "json"))
    found = {one.external_ref: one for one in await office.filed()}
    one, two, three = (found[ref] for ref in ("TCO-7", "PDF-1", "R 9"))
    assert one.external_ref == "TCO-7" and one.reasons == "It incites to terrorist offences."
    assert two.external_ref == "PDF-1" and two.instrument == "tco_removal" and len(two.targets) == 1
    (target,) = three.targets
    assert (three.instrument, target.kind, target.category, target.since) == (
        "national_requisition", "username", "subscriber", 1767225600
    )  # fmt: skip


def _with(data: bytes, name: str, subtype: str, seal: bytes = b"", sender: str = "greffe@court.example") -> bytes:
    from email.message import EmailMessage
    from email.policy import SMTP

    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, HERE, name
    made.set_content("See enclosed.")
    made.add_attachment(data, maintype="application", subtype=subtype, filename=name)
    if seal:
        made.add_attachment(seal, maintype="application", subtype="pkcs7-signature", filename=f"{name}.p7s")
    return made.as_bytes()


async def test_several_orders_in_one_letter_are_several_cases(office: Office) -> None:
    from email import message_from_bytes
    from email.policy import SMTP

    made = message_from_bytes(_with(FORM.encode(), "one.txt", "octet-stream"), policy=SMTP)
    made.add_attachment(FORM.replace("TCO-7", "TCO-9").encode(), maintype="text", subtype="plain", filename="two.txt")
    await office.comes(made.as_bytes())
    assert sorted(one.external_ref for one in await office.filed()) == ["TCO-7", "TCO-9"]


async def test_an_answer_belongs_to_its_case(office: Office) -> None:
    await office.comes(mail())
    (order,) = await office.filed()
    await office.comes(mail("We mean message 5.", subject=f"Re: [{order.number}] Receipt"))
    await office.comes(mail("Ignore them.", "mallory@elsewhere.example", f"Re: [{order.number}]"))
    orders = await office.filed()
    assert [one.instrument for one in orders] == ["tco_removal", "unknown"], "a stranger's letter is a case of its own"
    said = await office.door.reads(lambda rx: intake.messages(rx, order.order_id))
    assert [(one.author, "message 5" in one.text) for one in said] == [("sender", True)]
    await office.comes(signed(office.keys, "We mean message 6.\n", subject=f"Re: {order.number}"))
    await office.filed()
    said = await office.door.reads(lambda rx: intake.messages(rx, order.order_id))
    assert said[-1].author == f"authority:{office.court.authority_id}"


async def test_answers_of_machines_are_set_aside_and_written_down(office: Office) -> None:
    await office.comes(mail("I am away.", "bob@elsewhere.example", "Away", Auto_Submitted="auto-replied"))
    await office.comes(mail("Undelivered", "mailer-daemon@elsewhere.example", "Failure"), sender="")
    assert await office.filed() == []
    found = await office.door.reads(lambda rx: [rows.find(rx, n) for n in (1, 2)])
    assert [(row[9], row[11]) for row in found if row] == [("set_aside", "automatic")] * 2
    aside = [("letter_set_aside", "server", "letter:1"), ("letter_set_aside", "server", "letter:2")]
    assert sorted(await office.door.reads(entries("letter_set_aside"))) == aside
    await office.comes(mail(FORM, "system@ministry.example", "Order", Auto_Submitted="auto-generated"))
    assert len(await office.filed()) == 1, "a machine may send orders all the same"
    assert sorted(await office.door.reads(entries("letter_set_aside"))) == aside


@pytest.mark.parametrize("name", ["knot", "bomb", "half"])
async def test_a_document_built_to_crash_a_parser_is_a_case_all_the_same(office: Office, name: str) -> None:
    await office.comes(_with(HOSTILE[name](), "ordre.pdf", "pdf"))
    (order,) = await office.filed()
    assert order.instrument == "unknown"
    files = await office.door.reads(lambda rx: envelope.files(rx, order.order_id))
    assert [one.name for one in files] == ["letter.eml", "ordre.pdf"]


async def test_a_letter_that_nothing_can_read_is_a_case_all_the_same(office: Office) -> None:
    await office.comes(b"\xff" * 1000)
    await office.comes(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n\r\n" * 50_000)
    for _ in range(4):
        await office.filed()
        office.door.clock.moves(20)
    assert [one.instrument for one in await office.filed()] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    "text",
    ["Instrument: all_of_it\nTarget: *", "Instrument: dsa_order10\nTarget: everybody", "Instrument: dsa_order9\n"],
    ids=["no such kind", "for everybody", "for nobody"],
)
async def test_orders_for_everybody_and_nobody_are_asked_about(office: Office, text: str) -> None:
    await office.comes(signed(office.keys, text))
    (order,) = await office.filed()
    row = await office.door.reads(lambda rx: rx.one("SELECT door FROM order_receipts"))
    assert row is not None and ("lacks:" in row[0] or "malformed:" in row[0])
    assert order.is_open and order.effect_at == 0
