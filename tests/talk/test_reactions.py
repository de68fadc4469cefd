"""Source: api/reactions. A reaction is seen by both; its author's friend knows when it is new."""

from pathlib import Path

import pytest
from tests.kit.stage import Person, Stage

from chappe import rpc, tl
from chappe.jobs import collecting
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

FIRE, HEART = t.ReactionEmoji(emoticon="🔥"), t.ReactionEmoji(emoticon="❤️")


def react(who: Person, whom: Person, *signs: t.TypeReaction, number: int = 1) -> f.messages.SendReaction:
    return f.messages.SendReaction(peer=who.sees(whom), msg_id=number, reaction=list(signs), add_to_recent=True)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_given_seen_and_taken_back(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    await alice.says(bob, "news")
    told = await bob.calls(react(bob, alice, FIRE))
    mine = told.updates[0].reactions
    assert [(r.reaction, r.count, r.chosen_order) for r in mine.results] == [(FIRE, 1, 0)]
    theirs = alice.receives(t.UpdateMessageReactions)
    assert theirs.reactions.recent_reactions[0].unread and not theirs.reactions.results[0].chosen_order
    chat = [t.InputDialogPeer(peer=alice.sees(bob))]
    assert (await alice.calls(f.messages.GetPeerDialogs(peers=chat))).dialogs[0].unread_reactions_count == 1

    unseen = f.messages.GetUnreadReactions(
        peer=alice.sees(bob), offset_id=0, add_offset=0, limit=10, max_id=0, min_id=0
    )
    assert [m.id for m in (await alice.calls(unseen)).messages] == [1]
    await alice.calls(f.messages.ReadReactions(peer=alice.sees(bob)))
    assert (await alice.calls(unseen)).messages == []
    assert (await alice.calls(f.messages.GetPeerDialogs(peers=chat))).dialogs[0].unread_reactions_count == 0

    await bob.calls(react(bob, alice, HEART))
    listed = await alice.calls(f.messages.GetMessageReactionsList(peer=alice.sees(bob), id=1, limit=10))
    assert [(r.peer_id.user_id, r.reaction.emoticon) for r in listed.reactions] == [(bob.id, "❤")]
    await bob.calls(react(bob, alice))
    assert alice.hears()[-1].reactions.results == []


async def test_what_is_refused(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "news")
    assert await bob.fails(react(bob, alice, t.ReactionEmoji(emoticon="x"))) == "400 REACTION_INVALID"
    assert await bob.fails(react(bob, alice, FIRE, HEART)) == "400 REACTIONS_TOO_MANY"
    assert await bob.fails(react(bob, alice, FIRE, number=7)) == "400 MESSAGE_ID_INVALID"
    await bob.calls(react(bob, alice, FIRE))
    assert await bob.fails(react(bob, alice, FIRE)) == "400 MESSAGE_NOT_MODIFIED"


async def test_lists_and_choices(stage: Stage, alice: Person, bob: Person) -> None:
    known = await alice.calls(f.messages.GetAvailableReactions(hash=0))
    assert len(known.reactions) == 20 and known.reactions[0].reaction == "👍"
    again = await alice.calls(f.messages.GetAvailableReactions(hash=known.hash))
    assert isinstance(again, t.messages.AvailableReactionsNotModified)
    assert await alice.calls(f.messages.SetDefaultReaction(reaction=FIRE))
    assert (await alice.calls(f.help.GetConfig())).reactions_default == FIRE
    await bob.says(alice, "hm")
    await alice.calls(react(alice, bob, FIRE))
    recent = await alice.calls(f.messages.GetRecentReactions(limit=10, hash=0))
    assert recent.reactions == [FIRE]
    await alice.calls(f.messages.ClearRecentReactions())
    none = await alice.calls(f.messages.GetRecentReactions(limit=10, hash=0))
    assert (none.hash, none.reactions) == (0, [])


async def test_every_reaction_has_drawings_to_fetch(stage: Stage, alice: Person, bob: Person, tmp_path: Path) -> None:
    shelf = stage.services.blobs = FileStore(tmp_path, stage.clock)
    await rpc.prepare(stage.store, shelf)
    known = await alice.calls(f.messages.GetAvailableReactions(hash=0))
    await rpc.prepare(stage.store, shelf)
    stage.clock.moves(3 * 86_400)
    await collecting(stage.store, shelf, stage.clock)()
    for shown in known.reactions:
        assert await _data(alice, shown.static_icon, "image/webp") == b"RIFF"
        for moving in (shown.appear_animation, shown.select_animation, shown.activate_animation, shown.center_icon):
            assert await _data(alice, moving, "application/x-tgsticker") == b"\x1f\x8b\x08\x00"
        assert shown.effect_animation == shown.around_animation
    with pytest.raises(Exception, match="LOCATION_INVALID"):
        await _data(bob, known.reactions[0].static_icon, "image/webp")


async def _data(who: Person, document: t.Document, mime_type: str) -> bytes:
    """How the document begins, once it was fetched whole. Its reference is old; the server's own files need none."""
    assert document.mime_type == mime_type and document.size < 16 * 1024
    size, sticker, _ = document.attributes
    assert (size.w, size.h, type(sticker)) == (512, 512, t.DocumentAttributeSticker)
    location = t.InputDocumentFileLocation(
        id=document.id, access_hash=document.access_hash, file_reference=document.file_reference, thumb_size=""
    )
    got = await who.calls(f.upload.GetFile(location=location, offset=0, limit=32 * 1024))
    assert len(got.bytes) == document.size
    return got.bytes[:4]
