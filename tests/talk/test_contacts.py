"""Source: api/contacts. People are saved, found by number, name or username, and forgotten again."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


def entry(client_id: int, phone: str, first: str, last: str = "") -> t.InputPhoneContact:
    return t.InputPhoneContact(client_id=client_id, phone=phone, first_name=first, last_name=last)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_numbers_are_imported(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    unknown = "9996630000"
    got = await alice.calls(
        f.contacts.ImportContacts(contacts=[entry(7, "+" + bob.phone, "Bobby", "B"), entry(8, unknown, "Carol")])
    )
    assert [(i.user_id, i.client_id) for i in got.imported] == [(bob.id, 7)]
    assert (got.users[0].first_name, got.users[0].contact, got.users[0].phone) == ("Bobby", True, bob.phone)
    listed = await alice.calls(f.contacts.GetContacts(hash=0))
    assert [(c.user_id, c.mutual) for c in listed.contacts] == [(bob.id, False)]
    assert [s.phone for s in await alice.calls(f.contacts.GetSaved())] == [unknown]


async def test_whoever_joins_becomes_a_contact(stage: Stage, alice: Person) -> None:
    phone = "9996644444"
    await alice.calls(f.contacts.ImportContacts(contacts=[entry(1, phone, "Carol")]))
    carol = await stage.signs_in("carol", phone)
    listed = await alice.calls(f.contacts.GetContacts(hash=0))
    assert [c.user_id for c in listed.contacts] == [carol.id]
    assert await alice.calls(f.contacts.GetSaved()) == []


async def test_a_contact_added_by_hand_may_see_the_number(alice: Person, bob: Person) -> None:
    before = await bob.calls(f.users.GetUsers(id=[bob.knows(alice)]))
    assert before[0].phone is None
    add = f.contacts.AddContact(
        id=alice.knows(bob), first_name="Bob", last_name="", phone="", add_phone_privacy_exception=True
    )
    await alice.calls(add)
    assert bob.receives(t.UpdateUser).user_id == alice.id
    assert (await bob.calls(f.users.GetUsers(id=[bob.knows(alice)])))[0].phone == alice.phone
    assert await alice.fails(add.replace(first_name=" ")) == "400 CONTACT_NAME_EMPTY"
    assert await alice.fails(add.replace(id=t.InputUserSelf())) == "400 CONTACT_ID_INVALID"


async def test_contacts_are_mutual_when_both_saved(alice: Person, bob: Person) -> None:
    await alice.calls(f.contacts.ImportContacts(contacts=[entry(1, bob.phone, "Bob")]))
    await bob.calls(f.contacts.ImportContacts(contacts=[entry(1, alice.phone, "Alice")]))
    listed = await alice.calls(f.contacts.GetContacts(hash=0))
    assert listed.contacts[0].mutual and listed.users[0].mutual_contact
    gone = await alice.calls(f.contacts.DeleteContacts(id=[alice.knows(bob)]))
    assert gone.users[0].contact is False
    assert (await bob.calls(f.contacts.GetContacts(hash=0))).contacts[0].mutual is False
    assert await bob.calls(f.contacts.DeleteByPhones(phones=[alice.phone])) is True
    assert (await bob.calls(f.contacts.GetContacts(hash=0))).contacts == []


async def test_a_hidden_number_finds_nobody(alice: Person, bob: Person, carol: Person) -> None:
    contacts_only = [t.InputPrivacyValueAllowContacts()]
    await bob.calls(f.account.SetPrivacy(key=t.InputPrivacyKeyAddedByPhone(), rules=contacts_only))
    assert await alice.fails(f.contacts.ResolvePhone(phone=bob.phone)) == "400 PHONE_NOT_OCCUPIED"
    assert await alice.fails(f.contacts.ResolvePhone(phone="9996699999")) == "400 PHONE_NOT_OCCUPIED"
    await bob.calls(f.contacts.ImportContacts(contacts=[entry(1, carol.phone, "Carol")]))
    assert (await carol.calls(f.contacts.ResolvePhone(phone=bob.phone))).peer.user_id == bob.id


async def test_names_are_found(alice: Person, bob: Person, carol: Person) -> None:
    await carol.calls(f.account.UpdateUsername(username="Wonder_Carol"))
    found = await alice.calls(f.contacts.ResolveUsername(username="wonder_carol"))
    assert found.peer.user_id == carol.id and found.users[0].username == "Wonder_Carol"
    assert await alice.fails(f.contacts.ResolveUsername(username="nobody_here")) == "400 USERNAME_NOT_OCCUPIED"
    assert await alice.fails(f.contacts.ResolveUsername(username="no body")) == "400 USERNAME_INVALID"
    await alice.calls(f.contacts.ImportContacts(contacts=[entry(1, bob.phone, "Robert", "Bobson")]))
    by_name = await alice.calls(f.contacts.Search(q="bobs", limit=10))
    assert [p.user_id for p in by_name.my_results] == [bob.id] and by_name.results == []
    by_username = await alice.calls(f.contacts.Search(q="wonder", limit=10))
    assert [p.user_id for p in by_username.results] == [carol.id]
    assert await alice.fails(f.contacts.Search(q=" ", limit=10)) == "400 SEARCH_QUERY_EMPTY"


async def test_a_blocked_person_cannot_write(alice: Person, bob: Person) -> None:
    assert await alice.calls(f.contacts.Block(id=alice.sees(bob))) is True
    write = f.messages.SendMessage(peer=bob.sees(alice), message="hi", random_id=1)
    assert await bob.fails(write) == "400 USER_IS_BLOCKED"
    back = f.messages.SendMessage(peer=alice.sees(bob), message="hi", random_id=1)
    assert await alice.fails(back) == "400 YOU_BLOCKED_USER"
    listed = await alice.calls(f.contacts.GetBlocked(offset=0, limit=10))
    assert [b.peer_id.user_id for b in listed.blocked] == [bob.id]
    await alice.calls(f.contacts.SetBlocked(id=[], limit=10))
    await bob.calls(write)
    assert alice.receives(t.UpdateNewMessage).message.message == "hi"


async def test_another_device_hears_of_a_block(alice: Person, bob: Person) -> None:
    phone = await alice.brings()
    phone.hears()
    await alice.calls(f.contacts.Block(id=alice.sees(bob)))
    update = phone.receives(t.UpdatePeerBlocked)
    assert update.blocked and update.peer_id.user_id == bob.id


async def test_a_block_list_is_never_cut_short(alice: Person, bob: Person) -> None:
    await alice.calls(f.contacts.Block(id=alice.sees(bob)))
    long = f.contacts.SetBlocked(id=[alice.sees(bob)] * 101, limit=101)
    assert await alice.fails(long) == "400 LIMIT_INVALID"
    assert len((await alice.calls(f.contacts.GetBlocked(offset=0, limit=10))).blocked) == 1


async def test_nobody_asks_for_every_number_there_is(stage: Stage, alice: Person, bob: Person) -> None:
    stage.services.limits = type(stage.services.limits)(test_mode=True, test_limits=True, contacts=300)
    asked = [entry(n, f"9996655{n:05}", "Somebody") for n in range(500)]
    first = await alice.calls(f.contacts.ImportContacts(contacts=asked))
    assert len(first.retry_contacts) == 200, "no more numbers are kept than contacts"
    for _ in range(19):
        await alice.calls(f.contacts.ImportContacts(contacts=asked))
    assert (await alice.fails(f.contacts.ImportContacts(contacts=asked[:1]))).startswith("420 FLOOD_WAIT_")
    changed = f.account.SendChangePhoneCode(phone_number=bob.phone, settings=t.CodeSettings())
    saved = f.contacts.AddContact(id=alice.knows(bob), first_name="Bob", last_name="", phone=bob.phone)
    stage.clock.moves(120)  # she has not called too fast any more, only asked too often
    for other_way in (f.contacts.ResolvePhone(phone=bob.phone), changed, saved):
        assert int((await alice.fails(other_way)).removeprefix("420 FLOOD_WAIT_")) > 1000, other_way
    assert await alice.tries(saved.replace(phone="")) is None
    assert await bob.calls(f.contacts.ResolvePhone(phone=alice.phone))
