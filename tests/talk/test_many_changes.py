"""Source: api/updates. However many changes without a pts somebody missed, they hear of each, or begin anew."""

import sqlite3
from itertools import count
from pathlib import Path

from tests.kit.stage import Person, Stage

from chappe.base.ids import PeerId
from chappe.domain import updates as u
from chappe.domain import upkeep
from chappe.domain.updates import DIFFERENCE_LIMIT
from chappe.jobs import clearing
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


async def blocks(stage: Stage, alice: Person, numbers: range) -> None:
    """So many changes in the second that is now."""
    def act(tx: object) -> None:
        for number in numbers:
            u.keep_state(tx, PeerId(alice.id), u.PeerBlocked(number, True))  # type: ignore[arg-type]

    await stage.writes(act)


async def told(alice: Person, pts: int, date: int) -> tuple[list[int], int]:
    """Whom the client heard of, and in how many slices."""
    heard: list[int] = []
    for slices in count(1):
        found = await alice.calls(f.updates.GetDifference(pts=pts, date=date, qts=0))
        heard += [one.peer_id.user_id for one in found.other_updates if isinstance(one, t.UpdatePeerBlocked)]
        if isinstance(found, t.updates.Difference):
            return heard, slices
        assert found.intermediate_state.date > date, "it goes on"
        pts, date = found.intermediate_state.pts, found.intermediate_state.date
    raise AssertionError


async def test_more_changes_than_one_answer_holds_come_in_slices(stage: Stage, alice: Person, bob: Person) -> None:
    here = await alice.calls(f.updates.GetState())
    for second in range(30):
        await blocks(stage, alice, range(second * 100 + 1, second * 100 + 101))
        stage.clock.moves(1)
    await bob.says(alice, "and a word")
    heard, slices = await told(alice, here.pts, here.date)
    assert set(heard) == set(range(1, 3001))
    assert 3 <= slices <= 5


async def test_more_in_one_second_than_one_answer_holds_is_told_as_too_much(stage: Stage, alice: Person) -> None:
    stage.clock.moves(60)
    here = await alice.calls(f.updates.GetState())
    await blocks(stage, alice, range(1, DIFFERENCE_LIMIT + 2))
    found = await alice.calls(f.updates.GetDifference(pts=here.pts, date=here.date, qts=0))
    assert found == t.updates.DifferenceTooLong(pts=here.pts)


async def test_what_is_old_is_forgotten_and_the_rest_is_not(stage: Stage, alice: Person, bob: Person) -> None:
    def rows(name: str) -> int:
        with sqlite3.connect(next(Path(place) for _, _, place in database if place)) as reader:
            return int(reader.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0])

    database = await stage.reads(lambda rx: rx.all("PRAGMA database_list"))
    await blocks(stage, alice, range(2 * upkeep.LOOKED_AT + 7))
    for number in range(3):
        await alice.says(bob, "old", 100 + number)
    stage.clock.moves(31 * DAY_S)
    await blocks(stage, bob, range(5))
    await alice.says(bob, "new", 200)
    clear = clearing(stage.store, stage.clock)
    await clear()
    assert (rows("sends"), rows("box_states")) == (1, 5)
    stage.clock.moves(31 * DAY_S)
    await clear()
    assert (rows("sends"), rows("box_states")) == (0, 0)


async def test_a_long_log_is_cut_in_short_acts(stage: Stage, alice: Person) -> None:
    """Of a log longer than 200,000 changes the oldest go, 2,500 at a time."""
    def fill(tx: object) -> None:
        tx.run("UPDATE boxes SET pts = 250001 WHERE owner_id = ?", (alice.id,))  # type: ignore[attr-defined]
        tx.many(  # type: ignore[attr-defined]
            "INSERT INTO box_log (owner_id, pts, pts_count, kind, message_id, date) VALUES (?, ?, 1, 3, 0, 0)",
            ((alice.id, pts) for pts in range(1000, 250_002)),
        )

    await stage.writes(fill)
    above, acts = 0, 0
    while above := await stage.writes(lambda tx, above=above: upkeep.cut_logs(tx, above)):  # type: ignore[misc]
        acts += 1
    assert acts > 15
    query = "SELECT MIN(pts), COUNT(*) FROM box_log WHERE owner_id = ?"
    left = await stage.reads(lambda rx: rx.one(query, (alice.id,)))
    assert left == (50_002, 200_000)
