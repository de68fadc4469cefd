"""Source: api/srp#password-recovery. An address is proven by a code sent there, and recovers a forgotten password."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.kit.stage import Person, Stage, raised
from tests.talk.test_password import padded, proof, returns, secret_of

from chappe.tl import functions as f
from chappe.tl import types as t

ADDRESS = "alice@example.org"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A server that sends mail."""
    async with raised(tmp_path, outlets=("mail",)) as made:
        yield made


async def settings(person: Person, password: str | None, email: str | None = None, old: str = "") -> Any:
    """A call that sets the password, its address, or both."""
    stated = await person.calls(f.account.GetPassword())
    given = proof(stated, old) if old else t.InputCheckPasswordEmpty()
    new = t.account.PasswordInputSettings(email=email)
    if password is not None:
        algo = stated.new_algo
        algo.salt1 += b"thirty-two bytes of the client's"
        new.new_algo, new.hint = algo, ""
        new.new_password_hash = padded(pow(algo.g, secret_of(algo, password), int.from_bytes(algo.p, "big")))
    return f.account.UpdatePasswordSettings(password=given, new_settings=new)


async def code(stage: Stage) -> str:
    """The code in the one letter that left, to the right address."""
    [(kind, address, text)] = await stage.letters()
    assert (kind, address) == ("mail", ADDRESS)
    found = re.search(r"\d{8}", text)
    assert found
    return found[0]


async def with_address(stage: Stage, person: Person, password: str = "looking-glass") -> None:
    """The person has a password with a proven address."""
    assert await person.fails(await settings(person, password, ADDRESS)) == "400 EMAIL_UNCONFIRMED_8"
    assert await person.calls(f.account.ConfirmPasswordEmail(code=await code(stage))) is True


async def test_a_password_holds_once_its_address_is_proven(stage: Stage, alice: Person) -> None:
    assert await alice.fails(await settings(alice, "looking-glass", ADDRESS)) == "400 EMAIL_UNCONFIRMED_8"
    stated = await alice.calls(f.account.GetPassword())
    assert (stated.has_password, stated.email_unconfirmed_pattern) == (False, "a***e@example.org")
    first = await code(stage)
    assert await alice.calls(f.account.ResendPasswordEmail()) is True
    second = await code(stage)
    for wrong, error in (("", "CODE_EMPTY"), (first, "CODE_INVALID")):
        assert await alice.fails(f.account.ConfirmPasswordEmail(code=wrong)) == f"400 {error}"
    assert await alice.calls(f.account.ConfirmPasswordEmail(code=second)) is True
    stated = await alice.calls(f.account.GetPassword())
    assert (stated.has_password, stated.has_recovery, stated.email_unconfirmed_pattern) == (True, True, None)
    settled = await alice.calls(f.account.GetPasswordSettings(password=proof(stated, "looking-glass")))
    assert settled.email == ADDRESS
    assert await alice.fails(f.account.ConfirmPasswordEmail(code=second)) == "400 EMAIL_HASH_EXPIRED"


async def test_a_proposal_is_taken_back(stage: Stage, alice: Person) -> None:
    await alice.fails(await settings(alice, "looking-glass", ADDRESS))
    sent = await code(stage)
    assert await alice.calls(f.account.CancelPasswordEmail()) is True
    assert await alice.fails(f.account.ConfirmPasswordEmail(code=sent)) == "400 EMAIL_HASH_EXPIRED"
    assert await alice.fails(f.account.ResendPasswordEmail()) == "400 EMAIL_HASH_EXPIRED"
    stated = await alice.calls(f.account.GetPassword())
    assert (stated.has_password, stated.email_unconfirmed_pattern) == (False, None)


async def test_a_forgotten_password_is_replaced(stage: Stage, alice: Person) -> None:
    await with_address(stage, alice)
    device = await returns(stage, alice)
    assert (await device.calls(f.account.GetPassword())).has_recovery
    told = await device.calls(f.auth.RequestPasswordRecovery())
    assert told.email_pattern == "a***e@example.org"
    sent = await code(stage)
    assert await device.fails(f.auth.CheckRecoveryPassword(code="1" * 8)) == "400 CODE_INVALID"
    assert await device.calls(f.auth.CheckRecoveryPassword(code=sent)) is True
    new = (await settings(alice, "jabberwocky", old="looking-glass")).new_settings
    answer = await device.calls(f.auth.RecoverPassword(code=sent, new_settings=new))
    assert answer.user.id == alice.id
    assert (await device.calls(f.updates.GetState())).pts > 1
    told_of = [str(getattr(u, "message", "")) for u in alice.hears()]
    assert any("password was replaced" in text for text in told_of)
    again = await returns(stage, alice)
    stated = await again.calls(f.account.GetPassword())
    assert (await again.calls(f.auth.CheckPassword(password=proof(stated, "jabberwocky")))).user.id == alice.id
    assert await again.fails(f.auth.RecoverPassword(code=sent)) == "400 PASSWORD_RECOVERY_EXPIRED"


async def test_without_a_new_one_there_is_none(stage: Stage, alice: Person) -> None:
    await with_address(stage, alice)
    device = await returns(stage, alice)
    await device.calls(f.auth.RequestPasswordRecovery())
    await device.calls(f.auth.RecoverPassword(code=await code(stage)))
    assert not (await alice.calls(f.account.GetPassword())).has_password


async def test_guesses_and_letters_are_few(stage: Stage, alice: Person) -> None:
    await with_address(stage, alice)
    device = await returns(stage, alice)
    for _ in range(9):
        await device.calls(f.auth.RequestPasswordRecovery())
        sent = await code(stage)
        wrong = f"{(int(sent) + 1) % 10**8:08}"
        for _ in range(5):
            assert await device.fails(f.auth.CheckRecoveryPassword(code=wrong)) == "400 CODE_INVALID"
        assert await device.fails(f.auth.RecoverPassword(code=sent)) == "400 PASSWORD_RECOVERY_EXPIRED"
    assert (await device.fails(f.auth.RequestPasswordRecovery())).startswith("420 FLOOD_WAIT_")
    stage.clock.moves(86_400)
    device = await returns(stage, alice)
    await device.calls(f.auth.RequestPasswordRecovery())
    sent = await code(stage)
    stage.clock.moves(3601)
    device = await returns(stage, alice)
    assert await device.fails(f.auth.CheckRecoveryPassword(code=sent)) == "400 PASSWORD_RECOVERY_EXPIRED"


async def test_who_may_not_recover(stage: Stage, alice: Person, bob: Person) -> None:
    assert await alice.fails(f.auth.RequestPasswordRecovery()) == "400 PASSWORD_EMPTY"
    await alice.calls(await settings(alice, "looking-glass"))
    assert await alice.fails(f.auth.RequestPasswordRecovery()) == "400 PASSWORD_RECOVERY_NA"
    stranger = await stage.device()
    recover = f.auth.RecoverPassword(code="1")
    for query in (f.auth.RequestPasswordRecovery(), f.auth.CheckRecoveryPassword(code="1"), recover):
        assert await stranger.fails(query) == "401 AUTH_KEY_UNREGISTERED"
    assert await alice.fails(await settings(alice, None, "no address", old="looking-glass")) == "400 EMAIL_INVALID"
    assert await bob.fails(await settings(bob, None, ADDRESS)) == "400 NEW_SETTINGS_INVALID"
    stage.services.outlets = ()
    assert await alice.fails(await settings(alice, None, ADDRESS, old="looking-glass")) == "400 EMAIL_NOT_ALLOWED"


async def test_an_address_stays_with_a_new_password_and_goes_when_told(stage: Stage, alice: Person) -> None:
    await with_address(stage, alice)
    assert await alice.calls(await settings(alice, "jabberwocky", old="looking-glass")) is True
    assert (await alice.calls(f.account.GetPassword())).has_recovery
    assert await alice.calls(await settings(alice, None, "", old="jabberwocky")) is True
    stated = await alice.calls(f.account.GetPassword())
    assert (stated.has_password, stated.has_recovery) == (True, False)
