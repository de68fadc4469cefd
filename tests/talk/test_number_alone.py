"""Source: api/srp. Who reads every code sent to a number, by order or by theft, opens no protected account.

Every way in is tried with the number and its codes alone; the person's devices hear of it.
"""

from typing import Any

import pytest
from tests.kit.entries import entries
from tests.kit.stage import Device, Person, Stage
from tests.talk.test_password import padded, proof, returns, sets

from chappe.domain import passwords
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.fixture
async def alice(stage: Stage) -> Person:
    person = await stage.person("alice")
    await sets(person, "looking-glass")
    person.hears()
    return person


async def test_the_code_alone_opens_no_door(stage: Stage, alice: Person) -> None:
    thief = await returns(stage, alice)
    empty = t.InputCheckPasswordEmpty()
    none = t.account.PasswordInputSettings(new_algo=t.PasswordKdfAlgoUnknown(), new_password_hash=b"", hint="")
    wanted: list[tuple[Any, str]] = [
        (f.auth.CheckPassword(password=empty), "400 PASSWORD_HASH_INVALID"),
        (f.auth.RequestPasswordRecovery(), "400 PASSWORD_RECOVERY_NA"),
        (f.auth.RecoverPassword(code="11111"), "400"),
        (f.auth.SignUp(phone_number=alice.phone, phone_code_hash="x", first_name="Alice", last_name=""), "400"),
        (f.auth.ImportAuthorization(id=alice.id, bytes=bytes(32)), "400"),
        (f.account.DeleteAccount(reason="", password=empty), "401"),
        (f.account.DeleteAccount(reason=""), "401"),
        (f.account.ResetPassword(), "401"),
        (f.account.DeclinePasswordReset(), "401"),
        (f.account.UpdatePasswordSettings(password=empty, new_settings=none), "401"),
        (f.updates.GetState(), "401"),
        (f.updates.GetDifference(pts=1, date=0, qts=0), "401"),
        (f.contacts.GetContacts(hash=0), "401"),
    ]
    for query, error in wanted:
        assert (await thief.fails(query)).startswith(error), query
    shown = await thief.calls(f.auth.ExportLoginToken(api_id=4, api_hash="x", except_ids=[]))
    assert isinstance(shown, t.auth.LoginToken)
    assert len((await alice.calls(f.account.GetAuthorizations())).authorizations) == 1


async def test_nor_does_it_when_the_account_is_deleted_meanwhile(stage: Stage, alice: Person, bob: Person) -> None:
    await bob.says(alice, "for you alone")
    thief = await returns(stage, alice)
    stated = await alice.calls(f.account.GetPassword())
    await alice.calls(f.account.DeleteAccount(reason="", password=proof(stated, "looking-glass")))
    asked = f.auth.CheckPassword(password=t.InputCheckPasswordEmpty())
    assert await thief.fails(asked) == "401 USER_DEACTIVATED"
    assert await thief.fails(f.updates.GetState()) == "401 AUTH_KEY_UNREGISTERED"


async def test_the_devices_hear_that_somebody_has_the_code(stage: Stage, alice: Person) -> None:
    await returns(stage, alice)
    said = alice.receives(t.UpdateNewMessage).message.message
    assert "login code" in said
    assert "not your password" in said
    stage.clock.moves(60)
    await returns(stage, alice)
    assert not any("not your password" in str(one) for one in alice.hears())
    stage.clock.moves(3600)
    await returns(stage, alice)
    assert any("not your password" in str(one) for one in alice.hears())


async def test_strangers_who_guess_do_not_lock_the_owner_out(stage: Stage, alice: Person) -> None:
    for _ in range(10):
        await guesses(await returns(stage, alice), "400 PASSWORD_HASH_INVALID")
    await guesses(await returns(stage, alice), "420 FLOOD_WAIT_3600")
    written = await stage.reads(entries("guesses_halted"))
    assert written == [("guesses_halted", "server", f"user:{alice.id}")], "once, however often one knocks"
    stated = await alice.calls(f.account.GetPassword())
    settings = await alice.calls(f.account.GetPasswordSettings(password=proof(stated, "looking-glass")))
    assert settings == t.account.PasswordSettings()


async def test_many_keys_guess_no_more_than_one(stage: Stage, alice: Person) -> None:
    for hour in range(3):
        for number in range(10):
            device = await returns(stage, alice)
            device.ip = f"198.51.100.{hour * 10 + number}"
            await guesses(device, "400 PASSWORD_HASH_INVALID")
        stage.clock.moves(3601)
    device = await returns(stage, alice)
    assert (await fails(device)).startswith("420 FLOOD_WAIT_")
    stage.clock.moves(86_400)
    device = await returns(stage, alice)
    stated = await device.calls(f.account.GetPassword())
    await device.calls(f.auth.CheckPassword(password=proof(stated, "looking-glass")))


async def test_one_network_guesses_at_few_accounts(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WRONG_FROM_ONE", passwords.Rate(4, 86_400))
    people = await stage.people("alice", "bob", "carol")
    for person in people:
        await sets(person, "looking-glass")
    devices = [await returns(stage, person) for person in people]
    right = await devices[2].calls(f.account.GetPassword())
    await devices[2].calls(f.auth.CheckPassword(password=proof(right, "looking-glass")))
    for number in range(4):
        await guesses(devices[number % 2], "400 PASSWORD_HASH_INVALID")
    assert (await fails(devices[0])).startswith("420 FLOOD_WAIT_")
    devices[0].ip = "203.0.113.9"
    await guesses(devices[0], "400 PASSWORD_HASH_INVALID")


async def test_every_byte_of_the_proof_counts(stage: Stage, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is compared is compared as a whole, by a function whose time does not tell where it differs."""
    compared: list[tuple[bytes, bytes]] = []
    real = passwords.compare_digest

    def compare(made: bytes, given: bytes) -> bool:
        compared.append((made, given))
        return real(made, given)

    monkeypatch.setattr(passwords, "compare_digest", compare)
    assert real.__module__ in ("hmac", "_operator", "_hashlib")
    password = await stage.reads(lambda rx: passwords.of_user(rx, stage.wrapper, alice.id))
    assert password is not None
    challenge = passwords.open_challenge(password, stage.entropy)
    stated = t.account.Password(
        new_algo=t.PasswordKdfAlgoUnknown(), new_secure_algo=t.SecurePasswordKdfAlgoUnknown(), secure_random=b"",
        srp_B=challenge.public, srp_id=1, current_algo=(await alice.calls(f.account.GetPassword())).current_algo,
    )  # fmt: skip
    given = proof(stated, "looking-glass")
    assert passwords.proves(password, challenge.secret, passwords.Answer(1, given.A, given.M1))
    for place in range(32):
        wrong = bytes(byte ^ (0x80 if at == place else 0) for at, byte in enumerate(given.M1))
        assert not passwords.proves(password, challenge.secret, passwords.Answer(1, given.A, wrong))
    for cut in (b"", given.M1[:31], given.M1 + b"\0", bytes(32)):
        assert not passwords.proves(password, challenge.secret, passwords.Answer(1, given.A, cut))
    assert len(compared) == 37
    assert {len(made) for made, _ in compared} == {32}


async def guesses(device: Device, error: str) -> None:
    assert await fails(device) == error


async def fails(device: Device) -> str:
    """The answer to a guess that cannot be right."""
    stated = await device.calls(f.account.GetPassword())
    forged = t.InputCheckPasswordSRP(srp_id=stated.srp_id, A=padded(4), M1=bytes(32))
    return await device.fails(f.auth.CheckPassword(password=forged))
