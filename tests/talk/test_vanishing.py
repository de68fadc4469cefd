"""Source: method/messages.readMessageContents. Media that shall vanish are gone once they were opened, for both."""

from pathlib import Path
from typing import Any

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage
from tests.talk.test_files import document_location, upload

from chappe.jobs import Expiry
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

ONCE = 2**31 - 1


@pytest.fixture(autouse=True)
def shelf(stage: Stage, tmp_path: Path) -> None:
    stage.services.blobs = FileStore(tmp_path, stage.clock)


async def sends(person: Person, peer: Any, ttl_seconds: int | None) -> Any:
    """A call that sends a video to be looked at for so long."""
    file = await upload(person, next(person.stage.numbers), b"a film " * 100, name="film.mp4")
    film = t.DocumentAttributeVideo(duration=1, w=16, h=16)
    media = t.InputMediaUploadedDocument(
        file=file, mime_type="video/mp4", attributes=[film], force_file=True, ttl_seconds=ttl_seconds
    )
    number = next(person.stage.numbers)
    return f.messages.SendMedia(peer=peer, media=media, message="look", random_id=number)


async def arrived(alice: Person, bob: Person, ttl_seconds: int) -> tuple[int, t.Message]:
    """(its id with alice, what bob has) of a film that alice sent to bob."""
    made = await alice.calls(await sends(alice, alice.sees(bob), ttl_seconds))
    mine = next(u.id for u in made.updates if isinstance(u, t.UpdateMessageID))
    return mine, bob.receives(t.UpdateNewMessage).message


async def sees(person: Person, id_: int) -> t.Message:
    answer = await person.calls(f.messages.GetMessages(id=[t.InputMessageID(id=id_)]))
    return answer.messages[0]


async def passes(stage: Stage, seconds: float) -> None:
    """The time passes, and what is due is done."""
    stage.clock.moves(seconds)
    while await Expiry().step(stage.store, int(stage.clock.now())):
        pass
    await stage.settles()


@pytest.mark.parametrize(("ttl_seconds", "after"), [(5, 5), (ONCE, 60)])
async def test_what_was_opened_goes(stage: Stage, alice: Person, bob: Person, ttl_seconds: int, after: int) -> None:
    mine, theirs = await arrived(alice, bob, ttl_seconds)
    assert theirs.media_unread and theirs.media.ttl_seconds == ttl_seconds
    await passes(stage, 86_400)
    assert (await sees(bob, theirs.id)).media.document, "who has not looked may still look"
    await bob.calls(f.messages.ReadMessageContents(id=[theirs.id]))
    assert mine in alice.receives(t.UpdateReadMessagesContents).messages
    await passes(stage, after - 1)
    seen = await sees(bob, theirs.id)
    assert seen.media.document and not seen.media_unread
    bob.hears()
    await passes(stage, 1)
    changed = bob.receives(t.UpdateEditMessage).message
    gone = t.MessageMediaDocument(video=True, ttl_seconds=ttl_seconds)
    for message in (changed, await sees(bob, theirs.id), await sees(alice, mine)):
        assert (message.media, message.message) == (gone, "look")
    fetch = f.upload.GetFile(location=document_location(seen.media.document), offset=0, limit=4096)
    stage.clock.moves(86_400)
    assert (await bob.fails(fetch)).startswith("400 FILE_REFERENCE_")


async def test_it_goes_to_one_other_person_and_no_further(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    for peer in (room.peer(alice), t.InputPeerSelf()):
        assert await alice.fails(await sends(alice, peer, 5)) == "400 TTL_MEDIA_INVALID"
    mine, theirs = await arrived(alice, bob, 5)
    again = f.messages.ForwardMessages(
        from_peer=bob.sees(alice), id=[theirs.id], random_id=[9], to_peer=t.InputPeerSelf()
    )
    assert await bob.fails(again) == "400 CHAT_FORWARDS_RESTRICTED"
    call = await sends(alice, alice.sees(bob), 9)
    edit = f.messages.EditMessage(peer=alice.sees(bob), id=mine, media=call.media)
    assert await alice.fails(edit) == "400 TTL_MEDIA_INVALID"


async def test_the_chat_itself_may_go_first_and_what_was_changed_stays(
    stage: Stage, alice: Person, bob: Person
) -> None:
    mine, theirs = await arrived(alice, bob, 60)
    await bob.calls(f.messages.ReadMessageContents(id=[theirs.id]))
    call = await sends(alice, alice.sees(bob), None)
    await alice.calls(f.messages.EditMessage(peer=alice.sees(bob), id=mine, media=call.media))
    await alice.calls(f.messages.SetHistoryTTL(peer=alice.sees(bob), period=86_400))
    bob.hears()
    _, later = await arrived(alice, bob, 60)
    await passes(stage, 60)
    assert (await sees(bob, theirs.id)).media.document, "other media stand there now"
    stage.clock.moves(86_400 - 120)
    await bob.calls(f.messages.ReadMessageContents(id=[later.id]))
    await passes(stage, 60)
    assert isinstance(await sees(bob, later.id), t.MessageEmpty), "its day was over"
