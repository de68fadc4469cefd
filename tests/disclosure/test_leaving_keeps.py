"""Source: requirements/leave. Leaving a country touches neither its open orders nor what is held for them."""

from tests.disclosure.bureau import Bureau, account
from tests.disclosure.test_holds import deletes_all, keeps, texts
from tests.kit.stage import Person, Stage

from chappe.base.ids import UserId
from chappe.domain import leaving, territories
from chappe.legal import envelope, holds
from chappe.legal.staying import stays
from chappe.store import Tx


async def test_open_orders_and_holds_stay(bureau: Bureau, stage: Stage, alice: Person, bob: Person) -> None:
    await stage.writes(lambda tx: territories.declare(tx, UserId(alice.id), "FR"))
    await alice.says(bob, "kept for the court")
    order = await bureau.order(await bureau.authority(), account(alice, "content"), instrument="epoc_pr")
    [hold] = await keeps(bureau, order)
    before = await stage.reads(lambda rx: envelope.get(rx, order.order_id))
    assert await stage.reads(lambda rx: stays(rx, order.country)) == (1, 1)
    await deletes_all(alice, bob)

    def leaves(tx: Tx) -> None:
        for country in dict.fromkeys((order.country, "FR")):
            for step in leaving.STEPS[1:]:
                leaving.go(tx, "operator:1", country, step, "A new law.")

    await stage.writes(leaves)
    assert await stage.reads(lambda rx: envelope.get(rx, order.order_id)) == before
    assert await stage.reads(lambda rx: stays(rx, order.country)) == (1, 1)
    kept = await stage.reads(lambda rx: holds.get(rx, hold.hold_id))
    assert (kept.state, kept.ends_at) == (hold.state, hold.ends_at)
    assert "kept for the court" in await texts(bureau, kept)
    assert (await stage.reads(lambda rx: leaving.preview(rx, order.country, *stays(rx, order.country)))).holds == 1
