"""Source: requirements/territories. What is hidden in a country is not found or previewed there, and only there."""

import pytest
from tests.kit.rooms import Hall, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import published
from tests.talk.test_removals import moderator, post
from tests.talk.test_shown_elsewhere import ENGLISH, FRENCH, joined, lives, reasons, rules

from chappe.base.ids import channel_peer
from chappe.domain import open_rooms, strangers
from chappe.domain.access import Moderator
from chappe.domain.content import Text
from chappe.domain.enforcement import VEIL
from chappe.domain.rulings import Item, Measure
from chappe.jobs import Indexing
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator"]


@pytest.fixture
async def folk(stage: Stage) -> list[Person]:
    """alice who writes, bob in France, carol in the United Kingdom."""
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    await lives(stage, bob, FRENCH)
    await lives(stage, carol, ENGLISH)
    return [alice, bob, carol]


async def indexed(stage: Stage) -> None:
    indexing = Indexing()
    while not await indexing.step(stage.store):
        pass


async def found_in(person: Person, room: Hall, words: str) -> list[str]:
    page = await person.calls(f.messages.Search(
        peer=room.peer(person), q=words, filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0, offset_id=0,
        add_offset=0, limit=10, max_id=0, min_id=0, hash=0,
    ))  # fmt: skip
    return texts(page)


async def found_everywhere(person: Person, words: str) -> list[str]:
    page = await person.calls(f.messages.SearchGlobal(
        q=words, filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0, offset_rate=0,
        offset_peer=t.InputPeerEmpty(), offset_id=0, limit=10,
    ))  # fmt: skip
    return texts(page)


async def found_in_public(person: Person, words: str) -> list[str]:
    page = await person.calls(f.channels.SearchPosts(
        query=words, offset_rate=0, offset_peer=t.InputPeerEmpty(), offset_id=0, limit=10
    ))  # fmt: skip
    return texts(page)


async def test_a_post_is_not_found_where_it_is_hidden(stage: Stage, folk: list[Person], moderator: Moderator) -> None:
    alice, bob, carol = folk
    room = await published(stage, alice, "the_trees")
    await joined(stage, room, bob, carol)
    said = await room.says(alice, "a chestnut stood there")
    await room.says(alice, "and an oak")
    await indexed(stage)
    await rules(stage, moderator, post(room, said.id), "hide", "FR")
    for search in (found_everywhere, found_in_public, lambda who, words: found_in(who, room, words)):
        assert await search(bob, "chestnut") == []
        assert await search(carol, "chestnut") == ["a chestnut stood there"]
        assert await search(bob, "oak") == ["and an oak"]


async def test_a_room_is_not_found_where_it_is_hidden(stage: Stage, folk: list[Person], moderator: Moderator) -> None:
    alice, bob, carol = folk
    room = await published(stage, alice, "the_trees", title="Chestnuts")
    link = (await alice.calls(f.messages.ExportChatInvite(peer=room.peer(alice)))).link.rpartition("+")[2]
    await rules(stage, moderator, Item("room", channel_peer(room.id)), "hide", "FR")
    query = f.contacts.Search(q="chestnut", limit=10)
    assert (await bob.calls(query)).chats == []
    assert [one.title for one in (await carol.calls(query)).chats] == ["Chestnuts"]
    assert await bob.fails(f.messages.CheckChatInvite(hash=link)) == "400 INVITE_HASH_EXPIRED"
    assert (await carol.calls(f.messages.CheckChatInvite(hash=link))).chat.title == "Chestnuts"
    named = f.contacts.ResolveUsername(username="the_trees")
    assert reasons((await bob.calls(named)).chats[0]) == [("hidden", VEIL)]
    assert reasons((await carol.calls(named)).chats[0]) == []


async def test_a_person_is_not_found_where_they_are_hidden(
    stage: Stage, folk: list[Person], moderator: Moderator
) -> None:
    alice, bob, carol = folk
    await alice.calls(f.account.UpdateUsername(username="chestnut_tree"))
    await rules(stage, moderator, Item("account", alice.id), "hide", "FR")
    query = f.contacts.Search(q="chestnut", limit=10)
    assert (await bob.calls(query)).users == []
    assert [one.username for one in (await carol.calls(query)).users] == ["chestnut_tree"]


async def test_a_quote_and_a_card_say_nothing_there(stage: Stage, folk: list[Person], moderator: Moderator) -> None:
    alice, bob, carol = folk
    room = await published(stage, alice, "the_trees")
    await joined(stage, room, bob, carol)
    said = await room.says(alice, "a chestnut stood there")
    quote = t.InputReplyToMessage(reply_to_msg_id=said.id, quote_text="a chestnut")
    await alice.calls(
        f.messages.SendMessage(peer=room.peer(alice), message="that one", random_id=77, reply_to=quote)
    )
    await rules(stage, moderator, post(room, said.id), "hide", "FR")
    seen = {who.name: (await room.history(who)).messages[0] for who in (bob, carol)}
    assert seen["bob"].reply_to.quote_text is None
    assert seen["carol"].reply_to.quote_text == "a chestnut"


@pytest.mark.parametrize(("where", "found"), [("FR", []), ("GB", ["a chestnut stood there"]), (None, [])])
async def test_strangers(
    stage: Stage, folk: list[Person], moderator: Moderator, where: str | None, found: list[str]
) -> None:
    alice = folk[0]
    room = await published(stage, alice, "the_trees")
    said = await room.says(alice, "a chestnut stood there")
    await indexed(stage)
    await rules(stage, moderator, post(room, said.id), "hide", "FR")

    def query(rx: Reader) -> list[str]:
        eyes = strangers.Looking(rx, where)
        there = open_rooms.seek(eyes, open_rooms.find(eyes, "the_trees"), "chestnut")
        return [m.content.message for one in there.posts for m in one if isinstance(m.content, Text)]

    assert await stage.reads(query) == found


async def test_the_union_is_all_its_countries(stage: Stage, folk: list[Person], moderator: Moderator) -> None:
    alice, bob, carol = folk
    room = await published(stage, alice, "the_trees")
    await joined(stage, room, bob, carol)
    said = await room.says(alice, "a chestnut stood there")
    decision = await rules(stage, moderator, post(room, said.id), "hide", "EU")
    assert len(decision.measure.territories) == 27 and Measure("hide", ("EU", "CH")).territories[-1] == "CH"
    assert texts(await room.history(bob))[0] == VEIL
    assert texts(await room.history(carol))[0] == "a chestnut stood there"
