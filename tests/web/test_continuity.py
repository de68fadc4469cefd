"""What everybody sees of continuity: numbers and dates, no name. Source: requirements/continuity"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from tests.domain.test_continuity import HOURS, House
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.web.conftest import SITE

from chappe.domain import kits, takeovers
from chappe.domain.continuity import HOUR_S
from chappe.domain.takeovers import GIVE_ROLE, SAY, Wanted
from chappe.web.continuity import Continuity, continuity_routes
from chappe.web.page import Pages


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FakeClock()
    database = open_fresh(tmp_path / "house.sqlite", clock)
    made = House(database, clock)
    await made.opens()
    yield made
    await database.close()


async def shown(house: House, language: str = "en") -> tuple[str, dict]:
    """The page and its data."""
    app = Starlette(routes=continuity_routes(Pages(SITE), Continuity(house.database, house.clock)))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://x") as visitor:
        page = await visitor.get("/continuity", headers={"accept-language": language})
        data = await visitor.get("/continuity.json")
    assert page.status_code == data.status_code == 200
    for name in ("alice", "bob", "carol", "dave", "erin"):
        assert name not in page.text and name not in data.text
    return page.text, data.json()


async def test_before_anything_is_fixed_the_page_says_so(house: House) -> None:
    page, data = await shown(house)
    assert "There is none yet: nobody may take over." in page and "There are none yet." in page
    assert data["rule"] is data["kits"] is data["absence"] is None
    assert "Il n’y en a pas encore" in (await shown(house, "fr"))[0]


async def test_a_rule_an_absence_and_a_plan_are_public(house: House) -> None:
    await house.proposes()
    page, data = await shown(house)
    assert "1 people have agreed; two must" in page and data["proposal"]["quorum"] == 2
    await house.is_taken_over()
    for wanted in (Wanted(SAY, detail="We <b>hold</b> it."), Wanted(GIVE_ROLE, house.erin.operator_id, "lead")):
        act = await house.does(lambda tx, wanted=wanted: takeovers.propose(tx, house.bob, wanted))
        await house.does(lambda tx, act=act: takeovers.agree(tx, house.carol, act.act_no))
    page, data = await shown(house)
    assert "We" not in str(data["notice"]), "it was not told yet"
    await house.does(lambda tx: takeovers.carry_out(tx, house.bob, 1))
    page, data = await shown(house)
    assert "We &lt;b&gt;hold&lt;/b&gt; it." in page and data["notice"] == "We <b>hold</b> it."
    assert "Give an operator a role: lead" in page and "not before" in page
    assert (data["absence"]["state"], data["rule"]["hours"]) == ("held", HOURS)
    assert data["plans"][1]["ready"] - data["absence"]["began"] == 24 * HOUR_S


async def test_kits_and_drills_are_public(house: House) -> None:
    digest = os.urandom(32).hex()
    await house.does(lambda tx: kits.made(tx, 2, 3, "age1x", digest, "server"))
    await house.does(lambda tx: kits.record_drill(tx, "signed", True, int(house.clock.now()), digest, "server"))
    await house.does(lambda tx: kits.record_drill(tx, "lost", False, int(house.clock.now()), "", "operator:1"))
    page, data = await shown(house)
    assert "3 people keep a sheet each; any 2 of them together" in page
    assert [one["passed"] for one in data["drills"]] == [False, True] and "it did not come back" in page
    assert "lost" not in str(data), "why it failed is not public"
    assert await house.entries("recovery_kits_made", "recovery_drill_recorded") == [
        ("recovery_kits_made", "server", "kits:1"), ("recovery_drill_recorded", "server", "recovery_drill:1"),
        ("recovery_drill_recorded", "operator:1", "recovery_drill:2"),
    ]  # fmt: skip
    house.clock.moves(kits.DRILL_S + 1)
    assert "and is late" in (await shown(house))[0]
