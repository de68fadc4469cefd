"""The legal desk's screens and their API: every step of an order by form and by program.

Source: requirements/legal-desk
"""

import re
import statistics
import time
from pathlib import Path

import httpx
import pytest
from tests.console.conftest import Desk
from tests.kit.desk import AGE_KEY, Bench, link
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import published

from chappe.console.desk import form
from chappe.domain import operators
from chappe.domain.access import Moderator, require_moderator
from chappe.legal import envelope, purging
from chappe.legal.orders import INSTRUMENTS
from chappe.legal.records import CATEGORIES, STATES, Target
from chappe.store import FileStore, Tx

pytestmark = pytest.mark.slow
PDF_BYTES = b"%PDF-1.4 scan of a letter"


class Room:
    """The console over a stage, with a legal desk."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.bench = Bench(stage)
        self.desk = Desk(
            stage.store, stage.clock, blobs=FileStore(folder, stage.clock), office=self.bench.office
        )  # fmt: skip

    async def who(self, name: str) -> Moderator:
        """The operator of that name, as the desk's acts take them."""
        everyone = await self.stage.reads(operators.everyone)
        number = next(one.operator_id for one in everyone if one.name == name)
        return await self.stage.reads(lambda rx: require_moderator(rx, number, "desk"))


@pytest.fixture
def room(stage: Stage, tmp_path: Path) -> Room:
    """The console over the stage."""
    return Room(stage, tmp_path)


@pytest.fixture
async def alice(stage: Stage) -> Person:
    """Somebody who writes in a public room."""
    return await stage.person("alice")


async def authority(officer: httpx.AsyncClient, kind: str = "remover", **more: str) -> int:
    """An authority, registered and vouched for by forms."""
    said = {"name": "Office of removals", "country": "FR", "kind": kind, "language": "fr", "age_key": AGE_KEY, **more}
    answer = await officer.post("/authorities", data=said)
    assert answer.status_code == 303, answer.text
    number = int(re.findall(r"/authorities/(\d+)", answer.headers["location"])[0])
    answer = await officer.post("/do/verify_authority", data={
        "authority_id": str(number), "checks": ["letter", "call_back"], "mandates": list(INSTRUMENTS), "days": "365",
        "back": f"/authorities/{number}",
    })  # fmt: skip
    assert "said=verify_authority" in answer.headers["location"]
    return number


async def entered(officer: httpx.AsyncClient, instrument: str, **fields: str) -> int:
    """An order by the form for paper and telephone."""
    said = {
        "instrument": instrument, "channel": "paper", "external_ref": "2026/7", "legal_basis": "Art. 421-2-5 CP",
        "reasons": "It breaks the law.", "redress": "The administrative court.", "language": "fr", **fields,
    }  # fmt: skip
    answer = await officer.post(
        f"/orders/new?instrument={instrument}", data=said, files={"files": ("order.pdf", PDF_BYTES, "application/pdf")}
    )
    assert answer.status_code == 303, re.findall(r'role="alert">(.*?)<', answer.text)
    return int(re.findall(r"/orders/(\d+)", answer.headers["location"])[0])


async def does(officer: httpx.AsyncClient, deed: str, number: int, **more: str) -> str:
    """A form of the order's page; where it led."""
    answer = await officer.post(f"/do/{deed}", data={"order_id": str(number), "back": f"/orders/{number}", **more})
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def receipted(room: Room, number: int) -> None:
    """The receipt went out and the order was taken up."""
    await room.stage.writes(lambda tx: envelope.acknowledge(tx, envelope.get(tx, number)))
    await room.bench.works()


async def test_a_removal_on_paper_from_the_form_to_the_letter(room: Room, alice: Person) -> None:
    hall = await published(room.stage, alice, "the_market")
    said = await hall.says(alice, "come and fight")
    officer = await room.desk.at_work("officer", "desk")
    police = await authority(officer)
    number = await entered(
        officer, "dsa_order9", authority_id=str(police), text_1=f"https://chat.example/the_market/{said.id}"
    )
    await receipted(room, number)
    page = (await officer.get(f"/orders/{number}")).text
    assert "who is it from?" in page and "order.pdf" in page and "Its form" not in page
    assert "order_not_authentic" in await does(officer, "take_effect", number)
    assert "said=confirm_order" in await does(officer, "confirm_order", number, way="call_back")
    assert "said=take_effect" in await does(officer, "take_effect", number)
    await room.bench.works()
    order = await room.stage.reads(lambda rx: envelope.get(rx, number))
    assert order.state == "replied" and order.effect_at and order.channel == "paper"
    page = (await officer.get(f"/orders/{number}")).text
    assert "It is done" in page and "Undo" in page and "Reviewed: it stands" in page
    letter = re.findall(r"/orders/letters/(\d+)", page)[0]
    pdf = await officer.get(f"/orders/letters/{letter}.pdf")
    html = await officer.get(f"/orders/letters/{letter}.html")
    assert pdf.content.startswith(b"%PDF") and order.number in html.text
    assert "sandbox" in html.headers[
        "content-security-policy"
    ]
    scan = await officer.get(f"/orders/{number}/files/1")
    assert scan.content == PDF_BYTES and "attachment" in scan.headers["content-disposition"]
    assert "said=review_order" in await does(officer, "review_order", number)
    assert "said=undo_order" in await does(officer, "undo_order", number, text="It is reporting.")
    draft = await officer.post("/do/draft_letter", data={
        "order_id": str(number), "answer": "reversed", "text": "It is reporting.", "back": f"/orders/{number}",
    })  # fmt: skip
    assert re.match(r"/orders/letters/\d+", draft.headers["location"])
    assert 'href="/orders/letters/' in (await officer.get("/orders/drafts")).text
    letter = draft.headers["location"].split("/")[3].split("?")[0]
    sent = await officer.post("/do/send_letter", data={"letter_id": letter})
    assert sent.headers["location"].startswith(f"/orders/{number}")
    assert "said=close_order" in await does(officer, "close_order", number)
    await room.stage.writes(lambda tx: purging.purge(tx, number))  # years later: the screens show what is left
    page = (await officer.get(f"/orders/{number}")).text
    assert "was erased" in page and order.number in page and "It breaks the law." not in page and "2026/7" not in page
    for kind in ("pdf", "html"):
        assert (await officer.get(f"/orders/letters/{letter}.{kind}")).status_code == 200
    assert order.number in (await officer.get("/orders?closed=1")).text


async def test_an_identification_is_handed_over_by_two_and_never_by_who_vouched(room: Room, alice: Person) -> None:
    registrar = await room.desk.at_work("registrar", "desk", "approver")
    judge = await authority(registrar, "judge")
    officer = await room.desk.at_work("officer", "desk", "approver")
    number = await entered(
        officer, "national_requisition", authority_id=str(judge), text_1=str(alice.id), data_1="subscriber"
    )
    await receipted(room, number)
    await does(officer, "confirm_order", number, way="letter")
    assert "order_unchecked" in await does(officer, "accept_order", number)
    for code in INSTRUMENTS["national_requisition"].checklist:
        assert "said=check_order" in await does(officer, "check_order", number, code=code, answer="yes")
    assert "said=accept_order" in await does(officer, "accept_order", number)
    assert f"account:{alice.id}" in (await officer.get(f"/orders/{number}")).text
    assert "disclosure_vouched" in await does(registrar, "propose_disclosure", number)
    assert "said=propose_disclosure" in await does(officer, "propose_disclosure", number)
    waiting = (await officer.get("/orders/approvals")).text
    digest, disclosure = re.findall(r'name="digest" value="(\w+)"', waiting), "1"
    assert digest == [] and "A second person must decide" in waiting
    second = await room.desk.at_work("second", "approver")
    page = (await second.get("/orders/approvals")).text
    assert f"the account has the number {alice.id}" in page, "what it was found by"
    french = (await second.get("/orders/approvals?lang=fr")).text
    assert f"le compte porte le numéro {alice.id}" in french
    [digest_] = re.findall(r'name="digest" value="(\w+)"', page)
    said = {"disclosure_id": disclosure, "digest": digest_, "back": "/orders/approvals"}
    for who, why in ((officer, "disclosure_same_person"), (registrar, "disclosure_vouched")):
        assert why in (await who.post("/do/approve_disclosure", data=said)).headers["location"]
    wrong = await second.post("/do/approve_disclosure", data={**said, "digest": "00" * 32})
    assert "disclosure_changed" in wrong.headers["location"]
    assert "said=approve_disclosure" in (await second.post("/do/approve_disclosure", data=said)).headers["location"]
    assert (await room.stage.reads(lambda rx: envelope.get(rx, number))).state == "executing"


async def test_what_is_asked_back_stops_the_clock_on_the_screen(room: Room) -> None:
    officer = await room.desk.at_work("officer", "desk")
    judge = await authority(officer, "judge")
    number = await entered(officer, "epoc", authority_id=str(judge), text_1="@nobody_at_all", data_1="subscriber")
    await receipted(room, number)
    page = (await officer.get(f"/orders/{number}")).text
    assert "the date of issue" in page
    draft = await officer.post("/do/draft_letter", data={
        "order_id": str(number), "answer": "clarification", "reason": "incomplete", "back": f"/orders/{number}",
        "language": "en",
    })  # fmt: skip
    letter = draft.headers["location"].split("/")[3].split("?")[0]
    text = (await officer.get(f"/orders/letters/{letter}")).text
    assert "Annex III" in text and "the date of issue" in text
    await officer.post("/do/change_letter", data={"letter_id": letter, "text": "Please send page two.", "back": "/"})
    assert "Please send page two." in (await officer.get(f"/orders/letters/{letter}")).text
    await officer.post("/do/send_letter", data={"letter_id": letter})
    assert "clock stopped" in (await officer.get("/orders")).text
    typed = {
        "instrument": "epoc", "authority_id": str(judge), "issued_at": "2026-11-20T10:00", "external_ref": "2026/7",
        "legal_basis": "Art. 5", "text_1": "@nobody_at_all", "data_1": "subscriber",
    }  # fmt: skip
    answer = await officer.post(f"/orders/{number}/form", data=typed)
    assert answer.status_code == 303
    assert "said=order_clarified" in await does(officer, "order_clarified", number)
    order = await room.stage.reads(lambda rx: envelope.get(rx, number))
    assert order.state == "in_review" and order.deadline_at and order.fields["issued_at"].isdecimal()


async def test_a_wish_is_noted_and_never_carried_out(room: Room) -> None:
    officer = await room.desk.at_work("officer", "desk")
    number = await entered(officer, "informal_wish", wish="Please look at this channel.", country="fr", channel="phone")
    await receipted(room, number)
    page = (await officer.get(f"/orders/{number}")).text
    assert "Give effect now" not in page and "Accept" not in page.partition("History")[0].partition("Form</a>")[0]
    assert "order_not_removal" in await does(officer, "take_effect", number)
    draft = await officer.post("/do/draft_letter", data={
        "order_id": str(number), "answer": "noted", "reason": "informal", "back": f"/orders/{number}",
    })  # fmt: skip
    await officer.post("/do/send_letter", data={"letter_id": draft.headers["location"].split("/")[3].split("?")[0]})
    order = await room.stage.reads(lambda rx: envelope.get(rx, number))
    assert (order.state, order.outcome, order.effect_at) == ("replied", "noted", 0)
    refused = await officer.post("/do/draft_letter", data={
        "order_id": str(number), "answer": "executed", "back": f"/orders/{number}",
    })  # fmt: skip
    assert "order_answer_invalid" in refused.headers["location"]


async def test_means_of_decryption_are_answered_truthfully(room: Room) -> None:
    """Source: csi/L871-1"""
    officer = await room.desk.at_work("officer", "desk")
    service = await authority(officer, "intelligence")
    number = await entered(officer, "cryptology_requisition", authority_id=str(service))
    await receipted(room, number)
    order = await room.stage.reads(lambda rx: envelope.get(rx, number))
    assert order.deadline_at - order.received_at == 72 * 3600
    await does(officer, "confirm_order", number, way="call_back")
    draft = await officer.post("/do/draft_letter", data={
        "order_id": str(number), "answer": "unable_keys", "reason": "encrypted_end_to_end", "language": "fr",
        "back": f"/orders/{number}",
    })  # fmt: skip
    letter = draft.headers["location"].split("/")[3].split("?")[0]
    assert "impossibilité" in (await officer.get(f"/orders/letters/{letter}.html")).text
    await officer.post("/do/send_letter", data={"letter_id": letter})
    order = await room.stage.reads(lambda rx: envelope.get(rx, number))
    assert (order.outcome, order.reason, order.state) == ("impossible", "encrypted_end_to_end", "replied")


async def test_who_sees_what(room: Room) -> None:
    officer = await room.desk.at_work("officer", "desk")
    number = await entered(officer, "unknown", sender="Somebody")
    approver = await room.desk.at_work("approver", "approver")
    moderator = await room.desk.at_work("moderator", "moderator")
    assert (await approver.get(f"/orders/{number}")).status_code == 200
    assert "operator_role_needed" in await does(approver, "take_order", number)
    for path in ("/orders", f"/orders/{number}", "/orders/calendar", "/orders/drafts", "/authorities", "/orders/new"):
        assert (await moderator.get(path)).status_code == 403, path
    assert "No open case" not in (await officer.get("/")).text and 'href="/orders"' in (await officer.get("/")).text
    program = await room.desk.program("robot", "desk")
    listed = (await program.get("/api/orders")).json()
    assert [one["order_id"] for one in listed["orders"]] == [number]
    assert (await program.get(f"/api/orders/{number}")).json()["line"]["number"] == listed["orders"][0]["number"]
    made = await program.post("/api/orders", json={
        "instrument": "dsa_order9", "channel": "phone", "sender": "A judge", "targets": [{"text": "@alice"}],
        "fields": {"legal_basis": "Art. 1"},
    })  # fmt: skip
    assert made.status_code == 200, made.text


async def test_the_search_finds_by_number_reference_and_target(room: Room) -> None:
    officer = await room.desk.at_work("officer", "desk")
    number = await entered(officer, "dsa_order9", text_1="@the_market", external_ref="PAR-77/2026")
    order = await room.stage.reads(lambda rx: envelope.get(rx, number))
    for words in (order.number, "par-77", "the_market", "421-2-5"):
        assert f"/orders/{number}" in (await officer.get("/orders", params={"q": words})).text, words
    assert f"/orders/{number}" not in (await officer.get("/orders", params={"q": "100%_nothing"})).text


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_form_of_every_instrument_is_shown(room: Room, language: str) -> None:
    officer = await room.desk.at_work("officer", "desk", language=language)
    for code in INSTRUMENTS:
        answer = await officer.get("/orders/new", params={"instrument": code})
        assert answer.status_code == 200, code
    number = await entered(officer, "unknown", sender="Somebody")
    for code in INSTRUMENTS:
        assert (await officer.get(f"/orders/{number}/form", params={"instrument": code})).status_code == 200, code
    for path in ("/orders/calendar", "/orders/drafts", "/orders/approvals", "/authorities", f"/orders/{number}"):
        assert (await officer.get(path)).status_code == 200, path


async def test_a_wrong_form_says_why_and_keeps_what_was_typed(room: Room) -> None:
    officer = await room.desk.at_work("officer", "desk")
    said = {"instrument": "dsa_order9", "text_1": "@alice", "since_1": "yesterday", "reasons": "Because <b>."}
    answer = await officer.post("/orders/new?instrument=dsa_order9", data=said)
    assert answer.status_code == 400 and "A date is not understood." in answer.text
    assert "Because &lt;b&gt;." in answer.text


PLACES = ", ".join((
    "order_id, year, year_no, instrument, authority_id, sender, external_ref, channel, message_ref, urgent, state",
    "is_open, country, territories, language, category, keywords, legal_basis, reasons, redress, fields, received_at",
    "deadline_at, deadline_rule, place, words",
))  # fmt: skip


def fill(tx: Tx) -> None:
    """10,000 open and 40,000 closed orders, written as rows: what is measured is the pages."""
    codes = [code for code in INSTRUMENTS if code != "synthetic"]
    states = [one for one in STATES if one != "closed"]
    rows = []
    for n in range(1, 50_001):
        is_open = n > 40_000
        due = tx.now + (n * 37) % (60 * 86_400) - 86_400
        rows.append((
            n, 2026, n, codes[n % len(codes)], n % 200 + 1, "judge@justice.example", f"2026/{n}", "mail", f"<{n}>", 0,
            states[n % len(states)] if is_open else "closed", int(is_open), ("FR", "DE", "IT")[n % 3], "", "fr", "", "",
            "Art. 1", "Reasons. " * 60, "", b"{}", tx.now - 86_400, due, "dsa/9(1)", due, f"2026/{n} justice @user_{n}",
        ))  # fmt: skip
    marks = ", ".join("?" * len(rows[0]))
    tx.many(f"INSERT INTO orders ({PLACES}) VALUES ({marks})", rows)


async def test_pages_are_there_at_once_with_ten_thousand_open_orders(room: Room) -> None:
    officer = await room.desk.at_work("officer", "desk")
    await room.stage.writes(fill)
    slow = {}
    paths = (
        "/orders", "/orders?instrument=epoc", "/orders?country=DE&state=in_review", "/orders?late=true",
        "/orders?unreviewed=true", "/orders?mine=true", "/orders?closed=true", "/orders?q=user_49999",
        "/orders?q=nobody%20at%20all", "/orders?q=L-2026-48000", "/orders/calendar", "/orders/drafts",
        "/orders/approvals", "/orders/45000", "/authorities",
    )  # fmt: skip
    for path in paths:
        taken = []
        for _ in range(5):
            begun = time.process_time()
            assert (await officer.get(path)).status_code == 200
            taken.append(time.process_time() - begun)
        slow[path] = round(statistics.median(taken), 4)
    print(slow)
    assert max(slow.values()) <= 0.2, slow


async def test_pages_follow_each_other_without_gap_or_repeat(room: Room) -> None:
    officer = await room.desk.at_work("officer", "desk")
    await room.stage.writes(fill)
    program = await room.desk.program("robot", "desk")
    seen: list[int] = []
    after = ""
    while True:
        page = (await program.get("/api/orders", params={"country": "DE", "state": "in_review", "after": after})).json()
        seen += [one["order_id"] for one in page["orders"]]
        after = page["after"]
        if not after:
            break
    assert len(seen) == len(set(seen)) > 50
    assert (await officer.get("/orders?closed=true")).status_code == 200


def test_targets_are_told_by_how_they_look() -> None:
    from chappe.console.desk.form import kind_of

    cases = {
        "@alice": "username", "alice": "username", "https://chat.example/alice": "link",
        "https://chat.example/alice/7": "message_link", "+33 6 12 34 56 78": "phone", "192.0.2.7": "ip",
        "2001:db8::1": "ip", "192.0.2.7:50000": "ip", "[2001:db8::1]:50000": "ip",
        "1234": "user_id", "a man in a blue coat": "text",
    }  # fmt: skip
    assert {text: kind_of(text) for text in cases} == cases
    assert link("alice").kind == "link" and Target("ip", "192.0.2.7").category == ""


async def test_the_end_of_a_secrecy_is_shown_and_prolonged(room: Room, alice: Person) -> None:
    """By an act with its ground, of those whom the profile names; in both languages, and in the calendar."""
    officer = await room.desk.at_work("officer", "desk")
    court = await authority(officer, "judge")
    now = int(room.stage.clock.now())
    number = await entered(
        officer, "national_requisition", authority_id=str(court), text_1=f"+{alice.phone}", category_1="subscriber",
        secrecy_until=form.written(now + 400 * 86_400), secrecy_basis="CPP 11",
    )  # fmt: skip
    end = (await room.stage.reads(lambda rx: envelope.get(rx, number))).secrecy_until
    assert end == now + 180 * 86_400
    page = (await officer.get(f"/orders/{number}")).text
    assert "Then people are told, unless it is prolonged" in page and "secrecy cut" in page and "Prosecutor" in page
    assert "Prolonger ou lever le secret" in (await officer.get(f"/orders/{number}?lang=fr")).text
    room.stage.clock.moves(600)
    offered = re.search(r'<option value="(\d+)"', (await officer.get(f"/orders/{number}")).text.partition("s-until")[2])
    assert offered is not None
    said = {"until": offered[1], "basis": "ordonnance n° 7"}
    assert "order_secrecy_prolonger" in await does(officer, "set_secrecy", number, by="police", **said)
    assert "said=set_secrecy" in await does(officer, "set_secrecy", number, by="judge", **said)
    order = await room.stage.reads(lambda rx: envelope.get(rx, number))
    assert order.secrecy_until == int(offered[1]) == end + 600
    assert "ordonnance n° 7" in (await officer.get(f"/orders/{number}")).text


def test_an_order_comes_out_of_its_form_as_it_went_in() -> None:
    """Correcting a file number widens nobody's times, loses no category, and shortens no secrecy."""
    since, until = 1_767_261_645, 1_767_265_259
    targets = tuple(
        Target("username", f"@person{no}", CATEGORIES[no % 4], since + no, until + no, (), no) for no in range(1, 10)
    )
    typed = form.typed_targets(targets) | {"secrecy_until": form.written(until)}
    said, found = form.read([*typed.items(), ("external_ref", "PV/2")])
    assert [(one["text"], one["category"], one["since"], one["until"]) for one in found] == [
        (one.text, one.category, one.since, one.until) for one in targets
    ]
    assert said["secrecy_until"] == str(until)
    assert form.written(until - 59) == "2026-01-01T11:00"
    _, plain = form.read([("more", "@alice\n@bob | nothing of the kind"), ("more_data", "subscriber")])
    assert [(one["text"], one["category"]) for one in plain] == [
        ("@alice", "subscriber"), ("@bob | nothing of the kind", "subscriber")
    ]  # fmt: skip
