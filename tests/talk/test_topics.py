"""Source: api/forum, method/messages.createForumTopic. A group's conversations stand side by side as topics."""

from tests.kit.stage import Person, Stage
from tests.talk.test_comments import posts, replies
from tests.talk.test_rooms import makes, peer, seen_by

from chappe.domain import threads, topics
from chappe.tl import functions as f
from chappe.tl import types as t


async def forum(alice: Person, *others: Person) -> t.InputChannel:
    room = await makes(alice, "Village")
    if others:
        await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(one) for one in others]))
    await alice.calls(f.channels.ToggleForum(channel=room, enabled=True, tabs=False))
    return room


async def opens(person: Person, room: t.InputChannel, title: str) -> int:
    number = next(person.stage.numbers)
    made = await person.calls(f.messages.CreateForumTopic(peer=peer(room), title=title, random_id=number))
    event = next(u.message for u in made.updates if hasattr(u, "message"))
    assert event.action.title == title
    return event.id


async def listed(person: Person, room: t.InputChannel, q: str | None = None) -> t.messages.ForumTopics:
    return await person.calls(
        f.messages.GetForumTopics(peer=peer(room), q=q, offset_date=0, offset_id=0, offset_topic=0, limit=20)
    )


async def test_topics_hold_their_messages(stage: Stage, alice: Person, bob: Person) -> None:
    room = await forum(alice, bob)
    garden, roof = await opens(alice, room, "Garden"), await opens(alice, room, "Roof")
    theirs = seen_by(stage, bob, room)
    said = await posts(bob, peer(theirs), "roses", garden)
    assert said.reply_to.forum_topic and said.reply_to.reply_to_msg_id == garden
    answer = await posts(alice, peer(room), "red ones", said.id)
    assert answer.reply_to.forum_topic and answer.reply_to.reply_to_top_id == garden
    await posts(alice, peer(room), "hello all")
    page = await listed(bob, theirs)
    assert [one.title for one in page.topics] == ["General", "Garden", "Roof"] and page.count == 3
    top = {one.title: one for one in page.topics}
    assert (top["Garden"].top_message, top["Garden"].unread_count, top["Roof"].top_message) == (answer.id, 2, roof)
    held = await bob.calls(replies(peer(theirs), garden))
    assert [m.message for m in held.messages] == ["red ones", "roses"]
    assert [one.title for one in (await listed(bob, theirs, "gard")).topics] == ["Garden"]
    by_id = await bob.calls(f.messages.GetForumTopicsByID(peer=peer(theirs), topics=[roof, 999]))
    assert [one.id for one in by_id.topics] == [roof]


async def test_a_topic_is_read_from_a_day_on(stage: Stage, alice: Person) -> None:
    room = await forum(alice)
    garden = await opens(alice, room, "Garden")
    await posts(alice, peer(room), "sown", garden)
    stage.clock.moves(7 * 86400)
    week = int(stage.clock.now())
    await posts(alice, peer(room), "elsewhere")
    await posts(alice, peer(room), "grown", garden)
    before = await alice.calls(replies(peer(room), garden).replace(offset_date=week))
    assert [m.message for m in before.messages] == ["sown"]
    ahead = await alice.calls(replies(peer(room), garden).replace(offset_date=week, add_offset=-5, limit=5))
    assert [m.message for m in ahead.messages] == ["grown"]


async def test_what_is_forwarded_to_a_topic_stands_in_it(stage: Stage, alice: Person, bob: Person) -> None:
    room = await forum(alice, bob)
    garden = await opens(alice, room, "Garden")
    await alice.says(bob, "found a mole")
    await alice.calls(f.messages.ForwardMessages(
        from_peer=alice.sees(bob), to_peer=peer(room), id=[1], random_id=[7], top_msg_id=garden
    ))  # fmt: skip
    held = await alice.calls(replies(peer(room), garden))
    assert [m.message for m in held.messages] == ["found a mole"]


async def test_what_is_unpinned_in_a_topic_leaves_the_others_pinned(alice: Person) -> None:
    room = await forum(alice)
    garden, roof = await opens(alice, room, "Garden"), await opens(alice, room, "Roof")
    pinned = [(await posts(alice, peer(room), "rules", place)).id for place in (garden, roof, 0)]
    for one in pinned:
        await alice.calls(f.messages.UpdatePinnedMessage(peer=peer(room), id=one, silent=True))
    alice.hears()
    laptop = await alice.brings()
    for place, number in ((garden, 0), (threads.GENERAL, 2)):
        await alice.calls(f.messages.UnpinAllMessages(peer=peer(room), top_msg_id=place))
        assert laptop.receives(t.UpdatePinnedChannelMessages).messages == [pinned[number]]
    await alice.calls(f.messages.UnpinAllMessages(peer=peer(room)))
    assert laptop.receives(t.UpdatePinnedChannelMessages).messages == [pinned[1]]


async def test_what_is_new_in_a_topic_is_looked_at_there(stage: Stage, alice: Person, bob: Person) -> None:
    room = await forum(alice, bob)
    garden, roof = await opens(alice, room, "Garden"), await opens(alice, room, "Roof")
    theirs = seen_by(stage, bob, room)
    for place in (garden, roof):
        mine = await posts(alice, peer(room), "who helps?", place)
        answer = await posts(bob, peer(theirs), "me", mine.id)
        await posts(alice, peer(room), "thank you", answer.id)
        await alice.calls(f.messages.SendReaction(
            peer=peer(room), msg_id=answer.id, reaction=[t.ReactionEmoji(emoticon="👍")]
        ))  # fmt: skip
    page = {"offset_id": 0, "add_offset": 0, "limit": 9, "max_id": 0, "min_id": 0}

    async def waiting(kind: type, place: int | None) -> int:
        return len((await bob.calls(kind(peer=peer(theirs), top_msg_id=place, **page))).messages)

    for kind, read in (
        (f.messages.GetUnreadMentions, f.messages.ReadMentions),
        (f.messages.GetUnreadReactions, f.messages.ReadReactions),
    ):  # fmt: skip
        assert [await waiting(kind, place) for place in (None, garden, roof)] == [2, 1, 1]
        await bob.calls(read(peer=peer(theirs), top_msg_id=garden))
        assert [await waiting(kind, place) for place in (None, garden, roof)] == [1, 0, 1]
    alice.hears()
    await bob.calls(f.messages.SetTyping(peer=peer(theirs), top_msg_id=roof, action=t.SendMessageTypingAction()))
    assert alice.receives(t.UpdateChannelUserTyping).top_msg_id == roof


async def test_titles_are_sought_on_every_page(stage: Stage, alice: Person) -> None:
    room = await forum(alice)
    old = await opens(alice, room, "Roses, old")
    others = [await opens(alice, room, f"Tree {number}") for number in range(topics.PAGE + 3)]
    new = await opens(alice, room, "Roses, new")
    first = await alice.calls(f.messages.GetForumTopics(
        peer=peer(room), q="roses", offset_date=0, offset_id=0, offset_topic=0, limit=1
    ))  # fmt: skip
    assert ([one.id for one in first.topics], first.count) == ([new], 2)
    rest = await alice.calls(f.messages.GetForumTopics(
        peer=peer(room), q="ROSES", offset_date=0, offset_id=first.topics[0].top_message, offset_topic=new, limit=1
    ))  # fmt: skip
    assert ([one.id for one in rest.topics], rest.count) == ([old], 2)
    assert {one.id for one in (await listed(alice, room, "tree")).topics} == set(others[-20:])


async def test_a_topic_is_closed_pinned_and_deleted(stage: Stage, alice: Person, bob: Person) -> None:
    room = await forum(alice, bob)
    garden, roof = await opens(alice, room, "Garden"), await opens(alice, room, "Roof")
    theirs = seen_by(stage, bob, room)
    close = f.messages.EditForumTopic(peer=peer(room), topic_id=garden, closed=True)
    assert await bob.fails(f.messages.EditForumTopic(peer=peer(theirs), topic_id=garden, closed=True)) == (
        "400 CHAT_ADMIN_REQUIRED"
    )
    await alice.calls(close)
    assert await alice.fails(close) == "400 TOPIC_NOT_MODIFIED"
    reply = t.InputReplyToMessage(reply_to_msg_id=garden)
    say = f.messages.SendMessage(peer=peer(theirs), message="x", random_id=1, reply_to=reply)
    assert await bob.fails(say) == "400 TOPIC_CLOSED"
    bob.hears()
    await alice.calls(f.messages.UpdatePinnedForumTopic(peer=peer(room), topic_id=roof, pinned=True))
    assert bob.receives(t.UpdatePinnedForumTopics).order == [roof]
    assert (await listed(bob, theirs)).topics[0].id == roof
    await alice.calls(f.messages.ReorderPinnedForumTopics(peer=peer(room), order=[garden, roof], force=True))
    assert [one.id for one in (await listed(bob, theirs)).topics][:2] == [garden, roof]
    gone = await alice.calls(f.messages.DeleteTopicHistory(peer=peer(room), top_msg_id=garden))
    assert gone.offset == 0
    assert garden not in [one.id for one in (await listed(alice, room)).topics]
    none = f.messages.EditForumTopic(peer=peer(room), topic_id=garden, title="x")
    assert await alice.fails(none) == "400 TOPIC_ID_INVALID"


async def test_a_group_without_topics_says_so(stage: Stage, alice: Person) -> None:
    room = await makes(alice, "Garden")
    make = f.messages.CreateForumTopic(peer=peer(room), title="x", random_id=1)
    assert await alice.fails(make) == "400 CHANNEL_FORUM_MISSING"
    old = await forum(alice)
    other = t.InputPeerChannel(channel_id=room.channel_id, access_hash=room.access_hash)
    named = f.messages.CreateForumTopic(peer=peer(old), title="x", random_id=1, send_as=other)
    assert await alice.fails(named) == "400 SEND_AS_PEER_INVALID", "it would bear her own name"
    await alice.calls(f.messages.CreateForumTopic(peer=peer(old), title="y", random_id=2, send_as=t.InputPeerSelf()))
    assert await alice.fails(f.messages.CreateForumTopic(peer=peer(old), title=" ", random_id=1)) == (
        "400 TOPIC_TITLE_EMPTY"
    )


async def test_a_topic_has_drafts_and_sounds_of_its_own(stage: Stage, alice: Person, bob: Person) -> None:
    room = await forum(alice, bob)
    garden, roof = await opens(alice, room, "Garden"), await opens(alice, room, "Roof")
    here = seen_by(stage, bob, room)
    phone = await bob.brings()
    said = await posts(alice, peer(room), "roses?", garden)
    answering = t.InputReplyToMessage(reply_to_msg_id=said.id, top_msg_id=garden)
    await bob.calls(f.messages.SaveDraft(peer=peer(here), message="red ones", reply_to=answering))
    told = phone.receives(t.UpdateDraftMessage)
    assert (told.top_msg_id, told.draft.message, told.draft.reply_to.reply_to_msg_id) == (garden, "red ones", said.id)
    mute = t.InputPeerNotifySettings(mute_until=2**31 - 1)
    named = t.InputNotifyForumTopic(peer=peer(here), top_msg_id=roof)
    await bob.calls(f.account.UpdateNotifySettings(peer=named, settings=mute))
    heard = phone.receives(t.UpdateNotifySettings)
    assert (heard.peer.top_msg_id, heard.notify_settings.mute_until) == (roof, 2**31 - 1)
    shown = {one.id: one for one in (await listed(bob, here)).topics}
    assert (shown[garden].draft.message, shown[roof].draft) == ("red ones", None)
    mutes = [shown[i].notify_settings.mute_until for i in (roof, garden)]
    assert mutes == [2**31 - 1, None]
    assert (await bob.calls(f.account.GetNotifySettings(peer=named))).mute_until == 2**31 - 1
    every = await bob.calls(f.messages.GetAllDrafts())
    assert [(u.top_msg_id, u.draft.message) for u in every.updates] == [(garden, "red ones")]
    exceptions = await bob.calls(f.account.GetNotifyExceptions())
    assert [u.peer.top_msg_id for u in exceptions.updates] == [roof] and exceptions.chats
    await bob.calls(f.messages.SendMessage(
        peer=peer(here), message="red ones", random_id=5, reply_to=answering, clear_draft=True
    ))  # fmt: skip
    assert isinstance(phone.receives(t.UpdateDraftMessage).draft, t.DraftMessageEmpty)
    assert not (await bob.calls(f.messages.GetAllDrafts())).updates
    wrong = t.InputNotifyForumTopic(peer=peer(here), top_msg_id=999)
    assert await bob.fails(f.account.UpdateNotifySettings(peer=wrong, settings=mute)) == "400 TOPIC_ID_INVALID"


async def test_a_forum_is_read_as_one_conversation(stage: Stage, alice: Person, bob: Person) -> None:
    """Source: method/channels.toggleViewForumAsMessages"""
    room = await forum(alice, bob)
    phone = await alice.brings()
    flat = f.channels.ToggleViewForumAsMessages(channel=room, enabled=True)
    await alice.calls(flat)
    assert await alice.fails(flat) == "400 CHAT_NOT_MODIFIED"
    assert phone.receives(t.UpdateChannelViewForumAsMessages).enabled
    assert (await alice.calls(f.channels.GetFullChannel(channel=room))).full_chat.view_forum_as_messages
    listed_now = await alice.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=peer(room))]))
    assert listed_now.dialogs[0].view_forum_as_messages
    theirs = seen_by(stage, bob, room)
    assert not (await bob.calls(f.channels.GetFullChannel(channel=theirs))).full_chat.view_forum_as_messages
    await alice.calls(flat.replace(enabled=False))
    assert not (await alice.calls(f.channels.GetFullChannel(channel=room))).full_chat.view_forum_as_messages
    await alice.calls(f.channels.ToggleForum(channel=room, enabled=False, tabs=False))
    assert await alice.fails(flat) == "400 CHANNEL_FORUM_MISSING"
