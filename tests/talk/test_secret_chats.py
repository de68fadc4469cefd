"""api/end-to-end: a secret chat is asked for, accepted on one of two devices, and ended."""

import pytest
from tests.kit.entries import entries
from tests.kit.secrets import accepts, asks, end, half, missed, opened, whispers
from tests.kit.stage import Stage

from chappe.domain import dh_group
from chappe.tl import functions as f
from chappe.tl import types as t


async def test_the_group_is_told_once(stage: Stage):
    (alice,) = await stage.people("alice")
    told = await alice.calls(f.messages.GetDhConfig(version=0, random_length=256))
    assert (told.g, int.from_bytes(told.p, "big")) == (3, dh_group.P)
    assert len(told.random) == 256
    again = await alice.calls(f.messages.GetDhConfig(version=told.version, random_length=16))
    assert isinstance(again, t.messages.DhConfigNotModified)
    for unknown in (-1, 7, 2**31 - 1):
        anew = await alice.calls(f.messages.GetDhConfig(version=unknown, random_length=0))
        assert isinstance(anew, t.messages.DhConfig)
    assert await alice.fails(f.messages.GetDhConfig(version=0, random_length=1025)) == "400 RANDOM_LENGTH_INVALID"
    assert await alice.fails(f.messages.GetDhConfig(version=0, random_length=-1)) == "400 RANDOM_LENGTH_INVALID"


async def test_one_device_accepts_and_the_others_hear_that_it_is_not_theirs(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    phone, desk = await alice.brings(), await bob.brings()
    alice.hears()
    bob.hears()
    waiting = await asks(alice, bob, 77)
    assert isinstance(waiting, t.EncryptedChatWaiting)
    assert (waiting.id, waiting.admin_id, waiting.participant_id) == (77, alice.id, bob.id)
    assert waiting.access_hash == end(alice, 77).access_hash
    for device in (bob, desk):
        asked = device.receives(t.UpdateEncryption).chat
        assert isinstance(asked, t.EncryptedChatRequested)
        assert (asked.g_a, asked.admin_id, asked.access_hash) == (half(77), alice.id, end(bob, 77).access_hash)
    chat = await accepts(desk, 77)
    assert (chat.g_a_or_b, chat.key_fingerprint) == (half(77), 539)
    theirs = alice.receives(t.UpdateEncryption).chat
    assert isinstance(theirs, t.EncryptedChat)
    assert (theirs.g_a_or_b, theirs.key_fingerprint) == (half(78), 539)
    refused = bob.receives(t.UpdateEncryption).chat
    assert isinstance(refused, t.EncryptedChatDiscarded)
    assert (phone.hears(), desk.hears(), bob.hears(), alice.hears()) == ([], [], [], [])
    assert await bob.fails(
        f.messages.AcceptEncryption(peer=end(bob, 77), g_b=half(5), key_fingerprint=1)
    ) == "400 ENCRYPTION_ALREADY_ACCEPTED"
    data = await whispers(alice, 77)
    assert desk.receives(t.UpdateNewEncryptedMessage).message.bytes == data
    assert bob.hears() == []
    query = f.messages.SendEncrypted(peer=end(bob, 77), random_id=5, data=data)
    assert await bob.fails(query) == "400 CHAT_ID_INVALID"
    assert await phone.fails(query.replace(peer=end(phone, 77))) == "400 CHAT_ID_INVALID"


async def test_asking_and_accepting_again_is_answered_as_before(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    assert await asks(alice, bob, 9) == await asks(alice, bob, 9)
    assert len([one for one in bob.hears() if isinstance(one, t.UpdateEncryption)]) == 1
    other = f.messages.RequestEncryption(user_id=alice.knows(bob), random_id=9, g_a=half(3))
    assert await alice.fails(other) == "400 RANDOM_ID_DUPLICATE"
    assert await accepts(bob, 9) == await accepts(bob, 9)
    assert len([one for one in alice.hears() if isinstance(one, t.UpdateEncryption)]) == 1
    assert isinstance(await asks(alice, bob, 9), t.EncryptedChat)


async def test_who_is_away_finds_out_later(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    before, theirs = await alice.calls(f.updates.GetState()), await bob.calls(f.updates.GetState())
    await asks(alice, bob, 4)
    (asked,) = (await missed(bob, theirs)).other_updates
    assert isinstance(asked.chat, t.EncryptedChatRequested)
    stage.clock.moves(60)
    await accepts(bob, 4)
    got = await missed(alice, before)
    assert {type(one.chat) for one in got.other_updates} == {t.EncryptedChat}
    assert [user.id for user in got.users] == [bob.id]
    stage.clock.moves(60)
    await bob.calls(f.messages.DiscardEncryption(chat_id=4, delete_history=True))
    got = await missed(alice, got.state)
    (last,) = {one.chat.id: one.chat for one in got.other_updates}.values()
    assert isinstance(last, t.EncryptedChatDiscarded)
    assert last.history_deleted


async def test_a_request_can_be_declined_and_taken_back(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    desk = await bob.brings()
    bob.hears()
    await asks(alice, bob, 5)
    bob.hears(), desk.hears()
    await desk.calls(f.messages.DiscardEncryption(chat_id=5))
    assert isinstance(alice.receives(t.UpdateEncryption).chat, t.EncryptedChatDiscarded)
    assert isinstance(bob.receives(t.UpdateEncryption).chat, t.EncryptedChatDiscarded)
    assert desk.hears() == []
    accept = f.messages.AcceptEncryption(peer=end(bob, 5), g_b=half(5), key_fingerprint=1)
    assert await bob.fails(accept) == "400 ENCRYPTION_ALREADY_DECLINED"
    assert await desk.fails(f.messages.DiscardEncryption(chat_id=5)) == "400 ENCRYPTION_ALREADY_DECLINED"
    await asks(alice, bob, 6)
    await alice.calls(f.messages.DiscardEncryption(chat_id=6))
    bob.receives(t.UpdateEncryption)
    assert isinstance(bob.receives(t.UpdateEncryption).chat, t.EncryptedChatDiscarded)
    assert await alice.fails(f.messages.DiscardEncryption(chat_id=99)) == "400 ENCRYPTION_ID_INVALID"


async def test_a_device_that_takes_none_is_not_asked(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    desk = await bob.brings()
    bob.hears()
    hidden = f.account.ChangeAuthorizationSettings(hash=0, encrypted_requests_disabled=True)
    shown = await bob.calls(f.account.GetAuthorizations())
    other = next(one.hash for one in shown.authorizations if one.hash)
    await bob.calls(hidden.replace(hash=other))
    state = await desk.calls(f.updates.GetState())
    desk.hears()
    await asks(alice, bob, 8)
    assert isinstance(bob.receives(t.UpdateEncryption).chat, t.EncryptedChatRequested)
    assert desk.hears() == []
    told = getattr(await missed(desk, state), "other_updates", [])
    assert not any(isinstance(one, t.UpdateEncryption) for one in told)


@pytest.mark.parametrize("g_a", [
    b"", b"\1", half(-1), dh_group.P_BYTES, (dh_group.P - dh_group.MARGIN + 1).to_bytes(256, "big"),
    (dh_group.P - 1).to_bytes(256, "big"), b"\xff" * 256, b"\0" + half(1), b"\1" * 257,
])  # fmt: skip
async def test_halves_that_would_give_the_key_away_are_refused(stage: Stage, g_a: bytes):
    alice, bob = await stage.people("alice", "bob")
    query = f.messages.RequestEncryption(user_id=alice.knows(bob), random_id=1, g_a=g_a)
    assert await alice.fails(query) == "400 DH_G_A_INVALID"
    await asks(alice, bob, 2)
    accept = f.messages.AcceptEncryption(peer=end(bob, 2), g_b=g_a, key_fingerprint=1)
    for _ in range(2):
        assert await bob.fails(accept) == "400 DH_G_A_INVALID"
    assert isinstance(await accepts(bob, 2), t.EncryptedChat)
    written = await stage.reads(entries("secret_half_refused"))
    assert [actor for _, actor, _ in written] == [f"user:{alice.id}", f"user:{bob.id}"], "once a day for each"


async def test_nobody_else_gets_in(stage: Stage):
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    await opened(alice, bob, 11)
    peer = end(carol, 11)
    for query in (
        f.messages.AcceptEncryption(peer=peer, g_b=half(1), key_fingerprint=1),
        f.messages.SendEncrypted(peer=peer, random_id=1, data=bytes(40)),
        f.messages.ReadEncryptedHistory(peer=peer, max_date=1),
        f.messages.SetEncryptedTyping(peer=peer, typing=True),
        f.messages.ReportEncryptedSpam(peer=peer),
        f.messages.SendEncrypted(peer=end(alice, 11), random_id=1, data=bytes(40)),
    ):
        assert await carol.fails(query) == "400 CHAT_ID_INVALID"
    assert await carol.fails(f.messages.DiscardEncryption(chat_id=11)) == "400 ENCRYPTION_ID_INVALID"
    taken = f.messages.RequestEncryption(user_id=carol.knows(bob), random_id=11, g_a=half(1))
    assert await carol.fails(taken) == "400 RANDOM_ID_DUPLICATE"
    assert bob.hears() == []


async def test_a_chat_id_that_is_somebodys_number_gives_no_access_to_them(stage: Stage):
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    waiting = await asks(alice, bob, carol.id)
    peer = t.InputPeerUser(user_id=carol.id, access_hash=waiting.access_hash)
    query = f.messages.SendMessage(peer=peer, message="who are you?", random_id=1)
    assert await alice.fails(query) == "400 PEER_ID_INVALID"


async def test_not_with_oneself_nor_with_who_blocked_or_is_gone(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    me = f.messages.RequestEncryption(user_id=t.InputUserSelf(), random_id=1, g_a=half(1))
    assert await alice.fails(me) == "400 USER_ID_INVALID"
    await opened(alice, bob, 3)
    await bob.calls(f.contacts.Block(id=bob.sees(alice)))
    send = f.messages.SendEncrypted(peer=end(alice, 3), random_id=1, data=bytes(40))
    ask = f.messages.RequestEncryption(user_id=alice.knows(bob), random_id=2, g_a=half(1))
    assert (await alice.fails(send), await alice.fails(ask)) == ("403 USER_IS_BLOCKED", "400 USER_IS_BLOCKED")
    await bob.calls(f.contacts.Unblock(id=bob.sees(alice)))
    alice.hears()
    await bob.calls(f.account.DeleteAccount(reason="tired"))
    assert isinstance(alice.receives(t.UpdateEncryption).chat, t.EncryptedChatDiscarded)
    assert await alice.fails(send) == "400 ENCRYPTION_DECLINED"
    assert await alice.fails(ask) == "400 INPUT_USER_DEACTIVATED"


async def test_signing_a_device_out_ends_its_chats(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    desk = await bob.brings()
    await opened(alice, desk, 3)
    await opened(alice, bob, 4)
    await desk.calls(f.auth.LogOut())
    chat = alice.receives(t.UpdateEncryption).chat
    assert (type(chat), chat.id) == (t.EncryptedChatDiscarded, 3)
    await whispers(alice, 4)
    assert bob.receives(t.UpdateNewEncryptedMessage)


async def test_few_questions_stay_open_at_once(stage: Stage):
    alice, bob, *others = await stage.people("alice", "bob", *("carol",) * 20)
    for number in range(1, 4):
        await asks(alice, bob, number)
    again = f.messages.RequestEncryption(user_id=alice.knows(bob), random_id=4, g_a=half(1))
    assert (await alice.fails(again)).startswith("420 FLOOD_WAIT_")
    for number, other in enumerate(others[:17], 10):
        await asks(alice, other, number)
    last = f.messages.RequestEncryption(user_id=alice.knows(others[17]), random_id=40, g_a=half(1))
    assert (await alice.fails(last)).startswith("420 FLOOD_WAIT_")
    await bob.calls(f.messages.DiscardEncryption(chat_id=1))
    assert await alice.tries(last) is None


async def test_who_is_annoyed_reports_the_person_not_the_words(stage: Stage):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    assert await bob.calls(f.messages.ReportEncryptedSpam(peer=end(bob, 3)))
