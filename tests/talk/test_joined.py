"""Source: constructor/messageActionContactSignUp. Somebody whose number was kept joins."""

from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t

PHONE = "9996641234"


async def keeps(person: Person) -> None:
    contact = t.InputPhoneContact(client_id=1, phone=PHONE, first_name="My", last_name="Carol")
    await person.calls(f.contacts.ImportContacts(contacts=[contact]))
    person.hears()


async def test_who_kept_the_number_has_a_contact_and_hears_of_it(stage: Stage, alice: Person, bob: Person) -> None:
    await keeps(alice)
    carol = await stage.signs_in("carol", PHONE)
    message = alice.receives(t.UpdateNewMessage).message
    assert (message.peer_id, message.from_id) == (t.PeerUser(user_id=carol.id), t.PeerUser(user_id=carol.id))
    assert isinstance(message.action, t.MessageActionContactSignUp) and not message.out
    [seen] = await alice.calls(f.users.GetUsers(id=[alice.knows(carol)]))
    assert (seen.first_name, seen.last_name, seen.contact, seen.phone) == ("My", "Carol", True, PHONE)
    assert bob.hears() == []
    assert carol.hears() == []


async def test_a_newcomer_may_come_unannounced(stage: Stage, alice: Person) -> None:
    await keeps(alice)
    device = await stage.device()
    sent = await device.calls(
        f.auth.SendCode(phone_number=PHONE, api_id=4, api_hash="stage", settings=t.CodeSettings())
    )
    proof = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
    await device.calls(f.auth.SignIn(**proof, phone_code="44444"))
    await device.calls(f.auth.SignUp(**proof, first_name="Carol", last_name="", no_joined_notifications=True))
    assert [type(news) for news in alice.hears()] == [t.UpdateUser]


async def test_newcomers_come_quietly_to_who_wants_it_so(stage: Stage, alice: Person) -> None:
    await alice.calls(f.account.SetContactSignUpNotification(silent=True))
    await keeps(alice)
    await stage.signs_in("carol", PHONE)
    assert alice.receives(t.UpdateNewMessage).message.silent
