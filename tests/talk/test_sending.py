"""Source: method/messages.sendMessage, api/updates. A text from alice to bob: the shortest way through the house."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_text_reaches_every_device_of_both(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    laptop, phone = await alice.brings(layer), await bob.brings(layer)
    await bob.says(alice, "Are you there?")  # who spoke before is told in the short form
    here = await bob.calls(f.updates.GetState())
    for device in (alice, laptop, bob, phone):
        device.hears()

    sent = await alice.calls(f.messages.SendMessage(peer=alice.sees(bob), message="Hello, Bob!", random_id=7))
    assert isinstance(sent, t.UpdateShortSentMessage)
    assert not alice.hears(), "who sent it has the answer"
    other = laptop.receives(t.UpdateShortMessage)
    assert (other.id, other.user_id, other.out, other.pts) == (sent.id, bob.id, True, sent.pts)
    for device in (bob, phone):
        told = device.receives(t.UpdateShortMessage)
        assert (told.user_id, told.message, told.out) == (alice.id, "Hello, Bob!", False)
        assert (told.pts, told.pts_count) == (here.pts + 1, 1)

    missed = await bob.calls(f.updates.GetDifference(pts=here.pts, date=here.date, qts=0))
    assert [(m.id, m.message) for m in missed.new_messages] == [(told.id, "Hello, Bob!")]
    assert missed.state.pts == told.pts, "who was away reads what the others heard"


async def test_a_first_word_comes_with_who_says_it(alice: Person, bob: Person) -> None:
    await alice.says(bob, "Hello, Bob!")
    told = bob.receives(t.UpdateNewMessage)
    assert (told.message.message, told.message.peer_id) == ("Hello, Bob!", t.PeerUser(user_id=alice.id))


async def test_a_send_that_is_repeated_stands_once(alice: Person, bob: Person) -> None:
    once = f.messages.SendMessage(peer=alice.sees(bob), message="Hello, Bob!", random_id=7)
    sent = await alice.calls(once)
    assert bob.hears()
    again = await alice.calls(once)
    assert sent.id in [u.id for u in again.updates if isinstance(u, t.UpdateMessageID)]
    assert not bob.hears()


@pytest.mark.parametrize(
    ("text", "error"), [("", "MESSAGE_EMPTY"), (" \n", "MESSAGE_EMPTY"), ("x" * 4097, "MESSAGE_TOO_LONG")]
)
async def test_what_is_no_text_is_not_sent(alice: Person, bob: Person, text: str, error: str) -> None:
    said = f.messages.SendMessage(peer=alice.sees(bob), message=text, random_id=7)
    assert await alice.fails(said) == f"400 {error}"
    assert not bob.hears()
