"""Source: method/messages.setTyping. The other side sees it while it happens, and never later."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_it_is_announced_and_forgotten(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    before = await bob.calls(f.updates.GetState())
    assert await alice.calls(f.messages.SetTyping(peer=alice.sees(bob), action=t.SendMessageTypingAction()))
    heard = bob.receives(t.UpdateUserTyping)
    assert (heard.user_id, heard.action) == (alice.id, t.SendMessageTypingAction())
    await alice.calls(f.messages.SetTyping(
        peer=alice.sees(bob), action=t.SendMessageUploadPhotoAction(progress=40)
    ))  # fmt: skip
    assert bob.receives(t.UpdateUserTyping).action.progress == 40
    missed = await bob.calls(f.updates.GetDifference(pts=before.pts, date=before.date, qts=0))
    assert isinstance(missed, t.updates.DifferenceEmpty)


async def test_who_is_blocked_is_not_heard(stage: Stage, alice: Person, bob: Person) -> None:
    await bob.calls(f.contacts.Block(id=bob.sees(alice)))
    bob.hears()
    typing = f.messages.SetTyping(peer=alice.sees(bob), action=t.SendMessageTypingAction())
    assert (await alice.fails(typing)).endswith("USER_IS_BLOCKED")
    assert not bob.hears()


async def test_a_screenshot_is_told(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "look")
    bob.hears()
    await bob.calls(f.messages.SendScreenshotNotification(
        peer=bob.sees(alice), reply_to=t.InputReplyToMessage(reply_to_msg_id=1), random_id=1
    ))  # fmt: skip
    assert isinstance(alice.receives(t.UpdateNewMessage).message.action, t.MessageActionScreenshotTaken)
