"""Source: dsa/10(5), requirements/legal-telling. A secrecy by national law ends, as its country's profile says."""

from dataclasses import replace

import pytest
from tests.disclosure.bureau import ALICE, DAY_S, Bureau
from tests.disclosure.test_telling import carried_out, hears, runs
from tests.kit.stage import Person, Stage

from chappe.base.errors import Invalid
from chappe.domain import retention, territory_profiles
from chappe.domain.territory_profiles import Book
from chappe.legal import envelope, intake_words, listing, secrecy
from chappe.legal.intake_words import Place
from chappe.legal.records import Order
from chappe.store import Reader

YEARS_3, TERM = 1095 * DAY_S, 180 * DAY_S


async def as_it_stands(bureau: Bureau, order: Order) -> Order:
    return await bureau.stage.reads(lambda rx: envelope.get(rx, order.order_id))


async def acts(bureau: Bureau, order: Order) -> list[str]:
    return [one.act for one in await bureau.stage.reads(lambda rx: envelope.history(rx, order.order_id))]


async def pages(bureau: Bureau) -> int:
    def query(rx: Reader) -> int:
        return len(rx.all("SELECT 1 FROM pages WHERE kind = 'secrecy_ends'"))

    return await bureau.stage.reads(query)


@pytest.mark.parametrize("instrument", ["national_requisition", "dsa_order10", "third_country_request", "dsa_order9"])
async def test_nobody_is_kept_in_the_dark_for_longer(
    bureau: Bureau, stage: Stage, alice: Person, instrument: str
) -> None:
    """The person is told at its end; people on call hear of that two weeks before, and the calendar shows it."""
    order = await carried_out(bureau, alice, instrument, YEARS_3)
    end = order.received_at + TERM
    told = intake_words.letter(order, (), Place(name="Exemple", pages="https://chat.example/"), "", False)[1]
    assert f"jusqu’au {intake_words.moment(end)}" in told
    assert order.secrecy_until == end and "secrecy_cut" in await acts(bureau, order)
    found = await stage.reads(lambda rx: listing.calendar(rx, end - 1, end + 1))
    assert [(one.kind, one.at) for one in found] == [("secrecy", end)]
    stage.clock.moves(end - 14 * DAY_S - 1 - int(stage.clock.now()))
    await runs(bureau)
    assert await pages(bureau) == 0
    stage.clock.moves(1)
    await runs(bureau)
    assert await pages(bureau) == 1 and "secrecy_soon" in await acts(bureau, order)
    stage.clock.moves(14 * DAY_S - 1)
    await runs(bureau)
    assert await hears(bureau, alice) == []
    stage.clock.moves(1)
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1 and not (await as_it_stands(bureau, order)).sealed


async def test_an_act_with_its_ground_prolongs_it(bureau: Bureau, stage: Stage, alice: Person) -> None:
    """By those the profile names, each time for as long again at most, counted from the act."""
    order = await carried_out(bureau, alice, "national_requisition", YEARS_3)
    stage.clock.moves(TERM - 10 * DAY_S)

    async def prolongs(until: int, by: str, basis: str = "ordonnance n° 7: the enquiry goes on") -> Order:
        now = await as_it_stands(bureau, order)
        return await stage.writes(lambda tx: envelope.set_secrecy(tx, now, until, basis, ALICE.actor, by))

    now = int(stage.clock.now())
    for until, by, basis, reason in (
        (now + TERM, "", "a ground", "order_secrecy_prolonger"), (now + TERM, "police", "a", "order_secrecy_prolonger"),
        (now + TERM, "judge", " ", "order_secrecy_invalid"), (now + TERM + 1, "judge", "a", "order_secrecy_invalid"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=reason):
            await prolongs(until, by, basis)
    longer = await prolongs(now + TERM, "judge")
    assert longer.secrecy_until == now + TERM and (await acts(bureau, order))[-1] == "secrecy_prolonged"
    stage.clock.moves(TERM - 1)
    await runs(bureau)
    assert await hears(bureau, alice) == []
    assert (await prolongs(now + 2 * TERM - 1, "prosecutor")).secrecy_until == now + 2 * TERM - 1, "and again"
    stage.clock.moves(TERM)
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1


async def test_a_profile_says_otherwise_and_reaches_what_was_there_before(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    """What lies beyond a nearer term is brought nearer, never over at once; other countries keep theirs."""
    order = await carried_out(bureau, alice, "national_requisition", YEARS_3)
    book = territory_profiles.shipped()
    unsaid = book.secrecy("FR", 0)
    nearer = replace(book.versions["fr"][0], secrecy=replace(unsaid, days=30, prolonged_by=("court",)))
    await stage.writes(lambda tx: retention.lay_down(tx, Book({**book.versions, "fr": (nearer,)})))
    terms = await stage.reads(lambda rx: [retention.secrecy(rx, one).seconds for one in ("FR", "DE", "US", "")])
    assert terms == [30 * DAY_S, TERM, TERM, TERM]
    assert await stage.writes(secrecy.cut_down) == 1 and await stage.writes(secrecy.cut_down) == 0
    now = await as_it_stands(bureau, order)
    assert now.secrecy_until == int(stage.clock.now()) + 30 * DAY_S
    assert await stage.reads(lambda rx: secrecy.prolonged_by(rx, now)) == ("court",)
    stage.clock.moves(30 * DAY_S)
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1


async def test_where_others_tell_it_has_no_end_of_ours(bureau: Bureau, alice: Person) -> None:
    order = await carried_out(bureau, alice, "epoc", YEARS_3)
    assert order.secrecy_until == order.received_at + YEARS_3
    assert await bureau.stage.writes(secrecy.cut_down) == 0
