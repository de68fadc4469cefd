"""Source: method/account.deleteAccount, method/account.changePhone. A new number, and the end of an account."""

from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t

NEW = "9996637777"


async def test_a_new_number_and_the_old_one_is_free(stage: Stage, alice: Person, bob: Person) -> None:
    await bob.says(alice, "hello")
    settings = t.CodeSettings()
    taken = f.account.SendChangePhoneCode(phone_number=bob.phone, settings=settings)
    assert await alice.fails(taken) == "400 PHONE_NUMBER_OCCUPIED"
    sent = await alice.calls(f.account.SendChangePhoneCode(phone_number=NEW, settings=settings))
    proof = {"phone_number": NEW, "phone_code_hash": sent.phone_code_hash}
    assert await alice.fails(f.account.ChangePhone(**proof, phone_code="11111")) == "400 PHONE_CODE_INVALID"
    assert await alice.fails(f.auth.SignIn(**proof, phone_code="33333")) == "400 PHONE_CODE_EXPIRED"
    assert (await alice.calls(f.account.ChangePhone(**proof, phone_code="33333"))).phone == NEW
    carol = await stage.signs_in("carol", alice.phone)
    assert carol.id != alice.id
    assert (await stage.signs_in("alice", NEW)).id == alice.id


async def test_how_long_an_account_lives(alice: Person) -> None:
    assert (await alice.calls(f.account.GetAccountTTL())).days == 548
    assert await alice.calls(f.account.SetAccountTTL(ttl=t.AccountDaysTTL(days=180))) is True
    assert (await alice.calls(f.account.GetAccountTTL())).days == 180
    for days in (0, 29, 731):
        assert await alice.fails(f.account.SetAccountTTL(ttl=t.AccountDaysTTL(days=days))) == "400 TTL_DAYS_INVALID"
    assert await alice.calls(f.account.SetAuthorizationTTL(authorization_ttl_days=30)) is True
    assert (await alice.calls(f.account.GetAuthorizations())).authorization_ttl_days == 30


async def test_a_deleted_account_is_a_grave(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.calls(f.account.UpdateUsername(username="wonderland"))
    await bob.says(alice, "hello")
    await alice.says(bob, "hello yourself")
    bob.hears()
    laptop = await alice.brings()
    assert await alice.calls(f.account.DeleteAccount(reason="enough")) is True
    assert bob.receives(t.UpdateUser).user_id == alice.id
    for device in (alice, laptop):
        assert await device.fails(f.updates.GetState()) == "401 USER_DEACTIVATED"
    [grave] = await bob.calls(f.users.GetUsers(id=[bob.knows(alice)]))
    assert (grave.deleted, grave.first_name, grave.phone, grave.username) == (True, None, None, None)
    refused = f.messages.SendMessage(peer=bob.sees(alice), message="still there?", random_id=1)
    assert "INPUT_USER_DEACTIVATED" in await bob.fails(refused)
    history = await bob.calls(f.messages.GetHistory(
        peer=bob.sees(alice), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    assert [m.message for m in history.messages] == ["hello yourself", "hello"]
    assert (await bob.calls(f.account.UpdateUsername(username="wonderland"))).username == "wonderland"
    assert (await stage.signs_in("alice", alice.phone)).id != alice.id
