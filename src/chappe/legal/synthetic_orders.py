"""An order of our own every day by every way in: sent as strangers send, followed to its receipt, missed aloud.

Source: requirements/synthetic-order
Each way has a row a day with the time by which the receipt must be there; who is on call is paged when it is not. The
token in such an order is known to the database alone, so nobody else can send one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from chappe.base.clock import Clock
from chappe.base.ids import Entropy
from chappe.domain import journal, oncall
from chappe.store import Reader, Row, Store, Tx
from chappe.store.legal import intake as rows

log = logging.getLogger("chappe.legal")
LOOK_S = 5.0
DAY_S = 86_400
WITHIN_S = 300
"""So long an order may take from our sending it to its receipt."""
TOKEN_BYTES = 16
Send = Callable[[str], Awaitable[None]]
"""Sends the order with that token by one way, over the network as others do. Errors: any."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The test of one way on one day. Shape: dates 0 where it has not happened; day in days since 1970."""

    day: int
    way: str
    token: str
    sent_at: int
    due: int
    order_id: int
    arrived_at: int
    receipted_at: int
    fault: str
    paged_at: int

    @property
    def seconds(self) -> int:
        """From sending to receipt; -1 while there is none."""
        return self.receipted_at - self.sent_at if self.receipted_at else -1


class Synthetic:
    """Sends and follows; run `run` as a task."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, ways: Mapping[str, Send]) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._ways = ways

    async def run(self) -> None:
        """Every way is tried every day, until the task is cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(LOOK_S)

    async def step(self) -> None:
        """What is to be sent is sent, what came is noted, what did not come is said."""
        day = int(self._clock.now()) // DAY_S
        known = await self._store.read(lambda rx: today(rx, day))
        fresh = [way for way in self._ways if way not in {one.way for one in known}]
        if fresh:
            tokens = {way: self._entropy(TOKEN_BYTES).hex() for way in fresh}
            known = await self._store.write(lambda tx: _plan(tx, day, tokens))
        for one in known:
            if not one.sent_at and not one.paged_at and one.way in self._ways:
                await self._send(one)
        await self._store.write(_follow)

    async def _send(self, one: Tried) -> None:
        fault = ""
        try:
            async with asyncio.timeout(30):
                await self._ways[one.way](one.token)
        except Exception as error:  # noqa: BLE001  (whatever stands in the way is what is looked for)
            fault = type(error).__name__
            log.warning("the test order could not be sent by %s: %s", one.way, fault)
        await self._store.write(lambda tx: _sent(tx, one, fault))


def arrived(tx: Tx, token: str, order_id: int) -> None:
    """The test order with that token is this case, if we sent one. After: journal synthetic_arrived."""
    row = rows.test_by_token(tx, token) if token else None
    if row is None or Tried(*row).arrived_at:
        return
    one = Tried(*row)
    rows.set_test(tx, one.day, one.way, order_id=order_id, arrived_at=tx.now, sent_at=one.sent_at or tx.now)
    journal.record(tx, "synthetic_arrived", "server", f"order:{order_id}", way=one.way)


def waits(rx: Reader, token: str) -> bool:
    """True if the test order with that token has not arrived yet."""
    row = rows.test_by_token(rx, token) if token else None
    return row is not None and not Tried(*row).arrived_at


def today(rx: Reader, day: int) -> list[Tried]:
    """The tests of that day, by way."""
    return [Tried(*row) for row in rows.tests_of(rx, day)]


def since(rx: Reader, day: int) -> list[Tried]:
    """The tests since that day, the newest first."""
    return [Tried(*row) for row in rows.tests_since(rx, day)]


def _plan(tx: Tx, day: int, tokens: Mapping[str, str]) -> list[Tried]:
    for way, token in tokens.items():
        rows.plan_test(tx, day, way, token, tx.now + WITHIN_S)
    return today(tx, day)


def _sent(tx: Tx, one: Tried, fault: str) -> None:
    """The test is on its way, or why not is known. After: journal synthetic_sent."""
    if fault:
        rows.set_test(tx, one.day, one.way, fault=fault)
        return
    rows.set_test(tx, one.day, one.way, sent_at=tx.now, fault="")
    journal.record(tx, "synthetic_sent", "server", f"way:{one.way}")


def _follow(tx: Tx) -> None:
    """Receipts that are there are noted; tests whose time is over page whoever is on call.

    After: journal synthetic_missed.
    """
    for row in rows.tests_open(tx):
        _look(tx, row)
    for row in rows.tests_late(tx, tx.now):
        one = Tried(*row)
        rows.set_test(tx, one.day, one.way, paged_at=tx.now)
        journal.record(tx, "synthetic_missed", "server", f"way:{one.way}", fault=one.fault)
        oncall.page(tx, "synthetic_missing", f"way:{one.way}", one.way, urgent=True, lasting=True)


def _look(tx: Tx, row: Row) -> None:
    one = Tried(*row)
    receipt = rows.receipt(tx, one.order_id)
    if receipt is not None and receipt[4]:
        rows.set_test(tx, one.day, one.way, receipted_at=receipt[4])
        oncall.over(tx, "synthetic_missing", f"way:{one.way}")
