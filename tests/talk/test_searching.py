"""Source: method/messages.search. A message is found at once by its words, before and after it was indexed."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.jobs import Indexing
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

ANY = t.InputMessagesFilterEmpty()


def ask(peer: t.TypeInputPeer, q: str, **how: object) -> f.messages.Search:
    given: dict[str, object] = {
        "filter": ANY, "min_date": 0, "max_date": 0, "offset_id": 0, "add_offset": 0, "limit": 100, "max_id": 0,
        "min_id": 0, "hash": 0,
    }  # fmt: skip
    return f.messages.Search(peer=peer, q=q, **(given | how))


async def found(person: Person, other: Person, q: str, **how: object) -> list[str]:
    page = await person.calls(ask(person.sees(other), q, **how))
    return [m.message for m in page.messages]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_by_the_beginning_of_words(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    for text in ("Crème brûlée for Zoë", "cremation", "ЁЖ и Ёлка", "東京タワー", "file_name-42.pdf", "nothing"):
        await alice.says(bob, text)
    for _ in ("before", "after"):
        assert await found(bob, alice, "creme") == ["Crème brûlée for Zoë"]
        assert await found(bob, alice, "CREM") == ["cremation", "Crème brûlée for Zoë"]
        assert await found(bob, alice, "zoe brulee") == ["Crème brûlée for Zoë"]
        assert await found(bob, alice, "елк") == ["ЁЖ и Ёлка"]
        assert await found(bob, alice, "京タ") == ["東京タワー"]
        assert await found(bob, alice, "42 name") == ["file_name-42.pdf"]
        assert await found(bob, alice, "oth") == [] == await found(bob, alice, "!?")
        await Indexing().step(stage.store)


@pytest.mark.parametrize("indexed", [False, True])
async def test_edits_and_deletions_are_followed(stage: Stage, alice: Person, bob: Person, indexed: bool) -> None:
    async def catch_up() -> None:
        if indexed:
            await Indexing().step(stage.store)

    await alice.says(bob, "the red fox")
    await alice.says(bob, "the red hen")
    await catch_up()
    await alice.calls(f.messages.EditMessage(peer=alice.sees(bob), id=1, message="the grey fox"))
    await catch_up()
    assert await found(bob, alice, "red") == ["the red hen"]
    assert await found(bob, alice, "grey") == ["the grey fox"]
    await alice.calls(f.messages.DeleteMessages(revoke=True, id=[1, 2]))
    assert await found(bob, alice, "the") == []

    def words(rx: Reader) -> list[tuple[bytes]]:
        return rx.all("SELECT word FROM search_words")

    await Indexing().step(stage.store)
    assert not await stage.reads(words), "no word is left of a deleted message"


async def test_every_word_of_a_long_text(stage: Stage, alice: Person, bob: Person) -> None:
    said = {f"w{n}".encode() for n in range(47)}  # in two boxes: whole lots of a statement and a rest
    for _ in range(2):
        await alice.says(bob, " ".join(sorted(word.decode() for word in said)))
    await Indexing().step(stage.store)
    rows = await stage.store.read(lambda rx: rx.all("SELECT owner_id, word, message_id FROM search_words"))
    owners = {alice.id, bob.id}
    assert {(owner, bytes(word), id_) for owner, word, id_ in rows} == {
        (owner, word, id_) for owner in owners for word in said for id_ in (1, 2)
    }


async def test_in_pages_by_sender_and_by_date(stage: Stage, alice: Person, bob: Person) -> None:
    start = int(stage.clock.now())
    for number in range(10):
        await (alice if number % 2 else bob).says(bob if number % 2 else alice, f"word {number}")
        stage.clock.moves(10)
    every = [f"word {n}" for n in range(9, -1, -1)]
    assert await found(alice, bob, "word", limit=3) == every[:3]
    assert await found(alice, bob, "word", limit=3, offset_id=8) == every[3:6]
    assert await found(alice, bob, "word", limit=4, offset_id=8, add_offset=-2) == every[1:5]
    assert await found(alice, bob, "word", from_id=t.InputPeerSelf()) == every[::2]
    assert await found(alice, bob, "", from_id=alice.sees(bob)) == every[1::2]
    assert await found(alice, bob, "word", min_date=start + 20, max_date=start + 60) == ["word 5", "word 4", "word 3"]
    assert await found(alice, bob, "word", min_id=3, max_id=6) == ["word 4", "word 3"]
    page = await alice.calls(ask(alice.sees(bob), "word", limit=3))
    assert (page.count, page.inexact) == (10, False)


async def test_over_all_dialogs(stage: Stage, alice: Person, bob: Person) -> None:
    carol = await stage.person("carol")
    await bob.says(alice, "lunch at noon")
    await carol.says(alice, "lunch at one")
    await bob.says(carol, "lunch without alice")

    async def everywhere(q: str, **how: object) -> list[str]:
        page = await alice.calls(f.messages.SearchGlobal(
            q=q, filter=ANY, min_date=0, max_date=0, offset_rate=0, offset_peer=t.InputPeerEmpty(), limit=10,
            **({"offset_id": 0} | how),
        ))  # fmt: skip
        return [m.message for m in page.messages]

    assert await everywhere("lunch") == ["lunch at one", "lunch at noon"]
    assert await everywhere("lunch", offset_id=2) == ["lunch at noon"]
    assert await everywhere("lunch", groups_only=True) == []
    assert await everywhere("") == []


async def test_links_are_marked_counted_and_found(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "see example.org and @bob #fun")
    await alice.says(bob, "no link here")
    shown = await bob.calls(f.messages.GetMessages(id=[t.InputMessageID(id=1)]))
    assert [type(e) for e in shown.messages[0].entities] == [
        t.MessageEntityUrl, t.MessageEntityMention, t.MessageEntityHashtag
    ]  # fmt: skip
    filters = [t.InputMessagesFilterUrl(), t.InputMessagesFilterPhotos(), t.InputMessagesFilterPhoneCalls()]
    counted = await bob.calls(f.messages.GetSearchCounters(peer=bob.sees(alice), filters=filters))
    assert [c.count for c in counted] == [1, 0, 0]
    assert await found(bob, alice, "", filter=filters[0]) == ["see example.org and @bob #fun"]
    places = await bob.calls(f.messages.GetSearchResultsPositions(
        peer=bob.sees(alice), filter=filters[0], offset_id=0, limit=10
    ))  # fmt: skip
    assert [(p.msg_id, p.offset) for p in places.positions] == [(1, 0)]
    days = await bob.calls(f.messages.GetSearchResultsCalendar(
        peer=bob.sees(alice), filter=filters[0], offset_id=0, offset_date=0
    ))  # fmt: skip
    assert [(p.min_msg_id, p.count) for p in days.periods] == [(1, 1)] and days.messages[0].id == 1
