"""Two servers over one database: each page rings once, one drill is held, everybody is told once.

Source: requirements/on-call, requirements/leave
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.entries import entries
from tests.kit.moderation import somebody
from tests.kit.stage import Stage, raised
from tests.oncall.conftest import LAST

from chappe.base.ids import UserId
from chappe.domain import continuity, drills, leaving, oncall, operators, rota, territories
from chappe.domain.calling import Ways
from chappe.jobs import Absence, Paging
from chappe.jobs.leaving import Leaving
from chappe.store import Store, Tx, open_postgres

SITE = "https://chat.example/"


@pytest.fixture
async def two(tmp_path: Path, postgres_dsn: str) -> AsyncIterator[tuple[Stage, list[Store]]]:
    """A stage, and its store beside another over the same database."""
    async with raised(tmp_path, dsn=postgres_dsn) as stage:
        other = open_postgres(postgres_dsn, stage.clock)
        try:
            yield stage, [stage.store, other]
        finally:
            await other.close()


def on_call(tx: Tx) -> None:
    for number, name in enumerate(("alice", "bob")):
        me = operators.require(tx, somebody(tx, name, (operators.LEAD,)).operator_id)
        rota.set_person(tx, me, me.operator_id, mail=f"{name}@example.org", phone=f"+3361111111{number}")


@pytest.mark.slow
async def test_of_two_servers_one_rings(two: tuple[Stage, list[Store]]) -> None:
    stage, stores = two
    await stage.writes(on_call)
    ways = Ways(stage.wrapper.seal, SITE, "https://desk.example/", frozenset({"mail", "sms", "voice"}), (LAST,))
    runners = [Paging(ways, os.urandom) for _ in stores]
    for second in range(32):
        if second % 4 == 0:
            told = [one.write(lambda tx, n=second: oncall.page(tx, "removal", f"order:{n}", "")) for one in stores]  # type: ignore[misc]
            assert len(set(await asyncio.gather(*told))) == 1, "what both find wrong is one page"
        now = int(stage.clock.now())
        both = zip(runners * 2, stores * 2, strict=True)
        await asyncio.gather(*(one.step(store, now) for one, store in both))
        stage.clock.moves(1)
    asked = "SELECT MIN(date), COUNT(*), MIN(way), MIN(operator_id) FROM page_calls GROUP BY token ORDER BY MIN(date)"
    rung = await stage.reads(lambda rx: rx.all(asked))
    assert [(date - rung[0][0], count, way, who) for date, count, way, who in rung] == [
        (0, 1, "mail", 1), (15, 4, "sms", 1), (30, 8, "voice", 1),
    ]  # fmt: skip
    assert await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM outbox")) == (3,)
    assert await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM oncall_drills")) == (1,)
    await asyncio.gather(*(one.write(lambda tx: drills.step(tx, bytes(8))) for one in stores))
    assert await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM oncall_drills")) == (1,)


@pytest.mark.slow
async def test_of_two_servers_one_tells_who_lives_there(two: tuple[Stage, list[Store]]) -> None:
    stage, stores = two
    people = await stage.people("alice", "bob", "carol")
    for one in people[:2]:
        await stage.writes(lambda tx, one=one: territories.declare(tx, UserId(one.id), "FR"))  # type: ignore[misc]
    await stage.writes(lambda tx: leaving.go(tx, "operator:1", "FR", leaving.NOTICE))
    stage.clock.moves(1)
    await stage.writes(lambda tx: territories.declare(tx, UserId(people[2].id), "FR"))
    now = int(stage.clock.now())
    await stage.writes(lambda tx: leaving.replan(tx, "operator:1", "FR", {leaving.CLOSED_TO_NEW: now}))
    runners = [Leaving(SITE) for _ in stores]
    for _ in range(4):
        await asyncio.gather(*(one.step(store, now) for one, store in zip(runners, stores, strict=True)))
    asked = "SELECT owner_id, COUNT(*) FROM messages WHERE peer_id = 777000 GROUP BY owner_id ORDER BY owner_id"
    told = dict(await stage.reads(lambda rx: rx.all(asked)))
    assert [told.get(one.id) for one in people] == [1, 1, 1]
    history = await stage.reads(lambda rx: leaving.history(rx, "FR"))
    assert [one.what for one in history] == [leaving.CLOSED_TO_NEW, leaving.PLANNED, leaving.NOTICE]


@pytest.mark.slow
async def test_of_two_servers_one_says_that_nobody_is_there(two: tuple[Stage, list[Store]]) -> None:
    stage, stores = two
    await stage.writes(on_call)
    alice, bob = await stage.reads(operators.everyone)
    carol = (await stage.writes(lambda tx: somebody(tx, "carol", (operators.LEAD,)))).operator_id
    rule = await stage.writes(lambda tx: continuity.propose(tx, alice, 24, 2, (bob.operator_id, carol)))
    await stage.writes(lambda tx: continuity.agree(tx, bob, rule.rule_no))
    runners = [Absence() for _ in stores]
    for hours in (72, 13, 6, 6):
        stage.clock.moves(hours * 3600)
        now = int(stage.clock.now())
        await asyncio.gather(*(one.step(store, now) for one, store in zip(runners, stores, strict=True)))
    assert [one.state for one in await stage.reads(continuity.takeovers)] == [continuity.OPEN]
    written = await stage.reads(entries("continuity_rule_in_force", "continuity_warned", "continuity_absent"))
    assert [kind for kind, *_ in written] == [
        "continuity_rule_in_force", "continuity_warned", "continuity_warned", "continuity_absent"
    ]  # fmt: skip
