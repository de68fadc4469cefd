"""An order that is dealt with calls nobody any more; one that took effect by itself is told, and rings nobody.

Source: requirements/on-call, tco/3(3)
"""

from tests.kit.desk import Bench, link
from tests.kit.stage import Person, Stage
from tests.legal.test_removing import market

from chappe.domain import oncall
from chappe.domain.access import Moderator
from chappe.legal import answers
from chappe.legal.authorities import Authority
from chappe.legal.records import Target


async def kinds(stage: Stage) -> list[tuple[str, bool]]:
    """(kind, is it over) of all pages."""
    found = await stage.reads(lambda rx: rx.all("SELECT kind, over_at > 0 FROM pages ORDER BY page_id"))
    return [(kind, bool(over)) for kind, over in found]


async def test_what_took_effect_by_itself_rings_nobody(
    stage: Stage, bench: Bench, alice: Person, police: Authority
) -> None:
    _, post = await market(stage, alice)
    order = await bench.arrives("tco_removal", police, link(post))
    assert order.effect_at
    assert await stage.reads(oncall.open_pages) == []
    assert ("effect", False) in await kinds(stage), "somebody is told to look at it again, without being woken"


async def test_an_emergency_that_is_answered_stops_ringing(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    order = await bench.arrives("emergency_disclosure", police, Target("username", "@nobody"), proven=False)
    await stage.writes(lambda tx: oncall.page(tx, "emergency", order.subject, order.number))
    assert [one.kind for one in await stage.reads(oncall.open_pages)] == ["emergency"]
    letter = await stage.writes(
        lambda tx: answers.draft(tx, officer, order.order_id, bench.office, "refusal", "no_danger", "A play.")
    )
    await stage.writes(lambda tx: answers.send(tx, officer, letter.letter_id, bench.office))
    assert await stage.reads(oncall.open_pages) == []
    assert ("emergency", True) in await kinds(stage)
