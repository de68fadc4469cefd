"""Source: requirements/synthetic-order

An order of our own every day by every way: it arrives with its receipt, or people are called.
"""

import asyncio
import os

import pytest
from tests.intake.conftest import Door
from tests.intake.test_arrive import comes
from tests.kit.entries import entries

from chappe.domain import oncall
from chappe.legal import synthetic_orders
from chappe.legal.intake import Arrival
from chappe.legal.synthetic_orders import BEGUN_S, DAY_S, WITHIN_S, Synthetic, Tried
from chappe.store.legal import intake as rows

TRIES = ("synthetic_sent", "synthetic_arrived", "synthetic_missed")


class Ways:
    """Two ways, which a test can break."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.broken: set[str] = set()
        self.swallows: set[str] = set()

    async def send(self, way: str, token: str) -> None:
        if way in self.broken:
            raise OSError("refused")
        if way not in self.swallows:
            await comes(self.door, Arrival(channel=way, message_ref=token, instrument="synthetic",
                                           fields={"token": token}))  # fmt: skip

    def runner(self) -> Synthetic:
        return Synthetic(self.door.store, self.door.clock, os.urandom, {
            way: lambda token, way=way: self.send(way, token) for way in ("mail", "portal")})  # type: ignore[misc]  # fmt: skip

    async def receipts(self) -> None:
        """Receipts of all orders are made."""
        await self.door.writes(
            lambda tx: [rows.keep_receipt(tx, one[0], "signed") for one in rows.receipts_due(tx, tx.now, 50)]
        )

    async def known(self) -> list[Tried]:
        return await self.door.reads(lambda rx: synthetic_orders.since(rx, 0))

    async def pages(self) -> list[tuple[str, str]]:
        return [(one.kind, one.subject) for one in await self.door.reads(oncall.open_pages)]


@pytest.fixture
def ways(door: Door) -> Ways:
    return Ways(door)


async def test_each_way_is_tried_once_a_day(ways: Ways) -> None:
    runner = ways.runner()
    for _ in range(3):
        await runner.step()
        await ways.receipts()
        ways.door.clock.moves(5)
    found = await ways.known()
    assert sorted(one.way for one in found) == ["mail", "portal"]
    assert all(one.arrived_at and one.receipted_at and one.seconds >= 0 for one in found)
    orders = await ways.door.reads(lambda rx: rx.all("SELECT instrument, auth_how, sender FROM orders"))
    assert [(row[0], row[1]) for row in orders] == [("synthetic", "machine")] * 2
    assert sorted(await ways.door.reads(entries(*TRIES))) == [
        ("synthetic_arrived", "server", "order:1"), ("synthetic_arrived", "server", "order:2"),
        ("synthetic_sent", "server", "way:mail"), ("synthetic_sent", "server", "way:portal"),
    ]  # fmt: skip
    ways.door.clock.moves(DAY_S)
    await ways.runner().step()
    assert len(await ways.known()) == 4, "a restart plans nothing twice, the next day plans anew"
    assert await ways.pages() == []


@pytest.mark.parametrize("how", ["broken", "swallows"])
async def test_a_way_that_loses_orders_calls_people(ways: Ways, how: str) -> None:
    getattr(ways, how).add("mail")
    for _ in range(WITHIN_S // 30 + 2):
        await ways.runner().step()  # a new one each time: the server restarts
        await ways.receipts()
        ways.door.clock.moves(30)
    assert await ways.pages() == [("synthetic_missing", "way:mail")]
    (mail,) = [one for one in await ways.known() if one.way == "mail"]
    assert mail.paged_at and mail.fault == ("OSError" if how == "broken" else "")
    written = await ways.door.reads(entries(*TRIES))
    assert written.count(("synthetic_missed", "server", "way:mail")) == 1, "said once, however often it is looked at"
    assert ("synthetic_missed", "server", "way:portal") not in written
    assert (("synthetic_sent", "server", "way:mail") in written) == (how == "swallows")
    getattr(ways, how).clear()
    ways.door.clock.moves(DAY_S)
    for _ in range(3):
        await ways.runner().step()
        await ways.receipts()
    assert await ways.pages() == [], "the next day it arrives, and all is well"


async def test_a_receipt_that_is_not_made_calls_people_too(ways: Ways) -> None:
    for _ in range(WITHIN_S // 30 + 2):
        await ways.runner().step()
        ways.door.clock.moves(30)
    assert sorted(await ways.pages()) == [("synthetic_missing", "way:mail"), ("synthetic_missing", "way:portal")]


@pytest.mark.parametrize("token", ["", "guessed", "0" * 32])
async def test_nobody_else_sends_one(ways: Ways, token: str) -> None:
    await ways.runner().step()
    received = await comes(ways.door, Arrival(channel="mail", message_ref="x", instrument="synthetic",
                                              fields={"token": token}))  # fmt: skip
    assert received.order.instrument == "unknown" and not received.order.authenticity.stands


async def test_a_token_is_used_up(ways: Ways) -> None:
    await ways.runner().step()
    (one, _) = await ways.known()
    again = Arrival(channel="portal", message_ref="again", instrument="synthetic", fields={"token": one.token})
    assert (await comes(ways.door, again)).order.instrument == "unknown"


async def test_any_server_sees_that_the_one_that_sends_is_gone(ways: Ways) -> None:
    runner, midnight = ways.runner(), int(ways.door.clock.now()) // DAY_S * DAY_S + DAY_S
    for _ in range(2):
        await runner.step()
        await ways.receipts()
    other = Synthetic(ways.door.store, ways.door.clock, os.urandom, {})  # over the same database, without any way in
    ways.door.clock.moves(midnight + BEGUN_S - 1 - int(ways.door.clock.now()))
    await other.step()
    assert await ways.pages() == []
    ways.door.clock.moves(1)
    await other.step()
    assert sorted(await ways.pages()) == [("synthetic_missing", "way:mail"), ("synthetic_missing", "way:portal")]
    for _ in range(2):
        await ways.runner().step()  # it is back, at last
        await ways.receipts()
    assert await ways.pages() == []
    assert [one.receipted_at > 0 for one in await ways.known()] == [True] * 4


async def test_a_night_without_a_server_is_written_down_and_calls_nobody(ways: Ways) -> None:
    runner = ways.runner()
    for _ in range(2):
        await runner.step()
        await ways.receipts()
    ways.door.clock.moves(2 * DAY_S)
    for _ in range(2):
        await ways.runner().step()
        await ways.receipts()
    assert await ways.pages() == []
    missed = [one for one in await ways.door.reads(entries(*TRIES)) if one[0] == "synthetic_missed"]
    assert missed == [("synthetic_missed", "server", "way:mail"), ("synthetic_missed", "server", "way:portal")]


async def test_a_way_that_comes_back_is_tried_again_the_same_day(ways: Ways) -> None:
    ways.broken.add("mail")
    runner = ways.runner()
    for _ in range(WITHIN_S // 30 + 2):
        await runner.step()
        await ways.receipts()
        ways.door.clock.moves(30)
    assert await ways.pages() == [("synthetic_missing", "way:mail")]
    ways.broken.clear()
    for _ in range(WITHIN_S // 30 + 2):
        await runner.step()
        await ways.receipts()
        ways.door.clock.moves(30)
    assert await ways.pages() == [], "the page is over as soon as it arrives"


async def test_of_two_servers_one_sends(ways: Ways) -> None:
    began, held, sent = asyncio.Event(), asyncio.Event(), list[str]()

    async def slow(token: str) -> None:
        sent.append("mail")
        began.set()
        await held.wait()
        await ways.send("mail", token)

    first = Synthetic(ways.door.store, ways.door.clock, os.urandom, {"mail": slow})
    running = asyncio.create_task(first.step())
    await began.wait()
    await ways.runner().step()  # sends by the portal alone
    held.set()
    await running
    await ways.runner().step()
    assert sent == ["mail"]
    orders = await ways.door.reads(lambda rx: rx.all("SELECT instrument, channel FROM orders ORDER BY channel"))
    assert orders == [("synthetic", "mail"), ("synthetic", "portal")]
    assert all(not one.fault and one.arrived_at for one in await ways.known())
