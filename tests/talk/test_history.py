"""Source: api/offsets, method/messages.getHistory. Every way to ask for a stretch of a dialog, near both ends."""

import pytest
from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t

NEWEST = 10
# A dialog of ten messages with ids 1 to 10, sent ten seconds apart. (offset_id, add_offset, limit) → ids, newest first.
STRETCHES: list[tuple[str, tuple[int, int, int], list[int]]] = [
    ("the newest", (0, 0, 3), [10, 9, 8]),
    ("older than one", (8, 0, 3), [7, 6, 5]),
    ("older than the oldest", (1, 0, 3), []),
    ("older than a message that never was", (99, 0, 2), [10, 9]),
    ("older, some left out", (8, 2, 3), [5, 4, 3]),
    ("from the newest, some left out", (0, 4, 2), [6, 5]),
    ("left out beyond the end", (3, 5, 3), []),
    ("left out far beyond", (0, 2**31 - 1, 3), []),
    ("newer, with the one itself at the end", (5, -3, 3), [7, 6, 5]),
    ("newer than it, without it", (5, -4, 3), [8, 7, 6]),
    ("around", (5, -2, 4), [6, 5, 4, 3]),
    ("around, one more above", (5, -3, 4), [7, 6, 5, 4]),
    ("around the newest: places above stay empty", (10, -3, 5), [10, 9, 8]),
    ("around the oldest", (1, -3, 5), [3, 2, 1]),
    ("newer than the newest", (10, -5, 5), [10]),
    ("newer than the newest, without it", (10, -6, 5), []),
    ("newer than the very start", (1, -10, 10), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
    ("above the newest by no id", (0, -3, 5), [10, 9]),
    ("nothing but places above", (0, -5, 5), []),
    ("newer than a gap", (11, -3, 5), [10, 9]),
    ("far above", (5, -1000, 3), []),
    ("a limit of zero is an ordinary page", (0, 0, 0), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
    ("a negative limit is one", (0, 0, -4), [10]),
]


def ask(who: Person, whom: Person, offset_id: int = 0, add_offset: int = 0, limit: int = 100, **how: int) -> object:
    given = {"offset_date": 0, "max_id": 0, "min_id": 0, "hash": 0} | how
    return f.messages.GetHistory(
        peer=who.sees(whom), offset_id=offset_id, add_offset=add_offset, limit=limit, **given
    )


async def conversation(stage: Stage, alice: Person, bob: Person) -> None:
    for number in range(1, NEWEST + 1):
        await alice.says(bob, str(number))
        stage.clock.moves(10)


async def test_the_table(stage: Stage, alice: Person, bob: Person) -> None:
    await conversation(stage, alice, bob)
    for name, offsets, ids in STRETCHES:
        page = await alice.calls(ask(alice, bob, *offsets))
        assert [m.id for m in page.messages] == ids, name
        assert getattr(page, "count", len(ids)) == NEWEST, name


async def test_dates_and_bounds(stage: Stage, alice: Person, bob: Person) -> None:
    start = int(stage.clock.now())
    await conversation(stage, alice, bob)

    async def ids(**how: int) -> list[int]:
        return [m.id for m in (await bob.calls(ask(bob, alice, **how))).messages]

    assert await ids(offset_date=start + 40, limit=2) == [4, 3], "sent before the date"
    assert await ids(offset_date=start + 41, limit=2) == [5, 4]
    assert await ids(offset_date=start, limit=2) == []
    assert await ids(offset_date=start + 1000, limit=2) == [10, 9]
    assert await ids(offset_date=start + 40, add_offset=-2, limit=2) == [6, 5]
    assert await ids(min_id=7) == [10, 9, 8]
    assert await ids(max_id=3) == [2, 1]
    assert await ids(min_id=3, max_id=9, limit=2) == [8, 7], "bounds shape the list before the limit does"
    assert await ids(min_id=3, offset_id=5, limit=5) == [4]


async def test_another_dialog_stays_out(stage: Stage, alice: Person, bob: Person) -> None:
    carol = await stage.person("carol")
    await alice.says(bob, "for bob")
    await alice.says(carol, "for carol")
    await alice.says(bob, "for bob again")
    page = await alice.calls(ask(alice, bob, 2, -1, 2))
    assert [m.id for m in page.messages] == [3, 1]
    assert isinstance(page, t.messages.Messages)
    assert await alice.fails(ask(alice, stranger(stage))) == "400 PEER_ID_INVALID"


def stranger(stage: Stage) -> Person:
    """Somebody who was never there."""
    made = Person.__new__(Person)
    made.id, made.stage = 424242, stage
    return made


@pytest.mark.parametrize("reach", [1, 3, 4, 10, 50])
async def test_paging_upwards_meets_every_message_once(stage: Stage, alice: Person, bob: Person, reach: int) -> None:
    await conversation(stage, alice, bob)
    seen: list[int] = []
    while True:
        page = await alice.calls(ask(alice, bob, (seen[-1] if seen else 0) + 1, -reach, reach))
        if not page.messages:
            break
        seen += [m.id for m in reversed(page.messages)]
    assert seen == list(range(1, NEWEST + 1))
