"""Source: api/saved-messages. What one keeps, by the chat it was kept from."""

from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t


def parts(found: t.messages.TypeSavedDialogs) -> list[tuple[int, int, bool]]:
    return [(one.peer.user_id, one.top_message, bool(one.pinned)) for one in found.dialogs]


async def test_kept_by_chat(stage: Stage, alice: Person, bob: Person) -> None:
    phone = await alice.brings()
    me = t.InputPeerSelf()
    await bob.says(alice, "keep this")
    ids = [m.id for m in (await alice.calls(f.messages.GetHistory(
        peer=alice.sees(bob), offset_id=0, offset_date=0, add_offset=0, limit=5, max_id=0, min_id=0, hash=0
    ))).messages]  # fmt: skip
    await alice.calls(f.messages.ForwardMessages(from_peer=alice.sees(bob), id=ids, random_id=[1], to_peer=me))
    kept = ids[0] + 1
    await alice.calls(f.messages.SendMessage(peer=me, message="and a note", random_id=2))
    nobody = t.InputPeerEmpty()
    everything = f.messages.GetSavedDialogs(offset_date=0, offset_id=0, offset_peer=nobody, limit=10, hash=0)
    assert parts(await alice.calls(everything)) == [(alice.id, kept + 1, False), (bob.id, kept, False)]

    await alice.calls(f.messages.ToggleSavedDialogPin(pinned=True, peer=t.InputDialogPeer(peer=alice.sees(bob))))
    assert phone.receives(t.UpdatePinnedSavedDialogs).order == [t.DialogPeer(peer=t.PeerUser(user_id=bob.id))]
    assert parts(await alice.calls(everything))[0] == (bob.id, kept, True)
    assert parts(await alice.calls(f.messages.GetPinnedSavedDialogs())) == [(bob.id, kept, True)]

    history = f.messages.GetSavedHistory(
        peer=alice.sees(bob), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )
    assert [m.message for m in (await alice.calls(history)).messages] == ["keep this"]
    gone = await alice.calls(f.messages.DeleteSavedHistory(peer=alice.sees(bob), max_id=0))
    assert (gone.pts_count, gone.offset) == (1, 0)
    assert (await alice.calls(history)).messages == []
    assert parts(await alice.calls(everything)) == [(alice.id, kept + 1, False)]
