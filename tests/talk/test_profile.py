"""Source: method/account.updateProfile, method/account.updateUsername. What somebody says of themselves."""

import pytest
from tests.kit.stage import Person

from chappe.tl import functions as f
from chappe.tl import types as t


async def test_a_new_name_reaches_who_knows_the_person(alice: Person, bob: Person, carol: Person) -> None:
    await bob.says(alice, "hello")
    phone = await alice.brings()
    alice.hears()
    me = await alice.calls(f.account.UpdateProfile(first_name=" Alicia ", about="in wonderland"))
    assert (me.first_name, me.last_name) == ("Alicia", None)
    for other in (phone, bob):
        assert other.receives(t.UpdateUserName).first_name == "Alicia"
    assert carol.hears() == []
    assert alice.hears() == []
    full = await bob.calls(f.users.GetFullUser(id=bob.knows(alice)))
    assert (full.users[0].first_name, full.full_user.about) == ("Alicia", "in wonderland")
    await alice.calls(f.account.UpdateProfile(last_name="Liddell"))
    full = await alice.calls(f.users.GetFullUser(id=t.InputUserSelf()))
    assert (full.users[0].last_name, full.full_user.about) == ("Liddell", "in wonderland")


@pytest.mark.parametrize(("facts", "error"), [
    ({"first_name": ""}, "FIRSTNAME_INVALID"), ({"last_name": "x" * 65}, "LASTNAME_INVALID"),
    ({"about": "x" * 71}, "ABOUT_TOO_LONG"),
])  # fmt: skip
async def test_a_profile_has_limits(alice: Person, facts: dict[str, str], error: str) -> None:
    assert await alice.fails(f.account.UpdateProfile(**facts)) == f"400 {error}"


async def test_a_username_is_one_persons(alice: Person, bob: Person) -> None:
    assert await alice.calls(f.account.CheckUsername(username="Wonder_land")) is True
    assert (await alice.calls(f.account.UpdateUsername(username="Wonder_land"))).username == "Wonder_land"
    assert await bob.calls(f.account.CheckUsername(username="wonder_LAND")) is False
    assert await bob.fails(f.account.UpdateUsername(username="WONDER_land")) == "400 USERNAME_OCCUPIED"
    assert await alice.fails(f.account.UpdateUsername(username="Wonder_land")) == "400 USERNAME_NOT_MODIFIED"
    assert (await alice.calls(f.account.UpdateUsername(username="wonder_land"))).username == "wonder_land"
    assert (await alice.calls(f.account.UpdateUsername(username=""))).username is None
    assert (await bob.calls(f.account.UpdateUsername(username="wonder_land"))).username == "wonder_land"


@pytest.mark.parametrize("username", ["abcd", "1alice", "_alice", "alice_", "al__ice", "élise", "a" * 33, "Sup_Port"])
async def test_not_everything_is_a_username(alice: Person, username: str) -> None:
    assert await alice.fails(f.account.CheckUsername(username=username)) == "400 USERNAME_INVALID"
    assert await alice.fails(f.account.UpdateUsername(username=username)) == "400 USERNAME_INVALID"


async def test_a_birthday_is_for_contacts(alice: Person, bob: Person) -> None:
    assert await alice.calls(f.account.UpdateBirthday(birthday=t.Birthday(day=29, month=2, year=2000)))
    own = await alice.calls(f.users.GetFullUser(id=t.InputUserSelf()))
    assert own.full_user.birthday == t.Birthday(day=29, month=2, year=2000)
    assert (await bob.calls(f.users.GetFullUser(id=bob.knows(alice)))).full_user.birthday is None
    for day, month, year in ((30, 2, None), (29, 2, 2001), (1, 13, None), (32, 1, None)):
        wrong = f.account.UpdateBirthday(birthday=t.Birthday(day=day, month=month, year=year))
        assert await alice.fails(wrong) == "400 BIRTHDAY_INVALID"
    await alice.calls(f.account.UpdateBirthday())
    assert (await alice.calls(f.users.GetFullUser(id=t.InputUserSelf()))).full_user.birthday is None


async def test_people_are_named_with_the_right_hash_alone(alice: Person, bob: Person, carol: Person) -> None:
    asked = [t.InputUserSelf(), alice.knows(bob), carol.knows(bob), t.InputUser(user_id=5, access_hash=5)]
    me, known, foreign, nobody = await alice.calls(f.users.GetUsers(id=asked))
    assert (me.id, me.self, known.first_name) == (alice.id, True, "Bob")
    assert (foreign, nobody) == (t.UserEmpty(id=bob.id), t.UserEmpty(id=5))
    assert await alice.fails(f.users.GetFullUser(id=carol.knows(bob))) == "400 USER_ID_INVALID"


async def test_the_groups_both_are_in_are_counted_and_listed(alice: Person, bob: Person, carol: Person) -> None:
    def full(one: Person) -> f.users.GetFullUser:
        return f.users.GetFullUser(id=alice.knows(one))

    made = await alice.calls(f.messages.CreateChat(users=[alice.knows(bob)], title="Circle"))
    counts = [(await alice.calls(full(one))).full_user.common_chats_count for one in (bob, carol, alice)]
    assert counts == [1, 0, 0]
    both = await alice.calls(f.messages.GetCommonChats(user_id=alice.knows(bob), max_id=0, limit=10))
    assert [one.id for one in both.chats] == [made.updates.chats[0].id]


async def test_a_photo_for_those_who_may_see_none_does_not_replace_the_own_one(alice: Person) -> None:
    sent = t.InputFile(id=1, parts=1, name="", md5_checksum="")
    for call in (
        f.photos.UploadProfilePhoto(fallback=True, file=sent),
        f.photos.UpdateProfilePhoto(fallback=True, id=t.InputPhotoEmpty()),
    ):
        assert await alice.fails(call) == "400 PHOTO_INVALID"
