"""In an emergency the second person of a disclosure is called, at any hour. Source: requirements/on-call"""

from tests.disclosure.bureau import Bureau, account
from tests.kit.stage import Person, Stage

from chappe.domain import oncall


async def test_who_may_approve_an_emergency_is_called_and_who_proposed_is_not(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    authority = await bureau.authority("police")
    order = await bureau.order(authority, account(alice, "subscriber"), instrument="emergency_disclosure")
    found = await bureau.proposes(order)
    (page,) = await stage.reads(oncall.open_pages)
    assert (page.kind, page.subject, page.text) == ("approval", order.subject, order.number)
    calls = await stage.reads(lambda rx: oncall.calls_of(rx, [page.page_id]))
    assert [(one.operator_id, one.state) for one in calls[page.page_id]] == [(2, "declined")]
    await bureau.approves(found)
    assert await stage.reads(oncall.open_pages) == []


async def test_what_is_not_urgent_waits_for_the_day(bureau: Bureau, stage: Stage, alice: Person) -> None:
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    await bureau.proposes(order)
    assert await stage.reads(oncall.open_pages) == []
