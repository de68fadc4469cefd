"""api/end-to-end: what is passed on arrives in order, once, at the one device, and is kept until that device has it."""

from typing import Any

import pytest
from tests.kit.secrets import asks, end, missed, opened, sealed, whispers
from tests.kit.stage import Person, Stage

from chappe.domain import personal, secret, upkeep
from chappe.jobs import receipts
from chappe.tl import functions as f
from chappe.tl import types as t


async def queued(stage: Stage) -> int:
    """How many messages wait, for whomever."""
    return (await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM secret_queue")))[0]


def told(person: Person) -> list[tuple[int, bytes]]:
    """(qts, bytes) of what the device heard."""
    heard = [one for one in person.hears() if isinstance(one, t.UpdateNewEncryptedMessage)]
    return [(one.qts, one.message.bytes) for one in heard]


async def test_each_message_arrives_once_and_in_order(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    start = (await bob.calls(f.updates.GetState())).qts
    await opened(alice, bob, 3)
    sent = [await whispers(alice, 3) for _ in range(5)]
    assert told(bob) == list(enumerate(sent, start + 1))
    state = await bob.calls(f.updates.GetState())
    assert state.qts == start + 5
    assert (await alice.calls(f.updates.GetState())).qts == start


async def test_what_a_device_missed_it_finds_and_once_it_has_it_nothing_is_kept(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    state = await bob.calls(f.updates.GetState())
    sent = [await whispers(alice, 3) for _ in range(3)]
    note = f.messages.SendEncryptedService(peer=end(alice, 3), random_id=99, data=sealed(alice))
    await alice.calls(note)
    got = await missed(bob, state)
    assert [one.bytes for one in got.new_encrypted_messages] == [*sent, note.data]
    assert [type(one) for one in got.new_encrypted_messages] == 3 * [t.EncryptedMessage] + [t.EncryptedMessageService]
    assert got.state.qts == state.qts + 4
    assert await missed(bob, state) == got
    assert await queued(stage) == 4
    acknowledged = await bob.calls(f.messages.ReceivedQueue(max_qts=state.qts + 3))
    assert len(acknowledged) == 3
    assert [one.bytes for one in (await missed(bob, state)).new_encrypted_messages] == [note.data]
    assert await bob.calls(f.messages.ReceivedQueue(max_qts=state.qts + 4)) == [99]
    assert await queued(stage) == 0
    assert isinstance(await missed(bob, got.state), t.updates.DifferenceEmpty)
    assert await bob.fails(f.messages.ReceivedQueue(max_qts=state.qts + 5)) == "400 MAX_QTS_INVALID"
    assert await bob.fails(f.messages.ReceivedQueue(max_qts=-1)) == "400 MAX_QTS_INVALID"
    assert await bob.calls(f.messages.ReceivedQueue(max_qts=0)) == []


async def test_who_asks_above_a_qts_has_what_came_before(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    state = await bob.calls(f.updates.GetState())
    await whispers(alice, 3)
    await whispers(alice, 3)
    got = await missed(bob, state)
    await missed(bob, got.state)
    assert await queued(stage) == 2
    stage.clock.moves(secret.SURE_S + 1)
    late = await whispers(alice, 3)
    await missed(bob, state.replace(qts=state.qts + 1))
    assert await queued(stage) == 2
    bob.hears()
    ask = receipts(stage.store, lambda key: key == bob.auth_key_id)
    await ask()
    await stage.settles()
    assert [type(one) for one in bob.hears()] == [t.UpdatesTooLong]
    assert [one.bytes for one in (await missed(bob, got.state)).new_encrypted_messages] == [late]
    assert await queued(stage) == 1
    bob.hears()
    await ask()
    await stage.settles()
    assert bob.hears() == []


async def test_a_long_absence_is_told_in_slices(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    state = await bob.calls(f.updates.GetState())
    sent = [await whispers(alice, 3) for _ in range(2 * secret.SLICE + 1)]
    await alice.says(bob, "and in the open")
    heard, slices = [], 0
    got: Any = await missed(bob, state)
    while isinstance(got, t.updates.DifferenceSlice):
        heard += got.new_encrypted_messages
        slices += 1
        got = await missed(bob, got.intermediate_state)
    heard += got.new_encrypted_messages
    assert ([one.bytes for one in heard], slices) == (sent, 2)
    big = [await whispers(alice, 3, sealed(alice, 24 + secret.DATA_BYTES // 2)) for _ in range(17)]
    heard, slices = [], 0
    got = await missed(bob, got.state)
    while isinstance(got, t.updates.DifferenceSlice):
        heard += got.new_encrypted_messages
        slices += 1
        got = await missed(bob, got.intermediate_state)
    assert [one.bytes for one in [*heard, *got.new_encrypted_messages]] == big
    assert slices == 1


async def test_the_same_random_id_is_passed_on_once(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    query = f.messages.SendEncrypted(peer=end(alice, 3), random_id=7, data=sealed(alice))
    first = await alice.calls(query)
    stage.clock.moves(100)
    assert await alice.calls(query) == first
    assert len(told(bob)) == 1
    assert await bob.calls(query.replace(peer=end(bob, 3))) is not None
    await opened(alice, bob, 4)
    await alice.calls(query.replace(peer=end(alice, 4)))
    assert len(told(bob)) == 1


async def test_two_devices_have_queues_of_their_own(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    desk = await bob.brings()
    await opened(alice, bob, 3)
    await opened(alice, desk, 4)
    state, other = await bob.calls(f.updates.GetState()), await desk.calls(f.updates.GetState())
    here, there = await whispers(alice, 3), await whispers(alice, 4)
    assert [one.bytes for one in (await missed(bob, state)).new_encrypted_messages] == [here]
    assert [one.bytes for one in (await missed(desk, other)).new_encrypted_messages] == [there]
    assert len(await desk.calls(f.messages.ReceivedQueue(max_qts=other.qts + 1))) == 1
    assert await queued(stage) == 1


@pytest.mark.parametrize(("size", "error"), [
    (0, "400 DATA_INVALID"), (24, "400 DATA_INVALID"), (39, "400 DATA_INVALID"), (41, "400 DATA_INVALID"),
    (40, None), (secret.DATA_BYTES - 8, None), (secret.DATA_BYTES + 8, "400 DATA_TOO_LONG"),
])  # fmt: skip
async def test_only_what_looks_sealed_is_passed_on(stage: Stage, size: int, error: str | None):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    for number, kind in enumerate((f.messages.SendEncrypted, f.messages.SendEncryptedService), 1):
        query = kind(peer=end(alice, 3), random_id=number, data=sealed(alice, size))
        assert await alice.tries(query) == error
    query = f.messages.SendEncrypted(peer=end(alice, 3), random_id=0, data=sealed(alice))
    assert await alice.fails(query) == "400 RANDOM_ID_EMPTY"


async def test_too_much_may_not_wait_for_a_device(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    monkeypatch.setattr(secret, "WAITING", 3)
    state = await bob.calls(f.updates.GetState())
    for _ in range(3):
        await whispers(alice, 3)
    query = f.messages.SendEncrypted(peer=end(alice, 3), random_id=1, data=sealed(alice))
    assert await alice.fails(query) == "420 FLOOD_WAIT_60"
    await bob.calls(f.messages.ReceivedQueue(max_qts=state.qts + 1))
    assert await alice.tries(query) is None
    monkeypatch.setattr(secret, "WAITING_BYTES", 10)
    assert await alice.fails(query.replace(random_id=2)) == "420 FLOOD_WAIT_60"


async def test_typing_is_told_at_once_and_forgotten(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    desk = await bob.brings()
    bob.hears()
    await opened(alice, desk, 3)
    bob.hears()
    await alice.calls(f.messages.SetEncryptedTyping(peer=end(alice, 3), typing=True))
    assert desk.receives(t.UpdateEncryptedChatTyping).chat_id == 3
    await alice.calls(f.messages.SetEncryptedTyping(peer=end(alice, 3), typing=False))
    assert (desk.hears(), bob.hears(), alice.hears()) == ([], [], [])


async def test_reading_is_told_also_to_who_is_away(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    await whispers(alice, 3)
    state = await alice.calls(f.updates.GetState())
    date = state.date
    stage.clock.moves(30)
    assert await bob.calls(f.messages.ReadEncryptedHistory(peer=end(bob, 3), max_date=date))
    read = alice.receives(t.UpdateEncryptedMessagesRead)
    assert (read.chat_id, read.max_date, read.date) == (3, date, date + 30)
    assert (await missed(alice, state)).other_updates == [read]
    await bob.calls(f.messages.ReadEncryptedHistory(peer=end(bob, 3), max_date=date - 5))
    assert alice.hears() == []
    await bob.calls(f.messages.ReadEncryptedHistory(peer=end(bob, 3), max_date=2**31 - 1))
    assert alice.receives(t.UpdateEncryptedMessagesRead).max_date == date + 30
    phone = await alice.brings()
    others = (await missed(phone, state)).other_updates
    assert not any(isinstance(one, t.UpdateEncryptedMessagesRead) for one in others)


async def test_the_end_leaves_nothing_if_that_is_wanted(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    await opened(alice, bob, 4)
    state = await bob.calls(f.updates.GetState())
    kept, _, last = await whispers(alice, 3), await whispers(alice, 4), await whispers(alice, 3)
    await alice.calls(f.messages.DiscardEncryption(chat_id=4, delete_history=True))
    await alice.calls(f.messages.DiscardEncryption(chat_id=3))
    got = await missed(bob, state)
    assert [one.bytes for one in got.new_encrypted_messages] == [kept, last]
    assert got.state.qts == state.qts + 3
    sides = await stage.reads(lambda rx: rx.all("SELECT peer_id, peer_key_id, half, fingerprint FROM secret_chats"))
    assert set(sides) == {(0, 0, None, 0)}


async def test_what_is_known_of_a_chat_is_told_and_is_little(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    since = int(stage.clock.now()) - 60
    data = await whispers(alice, 3)
    known = await stage.reads(lambda rx: personal.standing(rx, bob.id))
    [told] = [one for one in known if one.kind == "secret_chat"]
    assert (told.category, told.date) == (personal.TRAFFIC, since)
    assert told.data == {
        "with": f"user:{alice.id}", "asked_by": f"user:{alice.id}", "open": True, "waiting": 1,
        "waiting_bytes": len(data),
    }  # fmt: skip
    assert not any("secret" in one.kind for one in await stage.reads(lambda rx: personal.profile(rx, bob.id)))
    await bob.calls(f.messages.DiscardEncryption(chat_id=3))
    known = await stage.reads(lambda rx: personal.standing(rx, alice.id))
    assert not any(one.kind == "secret_chat" for one in known)


async def test_what_is_old_is_forgotten(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await asks(alice, bob, 3)
    await opened(alice, bob, 4)
    alice.hears()
    stage.clock.moves(secret.KEEP_S + 1)
    await stage.writes(lambda tx: secret.clear(tx, 100))
    assert alice.receives(t.UpdateEncryption).chat == t.EncryptedChatDiscarded(id=3)
    stage.clock.moves(secret.KEEP_S + 1)
    await stage.writes(lambda tx: secret.clear(tx, 100))
    assert await stage.reads(lambda rx: rx.all("SELECT DISTINCT chat_id FROM secret_chats")) == [(4,)]
    await whispers(alice, 4)
    assert len(told(bob)) == 1


async def test_a_database_taken_back_loses_no_message(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    state = await bob.calls(f.updates.GetState())
    first = await whispers(alice, 3)
    await stage.writes(upkeep.begin_anew)
    ahead = state.replace(qts=state.qts + 500)
    second = await whispers(alice, 3)
    found = await stage.reads(lambda rx: secret.waiting(rx, bob.id, bob.auth_key_id, ahead.qts, 0))
    assert [one.data for one in found.messages] == [first, second]
