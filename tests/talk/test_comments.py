"""Source: api/discussion, api/threads. A channel's posts are discussed in its group; answers make threads."""

import pytest
from tests.kit.stage import Person, Stage
from tests.talk.test_rooms import makes, peer, seen_by

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def discussed(stage: Stage, alice: Person, bob: Person) -> tuple[t.InputChannel, t.InputChannel]:
    news, group = await makes(alice, "News", broadcast=True), await makes(alice, "Talk")
    await alice.calls(f.channels.InviteToChannel(channel=news, users=[alice.knows(bob)]))
    fitting = await alice.calls(f.channels.GetGroupsForDiscussion())
    assert [c.id for c in fitting.chats] == [group.channel_id]
    assert await alice.calls(f.channels.SetDiscussionGroup(broadcast=news, group=group))
    return news, group


def replies(to: object, msg_id: int) -> f.messages.GetReplies:
    return f.messages.GetReplies(
        peer=to, msg_id=msg_id, offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )


async def posts(person: Person, to: object, text: str, answers: int = 0) -> t.Message:
    number = next(person.stage.numbers)
    reply = t.InputReplyToMessage(reply_to_msg_id=answers) if answers else None
    sent = await person.calls(f.messages.SendMessage(peer=to, message=text, random_id=number, reply_to=reply))
    return next(u.message for u in sent.updates if hasattr(u, "message"))


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_post_is_commented(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    news, group = await discussed(stage, alice, bob)
    post = await posts(alice, peer(news), "it rains")
    assert (post.replies.comments, post.replies.replies, post.replies.channel_id) == (True, 0, group.channel_id)
    theirs = peer(seen_by(stage, bob, news))
    where = await bob.calls(f.messages.GetDiscussionMessage(peer=theirs, msg_id=post.id))
    assert {c.id: (type(c), c.left) for c in where.chats}[group.channel_id] == (t.Channel, True)
    asked = f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=peer(seen_by(stage, bob, group)))])
    assert {c.id: (type(c), c.left) for c in (await bob.calls(asked)).chats}[group.channel_id] == (t.Channel, True)
    top = where.messages[0]
    assert (top.message, top.fwd_from.saved_from_msg_id, top.pinned) == ("it rains", post.id, True)
    assert (top.peer_id.channel_id, top.from_id.channel_id) == (group.channel_id, news.channel_id)
    here = peer(seen_by(stage, bob, group))
    comment = await posts(bob, here, "good for the garden", top.id)
    second = await posts(alice, peer(group), "yes", comment.id)
    assert (second.reply_to.reply_to_msg_id, second.reply_to.reply_to_top_id) == (comment.id, top.id)
    page = await bob.calls(replies(theirs, post.id))
    assert isinstance(page, t.messages.ChannelMessages)
    assert (page.count, [m.message for m in page.messages]) == (2, ["yes", "good for the garden"])
    assert [m.id for m in (await bob.calls(replies(here, top.id))).messages] == [second.id, comment.id]
    shown = (await alice.calls(f.channels.GetMessages(channel=news, id=[t.InputMessageID(id=post.id)]))).messages[0]
    repliers = [p.user_id for p in shown.replies.recent_repliers]
    assert (shown.replies.replies, shown.replies.max_id, repliers) == (2, second.id, [alice.id, bob.id])
    phone = await bob.brings()
    await bob.calls(f.messages.ReadDiscussion(peer=theirs, msg_id=post.id, read_max_id=comment.id))
    assert phone.receives(t.UpdateReadChannelDiscussionInbox).read_max_id == comment.id
    again = await bob.calls(f.messages.GetDiscussionMessage(peer=theirs, msg_id=post.id))
    assert (again.read_inbox_max_id, again.unread_count, again.max_id) == (comment.id, 1, second.id)
    await alice.calls(f.channels.DeleteMessages(channel=group, id=[second.id]))
    shown = (await alice.calls(f.channels.GetMessages(channel=news, id=[t.InputMessageID(id=post.id)]))).messages[0]
    assert (shown.replies.replies, shown.replies.max_id) == (1, comment.id)


async def test_a_group_is_chosen_by_who_runs_both(stage: Stage, alice: Person, bob: Person) -> None:
    news, group = await discussed(stage, alice, bob)
    again = f.channels.SetDiscussionGroup(broadcast=news, group=group)
    assert await alice.fails(again) == "400 LINK_NOT_MODIFIED"
    wrong = f.channels.SetDiscussionGroup(broadcast=group, group=news)
    assert await alice.fails(wrong) == "400 BROADCAST_ID_INVALID"
    theirs = f.channels.SetDiscussionGroup(
        broadcast=seen_by(stage, bob, news), group=seen_by(stage, bob, group)
    )
    assert await bob.fails(theirs) == "400 CHAT_ADMIN_REQUIRED"
    await alice.calls(f.channels.SetDiscussionGroup(broadcast=news, group=t.InputChannelEmpty()))
    post = await posts(alice, peer(news), "alone")
    assert post.replies is None
    alone = f.messages.GetDiscussionMessage(peer=peer(news), msg_id=post.id)
    assert await alice.fails(alone) == "400 MSG_ID_INVALID"


@pytest.mark.parametrize("gone", ["channel", "group"])
async def test_who_is_left_is_on_its_own(stage: Stage, alice: Person, bob: Person, gone: str) -> None:
    news, group = await discussed(stage, alice, bob)
    leaves, stays = (news, group) if gone == "channel" else (group, news)
    alice.hears()
    await alice.calls(f.channels.DeleteChannel(channel=leaves))
    full = await alice.calls(f.channels.GetFullChannel(channel=stays))
    assert full.full_chat.linked_chat_id is None and not full.chats[0].has_link
    if gone == "channel":
        await alice.calls(f.channels.ToggleForum(channel=group, enabled=True, tabs=False))
    else:
        assert (await posts(alice, peer(news), "alone")).replies is None


async def test_a_stranger_does_not_comment(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    _, group = await discussed(stage, alice, bob)
    here = peer(seen_by(stage, carol, group))
    say = f.messages.SendMessage(peer=here, message="me", random_id=1)
    assert await carol.fails(say) == "400 CHANNEL_PRIVATE"
