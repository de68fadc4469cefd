"""Source: method/channels.getFullChannel, api/channel. What a supergroup or channel is set to, and shows of itself."""

import pytest
from tests.kit.rooms import Hall, hall, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_password import proof, sets

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def full(room: Hall, person: Person) -> t.ChannelFull:
    answer = await person.calls(f.channels.GetFullChannel(channel=room.to(person)))
    shown: t.ChannelFull = answer.full_chat
    return shown


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_room_shows_its_page(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await hall(stage, alice, bob)
    await alice.calls(f.messages.EditChatAbout(peer=room.peer(alice), about="flowers"))
    mine, theirs = await full(room, alice), await full(room, bob)
    assert (mine.about, mine.participants_count, mine.admins_count) == ("flowers", 2, 1)
    assert mine.can_delete_channel and not theirs.can_delete_channel and theirs.admins_count is None
    assert theirs.can_view_participants
    assert await carol.fails(f.channels.GetFullChannel(channel=room.to(carol))) == "400 CHANNEL_PRIVATE"


async def test_newcomers_do_not_see_what_was(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await hall(stage, alice, bob)
    old = await room.says(alice, "secret of the old ones")
    await alice.calls(f.channels.TogglePreHistoryHidden(channel=room.to(alice), enabled=True))
    assert bob.receives(t.UpdateChannel).channel_id == room.id
    await alice.calls(f.channels.InviteToChannel(channel=room.to(alice), users=[alice.knows(carol)]))
    await room.says(alice, "hello carol")
    assert texts(await room.history(carol)) == ["hello carol"]
    assert texts(await room.history(bob)) == ["hello carol", "secret of the old ones"]
    asked = f.channels.GetMessages(channel=room.to(carol), id=[t.InputMessageID(id=old.id)])
    assert isinstance((await carol.calls(asked)).messages[0], t.MessageEmpty)
    asked = f.messages.Search(
        peer=room.peer(carol), q="secret", filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0, offset_id=0,
        add_offset=0, limit=10, max_id=0, min_id=0, hash=0,
    )  # fmt: skip
    assert texts(await carol.calls(asked)) == []
    behind = f.updates.GetChannelDifference(
        channel=room.to(carol), filter=t.ChannelMessagesFilterEmpty(), pts=1, limit=100
    )
    said = [m.message for m in (await carol.calls(behind)).new_messages if isinstance(m, t.Message)]
    assert said == ["hello carol"]
    take = f.messages.ForwardMessages(
        from_peer=room.peer(carol), to_peer=t.InputPeerSelf(), id=[old.id], random_id=[1]
    )
    assert await carol.fails(take) == "400 MESSAGE_ID_INVALID"
    like = f.messages.SendReaction(
        peer=room.peer(carol), msg_id=old.id, reaction=[t.ReactionEmoji(emoticon="👍")]
    )
    assert await carol.fails(like) == "400 MESSAGE_ID_INVALID"


async def test_slow_mode_makes_members_wait(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await alice.calls(f.channels.ToggleSlowMode(channel=room.to(alice), seconds=60))
    await room.says(bob, "one")
    again = f.messages.SendMessage(peer=room.peer(bob), message="two", random_id=2)
    assert await bob.fails(again) == "420 SLOWMODE_WAIT_60"
    assert (await full(room, bob)).slowmode_next_send_date
    stage.clock.moves(60)
    await bob.calls(again)
    assert await alice.fails(f.channels.ToggleSlowMode(channel=room.to(alice), seconds=7)) == "400 SECONDS_INVALID"


async def test_in_slow_mode_one_message_goes_at_a_time(stage: Stage, alice: Person, bob: Person) -> None:
    room, home = await hall(stage, alice, bob), await hall(stage, bob)
    ids = [(await home.says(bob, text)).id for text in ("one", "two")]
    await alice.calls(f.channels.ToggleSlowMode(channel=room.to(alice), seconds=60))

    def forward(*wanted: int, to: Hall = room, by: Person = bob) -> f.messages.ForwardMessages:
        return f.messages.ForwardMessages(
            from_peer=home.peer(by), to_peer=to.peer(by), id=list(wanted),
            random_id=[next(stage.numbers) for _ in wanted],
        )

    assert await bob.fails(forward(*ids)) == "400 SLOWMODE_MULTI_MSGS_DISABLED"
    await bob.calls(forward(ids[0]))
    assert await bob.fails(forward(ids[1])) == "420 SLOWMODE_WAIT_60"
    await bob.calls(forward(*ids, to=home))
    await bob.calls(f.channels.InviteToChannel(channel=home.to(bob), users=[bob.knows(alice)]))
    await alice.calls(forward(*ids, by=alice))


async def test_posts_are_signed(stage: Stage, alice: Person, bob: Person) -> None:
    news = await hall(stage, alice, bob, broadcast=True)
    sign = f.channels.ToggleSignatures(channel=news.to(alice), signatures_enabled=True)
    await alice.calls(sign)
    await news.says(alice, "signed")
    assert bob.receives(t.UpdateNewChannelMessage).message.post_author == "Alice"
    assert await alice.fails(sign) == "400 CHAT_NOT_MODIFIED"


async def test_members_may_be_hidden(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await alice.calls(f.channels.ToggleParticipantsHidden(channel=room.to(alice), enabled=True))
    shown = await full(room, bob)
    assert shown.participants_hidden and not shown.can_view_participants
    listed = f.channels.GetParticipants(
        channel=room.to(bob), filter=t.ChannelParticipantsRecent(), offset=0, limit=10, hash=0
    )
    assert await bob.fails(listed) == "400 CHAT_ADMIN_REQUIRED"


async def test_a_history_is_cleared_for_oneself_or_all(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await room.says(alice, "one")
    await bob.calls(f.channels.DeleteHistory(channel=room.to(bob), max_id=0))
    assert texts(await room.history(bob)) == [] and texts(await room.history(alice)) == ["one"]
    everyone = f.channels.DeleteHistory(channel=room.to(bob), max_id=0, for_everyone=True)
    assert await bob.fails(everyone) == "400 CHAT_ADMIN_REQUIRED"
    await alice.calls(f.channels.DeleteHistory(channel=room.to(alice), max_id=0, for_everyone=True))
    assert bob.receives(t.UpdateDeleteChannelMessages)
    assert (await room.history(alice)).messages == []


async def test_all_of_one_person_goes(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    for text in ("spam", "more spam"):
        await room.says(bob, text)
    await room.says(alice, "stop")
    gone = await alice.calls(f.channels.DeleteParticipantHistory(channel=room.to(alice), participant=alice.sees(bob)))
    assert (gone.pts_count, gone.offset) == (2, 0)
    assert texts(await room.history(alice)) == ["stop"]


async def test_giving_a_room_away_needs_a_password(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    give = {"user_id": alice.knows(bob), "password": t.InputCheckPasswordEmpty()}
    assert await alice.fails(f.messages.EditChatCreator(peer=room.peer(alice), **give)) == "400 PASSWORD_MISSING"
    old = await alice.brings(layer=220)
    assert await old.fails(f.channels.EditCreator(channel=room.to(alice), **give)) == "400 PASSWORD_MISSING"
    him = await bob.brings(layer=tl.NEWEST)
    take = f.messages.EditChatCreator(peer=room.peer(bob), user_id=bob.knows(alice), password=give["password"])
    assert await him.fails(take) == "400 CHAT_ADMIN_REQUIRED"


async def test_speaking_as_oneself(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    shown = await bob.calls(f.channels.GetSendAs(peer=room.peer(bob)))
    assert shown.peers[0].peer.user_id == bob.id
    assert await bob.calls(f.messages.SaveDefaultSendAs(peer=room.peer(bob), send_as=t.InputPeerSelf()))
    wrong = f.messages.SaveDefaultSendAs(peer=room.peer(bob), send_as=room.peer(bob))
    assert await bob.fails(wrong) == "400 SEND_AS_PEER_INVALID"


async def test_a_deleted_room_is_off_the_list(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await alice.calls(f.channels.DeleteChannel(channel=room.to(alice)))
    assert bob.receives(t.UpdateChannel).channel_id == room.id
    listed = await bob.calls(
        f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=10, hash=0)
    )
    assert not [d for d in listed.dialogs if isinstance(d.peer, t.PeerChannel)]


async def test_a_room_is_given_away(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await sets(alice, "open sesame")
    given = proof(await alice.calls(f.account.GetPassword()), "open sesame")
    give = f.messages.EditChatCreator(peer=room.peer(alice), user_id=alice.knows(bob), password=given)
    told = await alice.calls(give)
    assert not told.chats[0].creator and told.chats[0].admin_rights.add_admins
    assert (await full(room, bob)).can_delete_channel
