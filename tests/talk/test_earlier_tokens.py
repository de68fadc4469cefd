"""Source: api/auth#future-auth-tokens. Who signed out comes back without a new code, not without the password."""

from pathlib import Path

from tests.kit.stage import Device, Person, Stage, raised
from tests.talk.test_password import proof, sets

from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


def asks(person: Person, *tokens: bytes) -> f.auth.SendCode:
    """A code for the person's number, showing these tokens."""
    shown = t.CodeSettings(logout_tokens=list(tokens))
    return f.auth.SendCode(phone_number=person.phone, api_id=4, api_hash="stage", settings=shown)


async def leaves(person: Person) -> bytes:
    """Signed out; the token that was left."""
    answer = await person.calls(f.auth.LogOut())
    return bytes(answer.future_auth_token or b"")


async def test_a_token_stands_for_the_code_and_not_for_the_password(stage: Stage, alice: Person) -> None:
    await sets(alice, "looking-glass")
    token = await leaves(alice)
    assert len(token) == 32
    device: Device = await stage.device()
    assert await device.fails(asks(alice, b"something else", token)) == "401 SESSION_PASSWORD_NEEDED"
    stated = await device.calls(f.account.GetPassword())
    answer = await device.calls(f.auth.CheckPassword(password=proof(stated, "looking-glass")))
    assert answer.user.id == alice.id
    thief = await stage.device()
    assert isinstance(await thief.calls(asks(alice, token)), t.auth.SentCode), "it is good once"


async def test_without_a_password_none_is_left(stage: Stage, alice: Person) -> None:
    assert await leaves(alice) == b""


async def test_a_token_alone_opens_nothing_when_the_password_is_gone(stage: Stage, alice: Person) -> None:
    laptop = await alice.brings()
    await sets(alice, "looking-glass")
    token = await leaves(laptop)
    await sets(alice, "", old="looking-glass")
    assert isinstance(await (await stage.device()).calls(asks(alice, token)), t.auth.SentCode)


async def test_who_ends_all_other_sessions_ends_their_tokens(stage: Stage, alice: Person) -> None:
    laptop = await alice.brings()
    await sets(alice, "looking-glass")
    token = await leaves(laptop)
    await alice.calls(f.auth.ResetAuthorizations())
    assert isinstance(await (await stage.device()).calls(asks(alice, token)), t.auth.SentCode)


async def test_a_token_is_of_one_person_and_runs_out(stage: Stage, alice: Person, bob: Person) -> None:
    await sets(alice, "looking-glass")
    token = await leaves(alice)
    device = await stage.device()
    assert isinstance(await device.calls(asks(bob, token)), t.auth.SentCode)
    stage.clock.moves(91 * DAY_S)
    assert isinstance(await device.calls(asks(alice, token)), t.auth.SentCode)


async def test_a_device_that_was_ended_is_told_so_and_one_that_left_is_not(tmp_path: Path) -> None:
    """Source: api/errors#401-unauthorized"""
    async with raised(tmp_path) as stage:
        alice = await stage.person("alice")
        tablet, laptop = await alice.brings(), await alice.brings()
        await tablet.calls(f.auth.LogOut())
        await alice.calls(f.auth.ResetAuthorizations())
        told = {tablet: "401 AUTH_KEY_UNREGISTERED", laptop: "401 SESSION_REVOKED"}
        for device, error in told.items():
            assert await device.fails(f.updates.GetState()) == error
    async with raised(tmp_path, after=stage) as again:
        for device, error in told.items():
            device.stage = again
            assert await device.fails(f.updates.GetState()) == error
        bob = await again.signs_in("bob", "9996620002", device=laptop)
        assert (await bob.calls(f.updates.GetState())).pts > 0
        await bob.calls(f.auth.LogOut())
        assert await laptop.fails(f.updates.GetState()) == "401 AUTH_KEY_UNREGISTERED"
