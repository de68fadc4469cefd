"""Source: api/pin. A message is pinned for both, or on one side alone."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def pinned(person: Person, other: Person) -> list[int]:
    found = await person.calls(f.messages.Search(
        peer=person.sees(other), q="", filter=t.InputMessagesFilterPinned(), min_date=0, max_date=0, offset_id=0,
        add_offset=0, limit=10, max_id=0, min_id=0, hash=0,
    ))  # fmt: skip
    return [m.id for m in found.messages]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_for_both_with_a_note(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    await alice.says(bob, "read this first")
    bob.hears()
    told = await alice.calls(f.messages.UpdatePinnedMessage(peer=alice.sees(bob), id=1, silent=True))
    assert [type(u) for u in told.updates] == [t.UpdatePinnedMessages, t.UpdateNewMessage]
    assert bob.receives(t.UpdatePinnedMessages).messages == [1]
    note = bob.receives(t.UpdateNewMessage).message
    assert isinstance(note.action, t.MessageActionPinMessage) and note.silent
    assert note.reply_to.reply_to_msg_id == 1
    assert await pinned(bob, alice) == [1] == await pinned(alice, bob)

    gone = await bob.calls(f.messages.UnpinAllMessages(peer=bob.sees(alice)))
    assert (gone.pts_count, gone.offset) == (1, 0)
    assert not alice.receives(t.UpdatePinnedMessages).pinned
    assert await pinned(bob, alice) == [] == await pinned(alice, bob)


async def test_on_one_side(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "note")
    bob.hears()
    query = f.messages.UpdatePinnedMessage(pm_oneside=True, peer=alice.sees(bob), id=1)
    assert len((await alice.calls(query)).updates) == 1
    assert not bob.hears() and await pinned(bob, alice) == []
    assert await alice.fails(query) == "400 CHAT_NOT_MODIFIED"
    assert await alice.fails(f.messages.UpdatePinnedMessage(peer=alice.sees(bob), id=5)) == "400 MESSAGE_ID_INVALID"
