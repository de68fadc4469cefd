"""Source: api/auth, method/auth.signIn. Somebody new proves a number, signs up, leaves and comes back."""

import pytest
from tests.kit.stage import Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t

PHONE = "9996621234"


def send_code(phone: str = PHONE) -> f.auth.SendCode:
    return f.auth.SendCode(phone_number=phone, api_id=4, api_hash="stage", settings=t.CodeSettings())


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_newcomer_signs_up_and_comes_back(stage: Stage, layer: int) -> None:
    device = await stage.device(layer)
    sent = await device.calls(send_code("+999 66 2-1234"))
    assert isinstance(sent.type, t.auth.SentCodeTypeSms) and sent.type.length == 5
    proof = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
    assert isinstance(
        await device.calls(f.auth.SignIn(**proof, phone_code="22222")), t.auth.AuthorizationSignUpRequired
    )
    signed_up = await device.calls(f.auth.SignUp(**proof, first_name=" Alice ", last_name="Liddell"))
    me = signed_up.user
    assert (me.self, me.phone, me.first_name, me.last_name) == (True, PHONE, "Alice", "Liddell")
    assert (await device.calls(f.updates.GetState())).pts == 1

    assert isinstance(await device.calls(f.auth.LogOut()), t.auth.LoggedOut)
    assert await device.fails(f.updates.GetState()) == "401 AUTH_KEY_UNREGISTERED"

    sent = await device.calls(send_code())
    again = await device.calls(
        f.auth.SignIn(phone_number=PHONE, phone_code_hash=sent.phone_code_hash, phone_code="22222")
    )
    assert again.user.id == me.id


async def test_wrong_codes_are_counted(stage: Stage) -> None:
    device = await stage.device()
    sent = await device.calls(send_code())
    proof = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
    assert await device.fails(f.auth.SignIn(**proof, phone_code="")) == "400 PHONE_CODE_EMPTY"
    for _ in range(5):
        assert await device.fails(f.auth.SignIn(**proof, phone_code="00000")) == "400 PHONE_CODE_INVALID"
    assert await device.fails(f.auth.SignIn(**proof, phone_code="22222")) == "400 PHONE_CODE_EXPIRED"


async def test_a_code_is_for_one_device_one_number_and_five_minutes(stage: Stage) -> None:
    device, thief = await stage.device(), await stage.device()
    sent = await device.calls(send_code())
    proof = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash, "phone_code": "22222"}
    assert await thief.fails(f.auth.SignIn(**proof)) == "400 PHONE_CODE_EXPIRED"
    assert await device.fails(f.auth.SignIn(**{**proof, "phone_number": "9996625678"})) == "400 PHONE_CODE_EXPIRED"
    assert await device.fails(f.auth.SignUp(
        phone_number=PHONE, phone_code_hash=sent.phone_code_hash, first_name="A", last_name=""
    )) == "400 PHONE_CODE_EMPTY"  # fmt: skip
    stage.clock.moves(301)
    assert await device.fails(f.auth.SignIn(**proof)) == "400 PHONE_CODE_EXPIRED"


async def test_a_cancelled_code_is_worth_nothing(stage: Stage) -> None:
    device = await stage.device()
    sent = await device.calls(send_code())
    proof = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
    assert await device.calls(f.auth.CancelCode(**proof)) is True
    assert await device.fails(f.auth.SignIn(**proof, phone_code="22222")) == "400 PHONE_CODE_EXPIRED"


@pytest.mark.parametrize("number", ["", "12", "+44", "not a number", "999661", "+33123", "8881234567"])
async def test_what_is_no_number_is_refused(stage: Stage, number: str) -> None:
    device = await stage.device()
    assert await device.fails(send_code(number)) == "400 PHONE_NUMBER_INVALID"


@pytest.mark.parametrize("first", ["", "  ", "x" * 65])
async def test_a_newcomer_needs_a_name(stage: Stage, first: str) -> None:
    device = await stage.device()
    sent = await device.calls(send_code())
    proof = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
    await device.calls(f.auth.SignIn(**proof, phone_code="22222"))
    assert await device.fails(f.auth.SignUp(**proof, first_name=first, last_name="")) == "400 FIRSTNAME_INVALID"


async def test_a_number_nobody_can_reach_is_refused(stage: Stage) -> None:
    device = await stage.device()
    assert await device.fails(send_code("+33612345678")) == "400 SMS_CODE_CREATE_FAILED"
