"""Source: requirements/legal-portal, webauthn/7.1, dsa/10(1)

Authorities at the portal: registering with a passkey, filing, receipt and proof, answers, words, taking back.
"""

import json
import re
from html import unescape

import httpx
import pytest
from tests.kit.authenticator import Authenticator
from tests.kit.entries import entries
from tests.portal.conftest import ABOUT, ORIGIN, Portal, asked

from chappe.domain import access, oncall
from chappe.domain.limits import Rate
from chappe.domain.operators import DESK
from chappe.legal import answers, authorities, envelope, intake, members, purging, straying
from chappe.legal.collect import Scope
from chappe.legal.orders import INSTRUMENTS
from chappe.portal import filing, following
from chappe.portal.door import OURS
from chappe.store import Tx
from chappe.store.legal import disclosures as packages

TCO = {"external_ref": "TCO-7", "legal_basis": "Regulation (EU) 2021/784", "reasons": "Incites.", "redress": "Court",
       "material": "incites", "issued_at": "2026-11-22 08:00", "signed_by": "A clerk",
       "targets": "https://chat.example.org/room/12", "draft": "d1"}  # fmt: skip


async def files(visitor: httpx.AsyncClient, code: str, said: dict[str, str], **more: object) -> str:
    """The number of what was filed."""
    answer = await visitor.post(f"/file/{code}", data=said, **more)  # type: ignore[arg-type]
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("/orders/")[2].partition("?")[0]


async def test_xml_that_is_filed_is_named_with_what_it_says(place: Portal) -> None:
    """An e-Evidence form beside the order: its fields stand in the case, it decides nothing and wakes nobody."""
    visitor = await place.court()
    annex = b'<?xml version="1.0"?><c:EPOC xmlns:c="urn:c"><c:A><c:File>12/345</c:File></c:A><c:B>@bob</c:B></c:EPOC>'
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    said = {"external_ref": "R-1", "legal_basis": "Art. 5", "issued_at": "2025-06-01", "targets": "@alice",
            "data": "subscriber", "draft": "d"}  # fmt: skip
    uploads = [("files", (name, data, "text/xml")) for name, data in (
        ("annex I.xml", annex), ("plain", annex), ("evil.xml", laughs), ("none.xml", b"no markup"), ("a.pdf", b"%PDF-"),
    )]  # fmt: skip
    number = await files(visitor, "epoc", said, files=uploads)
    order = await place.door.reads(lambda rx: envelope.by_number(rx, number))
    assert order is not None and [one.text for one in order.targets] == ["@alice"], "what the form says, and no more"
    acts = await place.door.reads(lambda rx: envelope.history(rx, order.order_id))
    told = [(one.act, one.detail) for one in acts if one.act.startswith("xml_")]
    fields = "A/File = 12/345\nB = @bob"
    assert told == [
        ("xml_kept", "annex I.xml: urn:c EPOC"), ("xml_read", f"annex I.xml\n{fields}"),
        ("xml_kept", "plain: urn:c EPOC"), ("xml_read", f"plain\n{fields}"), ("xml_kept", "evil.xml: ?"),
        ("xml_unread", "evil.xml"), ("xml_kept", "none.xml: ?"), ("xml_unread", "none.xml"),
    ]  # fmt: skip
    assert await place.door.reads(oncall.open_pages) == [], "how urgent it is says the form"


async def test_who_registers_is_checked_before_anything_is_done(place: Portal) -> None:
    async with place.visitor() as visitor:
        key = await place.registers(visitor)
        page = (await visitor.get("/us")).text
        code = members.code_of(key.credential_id)
        assert code in page and "to be checked" in page
        number = await files(visitor, "tco_removal", TCO)
        order = await place.door.reads(lambda rx: envelope.by_number(rx, number))
        assert order is not None and order.authenticity.how == "authority_not_in_force"
        await place.works()
        page = (await visitor.get(f"/orders/{number}")).text
        assert "Your registration here is not in force" in page and "case L-" in page
        found = await place.door.reads(lambda rx: oncall.past_pages(rx))
        assert found == [] and await place.door.reads(oncall.open_pages), "the removal rings all the same"


async def test_a_passkey_opens_the_portal_and_nothing_else_does(place: Portal) -> None:
    async with place.visitor() as visitor:
        key = await place.registers(visitor)
        await visitor.post("/sign-out")
        assert (await visitor.get("/orders")).headers["location"] == "/?to=%2Forders"
        options = asked(await visitor.get("/"))
        signed = key.signs(options)
        assert (await visitor.post("/sign-in?to=/us", data={"credential": signed})).headers["location"] == "/us"
        cookie = visitor.cookies.get("chappe_portal")
        assert cookie and (await visitor.get("/us")).status_code == 200
        assert (await visitor.post("/sign-in", data={"credential": signed})).status_code == 403, "a replay"
        for junk in ("", "{}", "[]", json.dumps({"rawId": "AAAA"})):
            assert (await visitor.post("/sign-in", data={"credential": junk})).status_code == 403


async def test_sessions_end_and_other_origins_do_nothing(place: Portal) -> None:
    visitor = await place.court()
    for origin in ("http://localhost:8443", "https://evil.example", "null"):
        answer = await visitor.post("/file/tco_removal", data=TCO, headers={"origin": origin})
        assert answer.status_code == 403
    del visitor.headers["origin"]
    assert (await visitor.post("/file/tco_removal", data=TCO)).headers["location"].startswith("/?to=")
    visitor.headers["origin"] = ORIGIN
    place.door.clock.moves(1801)
    assert (await visitor.get("/orders")).status_code == 303


async def test_an_order_is_filed_once_with_receipt_and_proof(place: Portal) -> None:
    visitor = await place.court()
    paper = {"files": ("order.pdf", b"%PDF-1.4 signed", "application/pdf")}
    number = await files(visitor, "tco_removal", TCO, files=paper)
    assert await files(visitor, "tco_removal", TCO, files=paper) == number, "a button pressed twice"
    order = await place.door.reads(lambda rx: envelope.by_number(rx, number))
    assert order is not None and order.authenticity.state == "proven" and order.authenticity.how == "passkey"
    await place.works()
    page = (await visitor.get(f"/orders/{number}")).text
    assert "TCO-7" in page and "order.pdf" in page
    receipt = await visitor.get(f"/orders/{number}/receipt")
    assert f"case {number}" in receipt.text and "attachment" in receipt.headers["content-disposition"]
    assert "/promise" in (await visitor.get(f"/orders/{number}/proof")).text
    await place.ledger.catch_up()
    assert (await visitor.get(f"/orders/{number}/proof")).text.startswith("c2sp.org/tlog-proof@v1")


async def test_a_form_that_was_changed_before_it_was_sent_again_is_another_order(place: Portal) -> None:
    """The browser's way back: nothing that an authority wrote is taken for what it had sent before."""
    visitor = await place.court()
    number = await files(visitor, "tco_removal", TCO)
    other = await files(visitor, "tco_removal", {**TCO, "targets": "https://chat.example.org/room/13"})
    assert other != number
    for text in ("We mean message 5.", "We mean message 5.", "No, message 6."):
        await visitor.post(f"/orders/{number}/say", data={"text": text, "draft": "same"})
    said = await place.door.reads(lambda rx: intake.messages(rx, 1))
    assert [one.text for one in said] == ["We mean message 5.", "No, message 6."]


async def test_an_order_may_be_secret_wherever_we_would_tell(place: Portal) -> None:
    visitor = await place.court()
    for code in sorted(set(INSTRUMENTS) - OURS):
        page = (await visitor.get(f"/file/{code}")).text
        assert ('name="secrecy_until"' in page) == (INSTRUMENTS[code].tells == "at_execution"), code
    asks = {"external_ref": "R-1", "legal_basis": "CPP 60-1", "targets": "@alice", "data": "subscriber", "draft": "d",
            "secrecy_until": "2025-10-31", "secrecy_basis": "CPP 11"}  # fmt: skip
    number = await files(visitor, "national_requisition", asks)
    order = await place.door.reads(lambda rx: envelope.by_number(rx, number))
    assert order is not None and order.secrecy_until == 1761868800 and order.sealed


async def test_what_is_missing_is_named_and_who_is_in_a_hurry_files_all_the_same(place: Portal) -> None:
    visitor = await place.court()
    short = {"external_ref": "X-1", "targets": "", "draft": "d2"}
    page = await visitor.post("/file/tco_removal", data=short)
    assert page.status_code == 400 and 'value="X-1"' in page.text
    for anchor in ("#f-targets", "#f-reasons", "#f-material", "#f-redress"):
        assert f'href="{anchor}"' in page.text and f'id="{anchor[1:]}"' in page.text
    number = await files(visitor, "tco_removal", {**short, "anyway": "yes"})
    await place.works()
    text = unescape((await visitor.get(f"/orders/{number}")).text)
    assert "The following is missing" in text and "statement of reasons" in text


@pytest.mark.parametrize("code", sorted(set(INSTRUMENTS) - OURS))
async def test_every_form_can_be_opened_in_both_languages(place: Portal, code: str) -> None:
    visitor = await place.court()
    for lang in ("en", "fr"):
        page = await visitor.get(f"/file/{code}", params={"lang": lang})
        assert page.status_code == 200 and "targets" in page.text
        assert not re.search(r"<script(?![^>]*src=)|<style|\son[a-z]+=|style=", page.text)
        form = await visitor.get(f"/forms/{code}.txt", params={"lang": lang})
        assert form.text.startswith(f"Instrument: {code}\n")


async def test_an_authority_files_what_it_was_given_and_sees_its_own(place: Portal) -> None:
    visitor = place.visitor()
    await place.registers(visitor)
    await place.vouches("tco_removal")
    assert (await visitor.get("/file/national_requisition")).status_code == 404
    for ours in OURS:
        assert (await visitor.get(f"/file/{ours}")).status_code == 404
    number = await files(visitor, "tco_removal", TCO)
    other = await place.court(name="Other court", email="x@other.example", mail_domain="other.example")
    for path in ("", "/receipt", "/proof", "/letters/1", "/packages/1"):
        assert (await other.get(f"/orders/{number}{path}")).status_code == 404
    assert (await other.post(f"/orders/{number}/withdraw")).status_code == 404
    tried = await place.door.reads(entries("order_denied"))
    assert tried == [("order_denied", "authority:2", "order:1")] * 6
    assert number not in (await other.get("/orders")).text and number in (await visitor.get("/orders")).text


async def test_another_authoritys_package_and_none_at_all_are_one_answer(place: Portal) -> None:
    visitor = await place.court()
    number = await files(visitor, "tco_removal", TCO)
    scope = Scope(())

    def act(tx: Tx) -> None:
        packages.insert(tx, 5, 1, 2, scope.packed, scope.digest, 1, "")  # of another authority
        packages.insert(tx, 6, 99, 1, scope.packed, scope.digest, 1, "")  # its own, of another order

    await place.door.writes(act)
    answers_ = [await visitor.get(f"/orders/{number}/packages/{guess}") for guess in (5, 6, 7, 9**30)]
    answers_ += [await visitor.post(f"/orders/{number}/packages/{guess}/confirm") for guess in (5, 6, 7, 9**30)]
    assert {one.status_code for one in answers_} == {404}
    pages = {re.sub(r"/packages/[0-9]+(/confirm)?", "", one.text) for one in answers_}
    assert len(pages) == 1, "not a sign differs"
    written = await place.door.reads(entries("disclosure_denied"))
    assert written.count(("disclosure_denied", "authority:1", "disclosure:5")) == 2 and len(written) == 8
    strangers = [(await visitor.get(f"/orders/L-2026-{guess}/packages/5")).status_code for guess in range(50, 65)]
    assert set(strangers) == {404}
    assert len(await place.door.reads(entries("disclosure_denied", "order_denied"))) == straying.WRITTEN.most


async def test_words_and_letters_go_both_ways(place: Portal) -> None:
    visitor = await place.court()
    asks = {"external_ref": "R-1", "legal_basis": "CPP 60-1", "targets": "@alice", "data": "subscriber", "draft": "d"}
    number = await files(visitor, "national_requisition", asks)
    await place.works()
    order = await place.door.reads(lambda rx: envelope.by_number(rx, number))
    assert order is not None and order.state == "in_review"
    said = {"text": "Please hurry."}
    await visitor.post(f"/orders/{number}/say", data=said, files={"files": ("more.txt", b"more", "text/plain")})
    bob = await place.door.operator("bob", DESK)
    who = await place.door.reads(lambda rx: access.require_moderator(rx, bob.operator_id, DESK))
    no = order.order_id
    letter = await place.door.writes(
        lambda tx: answers.draft(tx, who, no, place.office, "clarification", "incomplete", "Which message?")
    )
    await place.door.writes(lambda tx: intake.say(tx, no, "operator:2", "We are at it.", "w"))
    assert (await visitor.get(f"/orders/{number}/letters/{letter.letter_id}")).status_code == 404, "a draft"
    await place.door.writes(lambda tx: answers.send(tx, who, letter.letter_id, place.office))
    page = (await visitor.get(f"/orders/{number}")).text
    assert "Please hurry." in page and "We are at it." in page and "more.txt" in page
    shown = await visitor.get(f"/orders/{number}/letters/{letter.letter_id}")
    assert "Which message?" in shown.text and "sha256-" in shown.headers["content-security-policy"]
    printed = await visitor.get(f"/orders/{number}/letters/{letter.letter_id}.pdf")
    assert printed.content.startswith(b"%PDF-")
    (read,) = await place.door.reads(lambda rx: answers.of_order(rx, no))
    assert read.read_at
    await place.door.writes(lambda tx: purging.purge(tx, no))  # years later: its authority sees what is left
    page = await visitor.get(f"/orders/{number}")
    assert page.status_code == 200 and "Please hurry." not in page.text and "R-1" not in page.text
    assert (await visitor.get(f"/orders/{number}/letters/{letter.letter_id}.pdf")).content.startswith(b"%PDF-")
    assert (await visitor.get(f"/orders/{number}/receipt")).status_code == 404
    assert (await visitor.get("/orders")).status_code == 200


async def test_who_nobody_vouched_for_fills_no_disk(place: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody can register; what they file is taken, and not without end. What is too much is not even kept."""
    assert filing.FILED_UNKNOWN.most < filing.FILED.most
    monkeypatch.setattr(filing, "FILED_UNKNOWN", Rate(3, 3600))
    monkeypatch.setattr(following, "WORDS", Rate(3, 3600))
    async with place.visitor() as visitor:
        await place.registers(visitor)
        paper = {"files": ("order.pdf", b"%PDF-1.4 x", "application/pdf")}
        said = [await visitor.post("/file/tco_removal", data={**TCO, "draft": f"d{no}"}) for no in range(4)]
        assert [one.status_code for one in said] == [303] * 3 + [429]
        await visitor.post("/file/tco_removal", data={**TCO, "draft": "more"}, files=paper)
        assert not list(place.door.blobs.iterate())
        monkeypatch.setattr(following, "WORDS", Rate(6, 3600))
        monkeypatch.setattr(filing, "MEGABYTES", Rate(2, 3600))
        sent = [
            await visitor.post("/orders/L-2025-1/say", data={"text": "x"}, files={"files": ("a", bytes([no]) * 10)})
            for no in range(3)
        ]
        assert [one.status_code for one in sent] == [303] * 2 + [429], "nor by words with files"
        assert len(list(place.door.blobs.iterate())) == 2
        await place.vouches()
        assert await files(visitor, "tco_removal", {**TCO, "draft": "now"}), "once somebody did, it is heard again"
        number = "L-2025-1"
        said = [await visitor.post(f"/orders/{number}/say", data={"text": str(no)}) for no in range(4)]
        assert [one.status_code for one in said] == [303] * 3 + [429]


async def test_an_order_can_be_taken_back(place: Portal) -> None:
    visitor = await place.court()
    number = await files(visitor, "dsa_order9", {**TCO, "draft": "d9"})
    await place.works()
    await visitor.post(f"/orders/{number}/withdraw", data={"why": "Wrong room"})
    order = await place.door.reads(lambda rx: envelope.by_number(rx, number))
    assert order is not None and order.state == "withdrawn_by_authority"
    assert (await visitor.post(f"/orders/{number}/withdraw", data={})).status_code == 400


async def test_who_is_suspended_takes_no_order_back(place: Portal) -> None:
    """A stolen passkey brings nothing back that was ordered to be hidden."""
    visitor = await place.court()
    number = await files(visitor, "dsa_order9", {**TCO, "draft": "d9"})
    await place.works()
    clerk = await place.door.clerk()
    order = await place.door.reads(lambda rx: envelope.by_number(rx, number))
    assert order is not None and order.authenticity.stands
    await place.door.writes(lambda tx: authorities.end(tx, clerk, order.authority_id, "suspended", "stolen key"))
    assert (await visitor.post(f"/orders/{number}/withdraw", data={"why": "gone"})).status_code == 400
    assert "/withdraw" not in (await visitor.get(f"/orders/{number}")).text
    after = await place.door.reads(lambda rx: envelope.by_number(rx, number))
    assert after is not None and after.state == order.state


async def test_a_colleague_joins_and_a_lost_key_is_ended(place: Portal) -> None:
    visitor = await place.court()
    page = (await visitor.post("/us/invite", data={"person": "Carol"})).text
    path = re.search(r"/join/[\w-]+", page)
    assert path is not None
    key = Authenticator(ORIGIN)
    async with place.visitor() as carol:
        options = asked(await carol.get(path[0]))
        assert (await carol.post(path[0], data={"credential": key.makes(options)})).status_code == 200
        assert "Carol" in (await carol.get("/orders")).text
        assert (await carol.get(path[0])).status_code == 404, "a link works once"
        await visitor.post("/us/end-key", data={"key": key.credential_id.hex()})
        assert (await carol.get("/orders")).status_code == 303, "her session is over too"
        signed = key.signs(asked(await carol.get("/")))
        assert (await carol.post("/sign-in", data={"credential": signed})).status_code == 403
    court = "authority:1"
    written = await place.door.reads(entries("portal_link_made", "portal_key_added", "portal_key_ended"))
    assert written == [(kind, court, court) for kind in (
        "portal_key_added", "portal_link_made", "portal_key_added", "portal_key_ended",
    )]  # fmt: skip


async def test_who_is_refused_or_ended_is_out(place: Portal) -> None:
    visitor = await place.court()
    clerk = await place.door.clerk()
    await place.door.writes(lambda tx: authorities.end(tx, clerk, 1, "ended", "it was closed"))
    assert (await visitor.get("/orders")).status_code == 303


@pytest.mark.parametrize(
    ("said", "words"),
    [({"name": " "}, "name is missing"), ({"country": "France"}, "two letters"), ({"email": "x"}, "mail address"),
     ({"age_key": "age1"}, "age key"), ({"person": ""}, "A name is missing"), ({"kind": "friend"}, "refused")],
)  # fmt: skip
async def test_a_wrong_form_says_what_is_wrong(place: Portal, said: dict[str, str], words: str) -> None:
    async with place.visitor() as visitor:
        options = asked(await visitor.get("/register"))
        credential = Authenticator(ORIGIN).makes(options)
        answer = await visitor.post("/register", data={**ABOUT, **said, "credential": credential})
        assert answer.status_code == 400 and words in unescape(answer.text)


async def test_parts_are_played_on_trial_alone(place: Portal) -> None:
    async with place.visitor() as visitor:
        assert (await visitor.post("/play")).status_code == 404 and "Be a court" not in (await visitor.get("/")).text


async def test_on_trial_whoever_comes_is_a_court(trial: Portal) -> None:
    async with trial.visitor() as visitor:
        assert (await visitor.post("/play")).headers["location"] == "/orders"
        number = await files(visitor, "tco_removal", TCO)
        order = await trial.door.reads(lambda rx: envelope.by_number(rx, number))
        assert order is not None and order.authenticity.state == "proven"
