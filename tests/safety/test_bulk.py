"""Rights of those who decide many cases at once and of those who look at files, asked of the room itself.

Source: dsa/16(6)
"""

import pytest
from tests.safety.conftest import Scene

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain.rulings import Ground, Measure, Ruling
from chappe.safety import bulk, cases, overturning, viewing
from chappe.store import Row

RULING = Ruling(
    (), Measure("remove"), Ground("terms", "3.5", 1, "It is fraud."), "SCAMS_AND_FRAUD", bytes(32), facts="It asks."
)


async def acts(scene: Scene) -> list[Row]:
    """The journal."""
    return list(await scene.stage.reads(lambda rx: rx.all("SELECT kind FROM journal ORDER BY no")))


@pytest.mark.parametrize("role", ["triage", "moderator", "child_safety", "appeals", "auditor"])
async def test_leads_alone_decide_many(scene: Scene, role: str) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    other = await scene.moderator("carol", role)
    before = await acts(scene)
    with pytest.raises(NotAllowed, match="operator_role_needed"):
        await scene.does(bulk.decide, other, [1], RULING)
    with pytest.raises(NotAllowed, match="operator_role_needed"):
        await scene.asks(bulk.reach, other, [1], Measure("remove"))
    assert await acts(scene) == before


async def test_what_one_case_refuses_leaves_all_as_they_were(scene: Scene) -> None:
    for words in ("one", "two"):
        await scene.notices(scene.bob, await scene.says(words))
    lead, carol = await scene.moderator("lead", "lead"), await scene.moderator("carol", "moderator")
    await scene.does(cases.claim, carol, 1)
    left = await scene.asks(bulk.reach, lead, [1, 2], Measure("remove"))
    assert ([one.case_id for one in left.cases], [one.case_id for one in left.left]) == ([2], [1])
    with pytest.raises(NotFound, match="operator_case_unknown"):
        await scene.does(bulk.decide, lead, [2, 99], RULING)
    assert (await scene.asks(cases.get, lead, 2)).is_open
    made = await scene.does(bulk.decide, lead, [1, 2], RULING)
    assert made.item_count == 1 and (await scene.asks(cases.get, lead, 1)).is_open
    with pytest.raises(Invalid, match="operator_bulk_empty"):
        await scene.does(bulk.decide, lead, [1, 2], RULING)
    with pytest.raises(Conflict, match="operator_case_claimed"):
        await scene.does(cases.decide, lead, 1, RULING)


async def test_who_noticed_what_was_spared_hears_that_nothing_stands(scene: Scene) -> None:
    posts = [await scene.says(words) for words in ("one", "two")]
    for post, who in zip(posts, (scene.bob, scene.carol), strict=True):
        await scene.notices(who, post)
    lead = await scene.moderator("lead", "lead", "moderator")
    made = await scene.does(bulk.decide, lead, [1, 2], RULING)
    await scene.tells()
    await scene.does(overturning.spare, lead, made.decision_id, [f"message:{scene.room.marked}:{posts[0]}"], "No.")
    assert [(await scene.asks(cases.get, lead, number)).outcome for number in (1, 2)] == ["no_action", "measure"]
    scene.bob.hears(), scene.carol.hears()
    await scene.tells()
    assert (bool(scene.bob.hears()), bool(scene.carol.hears())) == (True, False)


async def test_a_file_is_seen_under_its_own_case_alone(scene: Scene) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    bob = await scene.moderator("bob", "moderator")
    with pytest.raises(NotFound, match="operator_file_unknown"):
        await scene.does(viewing.file, bob, 1, "0" * 64)
    with pytest.raises(NotFound, match="operator_case_unknown"):
        await scene.does(viewing.file, bob, 2, "0" * 64)
