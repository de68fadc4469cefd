"""Source: requirements/legal-holds, evidence/11, tco/6. Kept without anybody noticing, and gone by itself."""

import pytest
from tests.disclosure.bureau import ALICE, CAROL, DAY_S, Bureau, account
from tests.kit.entries import entries
from tests.kit.stage import Person, Stage

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import accounts
from chappe.legal import approvals, envelope, holds, preserving
from chappe.legal.holds import Hold
from chappe.legal.records import Order
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


async def keeps(bureau: Bureau, order: Order) -> list[Hold]:
    """What the order names is copied."""

    def act(tx: Tx) -> list[Hold]:
        return holds.place(tx, order, approvals.widest(tx, order, bureau.office), ALICE.actor)

    placed = await bureau.stage.writes(act)
    await bureau.settles()
    return await bureau.stage.reads(lambda rx: [holds.get(rx, one.hold_id) for one in placed])


async def texts(bureau: Bureau, hold: Hold) -> list[str]:
    found, _ = await bureau.stage.reads(lambda rx: holds.page(rx, hold, hold.piece, ""))
    return sorted(one.data["text"] for one in found if "text" in one.data)


async def refused(stage: Stage, act: object) -> str:
    try:
        await stage.writes(act)  # type: ignore[arg-type]
    except Refusal as refusal:
        return refusal.reason
    raise AssertionError("it was not refused")


async def deletes_all(person: Person, other: Person) -> None:
    await person.calls(f.messages.DeleteHistory(peer=person.sees(other), max_id=0, revoke=True))


async def test_a_preservation_order_is_carried_out_and_hands_over_nothing(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    for number in range(250):
        await alice.says(bob, f"word {number}")
    start = int(stage.clock.now())
    order = await bureau.order(await bureau.authority(), account(alice, "content"), instrument="epoc_pr")
    await stage.writes(lambda tx: preserving.carry_out(tx, ALICE, order.order_id, bureau.office))
    bureau.restarts()
    await bureau.settles()
    [hold] = await stage.reads(lambda rx: holds.of_order(rx, order.order_id))
    assert (hold.state, hold.ends_at, len(await all_kept(bureau, hold))) == ("held", start + 60 * DAY_S, 250)
    assert (await stage.reads(lambda rx: envelope.get(rx, order.order_id))).state == "executed"
    assert not list(bureau.blobs.iterate()) and not await stage.reads(lambda rx: approvals.of_order(rx, order.order_id))


async def all_kept(bureau: Bureau, hold: Hold) -> list[str]:
    def query(rx: Reader) -> list[str]:
        found, above = holds.page(rx, hold, hold.piece, "")
        while above:
            more, above = holds.page(rx, hold, hold.piece, above)
            found += more
        return [one.key for one in found]

    return await bureau.stage.reads(query)


async def test_nobody_notices_and_what_is_deleted_stays_kept(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    await alice.says(bob, "to be deleted")
    since = int(stage.clock.now())
    order = await bureau.order(await bureau.authority(), account(alice, "content", since), instrument="epoc")
    alice.hears(), bob.hears()
    before = await alice.calls(f.updates.GetState())
    [hold] = await keeps(bureau, order)
    assert (alice.hears(), bob.hears()) == ([], [])
    assert await alice.calls(f.updates.GetState()) == before
    assert await bureau.written(alice) == []
    await deletes_all(alice, bob)
    assert await texts(bureau, hold) == ["to be deleted"]
    await stage.writes(lambda tx: accounts.delete(tx, UserId(alice.id)))
    assert await texts(bureau, hold) == ["to be deleted"]
    # And it comes with the package, though nothing is left of it elsewhere.
    found = await bureau.hands_over(order)
    assert [one["text"] for one in bureau.opens(found).records("content") if "text" in one] == ["to be deleted"]


async def test_what_is_kept_for_one_authority_is_not_anothers(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    await alice.says(bob, "kept")
    since = int(stage.clock.now())
    wanted = account(alice, "content", since)
    await keeps(bureau, await bureau.order(await bureau.authority(), wanted, instrument="epoc_pr"))
    await deletes_all(alice, bob)
    other = await bureau.order(await bureau.authority(), wanted, instrument="epoc")
    assert (await bureau.hands_over(other)).state == "empty"


async def test_sixty_days_and_thirty_more_and_then_it_is_gone(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    await alice.says(bob, "kept for a time")
    start = int(stage.clock.now())
    order = await bureau.order(await bureau.authority(), account(alice, "content", start), instrument="epoc_pr")
    [hold] = await keeps(bureau, order)
    again = await keeps(bureau, order)
    assert [one.hold_id for one in again] == [hold.hold_id]  # the same order keeps a thing once
    assert await stage.reads(entries("hold_placed")) == [("hold_placed", ALICE.actor, f"hold:{hold.hold_id}")]
    stage.clock.moves(59 * DAY_S)
    longer = await stage.writes(lambda tx: holds.extend(tx, CAROL, hold.hold_id))
    assert longer.ends_at == start + 90 * DAY_S
    assert [one["actor"] for one in await bureau.kinds("hold_extended")] == [CAROL.actor]
    assert await refused(stage, lambda tx: holds.extend(tx, CAROL, hold.hold_id)) == "hold_extended"
    await deletes_all(alice, bob)
    stage.clock.moves(31 * DAY_S - 1)
    await bureau.settles()
    assert await texts(bureau, hold) == ["kept for a time"]
    stage.clock.moves(1)
    # At its date it hands over nothing, whether the job ran or not.
    assert not await stage.reads(lambda rx: holds.kept_for(rx, order.authority_id, hold.piece))
    assert await refused(stage, lambda tx: holds.extend(tx, CAROL, hold.hold_id, for_production=True)) == "hold_over"
    bureau.restarts()
    await bureau.settles()
    over = await stage.reads(lambda rx: holds.get(rx, hold.hold_id))
    assert (over.state, over.ended_at, over.items) == ("expired", start + 90 * DAY_S, 0)
    assert await texts(bureau, hold) == []
    assert (await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM hold_items"))) == (0,)
    assert [one["why"] for one in await bureau.kinds("hold_ended")] == ["expired"]


async def test_a_production_that_is_announced_keeps_it_as_long_as_needed(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    await alice.says(bob, "needed")
    start = int(stage.clock.now())
    authority = await bureau.authority()
    order = await bureau.order(authority, account(alice, "content", start), instrument="epoc_pr")
    [hold] = await keeps(bureau, order)
    await stage.writes(lambda tx: holds.extend(tx, CAROL, hold.hold_id, for_production=True))
    await deletes_all(alice, bob)
    stage.clock.moves(200 * DAY_S)
    await bureau.settles()
    later = await bureau.order(authority, account(alice, "content", start), instrument="epoc")
    found = await bureau.hands_over(later)
    assert [one["text"] for one in bureau.opens(found).records("content") if "text" in one] == ["needed"]
    await stage.writes(lambda tx: holds.release(tx, CAROL.actor, hold.hold_id, "produced"))
    await bureau.settles()
    assert await texts(bureau, hold) == []
    assert await refused(stage, lambda tx: holds.release(tx, CAROL.actor, hold.hold_id, "again")) == "hold_over"


@pytest.mark.parametrize("instrument", ["dsa_order10", "national_requisition"])
async def test_what_no_law_lets_us_keep_is_not_kept(
    bureau: Bureau, stage: Stage, alice: Person, instrument: str
) -> None:
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"), instrument=instrument)

    def act(tx: Tx) -> object:
        return holds.place(tx, order, approvals.widest(tx, order, bureau.office), ALICE.actor)

    assert await refused(stage, act) == "hold_not_ordered"


async def test_files_that_were_kept_outlive_their_message(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    """The blob of a deleted file stays as long as a hold has it, and goes with the hold."""
    stage.services.blobs = bureau.blobs
    await alice.calls(f.upload.SaveFilePart(file_id=7, file_part=0, bytes=b"a plan"))
    media = t.InputMediaUploadedDocument(
        file=t.InputFile(id=7, parts=1, name="plan.txt", md5_checksum=""), mime_type="text/plain", attributes=[],
        force_file=True,
    )  # fmt: skip
    await alice.calls(f.messages.SendMedia(peer=alice.sees(bob), media=media, message="see here", random_id=9))
    since = int(stage.clock.now())
    order = await bureau.order(await bureau.authority(), account(alice, "content", since), instrument="epoc")
    [hold] = await keeps(bureau, order)
    await deletes_all(alice, bob)
    [(digest, _, _)] = list(bureau.blobs.iterate())
    await stage.writes(lambda tx: tx.run("DELETE FROM file_blobs") + tx.run("DELETE FROM files"))  # as collecting does
    from chappe.domain import files

    assert await stage.reads(lambda rx: files.unheld(rx, [digest])) == []
    package = bureau.opens(await bureau.hands_over(order))
    [name] = [name for name in package.file.namelist() if name.startswith("files/")]
    assert package.file.read(name) == b"a plan" and name.endswith("plan.txt")
    await stage.writes(lambda tx: holds.release(tx, CAROL.actor, hold.hold_id, "produced"))
    stage.clock.moves(60)
    await bureau.settles()
    assert digest not in [one for one, _, _ in bureau.blobs.iterate()]


async def test_a_hold_goes_with_the_order_it_was_made_for(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    await alice.says(bob, "kept")
    start, authority = int(stage.clock.now()), await bureau.authority()
    wanted = account(alice, "content", start)
    taken_back = await bureau.order(authority, wanted, instrument="epoc_pr")
    answered = await bureau.order(authority, wanted, instrument="epoc")
    preserved = await bureau.order(authority, wanted, instrument="epoc_pr")
    found = [(await keeps(bureau, one))[0] for one in (taken_back, answered, preserved)]

    def act(tx: Tx) -> None:
        envelope.move(tx, envelope.get(tx, taken_back.order_id), "withdrawn_by_authority", "server")
        for one in (answered, preserved):
            order = envelope.get(tx, one.order_id)
            envelope.walk(tx, order, "server", "executing", "executed", "replied", "closed")

    await stage.writes(act)
    await bureau.settles()
    states = await stage.reads(lambda rx: [holds.get(rx, one.hold_id) for one in found])
    assert [(one.state, one.end_reason) for one in states] == [
        ("released", "withdrawn"), ("released", "produced"), ("held", ""),
    ]  # fmt: skip
    assert [await texts(bureau, one) for one in states] == [[], [], ["kept"]]
