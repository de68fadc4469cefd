"""Source: api/channel#basic-groups, method/messages.createChat. Basic groups: made, lived in, ended, migrated."""

import pytest
from tests.kit.rooms import Hall, group, history, says, texts
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


def event(person: Person) -> t.MessageService:
    found = person.receives(t.UpdateNewMessage).message
    assert isinstance(found, t.MessageService)
    return found


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_group_is_made_and_talks(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    made = await alice.calls(f.messages.CreateChat(users=[alice.knows(bob), alice.knows(carol)], title="Kitchen"))
    chat = made.updates.chats[0]
    assert (chat.title, chat.participants_count, chat.creator) == ("Kitchen", 3, True)
    kinds = [type(u).NAME for u in made.updates.updates]
    assert kinds == ["updateMessageID", "updateNewMessage", "updateChatParticipants"]
    shown = event(bob)
    assert isinstance(shown.action, t.MessageActionChatCreate) and shown.action.users == [bob.id, carol.id]
    assert len(bob.receives(t.UpdateChatParticipants).participants.participants) == 3
    peer = t.InputPeerChat(chat_id=chat.id)
    said = await says(bob, peer, "hungry")
    heard = alice.receives(t.UpdateNewMessage).message
    assert (heard.message, heard.peer_id.chat_id, heard.from_id.user_id) == ("hungry", chat.id, bob.id)
    page = await history(carol, peer)
    assert texts(page) == ["hungry"] and page.chats[0].title == "Kitchen"
    assert said.out and not page.messages[0].out


async def test_copies_change_together(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    peer = await group(alice, bob, carol)
    said = await says(bob, peer, "six o'clok")
    heard = carol.receives(t.UpdateNewMessage).message
    await bob.calls(f.messages.EditMessage(peer=peer, id=said.id, message="six o'clock"))
    edited = carol.receives(t.UpdateEditMessage).message
    assert (edited.id, edited.message) == (heard.id, "six o'clock")
    await carol.calls(f.messages.SendReaction(peer=peer, msg_id=heard.id, reaction=[t.ReactionEmoji(emoticon="👍")]))
    assert bob.receives(t.UpdateMessageReactions).msg_id == said.id
    await carol.calls(f.messages.UpdatePinnedMessage(peer=peer, id=heard.id))
    assert bob.receives(t.UpdatePinnedMessages).messages == [said.id]
    taken = f.messages.DeleteMessages(id=[heard.id], revoke=True)
    assert await carol.fails(taken) == "403 MESSAGE_DELETE_FORBIDDEN"
    await bob.calls(f.messages.DeleteMessages(id=[said.id], revoke=True))
    assert carol.receives(t.UpdateDeleteMessages).messages == [heard.id]
    assert texts(await history(alice, peer)) == []


async def test_the_founder_deletes_anything_for_all(stage: Stage, alice: Person, bob: Person) -> None:
    peer = await group(alice, bob)
    said = await says(bob, peer, "rude")
    heard = alice.receives(t.UpdateNewMessage).message
    await alice.calls(f.messages.DeleteMessages(id=[heard.id], revoke=True))
    assert bob.receives(t.UpdateDeleteMessages).messages == [said.id]


async def test_reading_and_mentions(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    peer = await group(alice, bob, carol)
    said = await says(alice, peer, "question")
    theirs = bob.receives(t.UpdateNewMessage).message
    await bob.calls(f.messages.ReadHistory(peer=peer, max_id=theirs.id))
    assert alice.receives(t.UpdateReadHistoryOutbox).max_id == said.id
    await says(bob, peer, "answer", reply_to=t.InputReplyToMessage(reply_to_msg_id=theirs.id))
    heard = alice.receives(t.UpdateNewMessage).message
    assert heard.mentioned and heard.media_unread and heard.reply_to.reply_to_msg_id == said.id
    line = (await alice.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=peer)]))).dialogs[0]
    assert line.unread_mentions_count == 1
    await alice.calls(f.messages.ReadMentions(peer=peer))
    line = (await alice.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=peer)]))).dialogs[0]
    assert line.unread_mentions_count == 0


async def test_typing_in_a_group(stage: Stage, alice: Person, bob: Person) -> None:
    peer = await group(alice, bob)
    await bob.calls(f.messages.SetTyping(peer=peer, action=t.SendMessageTypingAction()))
    heard = alice.receives(t.UpdateChatUserTyping)
    assert (heard.chat_id, heard.from_id.user_id) == (peer.chat_id, bob.id)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_people_come_and_go(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    peer = await group(alice, bob)
    added = await bob.calls(f.messages.AddChatUser(chat_id=peer.chat_id, user_id=bob.knows(carol), fwd_limit=10))
    assert not added.missing_invitees
    assert event(alice).action.users == [carol.id]
    assert event(carol).action.users == [carol.id]
    again = f.messages.AddChatUser(chat_id=peer.chat_id, user_id=bob.knows(carol), fwd_limit=10)
    assert await bob.fails(again) == "400 USER_ALREADY_PARTICIPANT"
    throw = f.messages.DeleteChatUser(chat_id=peer.chat_id, user_id=carol.knows(bob))
    assert await carol.fails(throw) == "400 CHAT_ADMIN_REQUIRED"
    await bob.calls(f.messages.DeleteChatUser(chat_id=peer.chat_id, user_id=bob.knows(carol)))
    assert event(carol).action.user_id == carol.id
    write = f.messages.SendMessage(peer=peer, message="still?", random_id=1)
    assert await carol.fails(write) == "403 CHAT_WRITE_FORBIDDEN"
    shown = (await carol.calls(f.messages.GetChats(id=[peer.chat_id]))).chats[0]
    assert shown.left
    full = await alice.calls(f.messages.GetFullChat(chat_id=peer.chat_id))
    assert {p.user_id for p in full.full_chat.participants.participants} == {alice.id, bob.id}


async def test_a_group_is_governed(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    peer = await group(alice, bob, carol)
    await alice.calls(f.messages.EditChatAdmin(chat_id=peer.chat_id, user_id=alice.knows(bob), is_admin=True))
    alice.hears()
    quiet = t.ChatBannedRights(send_messages=True, change_info=True, until_date=0)
    forbid = f.messages.EditChatDefaultBannedRights(peer=peer, banned_rights=quiet)
    assert await carol.fails(forbid) == "400 CHAT_ADMIN_REQUIRED"
    await bob.calls(forbid)
    assert carol.receives(t.UpdateChatDefaultBannedRights).default_banned_rights.send_messages
    write = f.messages.SendMessage(peer=peer, message="may I?", random_id=1)
    assert await carol.fails(write) == "403 CHAT_WRITE_FORBIDDEN"
    await bob.calls(f.messages.EditChatTitle(chat_id=peer.chat_id, title="Parlour"))
    assert await carol.fails(f.messages.EditChatTitle(chat_id=peer.chat_id, title="Mine")) == "400 CHAT_ADMIN_REQUIRED"
    await alice.calls(f.messages.EditChatAbout(peer=peer, about="where we sit"))
    full = await carol.calls(f.messages.GetFullChat(chat_id=peer.chat_id))
    assert (full.full_chat.about, full.chats[0].title) == ("where we sit", "Parlour")


async def test_a_group_ends(stage: Stage, alice: Person, bob: Person) -> None:
    peer = await group(alice, bob)
    assert await bob.fails(f.messages.DeleteChat(chat_id=peer.chat_id)) == "400 CHAT_ADMIN_REQUIRED"
    await alice.calls(f.messages.DeleteChat(chat_id=peer.chat_id))
    assert await alice.fails(f.messages.SendMessage(peer=peer, message="anyone?", random_id=1)) == "400 CHANNEL_PRIVATE"
    assert (await bob.calls(f.messages.GetChats(id=[peer.chat_id]))).chats[0].deactivated


async def test_strangers_see_nothing_of_a_group(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    peer = await group(alice, bob)
    assert await carol.fails(f.messages.GetFullChat(chat_id=peer.chat_id)) == "400 PEER_ID_INVALID"
    assert await carol.fails(f.messages.GetChats(id=[peer.chat_id])) == "400 PEER_ID_INVALID"
    assert await carol.fails(f.messages.GetFullChat(chat_id=99)) == "400 PEER_ID_INVALID"


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_group_becomes_a_supergroup(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    peer = await group(alice, bob)
    await says(bob, peer, "old days")
    migrate = f.messages.MigrateChat(chat_id=peer.chat_id)
    assert await bob.fails(migrate) == "400 CHAT_ADMIN_REQUIRED"
    bob.hears()
    told = await alice.calls(migrate)
    channel = next(c for c in told.chats if isinstance(c, t.Channel))
    old = next(c for c in told.chats if isinstance(c, t.Chat))
    assert old.deactivated and old.migrated_to.channel_id == channel.id
    assert event(bob).action.channel_id == channel.id
    assert isinstance(bob.receives(t.UpdateNewChannelMessage).message.action, t.MessageActionChannelMigrateFrom)
    room = Hall(stage, channel.id)
    await room.says(bob, "new days")
    assert await bob.fails(f.messages.SendMessage(peer=peer, message="back", random_id=5)) == "400 PEER_ID_INVALID"
    full = await bob.calls(f.channels.GetFullChannel(channel=room.to(bob)))
    assert full.full_chat.migrated_from_chat_id == peer.chat_id and full.full_chat.hidden_prehistory
    await alice.calls(f.channels.InviteToChannel(channel=room.to(alice), users=[alice.knows(carol)]))
    await room.says(bob, "welcome")
    assert texts(await room.history(carol)) == ["welcome"]
    assert texts(await room.history(bob)) == ["welcome", "new days"]


async def test_who_is_removed_may_lose_what_they_wrote(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    kitchen = await group(alice, bob, carol)
    for number in range(7):
        await says(bob, kitchen, f"spam {number}")
    await says(carol, kitchen, "soup")
    theirs = f.messages.DeleteChatUser(chat_id=kitchen.chat_id, user_id=carol.knows(alice), revoke_history=True)
    assert "403" in await carol.fails(theirs) or "400" in await carol.fails(theirs)
    await alice.calls(f.messages.DeleteChatUser(
        chat_id=kitchen.chat_id, user_id=alice.knows(bob), revoke_history=True
    ))  # fmt: skip
    for person in (alice, carol):
        page = await history(person, kitchen)
        assert texts(page) == ["soup"] and isinstance(page.messages[0].action, t.MessageActionChatDeleteUser)
    assert texts(await history(bob, kitchen)) == ["soup"]
    assert len([u for u in carol.hears() if isinstance(u, t.UpdateDeleteMessages)]) == 2
