"""api/end-to-end: files nobody here can read are passed on, kept until they were fetched, and then are gone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.kit.secrets import end, missed, opened, sealed
from tests.kit.stage import Person, Stage

from chappe.domain import secret, secret_files
from chappe.jobs import collecting_secret, sweeping_blobs
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

PART = 512 * 1024


@pytest.fixture
async def shelf(stage: Stage, tmp_path: Path) -> AsyncIterator[FileStore]:
    """Blobs on disk for the stage's server; there is no media process, since nobody may need one."""
    stage.services.blobs = FileStore(tmp_path, stage.clock)
    yield stage.services.blobs


async def upload(person: Person, file_id: int, data: bytes) -> t.InputEncryptedFileBigUploaded:
    """The parts are on the server."""
    parts = [data[start : start + PART] for start in range(0, len(data), PART)]
    for number, part in enumerate(parts):
        query = f.upload.SaveBigFilePart(file_id=file_id, file_part=number, file_total_parts=len(parts), bytes=part)
        await person.calls(query)
    return t.InputEncryptedFileBigUploaded(id=file_id, parts=len(parts), key_fingerprint=-77)


async def sends(person: Person, chat_id: int, file: Any, random_id: int = 5) -> Any:
    """The answer to a file."""
    return await person.calls(
        f.messages.SendEncryptedFile(peer=end(person, chat_id), random_id=random_id, data=sealed(person), file=file)
    )


async def fetch(person: Person, file: Any, step: int = PART) -> bytes:
    """The whole file."""
    place = t.InputEncryptedFileLocation(id=file.id, access_hash=file.access_hash)
    out = b""
    while len(out) < file.size:
        got = await person.calls(f.upload.GetFile(location=place, offset=len(out), limit=step))
        assert isinstance(got.type, t.storage.FileUnknown)
        out += got.bytes
    return out


async def blobs(shelf: FileStore) -> int:
    """How many lie on the disk."""
    return len(list(shelf.iterate()))


async def test_a_file_goes_through_and_is_gone_when_it_was_fetched(stage: Stage, shelf: FileStore):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    state, data = await bob.calls(f.updates.GetState()), sealed(alice, PART + 4096 + 16)
    sent = await sends(alice, 3, await upload(alice, 1, data))
    assert (sent.file.size, sent.file.key_fingerprint, sent.file.dc_id) == (len(data), -77, 2)
    message = bob.receives(t.UpdateNewEncryptedMessage).message
    assert message.file.id == sent.file.id
    assert message.file.access_hash != sent.file.access_hash
    assert (await missed(bob, state)).new_encrypted_messages == [message]
    assert await fetch(bob, message.file) == data
    assert await fetch(alice, sent.file) == data
    await bob.calls(f.messages.ReceivedQueue(max_qts=state.qts + 1))
    collect = collecting_secret(stage.store, shelf, stage.clock)
    await collect()
    assert await fetch(bob, message.file) == data
    stage.clock.moves(secret_files.AFTER_FETCH_S + 1)
    await collect()
    assert await blobs(shelf) == 0
    place = t.InputEncryptedFileLocation(id=message.file.id, access_hash=message.file.access_hash)
    assert await bob.fails(f.upload.GetFile(location=place, offset=0, limit=4096)) == "400 LOCATION_INVALID"
    rows = await stage.reads(lambda rx: rx.all("SELECT stored_bytes FROM accounts WHERE stored_bytes <> 0"))
    assert rows == []


async def test_only_who_was_sent_it_can_fetch_it(stage: Stage, shelf: FileStore):
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    await opened(alice, bob, 3)
    file = (await sends(alice, 3, await upload(alice, 1, sealed(alice)))).file
    for hash_ in (file.access_hash, 0, stage.access.hash_for(carol.id, file.id)):
        place = t.InputEncryptedFileLocation(id=file.id, access_hash=hash_)
        assert await carol.fails(f.upload.GetFile(location=place, offset=0, limit=4096)) == "400 LOCATION_INVALID"
    as_cloud = t.InputDocumentFileLocation(id=file.id, access_hash=file.access_hash, file_reference=b"", thumb_size="")
    assert await alice.tries(f.upload.GetFile(location=as_cloud, offset=0, limit=4096)) is not None


async def test_a_file_is_passed_on_to_others_without_another_upload(stage: Stage, shelf: FileStore):
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    await opened(alice, bob, 3)
    await opened(bob, carol, 4)
    data = sealed(alice, 4096 * 3)
    peer = end(alice, 3)
    upl = await alice.calls(f.messages.UploadEncryptedFile(peer=peer, file=await upload(alice, 1, data)))
    await sends(alice, 3, t.InputEncryptedFile(id=upl.id, access_hash=upl.access_hash))
    mine = bob.receives(t.UpdateNewEncryptedMessage).message.file
    await fetch(bob, mine)
    await sends(bob, 4, t.InputEncryptedFile(id=mine.id, access_hash=mine.access_hash))
    theirs = carol.receives(t.UpdateNewEncryptedMessage).message.file
    stage.clock.moves(secret_files.AFTER_FETCH_S + secret_files.UNSENT_S)
    await collecting_secret(stage.store, shelf, stage.clock)()
    assert await fetch(carol, theirs) == data
    stage.clock.moves(secret_files.AFTER_FETCH_S + 1)
    await collecting_secret(stage.store, shelf, stage.clock)()
    assert await blobs(shelf) == 0
    query = f.messages.SendEncryptedFile(
        peer=end(bob, 4), random_id=77, data=sealed(bob), file=t.InputEncryptedFile(id=mine.id, access_hash=1)
    )
    assert await bob.fails(query) == "400 FILE_ID_INVALID"
    gone = query.replace(file=t.InputEncryptedFile(id=mine.id, access_hash=mine.access_hash))
    assert await bob.fails(gone) == "400 FILE_ID_INVALID"


async def test_the_same_random_id_answers_with_the_same_file(stage: Stage, shelf: FileStore):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    file = await upload(alice, 1, sealed(alice))
    first = await sends(alice, 3, file)
    assert await sends(alice, 3, file) == first
    assert len([one for one in bob.hears() if isinstance(one, t.UpdateNewEncryptedMessage)]) == 1


async def test_a_file_nobody_fetches_goes_in_time(stage: Stage, shelf: FileStore):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    await sends(alice, 3, await upload(alice, 1, sealed(alice)))
    await alice.calls(f.messages.UploadEncryptedFile(peer=end(alice, 3), file=await upload(alice, 2, sealed(alice))))
    collect = collecting_secret(stage.store, shelf, stage.clock)
    await collect()
    assert await blobs(shelf) == 2
    stage.clock.moves(secret_files.UNSENT_S + 1)
    await collect()
    await sweeping_blobs(stage.store, shelf, stage.clock)()
    assert await blobs(shelf) == 1
    stage.clock.moves(secret.KEEP_FILE_S)
    await collect()
    assert await blobs(shelf) == 0


async def test_an_end_with_deletion_takes_the_files_along(stage: Stage, shelf: FileStore):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    await sends(alice, 3, await upload(alice, 1, sealed(alice)))
    await alice.calls(f.messages.DiscardEncryption(chat_id=3, delete_history=True))
    stage.clock.moves(1000)
    await collecting_secret(stage.store, shelf, stage.clock)()
    assert await blobs(shelf) == 0


async def test_what_is_no_file_is_refused(stage: Stage, shelf: FileStore):
    alice, bob = await stage.people("alice", "bob")
    await opened(alice, bob, 3)
    peer = end(alice, 3)
    small = t.InputEncryptedFileUploaded(id=9, parts=1, md5_checksum="", key_fingerprint=1)
    wrong = (
        (t.InputEncryptedFileEmpty(), "400 FILE_EMTPY"),
        (t.InputEncryptedFile(id=1, access_hash=1), "400 FILE_ID_INVALID"),
        (small, "400 FILE_PART_0_MISSING"),
        (small.replace(parts=0), "400 FILE_PARTS_INVALID"),
        (small.replace(parts=-5), "400 FILE_PARTS_INVALID"),
    )
    for file, error in wrong:
        assert await alice.fails(f.messages.UploadEncryptedFile(peer=peer, file=file)) == error
        query = f.messages.SendEncryptedFile(peer=peer, random_id=6, data=sealed(alice), file=file)
        assert await alice.fails(query) == error
    await alice.calls(f.upload.SaveFilePart(file_id=9, file_part=0, bytes=b"secret"))
    query = f.messages.UploadEncryptedFile(peer=peer, file=small.replace(md5_checksum="0" * 32))
    assert await alice.fails(query) == "400 MD5_CHECKSUM_INVALID"
    assert await alice.tries(query.replace(file=small)) is None
    assert (await bob.fails(query)) == "400 CHAT_ID_INVALID"
