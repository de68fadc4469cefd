"""Source: api/files. Uploads in parts become photos and documents; who was shown a file fetches it in ranges."""

import io
import os
from collections.abc import AsyncIterator
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.kit.stage import Person, Stage

from chappe.jobs import collecting, sweeping_blobs
from chappe.media import MediaProcess
from chappe.rpc.upload import parts
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

PART = 512 * 1024


@pytest.fixture
async def shelf(stage: Stage, tmp_path: Path) -> AsyncIterator[FileStore]:
    """Blobs on disk and the real media process, for the stage's server."""
    store = FileStore(tmp_path, stage.clock)
    async with MediaProcess(tmp_path / "decode") as media:
        stage.services.blobs, stage.services.media = store, media
        yield store


def picture(width: int = 1600, height: int = 900) -> bytes:
    """A JPEG of a gradient."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


async def upload(person: Person, file_id: int, data: bytes, *, part: int = PART, name: str = "a.bin") -> t.InputFile:
    """The data in parts, last part first."""
    pieces = [data[i : i + part] for i in range(0, len(data), part)]
    for index in reversed(range(len(pieces))):
        assert await person.calls(f.upload.SaveFilePart(file_id=file_id, file_part=index, bytes=pieces[index]))
    return t.InputFile(id=file_id, parts=len(pieces), name=name, md5_checksum=md5(data).hexdigest())


async def sends(person: Person, other: Person, media: Any, text: str = "", random_id: int = 1) -> t.Updates:
    made: t.Updates = await person.calls(
        f.messages.SendMedia(peer=person.sees(other), media=media, message=text, random_id=random_id)
    )
    return made


def document_location(document: Any, thumb: str = "") -> t.InputDocumentFileLocation:
    return t.InputDocumentFileLocation(
        id=document.id, access_hash=document.access_hash, file_reference=document.file_reference, thumb_size=thumb
    )


async def fetch(person: Person, location: Any, size: int, step: int = 64 * 1024) -> bytes:
    out = b""
    while len(out) <= size:
        got = await person.calls(f.upload.GetFile(location=location, offset=len(out), limit=step))
        out += got.bytes
        if len(got.bytes) < step:
            break
    return out


async def test_a_document_arrives_byte_for_byte(stage: Stage, alice: Person, bob: Person, shelf: FileStore) -> None:
    stage.services.dc_id = 3
    data = bytes(range(256)) * 5000
    file = await upload(alice, 7, data, part=128 * 1024, name="data.bin")
    media = t.InputMediaUploadedDocument(file=file, mime_type="application/x-thing", attributes=[])
    sent = await sends(alice, bob, media, "here")
    assert isinstance(sent.updates[0], t.UpdateMessageID) and sent.updates[0].random_id == 1
    message = bob.receives(t.UpdateNewMessage).message
    document = message.media.document
    assert (message.message, document.size, document.mime_type) == ("here", len(data), "application/x-thing")
    assert (document.attributes[0].file_name, document.dc_id) == ("data.bin", 3)
    assert await fetch(bob, document_location(document), len(data)) == data
    hashes = await bob.calls(f.upload.GetFileHashes(location=document_location(document), offset=0))
    assert [h.hash for h in hashes] == [
        sha256(data[i : i + 128 * 1024]).digest() for i in range(0, len(data), 128 * 1024)
    ]


async def test_a_photo_comes_in_sizes_with_a_preview(alice: Person, bob: Person, shelf: FileStore) -> None:
    file = await upload(alice, 8, picture(), name="a.jpg")
    await sends(alice, bob, t.InputMediaUploadedPhoto(file=file), "look")
    photo = bob.receives(t.UpdateNewMessage).message.media.photo
    kinds = [size.type for size in photo.sizes]
    assert kinds[0] == "i" and kinds[-1] in ("y", "w")
    big = photo.sizes[-1]
    location = t.InputPhotoFileLocation(
        id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference, thumb_size=big.type
    )
    data = await fetch(bob, location, big.size)
    assert Image.open(io.BytesIO(data)).size == (big.w, big.h)


async def test_somebody_elses_hash_or_reference_opens_nothing(
    alice: Person, bob: Person, carol: Person, shelf: FileStore
) -> None:
    file = await upload(alice, 9, b"secret" * 100)
    await sends(alice, bob, t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[]))
    document = bob.receives(t.UpdateNewMessage).message.media.document
    stolen = f.upload.GetFile(location=document_location(document), offset=0, limit=4096)
    assert await carol.fails(stolen) == "400 LOCATION_INVALID"
    there = t.InputDocumentFileLocation(id=1, access_hash=1, file_reference=b"x", thumb_size="")
    assert await carol.fails(f.upload.GetFile(location=there, offset=0, limit=4096)) == "400 LOCATION_INVALID"


async def test_a_reference_expires_and_is_refreshed(
    stage: Stage, alice: Person, bob: Person, shelf: FileStore
) -> None:
    file = await upload(alice, 10, b"later" * 100)
    await sends(alice, bob, t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[]))
    message = bob.receives(t.UpdateNewMessage).message
    stage.clock.moves(2 * 86_400)
    old = document_location(message.media.document)
    assert await bob.fails(f.upload.GetFile(location=old, offset=0, limit=4096)) == "400 FILE_REFERENCE_EXPIRED"
    again = await bob.calls(f.messages.GetMessages(id=[t.InputMessageID(id=message.id)]))
    fresh = document_location(again.messages[0].media.document)
    assert (await bob.calls(f.upload.GetFile(location=fresh, offset=0, limit=4096))).bytes == b"later" * 100


@pytest.mark.parametrize(
    ("offset", "limit", "error"),
    [
        (0, 0, "400 LIMIT_INVALID"),
        (0, 1000, "400 LIMIT_INVALID"),
        (0, 2 * 2**20, "400 LIMIT_INVALID"),
        (-1024, 4096, "400 OFFSET_INVALID"),
        (100, 4096, "400 OFFSET_INVALID"),
    ],
)
async def test_ranges_have_their_bounds(
    alice: Person, bob: Person, shelf: FileStore, offset: int, limit: int, error: str
) -> None:
    file = await upload(alice, 11, b"x" * 5000)
    await sends(alice, bob, t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[]))
    location = document_location(bob.receives(t.UpdateNewMessage).message.media.document)
    assert await bob.fails(f.upload.GetFile(location=location, offset=offset, limit=limit)) == error


async def test_what_is_wrong_with_an_upload_is_said(alice: Person, bob: Person, shelf: FileStore) -> None:
    save = f.upload.SaveFilePart
    assert await alice.fails(save(file_id=1, file_part=0, bytes=b"")) == "400 FILE_PART_EMPTY"
    assert await alice.fails(save(file_id=1, file_part=0, bytes=bytes(PART + 1))) == "400 FILE_PART_TOO_BIG"
    assert await alice.fails(save(file_id=1, file_part=4000, bytes=b"x")) == "400 FILE_PART_INVALID"
    file = await upload(alice, 12, bytes(3 * 1024), part=1024)

    async def refused(file: t.InputFile) -> str:
        media = t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[])
        return await alice.fails(f.messages.SendMedia(peer=alice.sees(bob), media=media, message="", random_id=5))

    assert await refused(file.replace(parts=4)) == "400 FILE_PART_3_MISSING"
    assert await refused(file.replace(md5_checksum="0" * 32)) == "400 MD5_CHECKSUM_INVALID"
    assert await refused(file.replace(parts=0)) == "400 FILE_PARTS_INVALID"
    photo = t.InputMediaUploadedPhoto(file=file.replace(md5_checksum=""))
    answer = await alice.fails(f.messages.SendMedia(peer=alice.sees(bob), media=photo, message="", random_id=6))
    assert answer == "400 PHOTO_INVALID"


async def test_blobs_that_no_file_holds_are_swept_away(
    stage: Stage, alice: Person, bob: Person, shelf: FileStore
) -> None:
    """A server that died between a commit and a deletion, or between a blob and its file, leaves such."""
    file = await upload(alice, 70, b"held by a file" * 100)
    await sends(alice, bob, t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[]))
    stray = shelf.put(b"left behind by a crash")
    held = sha256(b"held by a file" * 100).digest()
    sweep = sweeping_blobs(stage.store, shelf, stage.clock)
    for digest, _, _ in list(shelf.iterate()):
        os.utime(shelf.path(digest), (0, int(stage.clock.now()) - 3600))
    await sweep()
    assert {digest for digest, _, _ in shelf.iterate()} == {stray, held}, "it may belong to a file that is being made"
    for digest in (stray, held):
        os.utime(shelf.path(digest), (0, int(stage.clock.now()) - 2 * 86_400))
    await sweep()
    assert {digest for digest, _, _ in shelf.iterate()} == {held}


async def test_many_small_parts_have_an_end(
    alice: Person, bob: Person, shelf: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PARTS_UNDER_WAY", 6)
    for file_id, part in [(1, 0), (1, 1), (1, 2), (2, 0), (3, 7), (3, 9)]:
        assert await alice.calls(f.upload.SaveFilePart(file_id=file_id, file_part=part, bytes=b"x"))
    more = f.upload.SaveFilePart(file_id=4, file_part=0, bytes=b"x")
    assert await alice.fails(more) == "400 UPLOADS_TOO_MANY"
    assert await bob.calls(more), "everybody has their own"
    file = t.InputFile(id=1, parts=3, name="x.txt", md5_checksum="")
    await sends(alice, bob, t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[]))
    assert await alice.calls(more), "what became a file is under way no more"
    big = f.upload.SaveBigFilePart(file_id=5, file_part=0, file_total_parts=3, bytes=b"")
    for size in (1, 1000, 1025, 3 * 1024):
        assert await alice.fails(big.replace(bytes=bytes(size))) == "400 FILE_PART_SIZE_INVALID"
    assert await bob.calls(big.replace(bytes=bytes(2048)))
    assert await bob.calls(big.replace(file_part=2, bytes=b"the last may be of any size"))


async def test_media_can_be_sent_again_after_its_upload_was_used(alice: Person, bob: Person, shelf: FileStore) -> None:
    """A send that failed, or whose answer was lost, is repeated by the client without uploading again."""
    file = await upload(alice, 60, picture(200, 200))
    for number in range(2):
        media = await alice.calls(
            f.messages.UploadMedia(peer=alice.sees(bob), media=t.InputMediaUploadedPhoto(file=file))
        )
        assert isinstance(media.photo, t.Photo), number
    document = t.InputMediaUploadedDocument(file=file, mime_type="image/jpeg", attributes=[], force_file=True)
    await sends(alice, bob, document)
    assert bob.receives(t.UpdateNewMessage).message.media.document.size == len(picture(200, 200))


async def test_an_album_is_one_group(alice: Person, bob: Person, shelf: FileStore) -> None:
    items = []
    for number in range(3):
        file = await upload(alice, 20 + number, picture(300 + number, 300))
        media = await alice.calls(
            f.messages.UploadMedia(peer=alice.sees(bob), media=t.InputMediaUploadedPhoto(file=file))
        )
        known = t.InputPhoto(
            id=media.photo.id, access_hash=media.photo.access_hash, file_reference=media.photo.file_reference
        )
        items.append(t.InputSingleMedia(media=t.InputMediaPhoto(id=known), random_id=100 + number, message=f"{number}"))
    await alice.calls(f.messages.SendMultiMedia(peer=alice.sees(bob), multi_media=items))
    got = [bob.receives(t.UpdateNewMessage).message for _ in range(3)]
    assert [m.message for m in got] == ["0", "1", "2"]
    assert got[0].grouped_id and len({m.grouped_id for m in got}) == 1


async def test_a_quota_holds(stage: Stage, alice: Person, bob: Person, shelf: FileStore) -> None:
    stage.services.limits = stage.services.limits.__class__(test_mode=True, quota_bytes=10_000)
    small = await upload(alice, 30, b"a" * 4_000)
    large = await upload(alice, 31, b"b" * 5_500)
    await upload(bob, 30, b"bob has a quota of his own" * 300)
    third = f.upload.SaveFilePart(file_id=32, file_part=0, bytes=b"c" * 1_000)
    assert await alice.fails(third) == "400 STORAGE_QUOTA_EXCEEDED", "what lies in parts counts"
    await sends(alice, bob, t.InputMediaUploadedDocument(file=small, mime_type="text/plain", attributes=[]))
    stage.services.limits = stage.services.limits.__class__(test_mode=True, quota_bytes=9_000)
    media = t.InputMediaUploadedDocument(file=large, mime_type="text/plain", attributes=[])
    answer = await alice.fails(f.messages.SendMedia(peer=alice.sees(bob), media=media, message="", random_id=9))
    assert answer == "400 STORAGE_QUOTA_EXCEEDED"


async def test_a_repeated_call_is_answered_though_its_upload_is_used_up(
    alice: Person, bob: Person, shelf: FileStore
) -> None:
    file = await upload(alice, 33, b"once" * 500)
    media = t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[])
    first, again = [await sends(alice, bob, media, random_id=33) for _ in range(2)]
    assert first.updates[0] == again.updates[0] == t.UpdateMessageID(id=first.updates[0].id, random_id=33)
    photo = await upload(alice, 34, picture(64, 64))
    made = await alice.calls(f.messages.UploadMedia(
        peer=alice.sees(bob), media=t.InputMediaUploadedPhoto(file=photo)
    ))  # fmt: skip
    known = t.InputPhoto(
        id=made.photo.id, access_hash=made.photo.access_hash, file_reference=made.photo.file_reference
    )
    album = f.messages.SendMultiMedia(peer=alice.sees(bob), multi_media=[
        t.InputSingleMedia(media=t.InputMediaPhoto(id=known), random_id=35, message=""),
        t.InputSingleMedia(media=t.InputMediaUploadedPhoto(file=await upload(alice, 36, picture(64, 64))),
                           random_id=36, message=""),
    ])  # fmt: skip
    first, again = [await alice.calls(album) for _ in range(2)]
    assert first.updates[:2] == again.updates[:2]
    assert len([u for u in bob.hears() if isinstance(u, t.UpdateNewMessage)]) == 3


async def test_what_nothing_shows_is_collected(stage: Stage, alice: Person, bob: Person, shelf: FileStore) -> None:
    kept = await upload(alice, 40, b"kept" * 500)
    await sends(alice, bob, t.InputMediaUploadedDocument(file=kept, mime_type="text/plain", attributes=[]))
    lost = await upload(alice, 41, b"lost" * 500)
    media = t.InputMediaUploadedDocument(file=lost, mime_type="text/plain", attributes=[])
    await alice.calls(f.messages.UploadMedia(peer=alice.sees(bob), media=media))
    assert {size for _, size, _ in shelf.iterate()} == {2000} and len(list(shelf.iterate())) == 2
    stage.clock.moves(3 * 86_400)
    await collecting(stage.store, shelf, stage.clock)()
    left = [digest for digest, _, _ in shelf.iterate()]
    assert left == [sha256(b"kept" * 500).digest()]


async def test_a_profile_photo_is_shown_hidden_and_removed(
    alice: Person, bob: Person, carol: Person, shelf: FileStore
) -> None:
    await alice.says(bob, "hello")
    bob.hears()
    file = await upload(alice, 50, picture(700, 700))
    made = await alice.calls(f.photos.UploadProfilePhoto(file=file))
    assert bob.receives(t.UpdateUser).user_id == alice.id
    seen = (await bob.calls(f.users.GetUsers(id=[bob.knows(alice)])))[0].photo
    assert seen.photo_id == made.photo.id
    location = t.InputPeerPhotoFileLocation(peer=bob.sees(alice), photo_id=seen.photo_id, big=True)
    assert Image.open(io.BytesIO(await fetch(bob, location, 10**6))).size == (640, 640)
    nobody = [t.InputPrivacyValueDisallowAll()]
    await alice.calls(f.account.SetPrivacy(key=t.InputPrivacyKeyProfilePhoto(), rules=nobody))
    assert await bob.fails(f.upload.GetFile(location=location, offset=0, limit=4096)) == "400 LOCATION_INVALID"
    listed = await bob.calls(f.photos.GetUserPhotos(user_id=bob.knows(alice), offset=0, max_id=0, limit=10))
    assert listed.photos == []
    mine = t.InputPhoto(
        id=made.photo.id, access_hash=made.photo.access_hash, file_reference=made.photo.file_reference
    )
    assert await alice.calls(f.photos.DeletePhotos(id=[mine])) == [made.photo.id]
    assert (await alice.calls(f.users.GetUsers(id=[t.InputUserSelf()])))[0].photo is None
