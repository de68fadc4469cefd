"""Source: dsa/16. Whatever is noticed, decided and opened again: no notice is lost, each of its items has one case."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.kit.moderation import somebody

from chappe.base import Conflict
from chappe.domain.auth_keys import Wrapper
from chappe.domain.categories import KEYWORDS
from chappe.domain.rulings import Item
from chappe.safety import Case, Desk, Evidence, Filing, Located, Notifier, cases, intake, notices, queues
from chappe.safety.telling import Telling
from chappe.store import Reader, Store

ROOM = -1_000_000_001_000
THINGS = 6

one_notice = st.tuples(
    st.just("notice"), st.lists(st.integers(1, THINGS), min_size=1, max_size=4),
    st.sampled_from([(c, k) for c, words in KEYWORDS.items() for k in ("", *words[:1])]), st.integers(0, 3),
)  # fmt: skip
one_act = st.tuples(
    st.sampled_from(["dismiss", "reopen", "claim", "tell", "wait"]), st.integers(0, 9),
    st.sampled_from(["no_action", "unfounded", "gone"]), st.just(0),
)  # fmt: skip


def located(number: int, said: int) -> Located:
    item = Item("message", ROOM, number)
    shown = Evidence("message", 1, text=f"thing {number} said {said}", message_id=number)
    return Located(item, 1000 + number % 2, ROOM, evidence=(shown,))


class World:
    """The room, and what it must remember."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store, self.clock, self.count = store, clock, 0
        self.desk = Desk(Wrapper(b"a secret of thirty-two bytes ...", lambda size: b"\x07" * size), "/", limited=False)
        self.filed: dict[int, tuple[str, set[str], tuple[str, str]]] = {}

    async def begins(self) -> None:
        self.moderator = await self.store.write(lambda tx: somebody(tx, "owner"))

    async def does(self, step: tuple[str, Any, Any, int]) -> None:
        what, one, two, three = step
        if what == "notice":
            await self.files(one, two, three)
        elif what == "tell":
            while await Telling(self.desk).step(self.store):
                pass
        elif what == "wait":
            self.clock.moves(one * 600)
        elif (found := await self.store.read(lambda rx: every_case(rx))) and one < len(found):
            await self.acts(what, found[one], two)

    async def files(self, things: list[int], category: tuple[str, str], who: int) -> None:
        self.count += 1
        token, notifier = f"{self.count:032x}", Notifier(name="n", email=f"{who}@example.org" if who else "")
        filing = Filing("form", *category, f"words {self.count}", tuple(located(one, self.count) for one in things))
        done = await self.store.write(lambda tx: notices.file(tx, self.desk, notifier, filing, token))
        self.filed[done.notice_id] = (token, {located(one, 0).key for one in things}, category)

    async def acts(self, what: str, case: Case, outcome: str) -> None:
        acts: dict[str, Callable[[Any], Case]] = {
            "claim": lambda tx: cases.claim(tx, self.moderator, case.case_id),
            "dismiss": lambda tx: cases.dismiss(tx, self.moderator, case.case_id, outcome, ""),
            "reopen": lambda tx: cases.reopen(tx, self.moderator, case.case_id, ""),
        }
        try:
            await self.store.write(acts[what])
        except Conflict:
            assert case.is_open == (what == "reopen") or what == "reopen"


def every_case(rx: Reader) -> list[Case]:
    return [intake.read(rx, number) for (number,) in rx.all("SELECT case_id FROM cases ORDER BY case_id")]


def check(rx: Reader, world: World) -> None:
    """Nothing was lost, nothing is in two places."""
    kept = rx.all("SELECT COUNT(*) FROM notices")[0][0]
    assert kept == len(world.filed) == rx.all("SELECT COALESCE(SUM(filed), 0) FROM notifiers")[0][0]
    seen: dict[int, set[int]] = {}
    for number, (token, keys, category) in world.filed.items():
        notice = notices.by_token(rx, token)
        assert notice is not None and notice.notice_id == number and (notice.category, notice.keyword) == category
        found = notices.items_of(rx, number)
        assert {one.key for one, _ in found} == keys and len(found) == len(keys) == notice.item_count
        for _, case in found:
            seen.setdefault(case.case_id, set()).add(number)
    for case in every_case(rx):
        assert case.notice_count == len(seen.get(case.case_id, ()))
        assert case.category != "" and case.priority // 10 in range(1, 6)
        assert case.child_safety or "CHILD_SEXUAL" not in case.keyword
    opened = [row[0] for row in rx.all("SELECT item_key FROM case_items WHERE is_open = 1")]
    assert len(opened) == len(set(opened))


def check_told(rx: Reader, world: World) -> None:
    """Once all was told, a notice has an outcome exactly if none of its cases is open."""
    for number in world.filed:
        notice, found = notices.find(rx, number), notices.items_of(rx, number)
        if not any(case.is_open for _, case in found):
            assert notice.outcome in {case.outcome for _, case in found}
            assert notice.decided_at == max(case.decided_at for _, case in found)
    assert not [case for case in every_case(rx) if case.state == "decided"]


async def lives(steps: list[tuple[str, Any, Any, int]]) -> None:
    clock = FakeClock()
    with tempfile.TemporaryDirectory() as folder:
        store = open_fresh(Path(folder, "lives.sqlite"), clock)
        world = World(store, clock)
        await world.begins()
        for step in steps:
            await world.does(step)
        await store.read(lambda rx: check(rx, world))
        await world.does(("tell", 0, "", 0))
        await store.read(lambda rx: check_told(rx, world))
        found = await store.read(lambda rx: queues.page(rx, world.moderator, queues.Search(), limit=200).cases)
        assert {one.case_id for one in found} == {c.case_id for c in await store.read(every_case) if c.is_open}
        await store.close()


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(one_notice, one_notice, one_act), max_size=25))
def test_no_notice_is_lost_and_each_item_has_one_case(steps: list[tuple[str, Any, Any, int]]) -> None:
    asyncio.run(lives(steps))
