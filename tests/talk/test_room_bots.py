"""Source: api/bots#privacy-mode. Bots in groups hear what is meant for them; in channels they are administrators."""

from typing import Any

import pytest
from tests.kit.bots import asks, enters, makes, named, peer
from tests.kit.rooms import Hall, hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.base.errors import Refusal
from chappe.base.ids import UserId, chat_peer
from chappe.domain import bot_father_words as w
from chappe.domain import members, room_bots, rooms
from chappe.domain.access import BOT_FATHER
from chappe.tl import functions as f
from chappe.tl import types as t

ALL = t.ChatAdminRights(post_messages=True, edit_messages=True, delete_messages=True)
ENDS = (tl.LAYERS[0], tl.NEWEST)


def words(bot: Person) -> list[str]:
    """What the bot heard people say, and `!` for each event of the room itself."""
    new = [one.message for one in bot.hears() if isinstance(one, t.UpdateNewMessage | t.UpdateNewChannelMessage)]
    return [one.message if isinstance(one, t.Message) else "!" for one in new]


async def told(hall_or_chat: t.TypeInputPeer, person: Person, text: str, **more: Any) -> int:
    """The id of a new message in the room, in its sender's eyes."""
    number = next(person.stage.numbers)
    sent = await person.calls(f.messages.SendMessage(peer=hall_or_chat, message=text, random_id=number, **more))
    return next(one.id for one in sent.updates if isinstance(one, t.UpdateMessageID))


async def brings_in(alice: Person, bot: Person, room: Hall) -> None:
    await alice.calls(f.channels.InviteToChannel(channel=room.to(alice), users=[named(alice, bot.id)]))


@pytest.mark.parametrize("layer", ENDS)
async def test_a_bot_in_a_supergroup_hears_what_is_meant_for_it(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob")
    bot = await enters(stage, await makes(alice, "modest_bot"), layer)
    room = await hall(stage, alice, bob)
    await brings_in(alice, bot, room)
    assert words(bot) == ["!"]
    here = room.peer(bob)
    await told(here, bob, "just between us")
    assert bot.session.pushed == [], "not even that something was said"
    secret_pts = (await room.history(bob)).pts
    for text in ("/help", "/help@modest_bot now", "hey @modest_bot"):
        await told(here, bob, text)
        assert words(bot) == [text]
    await told(here, bob, "/help@other_bot")
    assert words(bot) == []
    mine = await told(room.peer(bot), bot, "at your service")
    await told(here, bob, "thank you", reply_to=t.InputReplyToMessage(reply_to_msg_id=mine))
    assert words(bot) == ["thank you"]
    hidden = await told(here, bob, "psst")
    got = await bot.calls(f.channels.GetMessages(channel=room.to(bot), id=[t.InputMessageID(id=hidden)]))
    assert isinstance(got.messages[0], t.MessageEmpty)
    assert await bot.fails(f.messages.ForwardMessages(
        from_peer=room.peer(bot), to_peer=room.peer(bot), id=[hidden], random_id=[1]
    )) == "400 MESSAGE_ID_INVALID"  # fmt: skip
    await bob.calls(f.messages.EditMessage(peer=here, id=hidden, message="psst, again"))
    assert "psst" not in repr(bot.hears())
    missed = await bot.calls(f.updates.GetChannelDifference(
        channel=t.InputChannel(channel_id=room.id, access_hash=0), filter=t.ChannelMessagesFilterEmpty(),
        pts=secret_pts, limit=100,
    ))  # fmt: skip
    heard = [one.message for one in missed.new_messages]
    assert heard == ["/help", "/help@modest_bot now", "hey @modest_bot", "at your service", "thank you"]
    assert "psst" not in repr(missed)
    assert words(alice)[-1] == "psst", "people hear everything"


async def test_who_leads_or_is_let_hears_everything(stage: Stage, alice: Person, bob: Person) -> None:
    bot = await enters(stage, await makes(alice, "keen_bot"))
    room = await hall(stage, alice, bob)
    await brings_in(alice, bot, room)
    await asks(alice, "/setprivacy", "keen_bot", "off")
    bot.hears()
    await told(room.peer(bob), bob, "one")
    assert words(bot) == ["one"]
    await asks(alice, "/setprivacy", "keen_bot", "on")
    bot.hears()
    await told(room.peer(bob), bob, "two")
    assert words(bot) == []
    rights = t.ChatAdminRights(delete_messages=True)
    promoting = f.channels.EditAdmin(channel=room.to(alice), user_id=named(alice, bot.id), admin_rights=rights, rank="")
    await alice.calls(promoting)
    bot.hears()
    spam = await told(room.peer(bob), bob, "three")
    assert words(bot) == ["three"]
    await bot.calls(f.channels.DeleteMessages(channel=room.to(bot), id=[spam]))
    assert "three" not in repr((await room.history(bob)).messages)
    owner, other = UserId(alice.id), UserId(bot.id)
    with pytest.raises(Refusal, match="user_not_participant"):
        await stage.writes(lambda tx: members.hand_over(tx, rooms.find(tx, room.marked), owner, other))


async def test_a_bot_in_a_basic_group_has_no_copy_of_the_rest(stage: Stage, alice: Person, bob: Person) -> None:
    bot = await enters(stage, await makes(alice, "small_bot"))
    made = await alice.calls(f.messages.CreateChat(users=[alice.knows(bob), named(alice, bot.id)], title="Kitchen"))
    chat = t.InputPeerChat(chat_id=made.updates.chats[0].id)
    bob.hears(), bot.hears()
    await told(chat, bob, "what is for dinner?")
    await told(chat, bob, "/menu")
    assert words(bot) == ["/menu"]
    box = await stage.reads(lambda rx: rx.all(
        "SELECT COUNT(*) FROM messages WHERE owner_id = ? AND peer_id = ?", (bot.id, chat_peer(chat.chat_id))
    ))  # fmt: skip
    assert box == [(2,)], "the making of the group, and the command"
    mine = await told(chat, bot, "soup")
    assert words(bob)[-1] == "soup"
    found = await bob.calls(f.messages.GetHistory(
        peer=chat, offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    answer = t.InputReplyToMessage(reply_to_msg_id=found.messages[0].id)
    await told(chat, bob, "again?", reply_to=answer)
    assert mine and words(bot) == ["again?"]
    full = (await bob.calls(f.messages.GetFullChat(chat_id=chat.chat_id))).full_chat
    assert [one.user_id for one in full.bot_info] == [bot.id]
    moved = await alice.calls(f.messages.MigrateChat(chat_id=chat.chat_id))
    there = Hall(stage, next(one.id for one in moved.chats if isinstance(one, t.Channel)))
    bot.hears()
    await told(there.peer(bob), bob, "still hungry")
    await told(there.peer(bob), bob, "/menu")
    assert words(bot) == ["/menu"]


async def test_commands_of_a_group_are_shown_there(stage: Stage, alice: Person, bob: Person) -> None:
    bot = await enters(stage, await makes(alice, "rules_bot"))
    room = await hall(stage, alice, bob)
    await brings_in(alice, bot, room)
    for scope, name in (
        (t.BotCommandScopeChats(), "everybody"), (t.BotCommandScopeChatAdmins(), "leaders"),
        (t.BotCommandScopeDefault(), "anywhere"),
    ):  # fmt: skip
        await bot.calls(f.bots.SetBotCommands(
            scope=scope, lang_code="", commands=[t.BotCommand(command=name, description="x")]
        ))  # fmt: skip
    for person, wanted in ((alice, "leaders"), (bob, "everybody")):
        full = (await person.calls(f.channels.GetFullChannel(channel=room.to(person)))).full_chat
        assert [one.command for one in full.bot_info[0].commands] == [wanted]
    listed = await bob.calls(f.channels.GetParticipants(
        channel=room.to(bob), filter=t.ChannelParticipantsBots(), offset=0, limit=10, hash=0
    ))  # fmt: skip
    assert [one.user_id for one in listed.participants] == [bot.id]


async def test_a_bot_is_started_in_a_group(stage: Stage, alice: Person, bob: Person) -> None:
    bot = await enters(stage, await makes(alice, "party_bot"))
    room = await hall(stage, alice, bob)
    start = f.messages.StartBot(bot=named(alice, bot.id), peer=room.peer(alice), random_id=5, start_param="cake")
    await alice.calls(start)
    assert words(bot) == ["!", "/start@party_bot cake"]
    await alice.calls(f.channels.EditBanned(
        channel=room.to(alice), participant=peer(alice, bot.id),
        banned_rights=t.ChatBannedRights(view_messages=True, until_date=0),
    ))  # fmt: skip
    assert (await stage.reads(lambda rx: rx.all("SELECT * FROM room_bots"))) == []


async def test_not_everywhere(stage: Stage, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    shy, other = await enters(stage, await makes(alice, "shy_bot")), await enters(stage, await makes(alice, "one_bot"))
    assert await asks(alice, "/setjoingroups", "shy_bot", "off") == w.WORDS["en"]["done"]
    room, channel = await hall(stage, alice, bob), await hall(stage, alice, bob, broadcast=True)
    inviting = f.channels.InviteToChannel(channel=room.to(alice), users=[named(alice, shy.id)])
    assert await alice.fails(inviting) == "400 BOT_GROUPS_BLOCKED"
    into = inviting.replace(channel=channel.to(alice), users=[named(alice, other.id)])
    assert await alice.fails(into) == "400 USER_BOT"
    monkeypatch.setattr(room_bots, "MOST", 0)
    assert await alice.fails(inviting.replace(users=[named(alice, other.id)])) == "400 BOTS_TOO_MUCH"
    monkeypatch.setattr(room_bots, "MOST", 20)
    leading = f.channels.EditAdmin(channel=channel.to(alice), user_id=named(alice, other.id), admin_rights=ALL, rank="")
    await alice.calls(leading)
    bob.hears()
    await told(channel.peer(other), other, "the news")
    assert words(bob) == ["the news"]
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="open_kitchen"))
    said = await told(room.peer(bob), bob, "/open to everybody")
    looking = f.channels.GetMessages(channel=room.to(other), id=[t.InputMessageID(id=said)])
    assert isinstance((await other.calls(looking)).messages[0], t.MessageEmpty), "it is not in there"
    assert isinstance((await alice.calls(looking.replace(channel=room.to(alice)))).messages[0], t.Message)
    father = inviting.replace(users=[named(alice, BOT_FATHER)])
    assert [one.user_id for one in (await alice.calls(father)).missing_invitees] == [BOT_FATHER]
    assert await other.fails(f.channels.JoinChannel(channel=channel.to(other))) == "400 BOT_METHOD_INVALID"
