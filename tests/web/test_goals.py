"""Source: requirements/goals. What is promised stands beside the public figure that shows whether it is met."""

import os
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.transparency.logbook import ORIGIN
from tests.web.conftest import SITE

from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.transparency import Ledger, Stretch
from chappe.web.goals import Goal, GoalsError, goal_routes, load, standing
from chappe.web.page import Pages

TEXT = {"en": "x", "fr": "x"}


def at_most(bound: float, by: str = "2026-01-31", figure: str = "instruments.decision.median_hours") -> Goal:
    return Goal("x", "2026-01-01", by, figure, bound, None, TEXT)


def stretch(**instruments: dict[str, float]) -> Stretch:
    return Stretch("2026-01-01", "2026-01-30", 30, ["2026-01-07"], {"instruments": instruments})


@pytest.mark.parametrize(
    ("goal", "today", "state"),
    [
        (at_most(24), "2026-02-01", "met"), (at_most(11), "2026-01-31", "ahead"), (at_most(11), "2026-02-01", "missed"),
        (at_most(0, figure="gaps"), "2026-02-01", "missed"), (at_most(1, figure="gaps"), "2026-02-01", "met"),
        (at_most(1, figure="instruments.complaint.median_hours"), "2026-02-01", "unmeasured"),
        (at_most(1, figure="instruments.decision"), "2026-02-01", "unmeasured"),
        (Goal("x", "2026-01-01", "2026-01-31", "instruments.decision.total", None, 5, TEXT), "2026-02-01", "met"),
        (Goal("x", "2026-01-01", "2026-01-31", "instruments.decision.total", None, 6, TEXT), "2026-02-01", "missed"),
    ],
)  # fmt: skip
def test_a_goal_stands_as_the_figures_say(goal: Goal, today: str, state: str) -> None:
    assert standing(goal, stretch(decision={"median_hours": 12.0, "total": 5}), today).state == state
    assert standing(goal, None, today).state == "unmeasured"


@pytest.mark.parametrize(
    "said",
    ["", "goal = 1", "[[goal]]\nname='x'", "[[goal]]\nname='x'\nsince='2026-01-01'\nby='soon'\nfigure='gaps'\nmost=0"],
)
def test_goals_that_cannot_be_read_are_named(tmp_path: Path, said: str) -> None:
    place = tmp_path / "goals.toml"
    place.write_text(said)
    with pytest.raises(GoalsError):
        load(place)


async def test_the_shipped_goals_are_a_page_in_two_languages_and_data(tmp_path: Path) -> None:
    clock = FakeClock()
    store = open_fresh(tmp_path / "chappe.sqlite", clock)
    (tmp_path / "keys").mkdir()
    ledger = Ledger(store, clock, os.urandom, tmp_path, ORIGIN)
    routes = [*goal_routes(Pages(SITE), load(None), ledger), Mount("/static", Starlette())]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://chat.example.org"
    ) as reader:
        assert "Nothing to measure yet" in (await reader.get("/goals", headers={"accept-language": "en"})).text
        await store.write(lambda tx: journal.record(tx, "invite_used", "server", "x", Public("overdue", count=2)))
        await ledger.catch_up()
        clock.moves(86_400)
        await ledger.catch_up()
        assert "En retard" not in (await reader.get("/goals", headers={"accept-language": "fr"})).text
        found = {one["name"]: (one["value"], one["state"]) for one in (await reader.get("/goals.json")).json()}
    assert found["nothing_overdue"] == (2.0, "ahead")
    assert found["no_gap"] == (0.0, "met")
    assert found["complaints_in_a_week"] == (None, "unmeasured")
    ledger.folder.unlock()
    await store.close()
