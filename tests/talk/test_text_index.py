"""The text index, filled behind the messages. Source: method/messages.search"""

from tests.kit.stage import Stage

from chappe.domain import indexing
from chappe.jobs import Indexing
from chappe.tl import functions as f
from chappe.tl import types as t


def asks(peer: t.TypeInputPeer, words: str) -> f.messages.Search:
    return f.messages.Search(
        peer=peer, q=words, filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0, offset_id=0, add_offset=0,
        limit=100, max_id=0, min_id=0, hash=0,
    )  # fmt: skip


async def test_words_are_found_before_and_after_they_are_indexed(stage: Stage) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    for n in range(indexing.ACT * 2 + 3):
        await alice.says(bob, f"lighthouse {n}")
    await alice.says(carol, "lighthouse far away")

    before = await bob.calls(asks(bob.sees(alice), "light"))
    assert await Indexing().step(stage.store)
    assert await stage.reads(indexing.waiting) is None
    after = await bob.calls(asks(bob.sees(alice), "light"))

    assert [m.id for m in before.messages] == [m.id for m in after.messages]
    assert len(after.messages) == indexing.ACT * 2 + 3


async def test_a_portion_is_no_longer_than_one_act(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    for n in range(indexing.ACT + 1):
        await alice.says(bob, f"word {n}")
    lot = await stage.reads(lambda rx: indexing.waiting(rx, indexing.ACT + 1))
    assert lot is not None
    sizes = [sum(len(ids) for _, ids in portion) for portion in lot.portions]
    assert max(sizes) <= indexing.ACT
    assert sum(sizes) >= indexing.ACT + 1


async def test_a_message_deleted_before_its_turn_leaves_no_word(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    sent = await alice.says(bob, "ephemeral")
    lot = await stage.reads(indexing.waiting)
    await alice.calls(f.messages.DeleteMessages(id=[sent.id], revoke=True))
    assert lot is not None
    for portion in lot.portions:
        await stage.writes(lambda tx, portion=portion: indexing.index(tx, portion))  # type: ignore[misc]
    rows = await stage.reads(lambda rx: rx.all("SELECT word FROM search_words WHERE word = ?", (b"ephemeral",)))
    assert rows == []
