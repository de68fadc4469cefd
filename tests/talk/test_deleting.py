"""Source: method/messages.deleteMessages, method/messages.deleteHistory. Messages go, from one side or from both."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def texts(person: Person, other: Person) -> list[str]:
    """What the history says, newest first; service messages by their name."""
    page = await person.calls(f.messages.GetHistory(
        peer=person.sees(other), offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    return [m.message if isinstance(m, t.Message) else type(m.action).__name__ for m in page.messages]


async def line(person: Person, other: Person) -> t.Dialog:
    found = await person.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=person.sees(other))]))
    return found.dialogs[0]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_for_oneself_and_for_both(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    for text in ("one", "two", "three"):
        await alice.says(bob, text)
    bob.hears()
    gone = await alice.calls(f.messages.DeleteMessages(id=[1]))
    assert gone.pts_count == 1 and not bob.hears()
    assert await texts(alice, bob) == ["three", "two"] and await texts(bob, alice) == ["three", "two", "one"]

    both = await alice.calls(f.messages.DeleteMessages(revoke=True, id=[2, 3, 99]))
    assert both.pts_count == 2
    told = bob.receives(t.UpdateDeleteMessages)
    assert (told.messages, told.pts_count) == ([2, 3], 2)
    assert await texts(bob, alice) == ["one"]
    shown = await line(bob, alice)
    assert (shown.top_message, shown.unread_count) == (1, 1)
    assert (await alice.calls(f.messages.DeleteMessages(revoke=True, id=[2]))).pts_count == 0


async def test_a_deleted_message_does_not_come_with_the_difference(stage: Stage, alice: Person, bob: Person) -> None:
    before = await bob.calls(f.updates.GetState())
    await alice.says(bob, "secret")
    await alice.says(bob, "hello")
    await alice.calls(f.messages.DeleteMessages(revoke=True, id=[1]))
    missed = await bob.calls(f.updates.GetDifference(pts=before.pts, date=before.date, qts=0))
    assert [m.message for m in missed.new_messages] == ["hello"]
    assert [one.messages for one in missed.other_updates if isinstance(one, t.UpdateDeleteMessages)] == [[1]]


async def test_a_history_is_emptied_but_kept(stage: Stage, alice: Person, bob: Person) -> None:
    phone = await alice.brings()
    for text in ("one", "two"):
        await bob.says(alice, text)
    first = phone.receives(t.UpdateNewMessage).message.id
    done = await alice.calls(f.messages.DeleteHistory(just_clear=True, peer=alice.sees(bob), max_id=0))
    assert (done.pts_count, done.offset) == (1, 0)
    assert await texts(alice, bob) == ["MessageActionHistoryClear"]
    assert await texts(bob, alice) == ["two", "one"]
    assert phone.receives(t.UpdateDeleteMessages).messages == [first]
    assert isinstance(phone.receives(t.UpdateEditMessage).message.action, t.MessageActionHistoryClear)
    assert alice.receives(t.UpdateEditMessage), "who emptied it is told of the mark as well"
    assert (await line(alice, bob)).unread_count == 0

    await bob.calls(f.messages.DeleteMessages(revoke=True, id=[1, 2]))
    assert await texts(alice, bob) == ["MessageActionHistoryClear"], "the mark is nobody's copy"


async def test_a_long_history_goes_in_parts_on_both_sides(stage: Stage, alice: Person, bob: Person) -> None:
    for number in range(130):
        await alice.says(bob, f"message {number}")
    await bob.calls(f.messages.DeleteMessages(id=[5]))
    await alice.calls(f.messages.DeleteMessages(id=[7]))
    offsets = []
    while not offsets or offsets[-1]:
        done = await alice.calls(f.messages.DeleteHistory(revoke=True, peer=alice.sees(bob), max_id=0))
        offsets.append(done.offset)
    assert offsets == [29, 0]
    assert await texts(alice, bob) == [] and await texts(bob, alice) == []
    assert (await line(bob, alice)).unread_count == 0
    whole = await alice.calls(f.messages.GetDialogs(
        offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=10, hash=0
    ))  # fmt: skip
    assert whole.dialogs == []


async def test_only_some_days(stage: Stage, alice: Person, bob: Person) -> None:
    start = int(stage.clock.now())
    for text in ("one", "two", "three"):
        await alice.says(bob, text)
        stage.clock.moves(86400)
    await alice.calls(f.messages.DeleteHistory(
        just_clear=True, revoke=True, peer=alice.sees(bob), max_id=0, min_date=start + 1, max_date=start + 86400
    ))  # fmt: skip
    assert await texts(alice, bob) == ["three", "one"] == await texts(bob, alice)
