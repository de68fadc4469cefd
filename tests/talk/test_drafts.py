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


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_chosen_card_stays_with_the_draft(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    phone = await alice.brings(layer)
    chosen = t.InputMediaWebPage(force_large_media=True, optional=True, url="https://example.org")
    save = f.messages.SaveDraft(peer=alice.sees(bob), message="look", media=chosen)
    assert await alice.calls(save)
    assert phone.receives(t.UpdateDraftMessage).draft.media == chosen
    assert await alice.fails(save.replace(media=chosen.replace(url=""))) == "400 WEBPAGE_URL_INVALID"
    assert await alice.fails(save.replace(media=t.InputMediaEmpty())) == "400 MEDIA_INVALID"


async def test_what_is_sent_clears_it_whatever_it_is(stage: Stage, alice: Person, bob: Person) -> None:
    to, later = alice.sees(bob), int(stage.clock.now()) + 3600
    card = t.InputMediaContact(phone_number="1", first_name="C", last_name="", vcard="")
    text = f.messages.SendMessage(peer=to, message="later", random_id=1, clear_draft=True, schedule_date=later)
    media = f.messages.SendMedia(peer=to, media=card, message="", random_id=2, clear_draft=True)
    for send in (text, media):
        await alice.calls(f.messages.SaveDraft(peer=to, message="begun"))
        await alice.calls(send)
        assert (await alice.calls(f.messages.GetAllDrafts())).updates == []


async def test_what_it_answers_in_another_chat_stays_with_it(alice: Person, bob: Person, carol: Person) -> None:
    phone = await alice.brings()
    await bob.says(alice, "ask carol")
    reply = t.InputReplyToMessage(reply_to_msg_id=1, reply_to_peer_id=alice.sees(bob), quote_text="ask")
    assert await alice.calls(f.messages.SaveDraft(peer=alice.sees(carol), message="he says", reply_to=reply))
    assert phone.receives(t.UpdateDraftMessage).draft.reply_to == reply
    line = await alice.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=alice.sees(carol))]))
    assert line.dialogs[0].draft.reply_to == reply
    foreign = t.InputReplyToMessage(reply_to_msg_id=1, reply_to_peer_id=carol.sees(bob))
    assert await alice.fails(f.messages.SaveDraft(peer=alice.sees(carol), message="x", reply_to=foreign)) == (
        "400 PEER_ID_INVALID"
    )
