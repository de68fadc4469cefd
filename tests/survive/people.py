"""People who talk under load over real sockets, come back whatever happens, and remember what they were promised."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.kit.mailbox import Mailbox
from tests.kit.server_process import ServerProcess
from tests.kit.stage import RpcFailure
from tests.kit.wire_client import Cut, WireClient

from chappe.tl import functions as f
from chappe.tl import types as t

GAP_S = 0.3
AGAIN_S = 0.05
FRAMINGS = ("abridged", "intermediate", "padded", "full")


@dataclass
class Promise:
    """A message on its way. Shape: `id` is its number in the sender's box once the server has said it is there."""

    to: "Person"
    text: str
    random_id: int
    id: int = 0
    tries: int = 0
    took_s: float = 0.0


@dataclass(eq=False, repr=False)
class Person:
    """Somebody with one device. `promises` is everything they ever tried to send, by text."""

    server: ServerProcess
    name: str
    phone: str
    chance: Random
    mailbox: Mailbox = field(default_factory=Mailbox)
    promises: dict[str, Promise] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    peers: dict[str, t.InputPeerUser] = field(default_factory=dict)
    friends: list["Person"] = field(default_factory=list)
    lines: int = 0

    def __post_init__(self) -> None:
        self.client = WireClient(
            self.server.port, self.server.key, framing=self.chance.choice(FRAMINGS), hears=self._hears
        )
        self.id = 0
        self._wants_difference = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def __repr__(self) -> str:
        return self.name

    # --- lines --------------------------------------------------------------------------------------------------

    async def arrives(self) -> None:
        """Signed up, knows where the box stands, and from now on comes back whenever the line is lost."""
        await self.client.connects()
        self.id = (await self.client.signs_up(self.phone, self.name)).id
        self.mailbox.begins(await self.client.calls(f.updates.GetState()))
        self._tasks = [asyncio.create_task(self._stays()), asyncio.create_task(self._catches_up())]

    async def meets(self, other: "Person") -> None:
        """Finds the other by number."""
        found = await self.client.calls(f.contacts.ResolvePhone(phone=other.phone))
        user = found.users[0]
        assert user.id == other.id
        self.friends.append(other)
        self.peers[other.name] = t.InputPeerUser(user_id=user.id, access_hash=user.access_hash)

    async def leaves(self) -> None:
        """No task of this person runs any more and the line is cut."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.client.cuts()

    async def _stays(self) -> None:
        while True:
            await self.client.lost.wait()
            if self.chance.random() < 0.3:
                self.client.forgets_session()
            try:
                await self.client.connects()
            except (OSError, Cut, TimeoutError):
                await asyncio.sleep(AGAIN_S)
                continue
            self.lines += 1
            self._wants_difference.set()

    def _hears(self, update: Any) -> None:
        if not self.mailbox.takes(update):
            self._wants_difference.set()

    async def _catches_up(self) -> None:
        """Asks for the difference after each new line, and when a gap does not close by itself."""
        while True:
            await self._wants_difference.wait()
            self._wants_difference.clear()
            if self.mailbox.behind:
                await asyncio.sleep(GAP_S)
            self.mailbox.fetches(True)
            try:
                with suppress(Cut, TimeoutError):
                    await self._fetches()
            except RpcFailure as failure:
                self.refusals.append(f"updates.getDifference: {failure} after 1 tries")
                self._wants_difference.set()
                await asyncio.sleep(AGAIN_S)
            self.mailbox.fetches(False)
            if self.mailbox.behind:
                self._wants_difference.set()

    async def _fetches(self) -> None:
        final = False
        while not final:
            query = f.updates.GetDifference(pts=self.mailbox.pts, date=self.mailbox.date, qts=0)
            final = self.mailbox.takes_difference(await self.client.calls(query, 10))

    def wants_difference(self) -> None:
        """The difference will be fetched."""
        self._wants_difference.set()

    async def asks_once_more(self) -> None:
        """The client knows what changed without a pts, too."""
        self.mailbox.fetches(True)
        await self._fetches()
        self.mailbox.fetches(False)

    # --- talk ---------------------------------------------------------------------------------------------------

    async def says(self, other: "Person", text: str) -> Promise:
        """The message was accepted, however often it had to be sent: always the same random_id."""
        promise = self.promises[text] = Promise(other, text, self.chance.getrandbits(63) or 1)
        began = time.monotonic()
        while not promise.id:
            await self._tries(promise)
        promise.took_s = time.monotonic() - began
        return promise

    async def _tries(self, promise: Promise) -> None:
        if not self.client.connected:
            await asyncio.sleep(AGAIN_S)
            return
        query = f.messages.SendMessage(
            peer=self.peers[promise.to.name], message=promise.text, random_id=promise.random_id
        )
        promise.tries += 1
        try:
            answer = await self.client.calls(query, 20)
        except (Cut, TimeoutError):
            await asyncio.sleep(AGAIN_S)
            return
        except RpcFailure as failure:
            self.refusals.append(f"{failure} after {promise.tries} tries")
            await asyncio.sleep(AGAIN_S)
            return
        promise.id = _id_of(answer)
        if not self.mailbox.takes(answer, promise.text):
            self._wants_difference.set()

    def remembers(self, other: "Person", text: str, random_id: int, answer: Any) -> None:
        """A message sent in another way was accepted."""
        self.promises[text] = Promise(other, text, random_id, _id_of(answer), 1)
        if not self.mailbox.takes(answer, text):
            self._wants_difference.set()

    async def talks(self, others: list["Person"], stop: asyncio.Event, pause_s: float = 0.0) -> None:
        """Says one thing after the other to people by chance until told to stop."""
        while not stop.is_set():
            await self.says(self.chance.choice(others), f"{self.name} says {len(self.promises)}")
            await asyncio.sleep(pause_s)

    async def has_all(self, timeout_s: float = 240.0) -> None:
        """Everything in the box has reached this client."""
        async with asyncio.timeout(timeout_s):
            while True:
                with suppress(Cut):
                    state = await self.client.calls(f.updates.GetState())
                    if state.pts <= self.mailbox.pts and not self.mailbox.behind:
                        return
                self._wants_difference.set()
                await asyncio.sleep(0.05)

    async def history(self, other: "Person") -> list[t.Message]:
        """Every message of the dialog, newest first."""
        found: list[t.Message] = []
        while True:
            page = await self.client.calls(
                f.messages.GetHistory(
                    peer=self.peers[other.name], offset_id=found[-1].id if found else 0, offset_date=0, add_offset=0,
                    limit=100, max_id=0, min_id=0, hash=0,
                )
            )  # fmt: skip
            found += page.messages
            if not page.messages or isinstance(page, t.messages.Messages):
                return found


def _id_of(answer: Any) -> int:
    """The number of the message that was sent."""
    if isinstance(answer, t.UpdateShortSentMessage):
        return answer.id
    return next(one.id for one in answer.updates if isinstance(one, t.UpdateMessageID))
