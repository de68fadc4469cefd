"""Source: dsa/17(1). A profile photo that a decision removes is shown nowhere; undoing puts it back where it was."""

from tests.kit.moderation import decide
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage
from tests.talk.test_files import picture, shelf, upload
from tests.talk.test_removals import moderator, undoes

from chappe.domain.access import Moderator
from chappe.domain.rulings import Item
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator", "shelf"]


async def photo_of(viewer: Person, person: Person) -> int:
    """The photo that the viewer sees, 0 for none."""
    shown = (await viewer.calls(f.users.GetUsers(id=[viewer.knows(person)])))[0].photo
    return shown.photo_id if shown is not None else 0


async def test_a_persons_photo(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator, shelf: FileStore
) -> None:
    await alice.says(bob, "hello")
    old = (await alice.calls(f.photos.UploadProfilePhoto(file=await upload(alice, 50, picture(700, 700))))).photo.id
    stage.clock.moves(10)
    new = (await alice.calls(f.photos.UploadProfilePhoto(file=await upload(alice, 51, picture(600, 700))))).photo.id
    bob.hears()
    where = t.InputPeerPhotoFileLocation(peer=bob.sees(alice), photo_id=new, big=True)
    take = f.upload.GetFile(location=where, offset=0, limit=4096)
    await bob.calls(take)
    item = Item("profile_photo", alice.id, extra=str(new))
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    assert bob.receives(t.UpdateUser).user_id == alice.id
    assert await photo_of(bob, alice) == old
    assert await bob.fails(take) == "400 LOCATION_INVALID"
    listed = await bob.calls(f.photos.GetUserPhotos(user_id=bob.knows(alice), offset=0, max_id=0, limit=9))
    assert [photo.id for photo in listed.photos] == [old]
    assert (await undoes(stage, moderator, decision)).conflicts == ()
    assert await photo_of(bob, alice) == new
    await bob.calls(take)
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    await alice.calls(f.photos.UploadProfilePhoto(file=await upload(alice, 52, picture(500, 700))))
    await undoes(stage, moderator, decision)
    listed = await bob.calls(f.photos.GetUserPhotos(user_id=bob.knows(alice), offset=0, max_id=0, limit=9))
    assert len(listed.photos) == 3


async def test_a_rooms_photo(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator, shelf: FileStore
) -> None:
    room = await hall(stage, alice, bob)

    async def dresses(number: int) -> int:
        chosen = t.InputChatUploadedPhoto(file=await upload(alice, number, picture(700, 600 + number)))
        await alice.calls(f.channels.EditPhoto(channel=room.to(alice), photo=chosen))
        return await shown()

    async def shown() -> int:
        chat = (await bob.calls(f.channels.GetChannels(id=[room.to(bob)]))).chats[0]
        return getattr(chat.photo, "photo_id", 0)

    first = await dresses(50)
    item = Item("profile_photo", room.marked, extra=str(first))
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    assert await shown() == 0
    await undoes(stage, moderator, decision)
    assert await shown() == first
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    second = await dresses(51)
    undone = await undoes(stage, moderator, decision)
    assert [clash.what for clash in undone.conflicts] == ["changed"] and await shown() == second
