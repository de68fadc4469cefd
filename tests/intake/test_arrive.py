"""Source: requirements/legal-intake

The single door: each arrival is one case with clock, owner, receipt; nothing is refused, doubled or forgotten.
"""

from typing import Any

import pytest
from tests.intake.conftest import Door
from tests.kit.entries import entries

from chappe.domain import oncall
from chappe.domain.operators import DESK
from chappe.legal import authorities, envelope, intake
from chappe.legal.intake import Arrival, Proof, Received, arrive
from chappe.legal.records import DOUBTED, PROVEN, Target
from chappe.store import Reader
from chappe.store.legal import intake as rows
from chappe.store.queries import oncall as oncall_rows

LINK = "https://chat.example.org/room/12"
TCO = {"external_ref": "TCO-7", "legal_basis": "Regulation (EU) 2021/784", "reasons": "Incites.", "redress": "Court.",
       "material": "incites", "issued_at": "1790000000", "signed_by": "Clerk"}  # fmt: skip


def order(ref: str = "m1", **said: Any) -> Arrival:
    """A removal order, as tests vary it."""
    facts: dict[str, Any] = {"channel": "portal", "message_ref": ref, "instrument": "tco_removal", "fields": TCO,
                             "targets": (Target("message_link", LINK),)}  # fmt: skip
    return Arrival(**(facts | said))


async def comes(door: Door, arrival: Arrival) -> Received:
    return await door.writes(lambda tx: arrive(tx, arrival))


async def test_an_order_is_a_case_at_once(door: Door) -> None:
    court = await door.authority()
    await door.operator("bob", DESK)
    proven = {"authority_id": court.authority_id, "proof": Proof(how="passkey"), "sender": "Clerk"}
    received = await comes(door, order(**proven))
    made = received.order
    assert received.number == f"L-{made.year}-1" and made.state == "received" and not received.flaws
    assert made.deadline_at == made.received_at + 3600 and made.country == "FR"
    assert made.authenticity.state == PROVEN and made.authenticity.how == "passkey"
    assert made.owner_id, "somebody of the desk has it"
    row = await door.reads(lambda rx: rows.receipt(rx, made.order_id))
    assert row is not None and row[0] == made.order_id and row[1] > 0 and row[2] == made.received_at
    (page,) = await door.reads(oncall.open_pages)
    assert (page.kind, page.subject, page.text, page.urgent) == ("removal", made.subject, made.number, True)


async def test_the_same_message_is_the_same_case(door: Door) -> None:
    first = await comes(door, order())
    door.clock.moves(50)
    again = await comes(door, order())
    assert again.again and again.order.order_id == first.order.order_id
    acts = [one.act for one in await door.reads(lambda rx: envelope.history(rx, first.order.order_id))]
    assert acts.count("received") == 1 and acts.count("repeated") == 1
    written = await door.reads(entries("order_received", "order_repeated"))
    assert written == [
        ("order_received", "server", first.order.subject), ("order_repeated", "server", first.order.subject)
    ]  # fmt: skip
    other = await comes(door, order(channel="mail"))
    assert other.order.order_id != first.order.order_id, "a name counts within its channel"


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        ({"instrument": "nonsense"}, "malformed:order_instrument_unknown"),
        ({"targets": (Target("message_link", "x" * 600),)}, "malformed:order_target_invalid"),
        ({"targets": (Target("nonsense", LINK),)}, "malformed:order_target_invalid"),
        ({"targets": (Target("message_link", "   "),)}, "malformed:order_target_invalid"),
        ({"targets": tuple(Target("link", f"{LINK}{n}") for n in range(2000))}, "malformed:order_target_invalid"),
        ({"fields": TCO | {"reasons": "y" * 30_000}}, "malformed:order_text_long"),
        ({"targets": ()}, "lacks:targets"),
        ({"fields": {}}, "lacks:legal_basis"),
        ({"fields": TCO | {"material": "everything"}}, "lacks:material"),
        ({"instrument": ""}, "unregistered"),
    ],
)
async def test_nothing_is_refused_at_the_door(door: Door, said: dict[str, Any], flaw: str) -> None:
    received = await comes(door, order(sender="Someone\r\nBcc: all", **said))
    assert flaw in received.flaws
    assert received.order.is_open and received.order.deadline_at
    assert received.order.sender == "Someone Bcc: all"
    row = await door.reads(lambda rx: rows.receipt(rx, received.order.order_id))
    assert row is not None and flaw in row[8].split()


async def test_an_authority_that_is_no_longer_vouched_for_proves_nothing(door: Door) -> None:
    court = await door.authority()
    door.clock.moves(301 * 86_400)
    received = await comes(door, order(authority_id=court.authority_id, proof=Proof(how="passkey")))
    assert received.order.authenticity.state == DOUBTED
    assert "doubt:authority_not_in_force" in received.flaws
    clerk = await door.clerk()
    other = await door.authority(email="x@other.example", mail_domain="other.example")
    await door.writes(lambda tx: authorities.end(tx, clerk, other.authority_id, "suspended", "letter was false"))
    received = await comes(door, order("m2", authority_id=other.authority_id, proof=Proof(how="signature")))
    assert received.order.authenticity.state == DOUBTED


async def test_a_doubt_about_the_channel_outweighs_who_is_named(door: Door) -> None:
    court = await door.authority()
    received = await comes(door, order(authority_id=court.authority_id, proof=Proof(how="", doubt="signature_broken")))
    assert (received.order.authenticity.state, received.order.authenticity.how) == (DOUBTED, "signature_broken")
    assert "doubt:signature_broken" in received.flaws


async def test_contradictory_orders_are_asked_about_before_anything_is_done(door: Door) -> None:
    court = await door.authority()
    sure = {"authority_id": court.authority_id, "proof": Proof(how="passkey")}
    first = await comes(door, order("m1", **sure))
    second = await comes(door, order("m2", targets=(Target("message_link", f"{LINK}?other"),), **sure))
    assert f"contradicts:{first.number}" in second.flaws
    assert second.order.authenticity.state == DOUBTED and second.order.authenticity.how == "contradicts"
    third = await comes(door, order("m3", fields=TCO | {"external_ref": "TCO-8"}, **sure))
    assert not third.flaws and third.order.authenticity.state == PROVEN


async def test_dates_that_cannot_be_read_are_asked_back_and_not_taken_for_unsaid(door: Door) -> None:
    court = await door.authority(("national_requisition",))
    said = {"legal_basis": "CPP", "external_ref": "R", "secrecy_until": "six weeks", "answer_by": "48 hours"}
    sure = {"authority_id": court.authority_id, "proof": Proof(how="passkey"), "instrument": "national_requisition"}
    received = await comes(door, order("m1", fields=said, targets=(Target("username", "@a", "subscriber"),), **sure))
    assert set(received.flaws) == {"lacks:secrecy_until", "lacks:answer_by"}
    until = received.order.received_at + intake.UNCLEAR_SECRECY_S
    assert received.order.secrecy_until == until and received.order.sealed
    assert received.order.secrecy_basis == "six weeks", "nobody is told before that is settled"


async def test_a_forged_order_holds_up_no_genuine_one(door: Door) -> None:
    """A letter nobody signed, of the same file, that came first."""
    court = await door.authority()
    other = (Target("message_link", f"{LINK}?other"),)
    await comes(door, order("m1", channel="mail", authority_id=court.authority_id, targets=other))
    real = await comes(door, order("m2", authority_id=court.authority_id, proof=Proof(how="passkey")))
    assert real.order.authenticity.state == PROVEN and not real.flaws
    late = await comes(door, order("m3", channel="mail", authority_id=court.authority_id, targets=other))
    assert f"contradicts:{real.number}" in late.flaws, "what nothing proves is asked back"


async def test_strangers_call_people_at_night_and_not_without_end(door: Door) -> None:
    for no in range(30):
        await comes(door, order(f"s{no}", channel="mail", instrument="emergency_disclosure"))
    pages = await door.reads(oncall.open_pages)
    assert len(pages) == intake.CALLS_OF_STRANGERS.most + 1 and "orders:unproven" in {one.subject for one in pages}
    court = await door.authority(("emergency_disclosure",))
    sure = {"authority_id": court.authority_id, "proof": Proof(how="passkey"), "instrument": "emergency_disclosure"}
    real = await comes(door, order("real", **sure))
    assert real.order.subject in {one.subject for one in await door.reads(oncall.open_pages)}, "never lost among them"


async def test_words_about_a_closed_order_are_heard(door: Door) -> None:
    received = await comes(door, order(instrument="informal_wish"))
    no = received.order.order_id
    await door.writes(lambda tx: tx.run("UPDATE orders SET is_open = 0, state = 'closed'"))
    await door.writes(lambda tx: [oncall.over(tx, one.kind, one.subject) for one in oncall_all(tx)])
    await door.writes(lambda tx: intake.say(tx, no, "sender", "You misread us.", "r1"))
    assert await door.reads(lambda rx: oncall.stands(rx, "order", received.order.subject))


def oncall_all(rx: Reader) -> list[oncall.Page]:
    return [oncall.of_row(row) for row in oncall_rows.open_pages(rx, 100)]


async def test_words_about_an_order_come_once_and_are_read(door: Door) -> None:
    received = await comes(door, order())
    no = received.order.order_id
    assert await door.writes(lambda tx: intake.say(tx, no, "authority:1", "Please hurry.", "r1"))
    assert not await door.writes(lambda tx: intake.say(tx, no, "authority:1", "Please hurry.", "r1"))
    await door.writes(lambda tx: intake.say(tx, no, "operator:1", "We do.", "r2"))
    await door.writes(lambda tx: intake.read(tx, no, "authority:1"))
    said = await door.reads(lambda rx: intake.messages(rx, no))
    assert [(one.author, one.text, bool(one.read_at)) for one in said] == [
        ("authority:1", "Please hurry.", False), ("operator:1", "We do.", True)
    ]  # fmt: skip
    case = received.order.subject
    assert await door.reads(entries("order_message")) == [
        ("order_message", "authority:1", case), ("order_message", "operator:1", case)
    ]  # fmt: skip


async def test_what_nobody_needs_to_be_woken_for_wakes_nobody(door: Door) -> None:
    await comes(door, order(instrument="informal_wish"))
    await comes(door, order("m2", instrument="synthetic", channel="synthetic"))
    assert await door.reads(oncall.open_pages) == []
    await comes(door, order("m3", instrument="emergency_disclosure"))
    (page,) = await door.reads(oncall.open_pages)
    assert page.kind == "emergency"
