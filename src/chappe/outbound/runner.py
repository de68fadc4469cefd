"""Takes due letters from the outbox and sends each through its channel; whatever happens is written down at once."""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from functools import partial

from chappe.base import Clock, Refusal
from chappe.domain import outbox
from chappe.domain.outbox import Letter, Queued, Rate, Seal
from chappe.outbound.channel import Channel, Parcel, Undelivered
from chappe.store import Store

log = logging.getLogger("chappe.outbound")

AT_ONCE = 16
DELIVERY_S = 40.0
"""Shorter than a letter's lease: nobody else takes a letter that is still under way."""
LONGEST_REST_S = 30.0
TROUBLE_REST_S = 5.0
FORGET_EVERY_S = 3600.0


class Runner:
    """Delivers letters until it is stopped; another process may run one over the same database."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channels: Sequence[Channel],
        unseal: Seal,
        rate: Rate = Rate(),
        kind: str = "",
    ) -> None:
        """Shape: with a `kind` only such letters are delivered, else all but those to people on call."""
        self._store = store
        self._clock = clock
        self._channels = {channel.kind: channel for channel in channels}
        self._unseal = unseal
        self._rate = rate
        self._kind = kind
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._forgot: float | None = None

    def listen(self) -> None:
        """From now on a letter just queued is sent without delay."""
        self._store.on_commit(lambda queued: self._wake.set(), Queued)

    async def run(self) -> None:
        """Letters are delivered when they are due, until the task is cancelled; then no delivery is under way."""
        try:
            while True:
                self._wake.clear()
                try:
                    rest_s = 0.0 if await self._start() else await self._rest_s()
                except Refusal as refusal:
                    log.warning("outbox cannot be read: %s", refusal.reason)
                    rest_s = TROUBLE_REST_S
                if rest_s:
                    await self._wait(rest_s)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def step(self) -> int:
        """Every letter due now was tried once (as many as are tried at once); how many."""
        started = await self._start()
        await asyncio.gather(*started)
        return len(started)

    async def _start(self) -> "list[asyncio.Task[None]]":
        """As many due letters as there is room for are on their way."""
        if self._forgot is None or self._clock.monotonic() - self._forgot >= FORGET_EVERY_S:
            self._forgot = self._clock.monotonic()
            await self._store.write(outbox.forget)
        room = AT_ONCE - len(self._tasks)
        take = partial(outbox.take_due, limit=room, rate=self._rate, kind=self._kind)
        letters = await self._store.write(take) if room else []
        started = [asyncio.create_task(self._handle(letter)) for letter in letters]
        for task in started:
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        return started

    def _finished(self, task: "asyncio.Task[None]") -> None:
        """There is room for one more."""
        self._tasks.discard(task)
        self._wake.set()

    async def _rest_s(self) -> float:
        """Until the next letter is due, within reason: the clock may be set meanwhile."""
        due = await self._store.read(lambda rx: outbox.next_due(rx, kind=self._kind))
        if due is None:
            return LONGEST_REST_S
        return min(max(due - self._clock.now(), 0.05), LONGEST_REST_S)

    async def _wait(self, rest_s: float) -> None:
        """The time has passed or somebody woke us."""
        try:
            async with asyncio.timeout(rest_s):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _handle(self, letter: Letter) -> None:
        """The letter was tried and the outbox knows how it went; if it cannot be told, the lease will end."""
        failure = await self._failure(letter)
        try:
            if failure is None:
                await self._store.write(lambda tx: outbox.mark_done(tx, letter))
                return
            facts = (failure.failure, failure.final, failure.wait_s)
            again = await self._store.write(lambda tx: outbox.mark_failed(tx, letter, *facts))
        except Refusal as refusal:
            log.warning("%s %d: outbox cannot be written: %s", letter.kind, letter.outbox_id, refusal.reason)
            return
        fate = "trying again" if again else "given up"
        log.warning("%s %d: %s, %s", letter.kind, letter.outbox_id, failure.failure, fate)

    async def _failure(self, letter: Letter) -> Undelivered | None:
        """What stood in the way of the letter; None when it is out."""
        channel = self._channels.get(letter.kind)
        if channel is None:
            return Undelivered("no_channel")
        try:
            message = outbox.unpack(letter.payload, self._unseal)
        except Exception as error:  # noqa: BLE001  (whatever the key says: nobody can open this letter)
            return Undelivered(f"sealed_{type(error).__name__}", final=True)
        try:
            async with asyncio.timeout(DELIVERY_S):
                await channel.deliver(Parcel(letter.outbox_id, letter.address, message, letter.date))
        except Undelivered as failure:
            return failure
        except TimeoutError:
            return Undelivered("timeout")
        except Exception as error:  # noqa: BLE001  (our bug; its message may quote the letter, so only its place is told)
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s channel failed: %s\n%s", letter.kind, type(error).__name__, place)
            return Undelivered("channel_failed")
        return None
