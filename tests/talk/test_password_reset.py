"""Source: api/srp#password-reset. A forgotten password goes a week after a device asked, unless somebody declines."""

from pathlib import Path
from typing import Any

import pytest
from tests.kit.entries import entries
from tests.kit.stage import Device, Person, Stage, raised
from tests.talk.test_password import padded, proof, returns, secret_of

from chappe.domain import accounts, passwords
from chappe.domain.passwords import Password
from chappe.tl import functions as f
from chappe.tl import types as t

DAY, WEEK = 86_400, 7 * 86_400
ASK, DECLINE, STATE = f.account.ResetPassword(), f.account.DeclinePasswordReset(), f.account.GetPassword()
WORD = "looking-glass"
ALGO = t.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
    salt1=b"s" * 40, salt2=b"t" * 16, g=passwords.G, p=passwords.P_BYTES
)
VERIFIER = padded(pow(passwords.G, secret_of(ALGO, WORD), passwords.P))


async def protected(stage: Stage, email: str = "") -> tuple[Person, Person]:
    """Alice's telephone, and another device of hers: somebody may have taken it."""
    alice = await stage.person("alice")
    other = await alice.brings()
    other.ip = "203.0.113.7"
    made = Password(ALGO.salt1, ALGO.salt2, VERIFIER, email=email)
    await stage.writes(lambda tx: passwords.set_password(tx, stage.wrapper, alice.id, made))
    alice.hears()
    return alice, other


def said(person: Person) -> str:
    """What the server says in its chat."""
    return " ".join(str(getattr(one, "message", "")) for one in person.hears())


async def pending(device: Device) -> Any:
    return (await device.calls(STATE)).pending_reset_date


async def test_a_forgotten_password_goes_after_a_week(stage: Stage) -> None:
    alice, other = await protected(stage)
    ready = int(stage.clock.now()) + WEEK
    assert await pending(alice) is None
    assert await other.calls(ASK) == t.account.ResetPasswordRequestedWait(until_date=ready)
    told = said(alice)
    assert "as forgotten" in told and "203.0.113.7" in told
    assert await pending(alice) == ready
    stage.clock.moves(WEEK - 1)
    assert await alice.calls(ASK) == t.account.ResetPasswordRequestedWait(until_date=ready), "from either device"
    assert said(alice) == "", "once"
    stage.clock.moves(1)
    assert await other.calls(ASK) == t.account.ResetPasswordOk()
    assert "was removed" in said(alice)
    assert not (await alice.calls(STATE)).has_password
    assert (await alice.brings()).id == alice.id, "the code alone is enough now"
    assert await alice.fails(ASK) == "400 PASSWORD_EMPTY"
    for kind in ("password_reset_begun", "password_reset_made"):
        assert await stage.reads(entries(kind)) == [(kind, f"user:{alice.id}", f"user:{alice.id}")]


async def test_who_did_not_ask_declines(stage: Stage) -> None:
    alice, other = await protected(stage)
    assert await alice.fails(DECLINE) == "400 RESET_REQUEST_MISSING"
    await other.calls(ASK)
    stage.clock.moves(DAY)
    assert await alice.calls(DECLINE) is True
    assert "was declined" in said(alice)
    assert await pending(alice) is None
    again = int(stage.clock.now()) + WEEK
    stage.clock.moves(DAY)
    assert await other.calls(ASK) == t.account.ResetPasswordFailedWait(retry_date=again)
    stage.clock.moves(6 * DAY)
    assert await other.calls(ASK) == t.account.ResetPasswordRequestedWait(until_date=again + WEEK)
    assert (await alice.calls(STATE)).has_password


async def test_who_has_the_code_alone_neither_asks_nor_sees(stage: Stage) -> None:
    alice, other = await protected(stage)
    await other.calls(ASK)
    stranger = await returns(stage, alice)
    for query in (ASK, DECLINE):
        assert await stranger.fails(query) == "401 AUTH_KEY_UNREGISTERED"
    assert await pending(stranger) is None
    assert await pending(alice)


@pytest.mark.parametrize("how", ["gives", "changes"])
async def test_who_knows_the_password_ends_it(stage: Stage, how: str) -> None:
    alice, other = await protected(stage)
    await other.calls(ASK)
    if how == "changes":
        new = Password(ALGO.salt1, ALGO.salt2, VERIFIER)
        await stage.writes(lambda tx: passwords.set_password(tx, stage.wrapper, alice.id, new))
    else:
        device = await returns(stage, alice)
        await device.calls(f.auth.CheckPassword(password=proof(await device.calls(STATE), WORD)))
    assert await pending(alice) is None
    assert await alice.fails(DECLINE) == "400 RESET_REQUEST_MISSING"
    stage.clock.moves(WEEK)
    assert isinstance(await other.calls(ASK), t.account.ResetPasswordRequestedWait)


async def test_what_nobody_made_is_worth_nothing_later(stage: Stage) -> None:
    alice, other = await protected(stage)
    await other.calls(ASK)
    stage.clock.moves(2 * WEEK - 1)
    assert await pending(alice)
    stage.clock.moves(1)
    assert await pending(alice) is None
    ready = int(stage.clock.now()) + WEEK
    assert await other.calls(ASK) == t.account.ResetPasswordRequestedWait(until_date=ready)


async def test_letters_go_to_whom_no_device_is_left(tmp_path: Path) -> None:
    """And a server that starts again goes on waiting."""
    async with raised(tmp_path, outlets=("mail",)) as first:
        alice, other = await protected(first, email="alice@example.org")
        await first.writes(lambda tx: accounts.change_settings(tx, alice.id, login_email="codes@example.org"))
        await other.calls(ASK)
        letters = await first.letters()
        assert [address for _, address, _ in letters] == ["alice@example.org", "codes@example.org"]
        assert all("as forgotten" in text for _, _, text in letters)
    first.clock.moves(WEEK)
    async with raised(tmp_path, outlets=("mail",), after=first) as again:
        other.stage = again
        assert await other.calls(ASK) == t.account.ResetPasswordOk()
        assert ["was removed" in text for _, _, text in await again.letters()] == [True, True]
