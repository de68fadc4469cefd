"""Receipts: signed at once, with the promise that the order will be in the public log; shown, and sent by mail.

Source: dsa/10(1), requirements/signed-receipts, tlog/proof
A receipt is a row that is due from the transaction in which the order came, so that no crash loses one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from chappe import jobs
from chappe.base.clock import Clock
from chappe.base.errors import TooMany
from chappe.domain import limits, oncall, outbox
from chappe.domain.limits import Rate
from chappe.domain.outbox import Message, Seal
from chappe.legal import envelope, intake_words
from chappe.legal.intake import Arrived
from chappe.legal.intake_words import Place
from chappe.legal.records import SYNTHETIC, Order
from chappe.store import Reader, Row, Store, Tx
from chappe.store.legal import intake as rows

log = logging.getLogger("chappe.legal")
MAIL = "legal_mail"
"""Letters of the desk: a rate of their own, since one authority may write a thousand times an hour."""
LOOK_S = 1.0
AT_ONCE = 50
LATE_S = 60
RETRY_S, LONGEST_RETRY_S = 2, 300
STOPPED = ("intake_stopped", "receipts")
"""The page for receipts that cannot be made, and what it is about."""
TO_STRANGERS = Rate(20, 86_400)
"""Letters to one address that nobody vouched for: anybody can write in anybody's name."""


class Signed(Protocol):
    """A signed receipt. Shape: opening is JSON that opens the leaf to whom it concerns."""

    @property
    def text(self) -> str:
        """The signed note."""
        ...

    @property
    def opening(self) -> str:
        """What opens the leaf."""
        ...


Sign = Callable[[int, Sequence[str]], Awaitable[Signed | None]]
"""Signs these lines, and promises that the journal's entry will be in the log."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt. Shape: made_at 0 and text empty until it is made; flaws are what it says is wrong."""

    order_id: int
    entry: int
    made_at: int
    text: str
    flaws: tuple[str, ...]


class Receipts:
    """Makes receipts that are due; let it `listen` and run `run` as a task."""

    def __init__(self, store: Store, clock: Clock, sign: Sign, place: Place, seal: Seal, mails: bool) -> None:
        """Shape: mails False where this server sends no mail: then receipts are shown alone."""
        self._store = store
        self._clock = clock
        self._sign = sign
        self._place = place
        self._seal = seal
        self._mails = mails
        self._woken = jobs.Woken(LOOK_S)

    def listen(self) -> None:
        """From now on an order that came wakes the work."""
        self._woken.listen(self._store, Arrived)

    async def run(self) -> None:
        """Receipts are made as orders come in, until the task is cancelled."""
        await self._woken.run(self.step)

    async def step(self) -> bool:
        """Receipts that are due are made, some at once; True if there may be more.

        After: a page that lasts while receipts cannot be made: who took it is not called for it at every try.
        """
        now = int(self._clock.now())
        due = await self._store.read(lambda rx: rows.receipts_due(rx, now, AT_ONCE))
        await asyncio.gather(*(self._make(row) for row in due))
        mended = await self._store.read(_mended) if due else False
        if mended:
            await self._store.write(lambda tx: oncall.over(tx, *STOPPED))
        return len(due) == AT_ONCE

    async def _make(self, row: Row) -> None:
        """One receipt is made, or tried again later; people are told if that goes on for a minute."""
        order_id, entry, _due, tries, made_at, text = row[:6]
        try:
            if not made_at:
                order, files = await self._store.read(lambda rx: _with_files(rx, order_id))
                signed = await self._sign(entry, lines(order, files))
                if signed is None:
                    raise RuntimeError("the journal's entry takes no receipt")
                text = signed.text
            await self._store.write(lambda tx: self._keep(tx, row, text, again=bool(made_at)))
        except Exception:
            log.exception("a receipt could not be made")
            wait_s = min(RETRY_S * 2 ** min(tries, 10), LONGEST_RETRY_S)
            await self._store.write(lambda tx: _later(tx, order_id, wait_s))

    def _keep(self, tx: Tx, row: Row, text: str, *, again: bool) -> None:
        order_id, reply_to, flaws = row[0], row[6], tuple(str(row[8]).split())
        if again:
            rows.sent_again(tx, order_id)
        elif not rows.keep_receipt(tx, order_id, text):
            return
        order = envelope.get(tx, order_id)
        if not order.ack_at:
            order = envelope.acknowledge(tx, order)
        if reply_to and self._mails and self._may_write(tx, order, reply_to):
            subject, body = intake_words.letter(order, flaws, self._place, text, again)
            message = Message(body, subject, self._place.address)
            outbox.enqueue(tx, MAIL, reply_to, outbox.pack(message, self._seal))

    def _may_write(self, tx: Tx, order: Order, address: str) -> bool:
        """False if that address has had enough of us for a day, and nobody knows that it wants it."""
        if order.authenticity.stands or order.channel == SYNTHETIC:
            return True
        try:
            limits.take(tx, f"receipt-mail:{address}", TO_STRANGERS)
        except TooMany:
            envelope.add_act(tx, order.order_id, "server", "receipt_not_sent", "too_many")
            return False
        return True


def lines(order: Order, files: Sequence[tuple[str, int]]) -> list[str]:
    """What the receipt of an order says. Shape: files (sha256 in hex, size)."""
    said = [f"case {order.number}", f"received {stamp(order.received_at)}", f"channel {order.channel}",
            f"instrument {order.instrument}"]  # fmt: skip
    if order.external_ref:
        said.append(f"reference {order.external_ref}")
    return [*said, *(f"original {digest} {size}" for digest, size in files)]


def stamp(date: int) -> str:
    """A date as receipts write it."""
    return intake_words.moment(date).replace(" UTC", "Z").replace(" ", "T")


def of_order(rx: Reader, order_id: int) -> Receipt | None:
    """The receipt of the order, made or not; None for an order that came by no door."""
    row = rows.receipt(rx, order_id)
    return None if row is None else _receipt(row)


def _receipt(row: Row) -> Receipt:
    return Receipt(row[0], row[1], row[4], row[5], tuple(str(row[8]).split()))


def _with_files(rx: Reader, order_id: int) -> tuple[Order, list[tuple[str, int]]]:
    found = [(one.sha256, one.size_bytes) for one in envelope.files(rx, order_id) if one.origin == "original"]
    return envelope.get(rx, order_id), found


def _later(tx: Tx, order_id: int, wait_s: int) -> None:
    rows.receipt_later(tx, order_id, tx.now + wait_s)
    order = envelope.get(tx, order_id)
    if tx.now - order.received_at >= LATE_S:
        oncall.page(tx, *STOPPED, order.number, urgent=True, lasting=True)


def _mended(rx: Reader) -> bool:
    """True if people were called for receipts, and none fails any more."""
    return oncall.stands(rx, *STOPPED) and not rows.receipts_failing(rx)
