"""The growth guard: what leaves its band tightens limits for a time, is told and written down; then it is lifted.

Source: requirements/growth-guard
"""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage
from tests.safety.watched import Watch

from chappe.domain import content, updates
from chappe.domain.calling import Ways
from chappe.jobs import Paging
from chappe.safety import growth
from chappe.safety.capacity import Capacity
from chappe.safety.growth import FLOORS, HOUR_S, Growing, band
from chappe.store.queries import people
from chappe.store.safety import signals as rows
from chappe.tl import functions as f

WEEK_H = 168


@pytest.fixture
async def alice(stage: Stage) -> Person:
    """Somebody on call, by her name."""
    (person,) = await stage.people("alice")
    await person.calls(f.account.UpdateUsername(username="alice"))
    stage.clock.moves(HOUR_S * 3 - stage.clock.now() % HOUR_S)
    return person


@pytest.fixture
def watch(stage: Stage, tmp_path: Path) -> Watch:
    return Watch(stage, tmp_path)


@pytest.fixture
def guard(stage: Stage, watch: Watch, alice: Person) -> Growing:
    return Growing(watch.gate)


async def came(stage: Stage, many: int) -> None:
    """So many accounts were made this hour."""
    first = next(stage.numbers) * 1000 + 100_000

    def act(tx: object) -> None:
        for number in range(many):
            people.insert_account(tx, first + number, f"8{first + number}", "N", "", tx.now)  # type: ignore[arg-type,attr-defined]

    await stage.writes(act)


async def usually(stage: Stage, figures: list[int], what: str = "sign_ups") -> None:
    """This hour of the week had these figures, last week first."""
    hour = int(stage.clock.now()) // HOUR_S
    for week, n in enumerate(figures, 1):
        await stage.writes(lambda tx, w=week, n=n: rows.set_hours(tx, [(what, hour - w * WEEK_H, n)]))  # type: ignore[misc]


async def test_a_small_server_is_left_in_peace(stage: Stage, guard: Growing, watch: Watch, alice: Person) -> None:
    await usually(stage, [0, 1, 0, 0])
    await came(stage, FLOORS["sign_ups"])
    await guard.watch(stage.store, stage.clock)
    assert not watch.gate.tight
    assert await stage.letters() == []


async def test_a_rush_tightens_and_its_end_lifts(stage: Stage, guard: Growing, watch: Watch, alice: Person) -> None:
    await usually(stage, [10, 12, 9, 11])
    await came(stage, 40)
    alice.hears()
    listed = ("@alice", "@nobody_has_this", "ops@example.org")
    ways = Ways(stage.wrapper.seal, "https://chat.example/", "https://desk.example/", frozenset({"mail"}), listed)
    paging = Paging(ways, stage.entropy)
    await guard.watch(stage.store, stage.clock)
    assert watch.gate.tight
    (on,) = await stage.reads(growth.guards)
    assert (on.what, on.figure, on.usual, on.most) == ("sign_ups", 40, 10, 32)
    await paging.step(stage.store, int(stage.clock.now()))
    (kind, address, text), = await stage.letters(pages=True)
    assert (kind, address) == ("page_mail", "ops@example.org")
    assert "40 sign-ups this hour" in text
    await stage.settles()
    assert [one for one in map(repr, alice.hears()) if "Growth guard on" in one]
    await guard.watch(stage.store, stage.clock)
    await paging.step(stage.store, int(stage.clock.now()))
    assert await stage.letters(pages=True) == [], "it is told once"
    stage.clock.moves(HOUR_S)
    await guard.watch(stage.store, stage.clock)
    assert watch.gate.tight, "for a time, even if the next hour is quiet"
    stage.clock.moves(HOUR_S + 60)
    await guard.watch(stage.store, stage.clock)
    assert not watch.gate.tight
    await paging.step(stage.store, int(stage.clock.now()))
    assert "back in their band" in (await stage.letters(pages=True))[0][2]
    ((past, lifted),) = await stage.reads(lambda rx: growth.past(rx, 0))
    assert past.guard_id == on.guard_id
    assert lifted == int(stage.clock.now())
    journal = await stage.reads(lambda rx: rx.all("SELECT kind FROM journal WHERE kind LIKE 'growth%' ORDER BY no"))
    assert [kind for (kind,) in journal] == ["growth_guard_on", "growth_guard_lifted"]


async def test_a_rush_that_goes_on_keeps_the_guard_on(stage: Stage, guard: Growing, watch: Watch) -> None:
    await usually(stage, [1, 1, 1])
    for _ in range(4):
        await came(stage, 120)
        await guard.watch(stage.store, stage.clock)
        stage.clock.moves(HOUR_S)
    (on,) = await stage.reads(growth.guards)
    assert on.figure == 120


async def test_the_guard_is_found_again_after_a_restart(
    stage: Stage, guard: Growing, watch: Watch, tmp_path: Path
) -> None:
    await came(stage, 400)
    await guard.watch(stage.store, stage.clock)
    other = Watch(stage, tmp_path / "again")
    assert not other.gate.tight
    await Growing(other.gate).watch(stage.store, stage.clock)
    assert other.gate.tight
    assert await stage.reads(lambda rx: len(growth.past(rx, 0))) == 1


async def test_new_rooms_and_reports_are_watched_too(stage: Stage, guard: Growing, watch: Watch, alice: Person) -> None:
    await usually(stage, [1, 2, 1], "rooms")
    await usually(stage, [1, 2, 1], "reports")
    stage.services.gate = watch.gate
    bobs = await stage.people("bob", "carol")
    for number in range(11):
        await hall(stage, bobs[number % 2], title=f"Room {number}")
    await guard.watch(stage.store, stage.clock)
    assert [one.what for one in await stage.reads(growth.guards)] == ["rooms"]
    make = f.channels.CreateChannel(title="One more", about="", broadcast=True)
    assert await bobs[0].fails(make) == "420 FLOOD_WAIT_3600"


async def test_hours_that_are_over_stand_written_once(stage: Stage, guard: Growing) -> None:
    hour = int(stage.clock.now()) // HOUR_S
    await came(stage, 7)
    stage.clock.moves(5 * HOUR_S)
    await guard.watch(stage.store, stage.clock)
    await guard.watch(stage.store, stage.clock)
    found = await stage.reads(lambda rx: rows.hour(rx, "sign_ups", range(hour, hour + 6)))
    assert found == {hour: 7, hour + 1: 0, hour + 2: 0, hour + 3: 0, hour + 4: 0}
    active = await stage.reads(lambda rx: rows.newest_hour(rx, "active"))
    assert active == hour + 5


@given(st.lists(st.integers(0, 5000), max_size=8), st.integers(1, 50))
def test_a_band_has_room_for_what_was_usual(earlier: list[int], floor: int) -> None:
    found = band(earlier, floor)
    assert found.most >= floor
    assert found.most >= found.usual
    assert found.hours == len(earlier)


def test_one_mad_week_does_not_move_the_band() -> None:
    assert band([10, 11, 9, 10, 900], 5).most == band([10, 11, 9, 10, 12], 5).most


def test_headroom_is_what_was_measured_less_what_is_in_use(stage: Stage, tmp_path: Path) -> None:
    capacity = Capacity(stage.clock, tmp_path, ceiling_s=100)

    def entry(owner: int, out: bool) -> updates.Entry:
        said = SimpleNamespace(out=out, content=content.Text("hi"))
        return updates.Entry(owner, 1, 1, 0, said)  # type: ignore[arg-type]

    for _ in range(600):
        capacity.count([entry(1, True), entry(2, False)])
    capacity.count([entry(-1000000001000, False)] * 600)
    found = capacity.headroom()
    assert (found.messages_s, found.highest_s, found.used) == (20, 20, 0.2)
    assert 0 < found.disk_left <= found.disk_whole
    stage.clock.moves(61)
    assert capacity.headroom().messages_s == 0
    assert capacity.headroom().highest_s == 20


async def test_reports_are_told_by_how_many_people_there_are(stage: Stage, guard: Growing) -> None:
    """Ten times the people file ten times the reports, and that is no wave."""
    await usually(stage, [10, 10, 10, 10], "reports")
    hour = int(stage.clock.now()) // HOUR_S
    past = [("active", hour - n * WEEK_H, 100) for n in range(1, 5)]
    await stage.writes(lambda tx: rows.set_hours(tx, past))
    before = await stage.reads(lambda rx: growth.usual(rx, "reports", hour, 5))
    assert (before.usual, before.most) == (10, 30)
    await stage.writes(lambda tx: rows.set_hours(tx, [("active", hour - 1, 1000)]))
    after = await stage.reads(lambda rx: growth.usual(rx, "reports", hour, 5))
    assert (after.usual, after.most) == (100, 300)
