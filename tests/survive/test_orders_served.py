"""Source: requirements/legal-intake, tco/3(3)

A server in full: valid removal orders by portal and by signed mail take effect within a minute of their arrival; a heap
of orders are all receipted within a minute (a thousand in the bench); the daily test goes by every way.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.intake.paper import certificate, mail, signed
from tests.kit.court import (
    FORM,
    HERE,
    IN_EFFECT,
    RECEIPTED,
    SLOWEST,
    files_at_the_portal,
    knows_the_court,
    room,
    rows,
    sends,
    until,
)
from tests.kit.server_process import ServerProcess, free_port

WITHIN_S = 60
MANY = 200


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    made = ServerProcess(tmp_path / "data", legal_mail_port=free_port(), legal_mail_addresses=HERE, portal_port=0,
                         legal_drop_dir=tmp_path / "drop", operator_country="FR")  # fmt: skip
    await made.start()
    yield made
    await made.kill()


@pytest.mark.slow
async def test_removal_orders_take_effect_within_a_minute(server: ServerProcess, tmp_path: Path) -> None:
    link = await room(server)
    await knows_the_court(server, certificate(tmp_path))
    by_portal, page = await files_at_the_portal(server, "P-1", f"{link}/2")
    assert "In effect since" in page and "-----" not in page
    raw = signed(tmp_path, FORM.format(ref="M-1", link=f"{link}/3"))
    await asyncio.to_thread(sends, server, [raw])
    by_mail = await until(server, IN_EFFECT.format("M-1"), 1, WITHIN_S)
    took = rows(server, "SELECT external_ref, effect_at - received_at, state FROM orders WHERE effect_at > 0")
    held = rows(server, "SELECT 1 FROM decisions WHERE state = 'in_force'")
    print(f"\nin effect after arrival: portal {by_portal:.1f} s, mail {by_mail:.1f} s; by the server's clock {took}")
    assert len(held) == 2 and all(seconds <= WITHIN_S for _, seconds, _ in took)
    assert server.troubles() == []


@pytest.mark.slow
async def test_many_orders_are_receipted_within_a_minute_each(server: ServerProcess) -> None:
    link = "https://chat.example.org/x"
    letters = [mail(FORM.format(ref=f"B-{no}", link=link), subject=str(no)) for no in range(MANY)]
    await asyncio.to_thread(sends, server, letters)
    await until(server, RECEIPTED, MANY, 120)
    [(slowest, mean)] = rows(server, SLOWEST)
    print(f"\n{MANY} orders: a receipt took {slowest} s at most, {mean:.2f} s in the mean")
    assert slowest <= WITHIN_S and server.troubles() == []


@pytest.mark.slow
async def test_the_daily_test_goes_by_every_way(server: ServerProcess) -> None:
    await until(server, "SELECT 1 FROM synthetic_orders WHERE receipted_at > 0", 3, 60)
    asked = "SELECT way, receipted_at - sent_at, fault FROM synthetic_orders WHERE sent_at > 0 ORDER BY way"
    ways = rows(server, asked)  # those of tomorrow are planned
    print(f"\ndaily test: {ways}")
    assert [way for way, _, _ in ways] == ["drop", "mail", "portal"] and not any(fault for _, _, fault in ways)
    closed = rows(server, "SELECT channel FROM orders WHERE instrument = 'synthetic' ORDER BY channel")
    assert [one[0] for one in closed] == ["drop", "mail", "portal"]
    assert server.troubles() == []
