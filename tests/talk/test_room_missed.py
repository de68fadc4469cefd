"""Source: api/updates, method/updates.getDifference. Who was away learns in which rooms something happened."""

from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t


async def test_the_difference_names_the_rooms_that_moved_on(stage: Stage, alice: Person, bob: Person) -> None:
    await hall(stage, alice, bob, title="Quiet")
    loud = await hall(stage, alice, bob)
    state = await bob.calls(f.updates.GetState())
    stage.clock.moves(60)
    same = f.updates.GetDifference(pts=state.pts, date=state.date + 60, qts=0)
    assert isinstance(await bob.calls(same), t.updates.DifferenceEmpty)
    await loud.says(alice, "where is everybody?")
    got = await bob.calls(f.updates.GetDifference(pts=state.pts, date=state.date + 60, qts=0))
    told = [u for u in got.other_updates if isinstance(u, t.UpdateChannelTooLong)]
    now = (await bob.calls(f.channels.GetFullChannel(channel=loud.to(bob)))).full_chat.pts
    assert [(u.channel_id, u.pts) for u in told] == [(loud.id, now)]
    assert [c.id for c in got.chats] == [loud.id]
    stage.clock.moves(60)
    later = f.updates.GetDifference(pts=got.state.pts, date=got.state.date + 60, qts=0)
    assert isinstance(await bob.calls(later), t.updates.DifferenceEmpty)


async def test_who_left_hears_no_more_of_the_room(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await bob.calls(f.channels.LeaveChannel(channel=room.to(bob)))
    state = await bob.calls(f.updates.GetState())
    stage.clock.moves(60)
    await room.says(alice, "gone?")
    got = await bob.calls(f.updates.GetDifference(pts=state.pts, date=state.date + 30, qts=0))
    assert isinstance(got, t.updates.DifferenceEmpty)


async def test_a_fetched_poll_shows_how_it_stands(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    words = [t.TextWithEntities(text=text, entities=[]) for text in ("Tea?", "yes", "no")]
    answers = [t.PollAnswer(text=one, option=one.text.encode()) for one in words[1:]]
    media = t.InputMediaPoll(poll=t.Poll(id=0, hash=0, question=words[0], answers=answers))
    sent = await alice.calls(f.messages.SendMedia(peer=room.peer(alice), media=media, message="", random_id=5))
    post = next(u.message.id for u in sent.updates if isinstance(u, t.UpdateNewChannelMessage))
    await bob.calls(f.messages.SendVote(peer=room.peer(bob), msg_id=post, options=[b"no"]))
    got = await bob.calls(f.channels.GetMessages(channel=room.to(bob), id=[t.InputMessageID(id=post)]))
    results = got.messages[0].media.results
    assert (results.total_voters, [one.chosen for one in results.results]) == (1, [False, True])


async def test_a_search_in_a_topic_stays_there(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    made = await alice.calls(f.messages.CreateForumTopic(peer=room.peer(alice), title="Plans", random_id=5))
    topic = next(u.message.id for u in made.updates if isinstance(u, t.UpdateNewChannelMessage))
    inside = await room.says(alice, "a pond", reply_to=t.InputReplyToMessage(reply_to_msg_id=topic))
    await room.says(alice, "a pond elsewhere")
    for question in ("", "pond"):
        found = await bob.calls(f.messages.Search(
            peer=room.peer(bob), q=question, filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0, offset_id=0,
            add_offset=0, limit=10, max_id=0, min_id=0, hash=0, top_msg_id=topic,
        ))  # fmt: skip
        assert [m.id for m in found.messages] == [inside.id]
