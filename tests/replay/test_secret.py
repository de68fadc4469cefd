"""Source: api/end-to-end, api/updates. Whatever happens in whatever order, each device has what was sent to it, once.

Two people with two devices each ask, accept, end, whisper, read, sign out and come back. A model at each device keeps
to the rules of qts; what it has is what was accepted for the chats that are on it, in order, and what every device has
acknowledged is kept no longer.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit import secrets
from tests.kit.stage import Person, RpcFailure, Stage, raised

from chappe.domain import secret
from chappe.tl import functions as f
from chappe.tl import types as t

KINDS = (
    "ask", "ask", "accept", "accept", "decline", "end", "forget", "say", "say", "say", "say", "note", "again", "read",
    "say", "say", "hear", "hear", "fetch", "fetch", "acknowledge", "sign_out", "wait",
)  # fmt: skip
ANY = 9
ACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, ANY)), min_size=20, max_size=80)
AGREED = {
    "CHAT_ID_INVALID", "ENCRYPTION_ALREADY_ACCEPTED", "ENCRYPTION_ALREADY_DECLINED", "ENCRYPTION_DECLINED",
    "ENCRYPTION_ID_INVALID", "RANDOM_ID_DUPLICATE", "FLOOD_WAIT_86400",
}  # fmt: skip


class Ear:
    """One device, as a client that keeps to the rules: `got` is what it has, `due` what was accepted for it."""

    def __init__(self, person: Person, state: Any) -> None:
        self.person = person
        self.state = state
        self.got: list[bytes] = []
        self.due: list[bytes] = []
        self.chats: dict[int, str] = {}

    @property
    def qts(self) -> int:
        return int(self.state.qts)

    def hears(self) -> None:
        """What was pushed is applied, if nothing is missing before it."""
        for update in self.person.hears():
            if isinstance(update, t.UpdateNewEncryptedMessage) and update.qts == self.qts + 1:
                self.got.append(update.message.bytes)
                self.state.qts = update.qts
            elif isinstance(update, t.UpdateEncryption):
                self.chats[update.chat.id] = type(update.chat).NAME

    async def fetches(self) -> None:
        """What is missing is fetched; what was pushed is known by then."""
        self.person.hears()
        final = False
        while not final:
            found = await secrets.missed(self.person, self.state)
            final = not isinstance(found, t.updates.DifferenceSlice)
            state = getattr(found, "state", None) or getattr(found, "intermediate_state", None)
            if state is not None:
                self.got += [one.bytes for one in found.new_encrypted_messages]
                for one in found.other_updates:
                    if isinstance(one, t.UpdateEncryption):
                        self.chats[one.chat.id] = type(one.chat).NAME
                self.state = state


class Play:
    """The four devices, and what they did."""

    def __init__(self, stage: Stage, ears: list[Ear]) -> None:
        self.stage, self.ears = stage, ears
        self.last: list[Any] = [None] * 4
        self.gone = [False] * 4
        self.asked = 0
        self.forgotten = False

    async def does(self, kind: str, who: int, number: int) -> None:
        """One act; a refusal must be one that a client could be given."""
        if self.gone[who]:
            return
        try:
            await getattr(self, kind)(who, number)
        except RpcFailure as failure:
            assert failure.message in AGREED, (kind, failure)

    async def ask(self, who: int, number: int) -> None:
        self.asked += number > 0
        await secrets.asks(self.ears[who].person, self.ears[(who + 2) % 4].person, max(self.asked, 1))

    async def accept(self, who: int, number: int) -> None:
        await secrets.accepts(self.ears[who].person, await self.one_of(who, number, secret.State.WAITING))

    async def decline(self, who: int, number: int) -> None:
        chat_id = await self.one_of(who, number, secret.State.WAITING)
        await self.ears[who].person.calls(f.messages.DiscardEncryption(chat_id=chat_id))

    async def end(self, who: int, number: int) -> None:
        chat_id = await self.one_of(who, number)
        await self.ears[who].person.calls(f.messages.DiscardEncryption(chat_id=chat_id))

    async def forget(self, who: int, number: int) -> None:
        chat_id = await self.one_of(who, number)
        await self.ears[who].person.calls(f.messages.DiscardEncryption(chat_id=chat_id, delete_history=True))
        self.forgotten = True

    async def one_of(self, who: int, number: int, state: secret.State = secret.State.OPEN) -> int:
        """A chat of that state that this device may act in, or, now and then and if there is none, any number."""
        person = self.ears[who].person
        found = [
            chat.id for chat in await self.stage.reads(lambda rx: secret.of_person(rx, person.id))
            if chat.state == state and chat.auth_key_id in (0, person.auth_key_id)
        ]  # fmt: skip
        return sorted(found)[number % len(found)] if found and number < ANY else 1 + number

    async def say(self, who: int, number: int, kind: Any = f.messages.SendEncrypted) -> None:
        person, chat_id = self.ears[who].person, await self.one_of(who, number)
        side = await self.stage.reads(lambda rx: secret.find(rx, person.id, chat_id))
        query = kind(peer=secrets.end(person, chat_id), random_id=next(self.stage.numbers), data=secrets.sealed(person))
        await person.calls(query)
        assert side is not None
        next(ear for ear in self.ears if ear.person.auth_key_id == side.peer_key_id).due.append(query.data)
        self.last[who] = query

    async def note(self, who: int, number: int) -> None:
        await self.say(who, number, f.messages.SendEncryptedService)

    async def again(self, who: int, number: int) -> None:
        if self.last[who] is not None:
            await self.ears[who].person.calls(self.last[who])

    async def read(self, who: int, number: int) -> None:
        person, chat_id = self.ears[who].person, await self.one_of(who, number)
        now = int(self.stage.clock.now())
        await person.calls(f.messages.ReadEncryptedHistory(peer=secrets.end(person, chat_id), max_date=now))

    async def hear(self, who: int, number: int) -> None:
        self.ears[who].hears()

    async def fetch(self, who: int, number: int) -> None:
        await self.ears[who].fetches()

    async def acknowledge(self, who: int, number: int) -> None:
        ear = self.ears[who]
        await ear.person.calls(f.messages.ReceivedQueue(max_qts=ear.qts))

    async def sign_out(self, who: int, number: int) -> None:
        if number == 0:
            await self.ears[who].fetches()
            await self.ears[who].person.calls(f.auth.LogOut())
            self.gone[who] = True

    async def wait(self, who: int, number: int) -> None:
        self.stage.clock.moves(20 * number)


async def played(acts: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        await _played(Path(folder), acts)


async def _played(folder: Path, acts: list[tuple[str, int, int]]) -> None:
    async with raised(folder) as stage:
        alice, bob = await stage.people("alice", "bob")
        devices = [alice, await alice.brings(), bob, await bob.brings()]
        ears = [Ear(one, await one.calls(f.updates.GetState())) for one in devices]
        play = Play(stage, ears)
        for one, other in ((0, 2), (1, 3), (2, 1)):
            play.asked = await secrets.opened(devices[one], devices[other], play.asked + 1)
        for ear in ears:
            await ear.fetches()
        for kind, who, number in acts:
            await play.does(kind, who, number)
        for place, ear in enumerate(ears):
            if play.gone[place]:
                assert ear.got == ear.due[: len(ear.got)] or play.forgotten
                continue
            await ear.fetches()
            if play.forgotten:
                assert [one for one in ear.due if one in set(ear.got)] == ear.got
            else:
                assert ear.got == ear.due
            await agrees(stage, ear)
            await ear.person.calls(f.messages.ReceivedQueue(max_qts=ear.qts))
        assert await stage.reads(lambda rx: rx.all("SELECT * FROM secret_queue")) == []
        counts = await stage.reads(lambda rx: rx.all("SELECT waiting, waiting_bytes FROM secret_devices"))
        assert set(counts) <= {(0, 0)}


async def agrees(stage: Stage, ear: Ear) -> None:
    """What the device was told of each chat is what the chat is for it now."""
    person = ear.person
    for chat in await stage.reads(lambda rx: secret.of_person(rx, person.id)):
        told = ear.chats.get(chat.id)
        if chat.state == secret.State.OPEN and chat.asked and chat.auth_key_id == person.auth_key_id:
            assert told == "encryptedChat"
        elif chat.state == secret.State.OPEN and not chat.asked and chat.auth_key_id != person.auth_key_id:
            assert told == "encryptedChatDiscarded"
        elif chat.state == secret.State.WAITING and not chat.asked:
            assert told == "encryptedChatRequested"
        elif chat.asked and chat.auth_key_id != person.auth_key_id:
            assert told is None


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(ACTS)
def test_each_device_has_what_was_sent_to_it(acts: list[tuple[str, int, int]]) -> None:
    asyncio.run(played(acts))
