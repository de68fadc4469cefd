"""Source: dsa/17(1). Media are removed by their hash: every copy, every later upload, whatever shows them."""

from hashlib import sha256
from pathlib import Path

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.rooms import hall, history, texts
from tests.kit.stage import Person, Stage, raised
from tests.talk.test_files import document_location, fetch, shelf
from tests.talk.test_removals import moderator, undoes
from tests.talk.test_room_files import attaches

from chappe.domain import decisions, files, statements
from chappe.domain.access import Moderator
from chappe.domain.enforcement import MARK
from chappe.domain.rulings import Item
from chappe.jobs import Due
from chappe.jobs.collecting import collecting
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator", "shelf"]
DATA = b"a forbidden film " * 700


def media(message: t.Message) -> t.Document:
    """The document a message carries."""
    return message.media.document  # type: ignore[no-any-return, union-attr]


async def hash_of(stage: Stage, document: t.Document) -> Item:
    """The document's bytes, as an item."""
    found = await stage.reads(lambda rx: files.find(rx, document.id))
    return Item("media", sha256=found.sha256.hex())  # type: ignore[union-attr]


async def follows(stage: Stage) -> int:
    """How many batches followed."""
    count = 0
    while await stage.writes(lambda tx: decisions.follow_up(tx, stage.entropy(16))):
        count += 1
    return count


async def test_every_copy_is_gone_and_none_comes_again(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator, shelf: FileStore
) -> None:
    room = await hall(stage, alice, bob)
    first = await attaches(alice, room.peer(alice), DATA)
    again = await attaches(bob, bob.sees(alice), DATA, 2)
    ahead = f.messages.ForwardMessages(
        from_peer=room.peer(bob), to_peer=t.InputPeerSelf(), id=[first.id], random_id=[1]
    )
    await bob.calls(ahead)
    item = await hash_of(stage, media(first))
    shown = media((await room.history(bob)).messages[0])
    take = f.upload.GetFile(location=document_location(shown), offset=0, limit=4096)
    named = t.InputMediaDocument(id=t.InputDocument(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
    ))  # fmt: skip
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    assert await bob.fails(take) == "400 LOCATION_INVALID"
    assert await bob.fails(f.messages.SendMedia(peer=bob.sees(alice), media=named, message="", random_id=9)) == (
        "400 LOCATION_INVALID"
    )
    await follows(stage)
    assert texts(await room.history(bob)) == [MARK]
    assert texts(await history(alice, alice.sees(bob))) == texts(await history(bob, bob.sees(alice))) == [MARK]
    assert texts(await history(bob, t.InputPeerSelf())) == [MARK]
    with pytest.raises(Exception, match="MEDIA_INVALID"):
        await attaches(alice, room.peer(alice), DATA, 7)
    await attaches(alice, room.peer(alice), b"another film " * 700, 8)
    people = {one.person_id for one in await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id))}
    assert people == {alice.id, bob.id}

    stage.clock.moves(90 * 86400)
    await collecting(stage.store, shelf, stage.clock)()
    await undoes(stage, moderator, decision)
    shown = media((await room.history(bob)).messages[1])
    assert await fetch(bob, document_location(shown), len(DATA)) == DATA
    assert media((await history(alice, alice.sees(bob))).messages[0]).id == media(again).id
    await attaches(alice, room.peer(alice), DATA, 10)


async def test_a_batch_is_taken_up_where_it_was_left(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator, shelf: FileStore
) -> None:
    rooms = [await hall(stage, alice, title=f"Room {n}") for n in range(3)]
    first = await attaches(alice, rooms[0].peer(alice), DATA)
    for n in range(50):
        await alice.calls(f.messages.ForwardMessages(
            from_peer=rooms[0].peer(alice), to_peer=rooms[n % 3].peer(alice), id=[first.id], random_id=[100 + n]
        ))  # fmt: skip
    item = await hash_of(stage, media(first))
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    assert decision.pending
    assert await stage.writes(lambda tx: decisions.follow_up(tx, b"." * 16))
    said = [text for room in rooms for text in texts(await room.history(alice))]
    assert said.count(MARK) == 2 * decisions.AT_ONCE and said.count("") == 51 - 2 * decisions.AT_ONCE
    assert await follows(stage) >= 2
    said = [text for room in rooms for text in texts(await room.history(alice))]
    assert said == [MARK] * 51
    assert not (await stage.reads(lambda rx: decisions.find(rx, decision.decision_id))).pending
    told = await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id))
    assert [one.person_id for one in told] == [alice.id]

    await stage.writes(lambda tx: decisions.undo(tx, moderator, decision.decision_id, "a mistake"))
    await follows(stage)
    said = [text for room in rooms for text in texts(await room.history(alice))]
    assert said == [""] * 51


async def test_what_waited_for_its_date_is_not_sent(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator, shelf: FileStore
) -> None:
    room = await hall(stage, alice, bob)
    said = await attaches(alice, room.peer(alice), DATA)
    shown = media(said)
    named = t.InputMediaDocument(id=t.InputDocument(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
    ))  # fmt: skip
    later = int(stage.clock.now()) + 60
    await alice.calls(f.messages.SendMedia(
        peer=alice.sees(bob), media=named, message="later", random_id=9, schedule_date=later
    ))  # fmt: skip
    item = await hash_of(stage, shown)
    await stage.writes(lambda tx: decide(tx, moderator, item))
    stage.clock.moves(61)
    await Due().step(stage.store, int(stage.clock.now()))
    assert texts(await history(bob, bob.sees(alice))) == []


async def test_it_goes_on_after_a_restart(
    stage: Stage, alice: Person, moderator: Moderator, shelf: FileStore, tmp_path: Path
) -> None:
    room = await hall(stage, alice)
    first = await attaches(alice, room.peer(alice), DATA)
    for n in range(40):
        await alice.calls(f.messages.ForwardMessages(
            from_peer=room.peer(alice), to_peer=room.peer(alice), id=[first.id], random_id=[100 + n]
        ))  # fmt: skip
    item = await hash_of(stage, media(first))
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    await stage.store.close()
    async with raised(tmp_path, after=stage) as again:
        assert await follows(again) >= 2
        alice = await again.signs_in("alice", alice.phone)
        assert texts(await history(alice, room.peer(alice))) == [MARK] * 41
        await again.writes(lambda tx: decisions.undo(tx, moderator, decision.decision_id, "a mistake"))
        assert await again.writes(lambda tx: decisions.follow_up(tx, b"." * 16))
        left = texts(await history(alice, room.peer(alice))).count(MARK)
        assert 0 < left < 41
    async with raised(tmp_path, after=again) as last:
        await follows(last)
        alice = await last.signs_in("alice", alice.phone)
        assert texts(await history(alice, room.peer(alice))) == [""] * 41


async def test_two_reasons_for_one_message(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator, shelf: FileStore
) -> None:
    room = await hall(stage, alice, bob)
    said = await attaches(alice, room.peer(alice), DATA)
    item, post = await hash_of(stage, media(said)), Item("message", room.marked, said.id)
    one = await stage.writes(lambda tx: decide(tx, moderator, post))
    other = await stage.writes(lambda tx: decide(tx, moderator, item))
    await follows(stage)
    await undoes(stage, moderator, one)
    assert texts(await room.history(bob)) == [MARK]
    one = await stage.writes(lambda tx: decide(tx, moderator, post))
    await undoes(stage, moderator, other)
    assert texts(await room.history(bob)) == [MARK]
    await undoes(stage, moderator, one)
    assert media((await room.history(bob)).messages[0]).id == media(said).id


async def test_an_unknown_file_is_removed_beforehand(
    stage: Stage, alice: Person, bob: Person, shelf: FileStore
) -> None:
    moderator = await stage.writes(somebody)
    item = Item("media", sha256=sha256(DATA).hexdigest())
    await stage.writes(lambda tx: decide(tx, moderator, item))
    with pytest.raises(Exception, match="MEDIA_INVALID"):
        await attaches(alice, alice.sees(bob), DATA)
