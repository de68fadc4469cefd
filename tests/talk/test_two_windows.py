"""Source: api/updates. Two windows of one browser, two sessions of one auth key: each hears what the other did."""

from tests.kit.stage import Device, Person, Session, Stage

from chappe.base.ids import CHANNEL_MARK
from chappe.tl import functions as f
from chappe.tl import types as t


async def opens_a_window(alice: Person) -> Device:
    """Another session of the same auth key, ready for updates."""
    window = Device(alice.stage, alice.auth_key_id, alice.layer, alice.ip)
    window.session, window.init = Session(), alice.init
    await window.calls(f.updates.GetState())
    alice.hears()
    return window


def kinds(device: Device) -> list[type]:
    """What it heard."""
    return [type(update) for update in device.hears()]


async def test_a_message_sent_in_one_is_in_the_other(alice: Person, bob: Person) -> None:
    window = await opens_a_window(alice)
    answer = await alice.says(bob, "from the first")
    assert alice.hears() == []
    told = window.receives(t.UpdateNewMessage).message
    assert (told.message, told.out, told.id) == ("from the first", True, answer.id)


async def test_what_was_read_and_taken_back(alice: Person, bob: Person) -> None:
    said = await bob.says(alice, "look here")
    window = await opens_a_window(alice)
    mine = (await window.calls(f.messages.GetHistory(
        peer=alice.sees(bob), offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    ))).messages[0]  # fmt: skip
    assert said.id
    await window.calls(f.messages.ReadHistory(peer=alice.sees(bob), max_id=mine.id))
    assert (kinds(alice), kinds(window)) == ([t.UpdateReadHistoryInbox], [])
    await alice.calls(f.messages.DeleteMessages(id=[mine.id]))
    assert (kinds(alice), kinds(window)) == ([], [t.UpdateDeleteMessages])
    await alice.calls(f.messages.SaveDraft(peer=alice.sees(bob), message="half a"))
    assert (kinds(alice), kinds(window)) == ([], [t.UpdateDraftMessage])


async def test_a_post_in_a_room(stage: Stage, alice: Person, bob: Person) -> None:
    made = await alice.calls(f.channels.CreateChannel(title="Mill", about="", megagroup=True))
    room = made.chats[0].id
    number = stage.access.hash_for(alice.id, -room - CHANNEL_MARK)
    here = t.InputPeerChannel(channel_id=room, access_hash=number)
    window = await opens_a_window(alice)
    await alice.calls(f.messages.SendMessage(peer=here, message="it turns", random_id=7))
    assert kinds(alice) == []
    assert window.receives(t.UpdateNewChannelMessage).message.message == "it turns"
    await window.calls(f.messages.SendMessage(peer=here, message="still", random_id=8))
    assert alice.receives(t.UpdateNewChannelMessage).message.message == "still"
    assert kinds(window) == []


async def test_others_hear_as_ever(alice: Person, bob: Person) -> None:
    await opens_a_window(alice)
    await bob.listens()
    await alice.says(bob, "hello")
    assert bob.receives(t.UpdateNewMessage).message.message == "hello"
    assert kinds(bob) == []
