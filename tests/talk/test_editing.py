"""Source: method/messages.editMessage. Authors change what they said, on both sides, for two days."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_both_sides_see_the_edit(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    await alice.says(bob, "helo")
    stage.clock.moves(60)
    bold = [t.MessageEntityBold(offset=0, length=5)]
    edited = await alice.calls(f.messages.EditMessage(peer=alice.sees(bob), id=1, message="hello ", entities=bold))
    mine = edited.updates[0].message
    assert (mine.message, mine.edit_date, mine.entities) == ("hello", int(stage.clock.now()), bold)
    theirs = bob.receives(t.UpdateEditMessage)
    assert (theirs.message.message, theirs.message.entities, theirs.pts_count) == ("hello", bold, 1)
    assert not alice.hears()


async def test_who_may_not(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "one")
    await alice.calls(f.messages.ForwardMessages(
        from_peer=alice.sees(bob), id=[1], random_id=[1], to_peer=alice.sees(bob)
    ))  # fmt: skip

    def edit(who: Person, whom: Person, number: int, text: str) -> f.messages.EditMessage:
        return f.messages.EditMessage(peer=who.sees(whom), id=number, message=text)

    assert await alice.fails(edit(alice, bob, 1, "one")) == "400 MESSAGE_NOT_MODIFIED"
    assert await alice.fails(edit(alice, bob, 1, " ")) == "400 MESSAGE_EMPTY"
    assert await alice.fails(edit(alice, bob, 1, "x" * 4097)) == "400 MESSAGE_TOO_LONG"
    assert await alice.fails(edit(alice, bob, 9, "two")) == "400 MESSAGE_ID_INVALID"
    assert await alice.fails(edit(alice, bob, 2, "two")) == "403 MESSAGE_AUTHOR_REQUIRED"
    assert await bob.fails(edit(bob, alice, 1, "two")) == "403 MESSAGE_AUTHOR_REQUIRED"
    stage.clock.moves(48 * 3600 + 1)
    assert await alice.fails(edit(alice, bob, 1, "two")) == "400 MESSAGE_EDIT_TIME_EXPIRED"


async def test_saved_messages_can_be_edited_for_ever(stage: Stage, alice: Person) -> None:
    await alice.calls(f.messages.SendMessage(peer=t.InputPeerSelf(), message="buy milk", random_id=1))
    stage.clock.moves(400 * 86400)
    edited = await alice.calls(f.messages.EditMessage(peer=t.InputPeerSelf(), id=1, message="buy oats"))
    assert edited.updates[0].message.message == "buy oats"


async def test_a_reply_keeps_pointing_at_its_own_side(stage: Stage, alice: Person, bob: Person) -> None:
    await bob.calls(f.messages.SendMessage(peer=t.InputPeerSelf(), message="shifts ids", random_id=1))
    await alice.says(bob, "question")
    reply = t.InputReplyToMessage(reply_to_msg_id=2)
    await bob.calls(f.messages.SendMessage(peer=bob.sees(alice), message="answer", random_id=2, reply_to=reply))
    await bob.calls(f.messages.EditMessage(peer=bob.sees(alice), id=3, message="better answer"))
    assert alice.receives(t.UpdateEditMessage).message.reply_to.reply_to_msg_id == 1
    gone = t.InputReplyToMessage(reply_to_msg_id=77)
    sent = await bob.calls(f.messages.SendMessage(peer=bob.sees(alice), message="hm", random_id=3, reply_to=gone))
    shown = await bob.calls(f.messages.GetMessages(id=[t.InputMessageID(id=sent.id)]))
    assert shown.messages[0].reply_to is None
