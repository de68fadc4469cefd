"""Source: method/messages.readHistory. Both sides know what was read; counts are right on every device."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.jobs.clearing import clearing
from chappe.tl import functions as f
from chappe.tl import types as t


async def unread(person: Person, other: Person) -> tuple[int, int, int]:
    """(unread_count, read_inbox_max_id, read_outbox_max_id) of a dialog."""
    found = await person.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=person.sees(other))]))
    line = found.dialogs[0]
    return line.unread_count, line.read_inbox_max_id, line.read_outbox_max_id


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_the_sender_learns_what_was_read(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    phone = await bob.brings(layer)
    for text in ("one", "two", "three"):
        await alice.says(bob, text)
    last = bob.receives(t.UpdateShortMessage).id
    assert await unread(bob, alice) == (3, 0, 0)
    alice.hears(), phone.hears(), bob.hears()
    pts = (await bob.calls(f.updates.GetState())).pts

    read = await bob.calls(f.messages.ReadHistory(peer=bob.sees(alice), max_id=last))
    assert (read.pts, read.pts_count) == (pts + 1, 1)
    told = alice.receives(t.UpdateReadHistoryOutbox)
    assert (told.peer, told.max_id) == (t.PeerUser(user_id=bob.id), 2)
    here = phone.receives(t.UpdateReadHistoryInbox)
    assert (here.max_id, here.still_unread_count, here.pts) == (last, 1, pts + 1)
    assert not bob.hears()

    assert await unread(bob, alice) == (1, last, 0)
    assert await unread(alice, bob) == (0, 0, 2)


async def test_reading_again_or_less_changes_nothing(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "one")
    await bob.calls(f.messages.ReadHistory(peer=bob.sees(alice), max_id=0))
    alice.hears()
    again = await bob.calls(f.messages.ReadHistory(peer=bob.sees(alice), max_id=1))
    assert (again.pts, again.pts_count) == (3, 0)
    own = await bob.calls(f.messages.ReadHistory(peer=t.InputPeerSelf(), max_id=5))
    assert own.pts_count == 0
    assert not alice.hears()


async def test_when_a_message_was_read(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "one")
    ask = f.messages.GetOutboxReadDate(peer=alice.sees(bob), msg_id=1)
    assert await alice.fails(ask) == "400 MESSAGE_NOT_READ_YET"
    stage.clock.moves(60)
    await bob.calls(f.messages.ReadHistory(peer=bob.sees(alice), max_id=1))
    assert (await alice.calls(ask)).date == int(stage.clock.now())
    assert await bob.fails(f.messages.GetOutboxReadDate(peer=bob.sees(alice), msg_id=1)) == "400 MSG_ID_INVALID"
    stage.clock.moves(8 * 86400)
    assert await alice.fails(ask) == "400 MESSAGE_TOO_OLD"
    await clearing(stage.store, stage.clock)()
    assert not await stage.reads(lambda rx: rx.all("SELECT date FROM read_dates")), "nothing is kept for nobody"


async def test_who_hides_when_they_read(alice: Person, bob: Person) -> None:
    await alice.says(bob, "one")
    await bob.calls(f.messages.ReadHistory(peer=bob.sees(alice), max_id=1))
    ask = f.messages.GetOutboxReadDate(peer=alice.sees(bob), msg_id=1)

    async def private() -> bool:
        return bool((await alice.calls(f.users.GetFullUser(id=alice.knows(bob)))).full_user.read_dates_private)

    nobody = f.account.SetPrivacy(
        key=t.InputPrivacyKeyStatusTimestamp(), rules=[t.InputPrivacyValueDisallowAll()]
    )
    hide = f.account.SetGlobalPrivacySettings(settings=t.GlobalPrivacySettings(hide_read_marks=True))
    for call in (nobody, hide):
        assert await alice.calls(ask) and not await private()
        await bob.calls(call)
    assert await alice.fails(ask) == "403 USER_PRIVACY_RESTRICTED" and await private()
    await alice.calls(nobody)
    await alice.calls(hide)
    assert await alice.fails(ask) == "403 YOUR_PRIVACY_RESTRICTED"


async def test_a_mark_of_unread_goes_with_reading(stage: Stage, alice: Person, bob: Person) -> None:
    phone = await bob.brings()
    await alice.says(bob, "one")
    chat = t.InputDialogPeer(peer=bob.sees(alice))
    assert await bob.calls(f.messages.MarkDialogUnread(unread=True, peer=chat))
    assert await bob.calls(f.messages.GetDialogUnreadMarks()) == [t.DialogPeer(peer=t.PeerUser(user_id=alice.id))]
    assert phone.receives(t.UpdateDialogUnreadMark).unread
    await bob.calls(f.messages.ReadHistory(peer=bob.sees(alice), max_id=0))
    assert await bob.calls(f.messages.GetDialogUnreadMarks()) == []
    assert not phone.receives(t.UpdateDialogUnreadMark).unread
