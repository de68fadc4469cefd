"""Source: tco/annex-2, tco/annex-3, evidence/annex-3, csi/L871-1. Each answer of each instrument is a letter."""

from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import pypdf
import pytest
from tests.kit.desk import Bench, link
from tests.kit.stage import Stage

from chappe import doors
from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import outbox
from chappe.domain.access import Moderator
from chappe.legal import answers, envelope, screening
from chappe.legal.authorities import Authority
from chappe.legal.letters import Body, Paragraph, Table, as_html, as_pdf, as_text, compose, pack, unpack
from chappe.legal.letters.compose import Given
from chappe.legal.orders import INSTRUMENTS, missing
from chappe.legal.records import Order, Target
from chappe.legal.words import texts
from chappe.store import Tx

HOSTILE = "<script>alert(1)</script>\u202e & Ωμέγα"


class Plain(HTMLParser):
    """The words of a page, and every tag in it."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


def every_answer() -> list[tuple[str, str, str]]:
    """(instrument, answer, reason) of all that may be said."""
    return [
        (code, answer, reason)
        for code, kind in INSTRUMENTS.items() for answer, reasons in kind.answers.items() for reason in reasons or ("",)
    ]  # fmt: skip


def same_words(body: Body) -> None:
    """The letter says the same as text, as a page and in print."""
    page = Plain()
    page.feed(as_html(body))
    said = " ".join(" ".join(page.words).split())
    pages = pypdf.PdfReader(BytesIO(as_pdf(body))).pages
    printed = " ".join("\n".join(one.extract_text() for one in pages).split())
    for line in as_text(body).splitlines():
        words = " ".join(line.lstrip("-· ").split())
        if not words or ": " in words:
            continue
        assert words in said, words
        if words.isascii():
            assert words.replace(" ", "") in printed.replace(" ", ""), words


@pytest.mark.slow
async def test_every_answer_of_every_instrument_in_both_languages(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    judge = await bench.authority(officer, "judge", "FR")
    orders: dict[str, Order] = {}
    for code in INSTRUMENTS:
        orders[code] = await bench.arrives(code, judge, Target("username", "@alice", "subscriber"), proven=False)
    for code, answer, reason in every_answer():
        for lang in ("en", "fr"):
            order = orders[code]
            given = Given(order, judge, bench.office, answer, reason, "In our own words.", missing(order))
            body = compose.compose(given, lang, order.received_at + 60)
            text = as_text(body)
            assert order.number in text and "2026/" in text and "{" not in text, (code, answer, lang)
            assert "Example Association" in text and "orders@chat.example" in text
            assert unpack(pack(body)) == body
            if reason in ("", "incomplete", "technical"):
                same_words(body)


def test_both_languages_have_the_same_words() -> None:
    en, fr = texts("en"), texts("fr")
    assert en.keys() == fr.keys()
    for key, said in en.items():
        names = {part.partition("}")[0] for part in said.split("{")[1:]}
        assert names == {part.partition("}")[0] for part in fr[key].split("{")[1:]}, key


def test_every_code_has_words() -> None:
    known = texts("fr")
    for kind in INSTRUMENTS.values():
        for field in kind.fields:
            assert f"order_field_{field.name}" in known and f"order_label_{field.name}" in known, field.name
            assert all(f"order_choice_{one}" in known for one in field.choices)
        for answer, reasons in kind.answers.items():
            assert f"order_answer_{answer}" in known
            assert all(f"reason_{one}" in known for one in reasons), answer
        assert all(f"order_check_{one}" in known for one in kind.checklist)


@pytest.mark.slow
async def test_what_others_wrote_runs_nothing(stage: Stage, bench: Bench, officer: Moderator) -> None:
    judge = await bench.authority(officer, "judge", "FR", name=HOSTILE)
    order = await bench.arrives(
        "dsa_order9", judge, Target("text", HOSTILE), external_ref=HOSTILE, reasons=HOSTILE, proven=False
    )  # fmt: skip
    given = Given(order, judge, bench.office, "refusal", "press", HOSTILE)
    body = compose.compose(given, "fr", order.received_at)
    page = Plain()
    page.feed(as_html(body))
    assert page.tags <= {"html", "head", "meta", "title", "style", "body", "p", "h1", "h2", "table", "tr", "th", "td"}
    printed = "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(as_pdf(body))).pages)
    assert "<script>" in printed and "[U+03A9]" in printed


async def drafts(stage: Stage, bench: Bench, who: Moderator, order: Order, answer: str, *more: str) -> answers.Letter:
    """A letter is drafted."""
    return await stage.writes(lambda tx: answers.draft(tx, who, order.order_id, bench.office, answer, *more))


async def sends(stage: Stage, bench: Bench, who: Moderator, letter: answers.Letter) -> answers.Letter:
    """The letter is sent."""
    return await stage.writes(lambda tx: answers.send(tx, who, letter.letter_id, bench.office))


async def test_the_mail_brings_the_letter_printed(stage: Stage, bench: Bench, officer: Moderator) -> None:
    """What waits to be sent is what the way out prints: the same words, under the case's number."""
    bench.office = replace(bench.office, mails=True)
    judge = await bench.authority(officer, "judge", "FR", email="greffe@court.example")
    order = await bench.arrives("dsa_order10", judge, Target("username", "@alice", "subscriber"))
    letter = await drafts(stage, bench, officer, order, "refusal", "press", "Ask the publisher.")
    await sends(stage, bench, officer, letter)
    [waiting] = await stage.writes(lambda tx: outbox.take_due(tx, 10))
    message = outbox.unpack(waiting.payload, bench.office.wrapper.unseal)
    assert (waiting.address, message.paper_name) == ("greffe@court.example", f"{order.number}-{letter.letter_id}.pdf")
    pages = pypdf.PdfReader(BytesIO(doors.printed(message.paper))).pages
    said = "".join(one.extract_text() for one in pages)
    assert order.number in said and "Ask the publisher." in said and "Ask the publisher." in message.text


async def test_only_what_was_done_can_be_said(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    order = await bench.arrives("tco_removal", police, link("nobody_at_all"))
    for answer, why in (("executed", "order_nothing_done"), ("reversed", "order_nothing_done")):
        with pytest.raises(Conflict, match=why):
            await drafts(stage, bench, officer, order, answer)
    for answer, reason, why in (
        ("noted", "informal", "order_answer_invalid"), ("refusal", "informal", "order_reason_invalid"),
        ("refusal", "", "order_reason_invalid"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=why):
            await drafts(stage, bench, officer, order, answer, reason)
    with pytest.raises(NotAllowed):
        await drafts(stage, bench, replace_roles(officer), order, "refusal", "press")


def replace_roles(who: Moderator) -> Moderator:
    """Somebody without the desk's role."""
    return Moderator(who.actor, who.operator_id, frozenset({"moderator"}))


async def test_a_letter_is_sent_once_and_shown_to_its_authority_alone(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    order = await bench.arrives("tco_removal", police, link("nobody_at_all"))
    letter = await drafts(stage, bench, officer, order, "refusal", "press", "It is a newspaper.")
    assert await stage.reads(lambda rx: answers.sent_to(rx, police.authority_id, order.order_id)) == []
    await sends(stage, bench, officer, letter)
    with pytest.raises(Conflict):
        await sends(stage, bench, officer, letter)
    other = await bench.authority(officer, "court", "DE")
    with pytest.raises(NotFound):
        await stage.reads(lambda rx: answers.sent_to(rx, other.authority_id, order.order_id))
    with pytest.raises(NotFound):
        await stage.writes(lambda tx: answers.opened(tx, other.authority_id, letter.letter_id))
    opened = await stage.writes(lambda tx: answers.opened(tx, police.authority_id, letter.letter_id))
    assert opened.read_at == int(stage.clock.now())
    order = await bench.order(order)
    assert (order.state, order.outcome, order.reason) == ("replied", "refused", "press")


async def test_a_letter_goes_to_the_registered_address(stage: Stage, bench: Bench, officer: Moderator) -> None:
    bench.office = replace(bench.office, mails=True)
    judge = await bench.authority(officer, "judge", "FR", email="clerk@justice.example")
    order = await bench.arrives("dsa_order9", judge, link("nobody_at_all"), proven=False)
    letter = await drafts(stage, bench, officer, order, "refusal", "press")
    await sends(stage, bench, officer, letter)
    mails = await stage.reads(lambda rx: rx.all("SELECT kind, address FROM outbox WHERE kind = 'legal_mail'"))
    assert mails == [("legal_mail", "clerk@justice.example")]


async def test_an_answered_order_closes_by_itself_unless_it_is_contested(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    orders = [await bench.arrives("tco_removal", police, link("nobody_at_all")) for _ in range(2)]
    for order in orders:
        await sends(stage, bench, officer, await drafts(stage, bench, officer, order, "refusal", "press"))
    stage.clock.moves(answers.CLOSES_S - 1)
    await bench.works()

    def contest(tx: Tx) -> Order:
        return answers.contest(tx, officer, orders[1].order_id, "A court was asked.")

    await stage.writes(contest)
    stage.clock.moves(1)
    await bench.works()
    assert [(await bench.order(one)).state for one in orders] == ["closed", "contested"]
    upheld = await stage.writes(lambda tx: answers.uphold(tx, officer, orders[1].order_id, "The court says so."))
    assert upheld.state == "upheld"


async def test_a_false_order_is_rejected_and_closed(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    order = await bench.arrives("tco_removal", police, link("nobody_at_all"), proven=False)
    rejected = await stage.writes(lambda tx: screening.reject(tx, officer, order.order_id, "The number is not theirs."))
    assert rejected.state == "rejected_inauthentic" and rejected.outcome == "forged"
    closed = await stage.writes(lambda tx: answers.close(tx, officer, order.order_id))
    assert not closed.is_open and closed.closed_at


async def test_a_forger_orders_no_secrecy(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    until = int(stage.clock.now()) + 30 * 86_400
    order = await bench.arrives(
        "tco_removal", police, link("nobody_at_all"), proven=False, secrecy_until=until, secrecy_basis="tco/11(3)"
    )
    assert (await bench.order(order)).sealed
    rejected = await stage.writes(lambda tx: screening.reject(tx, officer, order.order_id, "The number is not theirs."))
    assert not rejected.sealed
    opened = await stage.reads(lambda rx: rx.all("SELECT 1 FROM journal WHERE kind = 'leaf_opened'"))
    assert opened


async def test_an_order_that_gets_no_receipt_is_worked_all_the_same(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    new = bench.new("tco_removal", police, link("nobody_at_all"))
    order = await stage.writes(lambda tx: envelope.begin(tx, new))
    await bench.works()
    assert (await bench.order(order)).state == "received"
    stage.clock.moves(20)
    await bench.works()
    order = await bench.order(order)
    assert order.state == "authenticating" and not order.ack_at
    late = await stage.writes(lambda tx: envelope.acknowledge(tx, envelope.get(tx, order.order_id)))
    assert late.ack_at and late.state == "authenticating"


async def test_what_was_refused_for_a_lack_is_looked_at_anew(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    order = await bench.arrives("tco_removal", police, link("nobody_at_all"))
    await sends(stage, bench, officer, await drafts(stage, bench, officer, order, "refusal", "no_legal_basis"))
    stage.clock.moves(86_400)
    anew = await stage.writes(lambda tx: screening.reopen(tx, officer, order.order_id, "Page two came."))
    assert anew.state == "authenticating" and not anew.replied_at and not anew.outcome
    assert anew.deadline_at == int(stage.clock.now()) + 3600


@pytest.mark.slow
def test_a_field_as_long_as_an_order_may_have_is_printed() -> None:
    """What an authority wrote stands in its letter's table: a row that fits on no page would keep the letter back."""
    text = "word " * 900 + "x\n" * 60 + "Ω" * 100
    body = Body("en", "L-2026-1", "Title", 0, (), (Table(((text, "the end"), ("label", text))), Paragraph(text)))
    pages = pypdf.PdfReader(BytesIO(as_pdf(body))).pages
    printed = "".join(one.extract_text() for one in pages).replace("\n", "")
    assert [printed.count(one) for one in ("word", "[U+03A9]", "the end")] == [2700, 300, 1]
    assert printed.count("x") >= 180
