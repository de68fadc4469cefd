"""Source: requirements/legal-telling, dsa/10(5), evidence/13, tco/11. When people are told, kind by kind of order."""

from typing import Any

import pytest
from tests.disclosure.bureau import ALICE, DAY_S, Bureau, account
from tests.disclosure.test_targets import channel
from tests.kit.stage import Person, Stage

from chappe.base.ids import UserId
from chappe.domain import accounts
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK
from chappe.legal import authorities, envelope, preserving, removing, telling
from chappe.legal.orders import INSTRUMENTS, of
from chappe.legal.orders.form import AT_EXECUTION, REMOVAL
from chappe.legal.records import New, Order, Target
from chappe.legal.working import Working
from chappe.store import Reader, Tx

DISCLOSES = tuple(code for code, one in INSTRUMENTS.items() if one.discloses and one.family != "preservation")
REMOVES = tuple(code for code, one in INSTRUMENTS.items() if one.family == REMOVAL)
TELLS = tuple(code for code in (*DISCLOSES, *REMOVES) if of(code).tells == AT_EXECUTION)
SILENT = tuple(code for code in INSTRUMENTS if code not in TELLS)
WEEKS_6 = 42 * DAY_S
WORKER = Moderator("operator:2", 2, frozenset({DESK}))


def test_every_instrument_is_in_one_of_the_lists() -> None:
    assert set(TELLS) | set(SILENT) == set(INSTRUMENTS)
    assert {"epoc", "epoc_pr", "preservation"} <= set(SILENT)
    assert {"dsa_order10", "national_requisition", "emergency_disclosure", "tco_removal", "dsa_order9"} <= set(TELLS)


async def carried_out(bureau: Bureau, alice: Person, instrument: str, secrecy_s: int) -> Order:
    """The order was carried out upon her, as far as its kind does anything, and is secret for so long."""
    stage, now = bureau.stage, int(bureau.stage.clock.now())
    kind = {"third_country_request": "judge", "fr_lcen_6_1": "remover", "regulator_inquiry": "regulator"}.get(
        instrument, "judge"
    )
    country = "US" if instrument == "third_country_request" else "FR"
    every = [code for code, one in INSTRUMENTS.items()]
    authority = await bureau.authority(kind, country, every)
    await stage.writes(lambda tx: authorities.contacted(tx, authority.authority_id, 1))
    said: dict[str, Any] = {"secrecy_until": now + secrecy_s, "secrecy_basis": "the enquiry"} if secrecy_s else {}
    if instrument in REMOVES:
        _, message_id = await channel(stage, alice)
        target = Target("message_link", f"https://chat.example/lesnouvelles/{message_id}")
    else:
        target = account(alice, "subscriber" if of(instrument).discloses else "")
    if of(instrument).checklist:
        order = await bureau.order(authority, target, instrument=instrument, **said)
    else:
        new = New(instrument, "portal", authority_id=authority.authority_id, country=country, targets=(target,), **said)
        order = await stage.writes(lambda tx: envelope.begin(tx, new))
    if instrument in REMOVES:
        seed = stage.entropy(16)
        await stage.writes(lambda tx: removing.take_effect(tx, WORKER, order.order_id, bureau.office, seed))
    elif of(instrument).family == "preservation":
        await stage.writes(lambda tx: preserving.carry_out(tx, ALICE, order.order_id, bureau.office))
    elif of(instrument).discloses:
        found = await bureau.hands_over(order)
        assert found.state == "ready"
    return await stage.reads(lambda rx: envelope.get(rx, order.order_id))


async def runs(bureau: Bureau) -> None:
    """A server that just started does what is due."""
    bureau.restarts()
    working = Working(bureau.office, bureau.stage.entropy)
    while await working.step(bureau.stage.store):
        pass
    await bureau.settles()


async def hears(bureau: Bureau, alice: Person) -> list[str]:
    """What she was told about an order."""
    return [one for one in await bureau.written(alice) if "L-2025-" in one]


@pytest.mark.parametrize("instrument", TELLS)
async def test_without_secrecy_people_are_told_at_execution(
    bureau: Bureau, alice: Person, instrument: str
) -> None:
    await carried_out(bureau, alice, instrument, 0)
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1


@pytest.mark.parametrize("instrument", TELLS)
async def test_secrecy_holds_until_its_second_through_restarts(
    bureau: Bureau, stage: Stage, alice: Person, instrument: str
) -> None:
    order = await carried_out(bureau, alice, instrument, WEEKS_6)
    for step in (0, 60, DAY_S, 20 * DAY_S, WEEKS_6 - 21 * DAY_S - 61):
        stage.clock.moves(step)
        await runs(bureau)
        assert await hears(bureau, alice) == []
    assert int(stage.clock.now()) == order.secrecy_until - 1
    stage.clock.moves(1)
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1
    order = await stage.reads(lambda rx: envelope.get(rx, order.order_id))
    assert order.informed_at == order.secrecy_until and not order.sealed
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1


@pytest.mark.parametrize("instrument", TELLS)
async def test_longer_secrecy_holds_it_back_and_a_leap_of_the_clock_loses_nothing(
    bureau: Bureau, stage: Stage, alice: Person, instrument: str
) -> None:
    order = await carried_out(bureau, alice, instrument, WEEKS_6)
    stage.clock.moves(WEEKS_6 - 60)
    longer = order.secrecy_until + WEEKS_6
    await stage.writes(lambda tx: envelope.set_secrecy(tx, _now(tx, order), longer, "extended", ALICE.actor))
    for step in (60, DAY_S, 30 * DAY_S):
        stage.clock.moves(step)
        await runs(bureau)
        assert await hears(bureau, alice) == []
    stage.clock.moves(400 * DAY_S)
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1


@pytest.mark.parametrize("instrument", TELLS)
async def test_secrecy_that_is_lifted_early_is_over(
    bureau: Bureau, stage: Stage, alice: Person, instrument: str
) -> None:
    order = await carried_out(bureau, alice, instrument, WEEKS_6)
    stage.clock.moves(DAY_S)
    now = int(stage.clock.now())
    await stage.writes(lambda tx: envelope.set_secrecy(tx, _now(tx, order), now, "lifted", ALICE.actor))
    await runs(bureau)
    assert len(await hears(bureau, alice)) == 1


def _now(rx: Reader, order: Order) -> Order:
    return envelope.get(rx, order.order_id)


@pytest.mark.parametrize("instrument", SILENT)
async def test_nobody_is_told_of_what_is_not_ours_to_tell(
    bureau: Bureau, stage: Stage, alice: Person, instrument: str
) -> None:
    order = await carried_out(bureau, alice, instrument, 0)
    for step in (0, DAY_S, 60 * DAY_S, 90 * DAY_S, 700 * DAY_S):
        stage.clock.moves(step)
        await runs(bureau)
    assert await hears(bureau, alice) == []
    rows = await stage.reads(lambda rx: telling.of_order(rx, order.order_id))
    assert [(one.due, one.basis) for one in rows] in ([], [(0, "authority_informs")])


async def test_the_word_says_what_was_handed_over_and_what_can_be_done(bureau: Bureau, alice: Person) -> None:
    await carried_out(bureau, alice, "dsa_order10", 0)
    await runs(bureau)
    [said] = await hears(bureau, alice)
    for words in ("Your data were handed", "who you are", "Tribunal d'Exemple (FR)", "art. 60-1 CPP", "the courts",
                  "desk@chat.example"):  # fmt: skip
        assert words in said, words


async def test_who_left_meanwhile_is_not_told_and_that_is_kept(bureau: Bureau, stage: Stage, alice: Person) -> None:
    order = await carried_out(bureau, alice, "dsa_order10", WEEKS_6)
    await stage.writes(lambda tx: accounts.delete(tx, UserId(alice.id)))
    stage.clock.moves(WEEKS_6)
    await runs(bureau)
    [one] = await stage.reads(lambda rx: telling.of_order(rx, order.order_id))
    assert one.outcome == "gone"


async def test_a_secret_order_is_in_no_copy_of_her_data_until_she_is_told(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    await carried_out(bureau, alice, "dsa_order10", WEEKS_6)

    def told(tx: Tx) -> list[dict[str, Any]]:
        return telling.to_person(tx, UserId(alice.id))

    assert await stage.writes(told) == []
    stage.clock.moves(WEEKS_6)
    await runs(bureau)
    [one] = await stage.writes(told)
    assert (one["case"][:7], one["categories"]) == ("L-2025-", ["subscriber"])
