"""The disk is full, or the database away: each door says so, and that nothing was stored. Source: api/errors"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from tests.console.conftest import Desk, desk
from tests.intake.conftest import door
from tests.portal.conftest import Portal, place
from tests.portal.test_portal import TCO
from tests.web.conftest import Opened

from chappe.store import Store, StoreUnavailable

__all__ = ["desk", "door", "place"]

Breaks = Callable[[Store], None]
SAYS = {"storage_full": "is full: nothing was stored", "storage_unavailable": "nothing was stored"}


@pytest.fixture(params=SAYS)
def reason(request: pytest.FixtureRequest) -> str:
    """What gave way."""
    return str(request.param)


@pytest.fixture
def breaks(reason: str, monkeypatch: pytest.MonkeyPatch) -> Breaks:
    """From now on nothing is stored; and while the database is away nothing is read."""

    async def refuses(_act: Any) -> Any:
        raise StoreUnavailable(reason)

    def broken(store: Store) -> None:
        monkeypatch.setattr(store, "write", refuses)
        if reason == "storage_unavailable":
            monkeypatch.setattr(store, "read", refuses)

    return broken


@pytest.fixture
async def pages(opened: Opened) -> AsyncIterator[Any]:
    """The pages for everybody."""
    async with opened() as made:
        yield made


async def test_pages_for_everybody(pages: Any, breaks: Breaks, reason: str) -> None:
    breaks(pages.store)
    visitor = pages.visitor()
    form = {"name": "alice", "code": "1111-2222"}
    answers = [await visitor.post("/operator/recover", data=form)]
    if reason == "storage_unavailable":
        answers += [await visitor.get("/@example"), await visitor.get("/+abcdefgh")]
    for answer in answers:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60"), answer.text
        assert SAYS[reason] in answer.text


@pytest.mark.slow
async def test_the_console(desk: Desk, breaks: Breaks, reason: str) -> None:
    browser = await desk.at_work("alice", "lead", rank="owner")
    program = await desk.program("carol", rank="owner")
    breaks(desk.store)
    if reason == "storage_full":
        sent = await browser.post("/do/make_token", data={"name": "mine", "days": "1", "back": "/tokens"})
        assert "refusal=storage_full" in sent.headers["location"]
        assert "Make room" in (await browser.get(sent.headers["location"])).text
        assert (await program.post("/api/tokens", json={"name": "mine", "days": 1})).status_code == 503
    else:
        answer = await browser.get("/people")
        assert answer.status_code == 503 and SAYS[reason] in answer.text


async def test_the_portal(place: Portal, breaks: Breaks, reason: str) -> None:
    court = await place.court()
    breaks(place.door.store)
    answer = await court.post("/file/tco_removal", data={**TCO, "draft": "d"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60"), answer.text
    assert SAYS[reason] in answer.text
