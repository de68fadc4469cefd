"""Source: api/auth, method/auth.resendCode. Login codes find their owner, and only so many leave."""

import logging
import re
from pathlib import Path

import pytest
from tests.kit.stage import Device, Person, Stage, raised

from chappe.rpc.context import Limits
from chappe.tl import functions as f
from chappe.tl import types as t

PHONE = "33612345678"
REAL = Limits()


def send_code(phone: str = PHONE) -> f.auth.SendCode:
    return f.auth.SendCode(phone_number=phone, api_id=4, api_hash="stage", settings=t.CodeSettings())


async def by_sms(stage: Stage, device: Device, name: str = "Alice", phone: str = PHONE) -> Person:
    """Somebody with a real number."""
    sent = await device.calls(send_code(phone))
    [(_, _, text)] = await stage.letters()
    proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
    answer = await device.calls(f.auth.SignIn(**proof, phone_code=digits(text)))
    if isinstance(answer, t.auth.AuthorizationSignUpRequired):
        answer = await device.calls(f.auth.SignUp(**proof, first_name=name, last_name=""))
    person = Person(stage, device, name, phone, answer.user)
    await person.listens()
    return person


def digits(text: str) -> str:
    found = re.search(r"\b\d{5}\b", text)
    assert found
    return found[0]


async def test_a_newcomer_gets_an_sms_and_another_device_is_the_first_choice_afterwards(tmp_path: Path) -> None:
    async with raised(tmp_path, REAL, ("sms", "console")) as stage:
        alice = await by_sms(stage, await stage.device())
        second = await stage.device()
        sent = await second.calls(send_code())
        assert isinstance(sent.type, t.auth.SentCodeTypeApp)
        assert isinstance(sent.next_type, t.auth.CodeTypeSms) and sent.timeout == 60
        assert await stage.letters() == []
        message = alice.receives(t.UpdateNewMessage).message
        assert message.peer_id == t.PeerUser(user_id=777000)
        code = digits(message.message)
        [bold] = message.entities
        assert message.message[bold.offset : bold.offset + bold.length] == code

        proof = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
        again = await second.calls(f.auth.ResendCode(**proof))
        assert isinstance(again.type, t.auth.SentCodeTypeSms) and again.phone_code_hash == sent.phone_code_hash
        [(kind, address, text)] = await stage.letters()
        assert (kind, address, digits(text)) == ("sms", "+" + PHONE, code)
        await second.calls(f.auth.ResendCode(**proof))
        assert [kind for kind, *_ in await stage.letters()] == ["console"]
        assert await second.fails(f.auth.ResendCode(**proof)) == "406 SEND_CODE_UNAVAILABLE"
        assert (await second.calls(f.auth.SignIn(**proof, phone_code=code))).user.id == alice.id


async def test_a_login_address_comes_before_the_telephone(tmp_path: Path) -> None:
    async with raised(tmp_path, REAL, ("mail", "sms")) as stage:
        alice = await by_sms(stage, await stage.device())
        change = t.EmailVerifyPurposeLoginChange()
        asked = f.account.SendVerifyEmailCode(purpose=change, email="alice@example.org")
        assert (await alice.calls(asked)).email_pattern == "a***e@example.org"
        [(kind, address, text)] = await stage.letters()
        assert (kind, address) == ("mail", "alice@example.org")
        wrong = f.account.VerifyEmail(purpose=change, verification=t.EmailVerificationCode(code="00000"))
        assert await alice.fails(wrong) == "400 CODE_INVALID"
        right = f.account.VerifyEmail(purpose=change, verification=t.EmailVerificationCode(code=digits(text)))
        assert (await alice.calls(right)).email == "alice@example.org"
        assert await alice.fails(right) == "400 EMAIL_VERIFY_EXPIRED"
        assert (await alice.calls(f.account.GetPassword())).login_email_pattern == "a***e@example.org"
        await alice.calls(f.auth.LogOut())
        device = await stage.device()
        sent = await device.calls(send_code())
        assert isinstance(sent.type, t.auth.SentCodeTypeEmailCode) and sent.type.email_pattern == "a***e@example.org"
        [(kind, address, text)] = await stage.letters()
        assert (kind, address) == ("mail", "alice@example.org")
        typed = t.EmailVerificationCode(code=digits(text))
        answer = await device.calls(
            f.auth.SignIn(phone_number=PHONE, phone_code_hash=sent.phone_code_hash, email_verification=typed)
        )
        assert answer.user.id == alice.id


async def test_asking_again_keeps_the_code_that_is_on_its_way(tmp_path: Path) -> None:
    async with raised(tmp_path, REAL, ("sms",)) as stage:
        device = await stage.device()
        first = await device.calls(send_code())
        again = await device.calls(send_code())
        assert again.phone_code_hash == first.phone_code_hash
        assert len(await stage.letters()) == 1


async def test_so_many_codes_a_day_and_the_count_survives_a_restart(tmp_path: Path) -> None:
    async with raised(tmp_path, REAL, ("sms",)) as stage:
        for _ in range(10):
            device = await stage.device(ip="")
            await device.calls(send_code())
        assert await (await stage.device(ip="")).fails(send_code()) == "420 FLOOD_WAIT_86400"
    stage.clock.moves(3600)
    async with raised(tmp_path, REAL, ("sms",), after=stage) as later:
        assert await (await later.device(ip="")).fails(send_code()) == "420 FLOOD_WAIT_82800"
        later.clock.moves(82_800)
        assert isinstance(await (await later.device(ip="")).calls(send_code()), t.auth.SentCode)


async def test_one_address_cannot_ask_for_everybody(tmp_path: Path) -> None:
    async with raised(tmp_path, REAL, ("sms",)) as stage:
        for number in range(30):
            device = await stage.device(ip=f"2001:db8::{number:x}")
            await device.calls(send_code(f"336123456{number:02}"))
        stranger = await stage.device(ip="2001:db8::ffff")
        assert await stranger.fails(send_code("33612345699")) == "420 FLOOD_WAIT_3600"
        assert isinstance(await (await stage.device(ip="192.0.2.7")).calls(send_code("33612345699")), t.auth.SentCode)


async def test_test_numbers_are_for_test_mode_alone(tmp_path: Path) -> None:
    async with raised(tmp_path, REAL, ("sms",)) as stage:
        assert await (await stage.device()).fails(send_code("9996621234")) == "400 PHONE_NUMBER_INVALID"


async def test_codes_and_numbers_are_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with raised(tmp_path, REAL, ("sms",)) as stage:
        device = await stage.device()
        sent = await device.calls(send_code())
        [(_, _, text)] = await stage.letters()
        await device.fails(
            f.auth.SignIn(phone_number=PHONE, phone_code_hash=sent.phone_code_hash, phone_code="00000")
        )
    for secret in (digits(text), PHONE, sent.phone_code_hash):
        assert secret not in caplog.text
    assert digits(text).encode() not in (tmp_path / "stage.sqlite").read_bytes()
