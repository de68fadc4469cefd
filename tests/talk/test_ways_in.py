"""Source: api/auth#session-management. A thief who stays changes the ways in: all devices hear of it, new ones wait."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.stage import Person, Stage, raised
from tests.talk.test_password import proof, sets

from chappe.rpc.context import Limits
from chappe.tl import functions as f
from chappe.tl import types as t

NEW = "9996637777"
SETTINGS = t.CodeSettings()


def said(person: Person) -> str:
    """What the server says in its chat."""
    return " ".join(str(getattr(one, "message", "")) for one in person.hears())


async def moves(person: Person, number: str) -> None:
    """The person's number is another."""
    sent = await person.calls(f.account.SendChangePhoneCode(phone_number=number, settings=SETTINGS))
    proof = {"phone_number": number, "phone_code_hash": sent.phone_code_hash}
    await person.calls(f.account.ChangePhone(**proof, phone_code=number[5] * 5))


@pytest.mark.slow
async def test_other_devices_hear_of_a_password_and_a_number(stage: Stage, alice: Person) -> None:
    await sets(alice, "alone")
    assert "second password" not in said(alice), "there is nobody else to tell"
    await sets(alice, "", old="alone")
    thief = await alice.brings()
    thief.ip = "203.0.113.7"
    alice.hears()
    await sets(thief, "looking-glass")
    told = said(alice)
    assert "second password was set" in told and "203.0.113.7" in told
    await sets(thief, "jabberwocky", old="looking-glass")
    assert "second password of your account was changed" in said(alice)
    await sets(thief, "", old="jabberwocky")
    assert "second password of your account was removed" in said(alice)
    await moves(thief, NEW)
    assert "number of your account was changed" in said(alice)


async def test_the_former_address_hears_of_a_new_one(tmp_path: Path) -> None:
    async with raised(tmp_path, outlets=("mail",)) as stage:
        alice = await stage.person("alice")
        await alice.brings()
        purpose = t.EmailVerifyPurposeLoginChange()
        for email, told in (("old@example.org", []), ("new@example.org", ["old@example.org"])):
            await alice.calls(f.account.SendVerifyEmailCode(purpose=purpose, email=email))
            ((_, _, letter),) = await stage.letters()
            code = t.EmailVerificationCode(code="".join(filter(str.isdecimal, letter))[:5])
            alice.hears()
            await alice.calls(f.account.VerifyEmail(purpose=purpose, verification=code))
            assert "address to which login codes" in said(alice)
            assert [address for _, address, _ in await stage.letters()] == told


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncIterator[Stage]:
    """A server whose limits hold."""
    async with raised(tmp_path, Limits(test_mode=True, test_limits=True)) as made:
        yield made


async def test_a_new_device_beside_others_takes_no_account_away(limited: Stage) -> None:
    alice = await limited.person("alice")
    limited.clock.moves(7 * 86_400)
    thief = await alice.brings()
    assert await thief.fails(f.account.DeleteAccount(reason="")) == "420 2FA_CONFIRM_WAIT_86400"
    asks = f.account.SendChangePhoneCode(phone_number=NEW, settings=SETTINGS)
    assert await thief.fails(asks) == "406 FRESH_CHANGE_PHONE_FORBIDDEN"
    await moves(alice, NEW)
    limited.clock.moves(86_400)
    assert await thief.calls(f.account.DeleteAccount(reason="")) is True


@pytest.mark.slow
async def test_who_is_alone_or_knows_the_password_goes_at_once(limited: Stage) -> None:
    bob = await limited.person("bob")
    assert await bob.calls(f.account.DeleteAccount(reason="")) is True
    alice = await limited.person("alice")
    laptop = await alice.brings()
    await sets(laptop, "looking-glass")
    given = proof(await laptop.calls(f.account.GetPassword()), "looking-glass")
    assert await laptop.calls(f.account.DeleteAccount(reason="", password=given)) is True
