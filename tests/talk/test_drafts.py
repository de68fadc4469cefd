"""Source: api/drafts. What somebody began to write is on all their devices, until it is sent."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_begun_here_sent_there(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    phone = await alice.brings(layer)
    bob.hears(), alice.hears()
    assert await alice.calls(f.messages.SaveDraft(peer=alice.sees(bob), message="Dear Bob", no_webpage=True))
    heard = phone.receives(t.UpdateDraftMessage)
    assert (heard.peer, heard.draft.message, heard.draft.no_webpage) == (t.PeerUser(user_id=bob.id), "Dear Bob", True)
    every = await phone.calls(f.messages.GetAllDrafts())
    assert [u.draft.message for u in every.updates] == ["Dear Bob"]
    assert not bob.hears() and not alice.hears()
    line = await alice.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=alice.sees(bob))]))
    assert (line.dialogs[0].draft.message, line.dialogs[0].top_message) == ("Dear Bob", 0)

    await phone.calls(f.messages.SendMessage(peer=phone.sees(bob), message="Dear Bob,", random_id=9, clear_draft=True))
    assert isinstance(alice.receives(t.UpdateDraftMessage).draft, t.DraftMessageEmpty)
    assert (await alice.calls(f.messages.GetAllDrafts())).updates == []


async def test_an_empty_draft_is_none(stage: Stage, alice: Person, bob: Person) -> None:
    phone = await alice.brings()
    for text in ("a", "b", ""):
        await alice.calls(f.messages.SaveDraft(peer=alice.sees(bob), message=text))
    assert [type(u.draft) for u in phone.hears()] == [t.DraftMessage, t.DraftMessage, t.DraftMessageEmpty]
    await alice.calls(f.messages.SaveDraft(peer=t.InputPeerSelf(), message="note"))
    assert await alice.calls(f.messages.ClearAllDrafts())
    assert isinstance(phone.hears()[-1].draft, t.DraftMessageEmpty)
