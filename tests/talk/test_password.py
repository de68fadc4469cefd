"""Source: api/srp, method/auth.checkPassword. A second password, proven without being told."""

import asyncio
from hashlib import pbkdf2_hmac, sha256
from typing import Any

import pytest
from tests.kit.stage import Device, Person, RpcFailure, Stage

from chappe.domain import passwords
from chappe.mtproto.numbers import DH_PRIME
from chappe.tl import functions as f
from chappe.tl import types as t


def h(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def secret_of(algo: Any, password: str) -> int:
    inner = h(algo.salt2, h(algo.salt1, password.encode(), algo.salt1), algo.salt2)
    stretched = pbkdf2_hmac("sha512", inner, algo.salt1, 100_000)
    return int.from_bytes(h(algo.salt2, stretched, algo.salt2), "big")


def padded(number: int) -> bytes:
    return number.to_bytes(256, "big")


def proof(stated: Any, password: str) -> t.InputCheckPasswordSRP:
    """What a client makes of the server's challenge, written from the protocol's page and nothing else."""
    algo = stated.current_algo
    p, g = int.from_bytes(algo.p, "big"), algo.g
    x, a = secret_of(algo, password), 123456789**20
    g_a, g_b = padded(pow(g, a, p)), stated.srp_B
    k, u = int.from_bytes(h(algo.p, padded(g)), "big"), int.from_bytes(h(g_a, g_b), "big")
    shared = pow((int.from_bytes(g_b, "big") - k * pow(g, x, p)) % p, a + u * x, p)
    mixed = bytes(one ^ other for one, other in zip(h(algo.p), h(padded(g)), strict=True))
    m1 = h(mixed, h(algo.salt1), h(algo.salt2), g_a, g_b, h(padded(shared)))
    return t.InputCheckPasswordSRP(srp_id=stated.srp_id, A=g_a, M1=m1)


def guess(a: int) -> bytes:
    """What M1 would be if the server took a degenerate A and its secret came out as zero."""
    return h(padded(a % passwords.P), h(padded(0)))


async def sets(person: Person, password: str, old: str = "", hint: str = "") -> Any:
    stated = await person.calls(f.account.GetPassword())
    given = proof(stated, old) if old else t.InputCheckPasswordEmpty()
    algo = stated.new_algo
    algo.salt1 += b"thirty-two bytes of the client's"
    verifier = padded(pow(algo.g, secret_of(algo, password), int.from_bytes(algo.p, "big"))) if password else b""
    chosen = algo if password else t.PasswordKdfAlgoUnknown()
    new = t.account.PasswordInputSettings(new_algo=chosen, new_password_hash=verifier, hint=hint)
    return await person.calls(f.account.UpdatePasswordSettings(password=given, new_settings=new))


async def returns(stage: Stage, person: Person) -> Device:
    device = await stage.device()
    sent = await device.calls(
        f.auth.SendCode(phone_number=person.phone, api_id=4, api_hash="stage", settings=t.CodeSettings())
    )
    asked = f.auth.SignIn(
        phone_number=person.phone, phone_code_hash=sent.phone_code_hash, phone_code=person.phone[5] * 5
    )
    assert await device.fails(asked) == "401 SESSION_PASSWORD_NEEDED"
    return device


async def test_the_prime_is_the_one_of_the_key_exchange() -> None:
    assert passwords.P == DH_PRIME


async def test_without_a_password_everything_for_a_new_one_is_told(stage: Stage, alice: Person) -> None:
    stated = await alice.calls(f.account.GetPassword())
    assert not stated.has_password and stated.current_algo is None
    assert (len(stated.new_algo.salt1), len(stated.new_algo.salt2), stated.new_algo.g) == (8, 16, 3)
    assert len(stated.secure_random) == 256
    assert await (await stage.device()).fails(f.account.GetPassword()) == "401 AUTH_KEY_UNREGISTERED"


async def test_the_right_password_lets_a_new_device_in(stage: Stage, alice: Person) -> None:
    assert await sets(alice, "looking-glass", hint="a mirror") is True
    device = await returns(stage, alice)
    stated = await device.calls(f.account.GetPassword())
    assert stated.has_password and stated.hint == "a mirror" and len(stated.srp_B) == 256
    answer = await device.calls(f.auth.CheckPassword(password=proof(stated, "looking-glass")))
    assert answer.user.id == alice.id
    assert (await device.calls(f.updates.GetState())).pts > 1
    assert alice.receives(t.UpdateNewAuthorization).unconfirmed


@pytest.mark.slow
async def test_a_wrong_password_lets_nobody_in(stage: Stage, alice: Person) -> None:
    await sets(alice, "looking-glass")
    device = await returns(stage, alice)
    stated = await device.calls(f.account.GetPassword())
    wrong = f.auth.CheckPassword(password=proof(stated, "through the window"))
    assert await device.fails(wrong) == "400 PASSWORD_HASH_INVALID"
    right = f.auth.CheckPassword(password=proof(stated, "looking-glass"))
    assert await device.fails(right) == "400 SRP_ID_INVALID"
    assert await device.fails(f.updates.GetState()) == "401 AUTH_KEY_UNREGISTERED"
    for _ in range(9):
        stated = await device.calls(f.account.GetPassword())
        forged = t.InputCheckPasswordSRP(srp_id=stated.srp_id, A=padded(4), M1=bytes(32))
        assert await device.fails(f.auth.CheckPassword(password=forged)) == "400 PASSWORD_HASH_INVALID"
    stated = await device.calls(f.account.GetPassword())
    right = f.auth.CheckPassword(password=proof(stated, "looking-glass"))
    assert await device.fails(right) == "420 FLOOD_WAIT_3600"


async def test_degenerate_numbers_prove_nothing(stage: Stage, alice: Person) -> None:
    await sets(alice, "looking-glass")
    device = await returns(stage, alice)
    for a in (0, 1, passwords.P - 1, passwords.P, 2 * passwords.P):
        stated = await device.calls(f.account.GetPassword())
        size = 256 if a < 2**2048 else 257
        forged = t.InputCheckPasswordSRP(srp_id=stated.srp_id, A=a.to_bytes(size, "big"), M1=guess(a))
        assert await device.fails(f.auth.CheckPassword(password=forged)) == "400 PASSWORD_HASH_INVALID"


async def test_changing_and_removing_it_needs_the_old_one(alice: Person) -> None:
    await sets(alice, "looking-glass")
    new = t.account.PasswordInputSettings(new_algo=t.PasswordKdfAlgoUnknown(), new_password_hash=b"", hint="")
    empty = f.account.UpdatePasswordSettings(password=t.InputCheckPasswordEmpty(), new_settings=new)
    assert await alice.fails(empty) == "400 PASSWORD_HASH_INVALID"
    assert await sets(alice, "jabberwocky", old="looking-glass") is True
    stated = await alice.calls(f.account.GetPassword())
    settings = await alice.calls(f.account.GetPasswordSettings(password=proof(stated, "jabberwocky")))
    assert settings == t.account.PasswordSettings()
    assert await sets(alice, "", old="jabberwocky") is True
    assert not (await alice.calls(f.account.GetPassword())).has_password


async def test_a_protected_account_is_deleted_with_its_password_alone(alice: Person) -> None:
    await sets(alice, "looking-glass")
    assert await alice.fails(f.account.DeleteAccount(reason="")) == "400 PASSWORD_HASH_INVALID"
    stated = await alice.calls(f.account.GetPassword())
    assert await alice.calls(f.account.DeleteAccount(reason="", password=proof(stated, "looking-glass"))) is True


@pytest.mark.slow
async def test_many_guesses_at_once_are_no_more_than_many_in_a_row(stage: Stage, alice: Person) -> None:
    await sets(alice, "looking-glass")
    device = await returns(stage, alice)
    stated = [await device.calls(f.account.GetPassword()) for _ in range(14)]
    words = [*(f"guess {n}" for n in range(13)), "looking-glass"]
    guesses = [f.auth.CheckPassword(password=proof(one, word)) for one, word in zip(stated, words, strict=True)]
    outcomes = await asyncio.gather(*(device.calls(one) for one in guesses), return_exceptions=True)
    said = [str(outcome) for outcome in outcomes if isinstance(outcome, RpcFailure)]
    assert (said.count("400 PASSWORD_HASH_INVALID"), said.count("420 FLOOD_WAIT_3600")) == (10, 4)
