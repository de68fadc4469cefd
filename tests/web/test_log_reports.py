"""The daily figures as data for anybody. Source: dsa/24(5)"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.transparency.logbook import NOTICE, ORIGIN
from tests.web.conftest import SITE

from chappe.domain import journal
from chappe.transparency import Ledger
from chappe.web.log import log_routes
from chappe.web.log.reports import stretch_of
from chappe.web.page import Pages

DAY_S = 86_400


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Three days with a notice each; the last is not over."""
    clock = FakeClock()
    store = open_fresh(tmp_path / "chappe.sqlite", clock)
    (tmp_path / "keys").mkdir()
    ledger = Ledger(store, clock, os.urandom, tmp_path, ORIGIN)
    for _ in range(3):
        await store.write(lambda tx: journal.record(tx, "invite_used", "user:7", "user:7", NOTICE))
        while await ledger._sequencer.step() or await ledger.reports.step():
            pass
        clock.moves(DAY_S)
    clock.moves(-DAY_S)
    app = Starlette(routes=log_routes(Pages(SITE), ledger))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.example.org") as made:
        yield made
    ledger.folder.unlock()
    await store.close()


async def test_days_are_listed_and_counted(visitor: httpx.AsyncClient) -> None:
    listed = await visitor.get("/log/report/days.json")
    assert listed.headers["access-control-allow-origin"] == "*"
    days = [{"day": "2025-06-15", "version": 1}, {"day": "2025-06-16", "version": 1}]
    assert listed.json() == {"v": 1, "origin": ORIGIN, "days": days, "missing": []}
    day = (await visitor.get("/log/report/2025-06-15.json")).json()
    assert day["figures"]["instruments"]["notice"]["total"] == 1
    assert (await visitor.get("/log/report/2025-06-15.json?version=1")).json() == day
    for name in ("2025-06", "2025"):
        found = (await visitor.get(f"/log/report/{name}.json")).json()
        assert (found["first"], found["last"], found["days"], found["gaps"]) == ("2025-06-15", "2025-06-16", 2, [])
        assert found["figures"]["instruments"]["notice"]["total"] == 2


@pytest.mark.parametrize(
    "name",
    ["2025-06-17", "2025-13", "2025-02-30", "x", "2025-6", "0000", "9999", "9999-12", "2025-06-15.json?version=2"],
)
async def test_what_is_no_report(visitor: httpx.AsyncClient, name: str) -> None:
    path = f"/log/report/{name}" if "json" in name else f"/log/report/{name}.json"
    assert (await visitor.get(path)).status_code == 404


def test_stretches() -> None:
    assert stretch_of("1970-01-01") == (0, 1)
    assert stretch_of("1970-12") == (334, 365)
    assert stretch_of("1972") == (730, 1096)
