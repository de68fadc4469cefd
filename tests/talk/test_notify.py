"""Source: method/account.updateNotifySettings. How a person is told of messages."""

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def test_settings_of_all_private_chats_and_of_one(alice: Person, bob: Person) -> None:
    laptop = await alice.brings()
    alice.hears()
    everybody = t.InputNotifyUsers()
    before = await alice.calls(f.account.GetNotifySettings(peer=everybody))
    assert (before.show_previews, before.silent, before.mute_until) == (True, False, 0)
    assert before.other_sound == t.NotificationSoundDefault()
    one = t.InputNotifyPeer(peer=alice.sees(bob))
    assert await alice.calls(f.account.GetNotifySettings(peer=one)) == t.PeerNotifySettings()

    wanted = t.InputPeerNotifySettings(mute_until=2**31 - 1, sound=t.NotificationSoundLocal(title="bell", data="b.ogg"))
    assert await alice.calls(f.account.UpdateNotifySettings(peer=one, settings=wanted)) is True
    news = laptop.receives(t.UpdateNotifySettings)
    assert news.peer == t.NotifyPeer(peer=t.PeerUser(user_id=bob.id))
    assert news.notify_settings.mute_until == 2**31 - 1
    assert news.notify_settings.other_sound == t.NotificationSoundLocal(title="bell", data="b.ogg")
    full = await alice.calls(f.users.GetFullUser(id=alice.knows(bob)))
    assert full.full_user.notify_settings == news.notify_settings
    assert alice.hears() == []

    exceptions = await alice.calls(f.account.GetNotifyExceptions())
    assert [u.peer for u in exceptions.updates] == [news.peer]
    assert [user.id for user in exceptions.users] == [bob.id]
    assert await alice.calls(f.account.ResetNotifySettings()) is True
    assert await alice.calls(f.account.GetNotifySettings(peer=one)) == t.PeerNotifySettings()


async def test_newcomers_may_come_quietly(alice: Person) -> None:
    assert await alice.calls(f.account.GetContactSignUpNotification()) is False
    assert await alice.calls(f.account.SetContactSignUpNotification(silent=True)) is True
    assert await alice.calls(f.account.GetContactSignUpNotification()) is True


async def test_a_token_for_push_is_kept_until_it_is_withdrawn(alice: Person) -> None:
    token = {"token_type": 2, "token": "a device", "other_uids": []}
    assert await alice.calls(f.account.RegisterDevice(**token, app_sandbox=False, secret=b"")) is True
    assert await alice.calls(f.account.UnregisterDevice(**token)) is True
    assert await alice.fails(f.account.UnregisterDevice(**token)) == "400 TOKEN_INVALID"
    empty = f.account.RegisterDevice(token_type=10, token="", app_sandbox=False, secret=b"", other_uids=[])
    assert await alice.fails(empty) == "400 TOKEN_EMPTY"


async def test_sensitive_content_is_nobodys_choice(alice: Person) -> None:
    assert await alice.calls(f.account.GetContentSettings()) == t.account.ContentSettings()
    refused = await alice.fails(f.account.SetContentSettings(sensitive_enabled=True))
    assert refused == "403 SENSITIVE_CHANGE_FORBIDDEN"


def number(peer: t.TypePeer) -> int:
    """Whose dialog it is, without what it is."""
    return next(getattr(peer, name) for name in ("user_id", "chat_id", "channel_id") if hasattr(peer, name))


async def test_exceptions_are_told_by_kind(stage: Stage, alice: Person, bob: Person) -> None:
    garden, news = await hall(stage, alice), await hall(stage, alice, broadcast=True)
    group = (await alice.calls(f.messages.CreateChat(users=[alice.knows(bob)], title="Circle"))).updates.chats[0].id
    peers = [alice.sees(bob), t.InputPeerChat(chat_id=group), garden.peer(alice), news.peer(alice)]
    for peer in peers:
        settings = t.InputPeerNotifySettings(silent=True)
        await alice.calls(f.account.UpdateNotifySettings(peer=t.InputNotifyPeer(peer=peer), settings=settings))
    one = t.InputNotifyPeer(peer=peers[1])
    told = []
    for kind in (t.InputNotifyUsers(), t.InputNotifyChats(), t.InputNotifyBroadcasts(), one, None):
        found = (await alice.calls(f.account.GetNotifyExceptions(peer=kind))).updates
        told.append({number(update.peer.peer) for update in found})
    assert told == [{bob.id}, {group, garden.id}, {news.id}, {group}, {bob.id, group, garden.id, news.id}]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_whose_reactions_one_is_told_of(stage: Stage, layer: int) -> None:
    [alice] = await stage.people("alice", layer=layer)
    laptop, get = await alice.brings(layer), f.account.GetReactionsNotifySettings()
    before = await alice.calls(get)
    assert (type(before.messages_notify_from), before.show_previews) == (t.ReactionNotificationsFromAll, True)
    wanted = t.ReactionsNotifySettings(
        messages_notify_from=t.ReactionNotificationsFromContacts(), sound=t.NotificationSoundNone(), show_previews=False
    )
    assert await alice.calls(f.account.SetReactionsNotifySettings(settings=wanted)) == wanted
    assert await laptop.calls(get) == wanted
