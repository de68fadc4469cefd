"""Source: api/forum, method/messages.createForumTopic. A group's conversations stand side by side as topics."""

from tests.kit.stage import Person, Stage
from tests.talk.test_comments import posts, replies
from tests.talk.test_rooms import makes, peer, seen_by

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
    assert await alice.fails(f.messages.CreateForumTopic(peer=peer(old), title=" ", random_id=1)) == (
        "400 TOPIC_TITLE_EMPTY"
    )
