"""Source: method/channels.searchPosts, method/messages.searchGlobal, method/contacts.search. Finding over rooms."""

from typing import Any

import pytest
from tests.kit.rooms import Hall, group, hall, says, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_files import shelf
from tests.talk.test_privacy_held import voice

from chappe import tl
from chappe.jobs import Indexing
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["shelf"]


async def published(stage: Stage, owner: Person, name: str, title: str = "News") -> Hall:
    """A public channel."""
    room = await hall(stage, owner, broadcast=True, title=title)
    await owner.calls(f.channels.UpdateUsername(channel=room.to(owner), username=name))
    return room


def tagged(tag: str, **more: Any) -> f.channels.SearchPosts:
    """The first page of posts with a hashtag."""
    asked = {"offset_rate": 0, "offset_peer": t.InputPeerEmpty(), "offset_id": 0, "limit": 10} | more
    return f.channels.SearchPosts(hashtag=tag, **asked)


def everywhere(q: str, **more: Any) -> f.messages.SearchGlobal:
    """The first page of the caller's messages."""
    asked = {
        "filter": t.InputMessagesFilterEmpty(), "min_date": 0, "max_date": 0, "offset_rate": 0,
        "offset_peer": t.InputPeerEmpty(), "offset_id": 0, "limit": 10,
    }  # fmt: skip
    return f.messages.SearchGlobal(q=q, **(asked | more))


async def test_hashtags_are_found_over_public_channels(stage: Stage, alice: Person, bob: Person) -> None:
    trees, birds = await published(stage, alice, "the_trees"), await published(stage, alice, "the_birds")
    private = await hall(stage, alice, broadcast=True)
    await trees.says(alice, "an oak #spring_time")
    stage.clock.moves(10)
    await birds.says(alice, "a wren #Spring_Time $WREN")
    await birds.says(alice, "a crow #spring_times")
    await private.says(alice, "hidden #spring_time")
    await Indexing().step(stage.store)
    found = await bob.calls(tagged("spring_time"))
    assert texts(found) == ["a wren #Spring_Time $WREN", "an oak #spring_time"] and found.search_flood is None
    assert {chat.title for chat in found.chats} == {"News"} and all(chat.left for chat in found.chats)
    first = await bob.calls(tagged("#spring_time", limit=1))
    assert texts(first) == ["a wren #Spring_Time $WREN"]
    rest = tagged(
        "spring_time", offset_rate=first.next_rate, offset_peer=birds.peer(bob), offset_id=first.messages[0].id
    )
    assert texts(await bob.calls(rest)) == ["an oak #spring_time"]
    assert texts(await bob.calls(tagged("$wren"))) == ["a wren #Spring_Time $WREN"]
    assert await bob.fails(tagged("#")) == "400 SEARCH_QUERY_EMPTY"


@pytest.mark.parametrize("how", ["deleted", "private"])
async def test_no_word_is_left_of_what_was_public(stage: Stage, alice: Person, how: str) -> None:
    trees, birds = await published(stage, alice, "the_trees"), await published(stage, alice, "the_birds")
    for room in (trees, birds):
        for number in range(30):
            await room.says(alice, f"number {number} #spring_time")
    await Indexing().step(stage.store)

    async def kept() -> set[int]:
        return {row[0] for row in await stage.store.read(lambda rx: rx.all("SELECT room_id FROM public_words"))}

    assert await kept() == {trees.marked, birds.marked}
    if how == "deleted":
        await alice.calls(f.channels.DeleteChannel(channel=trees.to(alice)))
    else:
        await alice.calls(f.channels.UpdateUsername(channel=trees.to(alice), username=""))
    await Indexing().step(stage.store)
    assert await kept() == {birds.marked}
    if how == "private":
        await alice.calls(f.channels.UpdateUsername(channel=trees.to(alice), username="the_trees"))
        await alice.calls(f.channels.UpdateUsername(channel=trees.to(alice), username=""))
        await alice.calls(f.channels.UpdateUsername(channel=trees.to(alice), username="the_trees"))
        await Indexing().step(stage.store)
        assert await kept() == {trees.marked, birds.marked}


async def test_words_are_found_until_they_go(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, broadcast=True)
    first = await room.says(alice, "Crème brûlée for everybody")
    second = await room.says(alice, "creme fraiche")
    ask = f.channels.SearchPosts(query="creme", offset_rate=0, offset_peer=t.InputPeerEmpty(), offset_id=0, limit=10)
    await Indexing().step(stage.store)
    assert not texts(await bob.calls(ask)), "the channel is private"
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="the_kitchen"))
    await Indexing().step(stage.store)
    found = await bob.calls(ask)
    assert texts(found) == ["creme fraiche", "Crème brûlée for everybody"] and found.search_flood.query_is_free
    await alice.calls(f.messages.EditMessage(peer=room.peer(alice), id=first.id, message="tea for everybody"))
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[second.id]))
    assert not texts(await bob.calls(ask))
    left = await stage.reads(lambda rx: rx.all("SELECT word FROM public_words ORDER BY word"))
    assert left == [(b"everybody",), (b"for",)]
    await Indexing().step(stage.store)
    tea = f.channels.SearchPosts(query="tea every", offset_rate=0, offset_peer=t.InputPeerEmpty(), offset_id=0, limit=9)
    assert texts(await bob.calls(tea)) == ["tea for everybody"]
    ban = t.ChatBannedRights(view_messages=True, until_date=0)
    await alice.calls(f.channels.EditBanned(channel=room.to(alice), participant=alice.sees(bob), banned_rights=ban))
    assert not texts(await bob.calls(tea)), "who is banned does not read here either"
    assert (await bob.calls(f.channels.CheckSearchPostsFlood(query="tea"))).query_is_free


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_one_search_goes_over_all_own_rooms(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    await bob.says(alice, "lunch at noon")
    stage.clock.moves(1)
    kitchen = await group(alice, bob)
    await says(bob, kitchen, "lunch in the kitchen")
    stage.clock.moves(1)
    garden, news = await hall(stage, alice, bob), await hall(stage, alice, bob, broadcast=True)
    await garden.says(bob, "lunch in the garden")
    stage.clock.moves(1)
    await news.says(alice, "lunch in the news")
    strange = await hall(stage, carol)
    await strange.says(carol, "lunch elsewhere")
    every = ["lunch in the news", "lunch in the garden", "lunch in the kitchen", "lunch at noon"]
    for _ in ("before", "after"):
        found = await alice.calls(everywhere("lunch"))
        assert texts(found) == every and found.count == 4
        await Indexing().step(stage.store)
    first = await alice.calls(everywhere("lunch", limit=2))
    assert texts(first) == every[:2]
    rest = {"offset_rate": first.next_rate, "offset_peer": garden.peer(alice), "offset_id": first.messages[-1].id}
    assert texts(await alice.calls(everywhere("lunch", **rest))) == every[2:]
    assert texts(await alice.calls(everywhere("lunch", broadcasts_only=True))) == every[:1]
    assert texts(await alice.calls(everywhere("lunch", groups_only=True))) == every[1:3]
    link = t.InputMessagesFilterUrl()
    await garden.says(alice, "see https://example.org/menu")
    assert texts(await bob.calls(everywhere("", filter=link))) == ["see https://example.org/menu"]


async def test_the_archive_is_searched_apart(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    await room.says(bob, "apples")
    await bob.says(alice, "apples too")
    await alice.calls(f.folders.EditPeerFolders(
        folder_peers=[t.InputFolderPeer(peer=room.peer(alice), folder_id=1)]
    ))  # fmt: skip
    assert texts(await alice.calls(everywhere("apples", folder_id=1))) == ["apples"]
    assert texts(await alice.calls(everywhere("apples", folder_id=0))) == ["apples too"]


async def test_public_rooms_are_found_by_their_titles(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    small = await published(stage, alice, "oak_fans", "Old oaks")
    large = await published(stage, alice, "elms_etc", "Oak")
    await bob.calls(f.channels.JoinChannel(channel=large.to(bob)))
    found = await carol.calls(f.contacts.Search(q="oak", limit=10))
    assert [p.channel_id for p in found.results] == [large.id, small.id]
    assert [p.channel_id for p in (await bob.calls(f.contacts.Search(q="oak", limit=10))).my_results] == [large.id]
    assert [p.channel_id for p in (await carol.calls(f.contacts.Search(q="old oa", limit=9))).results] == [small.id]
    await alice.calls(f.channels.EditTitle(channel=small.to(alice), title="Old elms"))
    await alice.calls(f.channels.UpdateUsername(channel=large.to(alice), username=""))
    assert [p.channel_id for p in (await carol.calls(f.contacts.Search(q="oak", limit=9))).results] == [small.id]
    assert [p.channel_id for p in (await carol.calls(f.contacts.Search(q="elms", limit=9))).results] == [small.id]
    await alice.calls(f.channels.DeleteChannel(channel=small.to(alice)))
    assert not (await carol.calls(f.contacts.Search(q="elms", limit=10))).results


async def test_rooms_that_were_left_are_listed(stage: Stage, alice: Person, bob: Person) -> None:
    garden, orchard = await hall(stage, alice, bob), await hall(stage, alice, bob, title="Orchard")
    await bob.calls(f.channels.LeaveChannel(channel=garden.to(bob)))
    stage.clock.moves(5)
    await bob.calls(f.channels.LeaveChannel(channel=orchard.to(bob)))
    assert [c.id for c in (await bob.calls(f.channels.GetLeftChannels(offset=0))).chats] == [orchard.id, garden.id]
    page = await bob.calls(f.channels.GetLeftChannels(offset=1))
    assert isinstance(page, t.messages.ChatsSlice) and ([c.id for c in page.chats], page.count) == ([garden.id], 2)
    await alice.calls(f.channels.InviteToChannel(channel=garden.to(alice), users=[alice.knows(bob)]))
    assert [c.id for c in (await bob.calls(f.channels.GetLeftChannels(offset=0))).chats] == [orchard.id]


async def test_what_mentions_me_stays_found(stage: Stage, alice: Person, bob: Person) -> None:
    room, kitchen = await hall(stage, alice, bob), await group(alice, bob)
    named = t.InputMessageEntityMentionName(offset=0, length=3, user_id=alice.knows(bob))
    said = await room.says(alice, "bob, look", entities=[named])
    await room.says(alice, "nobody")
    await says(alice, kitchen, "bob, here", entities=[named])
    mine = {"filter": t.InputMessagesFilterMyMentions(), "min_date": 0, "max_date": 0, "offset_id": 0, "limit": 9}
    mine |= {"add_offset": 0, "max_id": 0, "min_id": 0, "hash": 0, "q": ""}
    for _ in ("unread", "read"):
        assert texts(await bob.calls(f.messages.Search(peer=room.peer(bob), **mine))) == ["bob, look"]
        assert texts(await bob.calls(f.messages.Search(peer=kitchen, **mine))) == ["bob, here"]
        await bob.calls(f.channels.ReadMessageContents(channel=room.to(bob), id=[said.id]))
    assert not texts(await alice.calls(f.messages.Search(peer=room.peer(alice), **mine)))
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[said.id]))
    assert not await stage.reads(lambda rx: rx.all("SELECT * FROM my_mentions WHERE room_id = ?", (room.marked,)))


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_voice_in_a_supergroup_waits_for_each(stage: Stage, layer: int, shelf: FileStore) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await hall(stage, alice, bob, carol)
    await alice.calls(f.messages.SendMedia(peer=room.peer(alice), media=await voice(alice, 1), message="", random_id=1))
    heard = bob.receives(t.UpdateNewChannelMessage).message
    assert heard.media_unread and (await room.history(carol)).messages[0].media_unread
    assert not (await room.history(alice)).messages[0].media_unread
    phone = await bob.brings(layer)
    await bob.calls(f.channels.ReadMessageContents(channel=room.to(bob), id=[heard.id]))
    assert phone.receives(t.UpdateChannelReadMessagesContents).messages == [heard.id]
    assert not (await room.history(bob)).messages[0].media_unread
    assert (await room.history(carol)).messages[0].media_unread
