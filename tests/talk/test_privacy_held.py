"""Source: api/privacy, api/block. What somebody hides stays hidden on every way there is to it."""

from pathlib import Path
from typing import Any

import pytest
from tests.kit.stage import Person, Stage
from tests.talk.test_files import upload

from chappe.domain import files
from chappe.domain.content import Photo, PhotoSize
from chappe.store import FileStore, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


def rule(key: str, *rules: object) -> f.account.SetPrivacy:
    return f.account.SetPrivacy(key=getattr(t, f"InputPrivacyKey{key}")(), rules=list(rules))


async def voice(person: Person, file_id: int) -> t.InputMediaUploadedDocument:
    """A voice note on its way."""
    said = t.DocumentAttributeAudio(voice=True, duration=1)
    file = await upload(person, file_id, b"OggS" + bytes(60))
    return t.InputMediaUploadedDocument(force_file=True, file=file, mime_type="audio/ogg", attributes=[said])


async def test_who_takes_no_voice_messages_gets_none(stage: Stage, alice: Person, bob: Person, tmp_path: Path) -> None:
    stage.services.blobs = FileStore(tmp_path, stage.clock)
    await alice.calls(rule("VoiceMessages", t.InputPrivacyValueDisallowAll()))
    spoken: dict[str, Any] = {"peer": bob.sees(alice), "message": ""}
    sends = f.messages.SendMedia(media=await voice(bob, 1), random_id=1, **spoken)
    assert await bob.fails(sends) == "400 VOICE_MESSAGES_FORBIDDEN"
    sent = await bob.calls(f.messages.SendMessage(peer=bob.sees(alice), message="then in writing", random_id=2))
    edits = f.messages.EditMessage(peer=bob.sees(alice), id=sent.id, media=await voice(bob, 2))
    assert await bob.fails(edits) == "400 VOICE_MESSAGES_FORBIDDEN"
    assert await bob.calls(
        f.messages.SendMedia(peer=t.InputPeerSelf(), media=await voice(bob, 3), message="", random_id=3)
    )


@pytest.fixture
async def face(stage: Stage, alice: Person) -> int:
    """Alice's profile photo."""

    def act(tx: Tx) -> int:
        photo = Photo(
            files.take_id(tx), tx.now, (PhotoSize("a", 1, 1, 1, bytes(32)), PhotoSize("c", 1, 1, 1, bytes(32)))
        )
        files.keep_photo(tx, alice.id, photo)
        files.set_profile_photo(tx, alice.id, photo)
        return photo.file_id

    return await stage.writes(act)


async def test_who_is_blocked_sees_neither_face_nor_presence(alice: Person, bob: Person, face: int) -> None:
    await alice.calls(f.account.UpdateStatus(offline=False))
    [seen] = await bob.calls(f.users.GetUsers(id=[bob.knows(alice)]))
    assert seen.photo.photo_id == face and isinstance(seen.status, t.UserStatusOnline)
    await alice.calls(f.contacts.Block(id=alice.sees(bob)))
    [seen] = await bob.calls(f.users.GetUsers(id=[bob.knows(alice)]))
    assert (seen.photo, seen.status) == (None, None)
    full = await bob.calls(f.users.GetFullUser(id=bob.knows(alice)))
    assert full.full_user.profile_photo is None
    none = await bob.calls(f.photos.GetUserPhotos(user_id=bob.knows(alice), offset=0, max_id=0, limit=10))
    assert none.photos == []


async def test_who_hides_from_one_person_sees_nothing_of_theirs(alice: Person, bob: Person, carol: Person) -> None:
    for person in (alice, carol):
        await person.says(bob, "hello")
        await person.calls(f.account.UpdateStatus(offline=False))
    from_alice = [t.InputPrivacyValueDisallowUsers(users=[bob.knows(alice)]), t.InputPrivacyValueAllowAll()]
    await bob.calls(rule("StatusTimestamp", *from_alice))
    bob.hears()
    hers, carols = await bob.calls(f.users.GetUsers(id=[bob.knows(alice), bob.knows(carol)]))
    assert (type(hers.status), type(carols.status)) == (t.UserStatusRecently, t.UserStatusOnline)
    for person in (alice, carol):
        await person.calls(f.account.UpdateStatus(offline=True))
    assert [update.user_id for update in bob.hears()] == [carol.id]


async def test_a_stranger_is_not_told_who_saved_the_number(alice: Person, bob: Person, carol: Person) -> None:
    await carol.says(alice, "hello")
    entry = t.InputPhoneContact(client_id=1, phone=alice.phone, first_name="Al", last_name="")
    for person in (bob, carol):
        alice.hears()
        await person.calls(f.contacts.ImportContacts(contacts=[entry]))
        heard = [update.user_id for update in alice.hears()]
        assert heard == ([] if person is bob else [carol.id])
        await person.calls(f.contacts.DeleteContacts(id=[person.knows(alice)]))
        assert [update.user_id for update in alice.hears()] == heard
