"""Source: requirements/legal-holds, evidence/11. What is kept for an order is made longer, and let go of, by form."""

import re

import httpx
import pytest
from tests.console.test_desk import Room, alice, authority, entered, receipted, room
from tests.kit.stage import Person

from chappe.legal import holds
from chappe.legal.holds import Hold

__all__ = ["alice", "room"]
pytestmark = pytest.mark.slow
DAY_S = 86_400


async def does(client: httpx.AsyncClient, name: str, number: int, **said: str) -> str:
    """Where the form leads."""
    answer = await client.post(f"/do/{name}", data={**said, "back": f"/orders/{number}"})
    return str(answer.headers.get("location", answer.text))


async def held(room: Room, number: int) -> Hold:
    [hold] = await room.stage.reads(lambda rx: holds.of_order(rx, number))
    return hold


async def test_a_hold_is_made_longer_once_and_let_go_of(room: Room, alice: Person) -> None:
    registrar = await room.desk.at_work("registrar", "desk")
    judge = await authority(registrar, "judge")
    officer = await room.desk.at_work("officer", "desk")
    number = await entered(
        officer, "epoc_pr", authority_id=str(judge), text_1=str(alice.id), data_1="subscriber", issued_at="2025-06-01"
    )
    await receipted(room, number)
    await officer.post("/do/confirm_order", data={"order_id": str(number), "way": "letter"})
    done = await officer.post("/do/preserve_order", data={"order_id": str(number), "back": f"/orders/{number}"})
    assert "said=preserve_order" in done.headers["location"], done.headers["location"]
    hold = await held(room, number)
    start = int(room.stage.clock.now())
    assert hold.ends_at == start + 60 * DAY_S
    page = (await officer.get(f"/orders/{number}")).text
    assert page.count('action="/do/extend_hold"') == 2 and 'action="/do/release_hold"' in page
    one = str(hold.hold_id)
    assert "said=extend_hold" in await does(officer, "extend_hold", number, hold_id=one)
    assert (await held(room, number)).ends_at == start + 90 * DAY_S
    assert "hold_extended" in await does(officer, "extend_hold", number, hold_id=one)
    assert "said=extend_hold" in await does(officer, "extend_hold", number, hold_id=one, production="on")
    assert (await held(room, number)).ends_at == 0
    assert 'action="/do/extend_hold"' not in (await officer.get(f"/orders/{number}")).text
    assert "said=release_hold" in await does(officer, "release_hold", number, hold_id=one, reason="not needed")
    over = await held(room, number)
    assert (over.state, over.end_reason) == ("released", "not needed")
    page = (await officer.get(f"/orders/{number}")).text
    assert "release_hold" not in re.sub(r"said=\w+", "", page)


async def test_only_the_desk_touches_a_hold(room: Room, alice: Person) -> None:
    other = await room.desk.at_work("other", "moderator")
    assert "operator_role_needed" in await does(other, "extend_hold", 1, hold_id="1")
    assert "operator_role_needed" in await does(other, "release_hold", 1, hold_id="1", reason="x")
