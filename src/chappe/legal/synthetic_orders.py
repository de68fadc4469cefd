"""An order of our own every day by every way in: sent as strangers send, followed to its receipt, missed aloud.

Source: requirements/synthetic-order
Each way has a row a day with the time by which the receipt must be there; who is on call is paged when it is not. The
row of the next day is made with that of the day, so that any server over the database sees it pass where the one that
sends does not come back, or has the way no more. The token in such an order is known to the database alone, so nobody
else can send one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

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
SEND_S, AGAIN_S = 30, 45
"""So long sending may take, and so long nobody else begins to send the same."""
BEGUN_S = 2 * 3600
"""So long after midnight (UTC) the order of a day must be on its way."""
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
    tried_at: int

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
            known = await self._store.write(lambda tx: _plan(tx, day, self._tokens(fresh)))
        for one in known:
            if not one.sent_at and one.way in self._ways and await self._store.write(partial(_claim, one=one)):
                await self._send(one)
        await self._store.write(lambda tx: _follow(tx, self._tokens(self._ways)))

    def _tokens(self, ways: Iterable[str]) -> dict[str, str]:
        return {way: self._entropy(TOKEN_BYTES).hex() for way in ways}

    async def _send(self, one: Tried) -> None:
        fault = ""
        try:
            async with asyncio.timeout(SEND_S):
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
    """The tests since that day, the newest first; not those of the next one, which are waited for already."""
    return [one for row in rows.tests_since(rx, day) if (one := Tried(*row)).day <= rx.now // DAY_S]


def _plan(tx: Tx, day: int, tokens: Mapping[str, str]) -> list[Tried]:
    for way, token in tokens.items():
        rows.plan_test(tx, day, way, token, tx.now + WITHIN_S)
    return today(tx, day)


def _claim(tx: Tx, one: Tried) -> bool:
    """It is for the caller to send it: again and again until it is late, then as often as it may take."""
    return rows.claim_test(tx, one.day, one.way, tx.now - (WITHIN_S if one.paged_at else AGAIN_S))


def _expect(tx: Tx, day: int, tokens: Mapping[str, str]) -> None:
    """What was sent on the day is waited for on the next one, also by servers that do not send."""
    tomorrow = {one.way for one in today(tx, day + 1)}
    for one in today(tx, day):
        if one.sent_at and one.way in tokens and one.way not in tomorrow:
            rows.plan_test(tx, day + 1, one.way, tokens[one.way], (day + 1) * DAY_S + BEGUN_S)


def _sent(tx: Tx, one: Tried, fault: str) -> None:
    """The test is on its way, or why not is known. After: journal synthetic_sent."""
    if fault:
        rows.set_test(tx, one.day, one.way, fault=fault, due=min(one.due, tx.now + WITHIN_S))
        return
    rows.set_test(tx, one.day, one.way, sent_at=tx.now, due=tx.now + WITHIN_S, fault="")
    journal.record(tx, "synthetic_sent", "server", f"way:{one.way}")


def _follow(tx: Tx, tokens: Mapping[str, str]) -> None:
    """Receipts that are there are noted; tests whose time is over page whoever is on call; the next day is planned.

    Shape: of an earlier day a test that is late is written down, and pages only where none followed it.
    After: journal synthetic_missed.
    """
    for row in rows.tests_open(tx):
        _look(tx, row)
    day = tx.now // DAY_S
    _expect(tx, day, tokens)
    followed = {one.way for one in today(tx, day)}
    for row in rows.tests_late(tx, tx.now):
        one = Tried(*row)
        rows.set_test(tx, one.day, one.way, paged_at=tx.now)
        journal.record(tx, "synthetic_missed", "server", f"way:{one.way}", fault=one.fault)
        if one.day < day and one.way in followed:
            continue
        oncall.page(tx, "synthetic_missing", f"way:{one.way}", one.way, urgent=True, lasting=True)


def _look(tx: Tx, row: Row) -> None:
    one = Tried(*row)
    receipt = rows.receipt(tx, one.order_id)
    if receipt is not None and receipt[4]:
        rows.set_test(tx, one.day, one.way, receipted_at=receipt[4])
        oncall.over(tx, "synthetic_missing", f"way:{one.way}")
