"""Source: api/channel, api/updates. Whose place in a room changed is told; new rooms are told as sent messages."""

from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t


async def test_whose_rights_changed_hears_of_it(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    promote = f.channels.EditAdmin(
        channel=room.to(alice), user_id=alice.knows(bob), admin_rights=t.ChatAdminRights(ban_users=True), rank=""
    )
    forbid = f.channels.EditBanned(
        channel=room.to(alice), participant=alice.sees(bob),
        banned_rights=t.ChatBannedRights(send_media=True, until_date=0),
    )  # fmt: skip
    for change in (promote, forbid):
        bob.hears()
        state = await bob.calls(f.updates.GetState())
        stage.clock.moves(1)
        await alice.calls(change)
        assert bob.receives(t.UpdateChannel).channel_id == room.id
        got = await bob.calls(f.updates.GetDifference(pts=state.pts, date=state.date + 1, qts=0))
        told = [u for u in got.other_updates if isinstance(u, t.UpdateChannel)]
        assert told[-1].channel_id == room.id
        assert (got.chats[0].id, got.chats[0].min) == (room.id, False)


async def test_a_new_room_is_told_as_a_message_that_was_sent(stage: Stage, alice: Person, bob: Person) -> None:
    made = await alice.calls(f.channels.CreateChannel(title="Garden", about="", megagroup=True))
    group = await alice.calls(f.messages.CreateChat(users=[alice.knows(bob)], title="Kitchen"))
    for updates in (made.updates, group.updates.updates):
        named = [u.id for u in updates if isinstance(u, t.UpdateMessageID)]
        told = [u.message.id for u in updates if isinstance(u, t.UpdateNewChannelMessage | t.UpdateNewMessage)]
        assert named == told


async def test_only_the_last_part_of_a_difference_says_when_to_ask_again(stage: Stage, alice: Person) -> None:
    room = await hall(stage, alice)
    for number in range(15):
        await room.says(alice, f"{number}")
    ask = f.updates.GetChannelDifference(
        channel=room.to(alice), filter=t.ChannelMessagesFilterEmpty(), pts=1, limit=10
    )
    first = await alice.calls(ask)
    last = await alice.calls(f.updates.GetChannelDifference(
        channel=room.to(alice), filter=t.ChannelMessagesFilterEmpty(), pts=first.pts, limit=10
    ))  # fmt: skip
    assert (first.final, first.timeout, last.final) == (False, None, True)
    assert last.timeout


async def test_views_come_with_the_discussion(stage: Stage, alice: Person, bob: Person) -> None:
    """Or TDLib takes it that there is none any more."""
    news, talk = await hall(stage, alice, bob, broadcast=True), await hall(stage, alice)
    await alice.calls(f.channels.SetDiscussionGroup(broadcast=news.to(alice), group=talk.to(alice)))
    post = await news.says(alice, "it rains")
    seen = await bob.calls(f.messages.GetMessagesViews(peer=news.peer(bob), id=[post.id, 500], increment=True))
    assert (seen.views[0].replies.comments, seen.views[0].replies.channel_id) == (True, talk.id)
    assert [c.id for c in seen.chats] == [talk.id]
    assert seen.views[1] == t.MessageViews()


async def test_ranks_are_given_by_who_manages_them(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, alice, bob, carol)

    def rank(by: Person, of: Person, words: str) -> f.messages.EditChatParticipantRank:
        whom = t.InputPeerSelf() if by is of else by.sees(of)
        return f.messages.EditChatParticipantRank(peer=room.peer(by), participant=whom, rank=words)

    await alice.calls(rank(alice, bob, "gardener"))
    await carol.calls(rank(carol, carol, "guest"))
    assert await carol.fails(rank(carol, bob, "weed")) == "400 CHAT_ADMIN_REQUIRED"
    assert await alice.fails(rank(alice, bob, "x" * 17)) == "400 ADMIN_RANK_INVALID"
    everybody = f.channels.GetParticipants(
        channel=room.to(alice), filter=t.ChannelParticipantsRecent(), offset=0, limit=10, hash=0
    )
    shown = {p.user_id: p.rank for p in (await alice.calls(everybody)).participants}
    assert shown == {alice.id: None, bob.id: "gardener", carol.id: "guest"}
    log = await alice.calls(f.channels.GetAdminLog(channel=room.to(alice), q="", max_id=0, min_id=0, limit=1))
    action = log.events[0].action
    assert (action.user_id, action.prev_rank, action.new_rank) == (carol.id, "", "guest")
