"""Source: requirements/edit-history, api/discussion. What a post said before, and its copy in the discussion."""

from tests.kit.stage import Person, Stage
from tests.talk.test_comments import discussed, posts, replies
from tests.talk.test_rooms import makes, peer, seen_by

from chappe.base.ids import PeerId, UserId, channel_peer
from chappe.domain import access, edits, files
from chappe.domain.edits import Version
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

NOBODY = UserId(0)


def said(version: Version) -> str | None:
    return version.said.message if version.said else None


async def versions(stage: Stage, room: t.InputChannel, post: int) -> list[Version]:
    """What a reader without an account is told of the post's past."""
    room_id: PeerId = channel_peer(room.channel_id)

    def query(rx: Reader) -> list[Version]:
        return edits.edits_of(rx, access.require_read(rx, NOBODY, room_id), room_id, post)

    return await stage.reads(query)


async def public(alice: Person) -> t.InputChannel:
    room = await makes(alice, "News", broadcast=True)
    await alice.calls(f.channels.UpdateUsername(channel=room, username="the_news"))
    return room


async def test_what_a_public_post_said_is_kept(stage: Stage, alice: Person) -> None:
    room = await public(alice)
    start = int(stage.clock.now())
    post = await posts(alice, peer(room), "it will rane")
    assert await versions(stage, room, post.id) == []
    for text in ("it will rain", "it will snow"):
        stage.clock.moves(60)
        await alice.calls(f.messages.EditMessage(peer=peer(room), id=post.id, message=text))
    kept = [(said(v), v.date - start, v.deleted) for v in await versions(stage, room, post.id)]
    assert kept == [("it will rane", 0, False), ("it will rain", 60, False)]


async def test_a_deletion_leaves_only_that_there_was_one(stage: Stage, alice: Person) -> None:
    room = await public(alice)
    post, plain = await posts(alice, peer(room), "a secrt"), await posts(alice, peer(room), "never edited")
    await alice.calls(f.messages.EditMessage(peer=peer(room), id=post.id, message="a secret"))
    await alice.calls(f.channels.DeleteMessages(channel=room, id=[post.id, plain.id]))
    assert [(said(v), v.deleted) for v in await versions(stage, room, post.id)] == [(None, False), (None, True)]
    assert [(said(v), v.deleted) for v in await versions(stage, room, plain.id)] == [(None, True)]
    blobs = await stage.reads(lambda rx: rx.all("SELECT content FROM edits WHERE content IS NOT NULL"))
    assert not blobs


async def test_private_rooms_keep_no_past(stage: Stage, alice: Person) -> None:
    room = await makes(alice, "Diary", broadcast=True)
    post = await posts(alice, peer(room), "dear dairy")
    await alice.calls(f.messages.EditMessage(peer=peer(room), id=post.id, message="dear diary"))
    await alice.calls(f.channels.DeleteMessages(channel=room, id=[post.id]))
    assert not await stage.reads(lambda rx: rx.all("SELECT * FROM edits"))


async def test_only_so_many_versions_are_kept(stage: Stage, alice: Person) -> None:
    room = await public(alice)
    post = await posts(alice, peer(room), "0")
    for number in range(1, edits.KEPT + 6):
        await alice.calls(f.messages.EditMessage(peer=peer(room), id=post.id, message=str(number)))
    kept = [said(v) for v in await versions(stage, room, post.id)]
    assert len(kept) == edits.KEPT and (kept[0], kept[1], kept[-1]) == ("0", "6", str(edits.KEPT + 4))


async def test_the_copy_in_the_discussion_follows(stage: Stage, alice: Person, bob: Person) -> None:
    news, group = await discussed(stage, alice, bob)
    await alice.calls(f.channels.InviteToChannel(channel=group, users=[alice.knows(bob)]))
    post = await posts(alice, peer(news), "it rains")
    where = await bob.calls(f.messages.GetDiscussionMessage(peer=peer(seen_by(stage, bob, news)), msg_id=post.id))
    top = where.messages[0]
    comment = await posts(bob, peer(seen_by(stage, bob, group)), "good", top.id)
    bob.hears()
    await alice.calls(f.messages.EditMessage(peer=peer(news), id=post.id, message="it pours"))
    told = [u for u in bob.hears() if isinstance(u, t.UpdateEditChannelMessage)]
    assert [(u.message.peer_id.channel_id, u.message.message) for u in told] == [
        (news.channel_id, "it pours"), (group.channel_id, "it pours")
    ]
    assert told[1].message.fwd_from.channel_post == post.id and told[1].message.pinned
    await alice.calls(f.channels.DeleteMessages(channel=news, id=[post.id]))
    gone = [u for u in bob.hears() if isinstance(u, t.UpdateDeleteChannelMessages)]
    assert {(u.channel_id, *u.messages) for u in gone} == {(news.channel_id, post.id), (group.channel_id, top.id)}
    left = await bob.calls(replies(peer(seen_by(stage, bob, group)), comment.id))
    assert not left.messages, "the comment stays, and has no thread of its own"
    page = await bob.calls(f.channels.GetMessages(
        channel=seen_by(stage, bob, group), id=[t.InputMessageID(id=comment.id)]
    ))  # fmt: skip
    assert page.messages[0].message == "good"


async def test_files_of_earlier_versions_are_not_thrown_away(stage: Stage, alice: Person) -> None:
    room = await public(alice)
    post = await posts(alice, peer(room), "a caption")

    def pretend(tx: object) -> None:
        from chappe.store.queries import edits as rows

        rows.add(tx, channel_peer(room.channel_id), post.id, 1, (77, b"x" * 32), b"\x01", 9)  # type: ignore[arg-type]

    await stage.writes(pretend)
    assert await stage.reads(lambda rx: files.rows.shown(rx, 77))
    await alice.calls(f.channels.DeleteMessages(channel=room, id=[post.id]))
    assert not await stage.reads(lambda rx: files.rows.shown(rx, 77))
