"""Source: api/end-to-end. Killed at any moment, the server passes each sealed message on once, in order, to one device.

CHAPPE_KILL_ROUNDS and CHAPPE_KILL_SEED as in `test_kill`.
"""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.secrets import half
from tests.kit.server_process import ServerProcess, serving
from tests.kit.stage import RpcFailure
from tests.kit.wire_client import Cut
from tests.survive.conftest import crowd
from tests.survive.people import AGAIN_S, Person
from tests.survive.test_kill import ROUNDS, SEED, as_url, killed_again_and_again

from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["postgres_dsn", "postgres_server"]

CHAT = 4242
PATIENCE_S = 240


class End:
    """One end of a secret chat, as a client that keeps to the rules of qts; every breach of them is a fault."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.peer = t.InputEncryptedChat(chat_id=CHAT, access_hash=0)
        self.qts = 0
        self.got: list[bytes] = []
        self.chat: Any = None
        self.faults: list[str] = []
        self.said = 0
        self._ahead: dict[int, bytes] = {}
        self._fetching = False
        before = person.client.hears

        def hears(update: Any) -> None:
            self.hears(update)
            before(update)

        person.client.hears = hears

    def hears(self, update: Any) -> None:
        """Something was pushed."""
        for one in getattr(update, "updates", None) or (getattr(update, "update", update),):
            if isinstance(one, t.UpdateNewEncryptedMessage):
                self._ahead[one.qts] = one.message.bytes
            elif isinstance(one, t.UpdateEncryption):
                self.chat = one.chat
        self._settles()

    def _settles(self) -> None:
        while not self._fetching and self.qts + 1 in self._ahead:
            self.qts += 1
            self.got.append(self._ahead.pop(self.qts))

    async def catches_up(self) -> None:
        """What was missed is fetched, what came is acknowledged."""
        self._fetching = True
        box = self.person.mailbox
        try:
            final = False
            while not final:
                found = await self.insists(f.updates.GetDifference(pts=box.pts, date=box.date, qts=self.qts))
                final = not isinstance(found, t.updates.DifferenceSlice)
                state = getattr(found, "state", None) or getattr(found, "intermediate_state", None)
                for one in getattr(found, "other_updates", ()):
                    self.hears(one)
                if state is not None:
                    new = [one.bytes for one in found.new_encrypted_messages]
                    if state.qts != self.qts + len(new):
                        self.faults.append(f"{len(new)} messages from {self.qts} to {state.qts}")
                    self.got += new
                    self.qts = state.qts
        finally:
            self._fetching = False
        self._ahead = {qts: data for qts, data in self._ahead.items() if qts > self.qts}
        self._settles()
        await self.insists(f.messages.ReceivedQueue(max_qts=self.qts))

    async def stays(self, stop: asyncio.Event, chance: Random) -> None:
        """Catches up again and again, as after each lost line."""
        while not stop.is_set():
            await self.catches_up()
            await asyncio.sleep(chance.uniform(0.0, 0.2))

    async def insists(self, query: Any) -> Any:
        """The answer, however often the line is lost meanwhile."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if self.person.client.connected:
                    with suppress(Cut, TimeoutError):
                        return await self.person.client.calls(query, 20)
                await asyncio.sleep(AGAIN_S)

    async def whispers(self, stop: asyncio.Event, chance: Random) -> list[bytes]:
        """What was accepted, one after the other, each however often it had to be sent."""
        sent = []
        while not stop.is_set():
            data = len(sent).to_bytes(8, "big") + chance.randbytes(16 + 16 * chance.randint(1, 60))
            query = f.messages.SendEncrypted(peer=self.peer, random_id=chance.getrandbits(63) or 1, data=data)
            with suppress(RpcFailure):  # too busy, or too much waits
                await self.insists(query)
                sent.append(data)
                self.said += 1
        return sent


async def opened(alice: End, bob: End) -> None:
    """A secret chat of these two, and both know how to name it."""
    other = alice.person.peers[bob.person.name]
    user = t.InputUser(user_id=other.user_id, access_hash=other.access_hash)
    asked = await alice.insists(f.messages.RequestEncryption(user_id=user, random_id=CHAT, g_a=half(1)))
    for end in (alice, bob):
        end.qts = (await end.insists(f.updates.GetState())).qts
    while not isinstance(bob.chat, t.EncryptedChatRequested):
        await asyncio.sleep(AGAIN_S)
    alice.peer = alice.peer.replace(access_hash=asked.access_hash)
    bob.peer = bob.peer.replace(access_hash=bob.chat.access_hash)
    await bob.insists(f.messages.AcceptEncryption(peer=bob.peer, g_b=half(2), key_fingerprint=9))


async def play(server: ServerProcess, rounds: int) -> None:
    """Two people whisper both ways, the server is killed, and each has exactly what the other was told it had sent."""
    chance = Random(SEED)
    async with crowd(server, 2, chance) as people:
        alice, bob = (End(person) for person in people)
        await opened(alice, bob)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            said = [group.create_task(end.whispers(stop, Random(chance.random()))) for end in (alice, bob)]
            ears = [group.create_task(end.stays(stop, Random(chance.random()))) for end in (alice, bob)]
            await killed_again_and_again(server, rounds, chance)
            async with asyncio.timeout(PATIENCE_S):  # a slow machine: the trouble came before there was much to lose
                while min(end.said for end in (alice, bob)) <= rounds:
                    await asyncio.sleep(0.05)
            stop.set()
        assert len(ears) == 2
        for end in (alice, bob):
            await end.catches_up()
        for end, words in ((bob, said[0].result()), (alice, said[1].result())):
            assert end.faults == []
            assert end.got == words
            assert len(words) > rounds
        print(f"seed {SEED}: killed {server.kills} times; {[len(one.result()) for one in said]} messages each way")
    assert not server.troubles()
    if (server.data / "chappe.sqlite").exists():
        with closing(sqlite3.connect(f"file:{server.data / 'chappe.sqlite'}?mode=ro", uri=True)) as database:
            assert database.execute("SELECT COUNT(*) FROM secret_queue").fetchone() == (0,)
            assert set(database.execute("SELECT waiting, waiting_bytes FROM secret_devices")) == {(0, 0)}


async def test_killed_at_any_moment_each_message_arrives_once_and_in_order(server: ServerProcess) -> None:
    await play(server, ROUNDS)


async def test_the_same_on_postgresql(tmp_path: Path, postgres_dsn: str) -> None:
    async with serving(tmp_path / "data", database=as_url(postgres_dsn)) as server:
        await play(server, max(ROUNDS // 4, 3))


@pytest.fixture(autouse=True)
def _told() -> None:
    """A failure names the seed with which to look at it again."""
    print(f"CHAPPE_KILL_SEED={SEED}")
