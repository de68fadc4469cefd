"""Source: method/messages.getSearchResultsCalendar, method/messages.search. No look goes through all there is."""

from functools import partial
from typing import Any, cast

import pytest
from tests.kit.stage import Person, Stage

from chappe.base.ids import PeerId
from chappe.domain import indexing, search
from chappe.store import Reader
from chappe.store.queries import boxes
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


async def test_days_are_told_whole_and_the_rest_is_asked_for(
    stage: Stage, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "DATED", 4)
    spot = t.InputMediaGeoPoint(geo_point=t.InputGeoPoint(lat=1.0, long=1.0))
    for number in range(1, 7):
        await alice.calls(f.messages.SendMedia(peer=t.InputPeerSelf(), media=spot, message="", random_id=number))
        stage.clock.moves(DAY_S if number % 2 == 0 else 1)
    told, below = [], 0
    for _ in range(3):
        page = await alice.calls(f.messages.GetSearchResultsCalendar(
            peer=t.InputPeerSelf(), filter=t.InputMessagesFilterGeo(), offset_id=below, offset_date=0
        ))  # fmt: skip
        told += [(period.min_msg_id, period.max_msg_id, period.count) for period in page.periods]
        below = page.min_msg_id
        if below == 1:
            break
    assert told == [(5, 6, 2), (3, 4, 2), (1, 2, 2)]


async def test_a_date_is_found_by_few_looks(stage: Stage, alice: Person, bob: Person) -> None:
    """Source: api/offsets"""
    me, them, start = PeerId(alice.id), PeerId(bob.id), int(stage.clock.now())
    kept = {}
    for number in range(1, 60):
        note = f.messages.SendMessage(peer=alice.sees(bob), message="x", random_id=number)
        kept[(await alice.calls(note)).id] = int(stage.clock.now())
        stage.clock.moves(7 * (number % 3))
    gone = sorted(kept)[5::4]
    await alice.calls(f.messages.DeleteMessages(id=gone))
    left = {number: date for number, date in kept.items() if number not in gone}

    def first(rx: Reader, date: int) -> tuple[int | None, int]:
        looks = 0

        class Counting:
            def one(self, *what: Any) -> Any:
                nonlocal looks
                looks += 1
                return rx.one(*what)

        return boxes.first_after(cast(Reader, Counting()), me, them, date), looks

    for date in range(start - 1, int(stage.clock.now()) + 2):
        found, looks = await stage.store.read(partial(first, date=date))
        assert found == min((one for one, there in left.items() if there >= date), default=None) and looks <= 40


async def test_a_search_looks_through_the_latest_events_alone(
    stage: Stage, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "TAIL", 3)
    await alice.says(bob, "one")
    await alice.says(bob, "two")
    for _ in range(2):
        await bob.calls(f.messages.SendMessage(peer=t.InputPeerSelf(), message="a note", random_id=next(stage.numbers)))
    assert await stage.reads(lambda rx: indexing.unindexed(rx, PeerId(alice.id))) == [2]
