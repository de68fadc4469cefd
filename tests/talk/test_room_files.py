"""Source: api/files, api/rights. Media in rooms: who reads the room fetches them; each kind has a right of its own."""

import pytest
from tests.kit.rooms import group, hall, history
from tests.kit.stage import Person, Stage
from tests.talk.test_files import document_location, fetch, picture, shelf, upload

from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["shelf"]


async def attaches(person: Person, peer: t.TypeInputPeer, data: bytes, random_id: int = 1) -> t.Message:
    file = await upload(person, random_id, data)
    media = t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[], force_file=True)
    told = await person.calls(f.messages.SendMedia(peer=peer, media=media, message="", random_id=random_id))
    said: t.Message = next(u.message for u in told.updates if hasattr(u, "message"))
    return said


async def test_members_fetch_what_strangers_cannot(
    stage: Stage, alice: Person, bob: Person, carol: Person, shelf: FileStore
) -> None:
    room = await hall(stage, alice, bob)
    data = b"recipe " * 500
    await attaches(alice, room.peer(alice), data)
    pushed = document_location(bob.receives(t.UpdateNewChannelMessage).message.media.document)
    assert await fetch(bob, pushed, len(data)) == data
    read = document_location((await room.history(bob)).messages[0].media.document)
    assert read == pushed
    take = f.upload.GetFile(location=pushed, offset=0, limit=1024)
    assert await carol.fails(take) == "400 CHANNEL_PRIVATE"
    await alice.calls(f.channels.EditBanned(
        channel=room.to(alice), participant=alice.sees(bob),
        banned_rights=t.ChatBannedRights(view_messages=True, until_date=0),
    ))  # fmt: skip
    assert await bob.fails(take) == "400 CHANNEL_PRIVATE"


async def test_a_file_is_sent_on_by_its_id(stage: Stage, alice: Person, bob: Person, shelf: FileStore) -> None:
    room = await hall(stage, alice, bob)
    await attaches(alice, room.peer(alice), b"a song " * 300)
    shown = bob.receives(t.UpdateNewChannelMessage).message.media.document
    named = t.InputMediaDocument(id=t.InputDocument(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
    ))  # fmt: skip
    await bob.calls(f.messages.SendMedia(peer=bob.sees(alice), media=named, message="", random_id=3))
    assert alice.receives(t.UpdateNewMessage).message.media.document.id == shown.id


async def test_each_kind_has_its_right(stage: Stage, alice: Person, bob: Person, shelf: FileStore) -> None:
    room = await hall(stage, alice, bob)
    rights = t.ChatBannedRights(send_photos=True, send_plain=True, until_date=0)
    await alice.calls(f.messages.EditChatDefaultBannedRights(peer=room.peer(alice), banned_rights=rights))
    write = f.messages.SendMessage(peer=room.peer(bob), message="words", random_id=1)
    assert await bob.fails(write) == "403 CHAT_SEND_PLAIN_FORBIDDEN"
    await attaches(bob, room.peer(bob), b"a document")
    photo = t.InputMediaUploadedPhoto(file=await upload(bob, 9, picture()))
    show = f.messages.SendMedia(peer=room.peer(bob), media=photo, message="", random_id=2)
    assert await bob.fails(show) == "403 CHAT_SEND_PHOTOS_FORBIDDEN"


async def test_an_album_stays_together(stage: Stage, alice: Person, bob: Person, shelf: FileStore) -> None:
    room = await hall(stage, alice, bob)
    items = [
        t.InputSingleMedia(
            media=t.InputMediaUploadedPhoto(file=await upload(alice, i, picture())), random_id=i, message=f"{i}"
        )
        for i in (1, 2)
    ]
    await alice.calls(f.messages.SendMultiMedia(peer=room.peer(alice), multi_media=items))
    heard = [bob.receives(t.UpdateNewChannelMessage).message for _ in items]
    assert [m.message for m in heard] == ["1", "2"] and len({m.grouped_id for m in heard}) == 1


@pytest.mark.parametrize("small", [False, True])
async def test_a_room_shows_a_picture(
    stage: Stage, alice: Person, bob: Person, carol: Person, shelf: FileStore, small: bool
) -> None:
    shown = t.InputChatUploadedPhoto(file=await upload(alice, 4, picture(800, 800)))
    if small:
        peer: t.TypeInputPeer = await group(alice, bob)
        await alice.calls(f.messages.EditChatPhoto(chat_id=peer.chat_id, photo=shown))  # type: ignore[union-attr]
        event = bob.receives(t.UpdateNewMessage).message.action
    else:
        room = await hall(stage, alice, bob)
        peer = room.peer(bob)
        kept = t.ChatBannedRights(change_info=True, until_date=0)
        await alice.calls(f.messages.EditChatDefaultBannedRights(peer=room.peer(alice), banned_rights=kept))
        assert await bob.fails(f.channels.EditPhoto(channel=room.to(bob), photo=shown)) == "400 CHAT_ADMIN_REQUIRED"
        await alice.calls(f.channels.EditPhoto(channel=room.to(alice), photo=shown))
        event = bob.receives(t.UpdateNewChannelMessage).message.action
    assert isinstance(event, t.MessageActionChatEditPhoto)
    chat = (await history(bob, peer)).chats[0]
    at = t.InputPeerPhotoFileLocation(peer=peer, photo_id=chat.photo.photo_id)
    assert await fetch(bob, at, 10)
    big = t.InputPhotoFileLocation(
        id=event.photo.id, access_hash=event.photo.access_hash, file_reference=event.photo.file_reference,
        thumb_size="c",
    )  # fmt: skip
    assert await fetch(bob, big, 10)
    if small:
        assert await carol.fails(f.upload.GetFile(location=at, offset=0, limit=1024)) == "400 PEER_ID_INVALID"


async def test_rights_that_end_in_mid_upload_end_the_sending(
    stage: Stage, alice: Person, bob: Person, shelf: FileStore
) -> None:
    news = await hall(stage, alice, bob, broadcast=True)
    promote = f.channels.EditAdmin(
        channel=news.to(alice), user_id=alice.knows(bob), admin_rights=t.ChatAdminRights(post_messages=True), rank=""
    )
    await alice.calls(promote)
    file = await upload(bob, 5, b"some words" * 1000)
    await alice.calls(promote.replace(admin_rights=t.ChatAdminRights()))
    media = t.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[])
    send = f.messages.SendMedia(peer=news.peer(bob), media=media, message="", random_id=9)
    assert await bob.fails(send) == "403 CHAT_WRITE_FORBIDDEN"
    await alice.calls(promote)
    await bob.calls(send)
    assert len((await news.history(alice)).messages) == 2
