"""Source: requirements/invites. A link gives a number that no telephone has, to any client, once."""

from pathlib import Path

import pytest
from tests.kit.stage import Person, Stage, raised

from chappe.base.errors import NotFound
from chappe.domain import auth, invites
from chappe.domain.auth import Policy
from chappe.rpc.context import Limits
from chappe.tl import functions as f
from chappe.tl import types as t

TOKEN = b"sixteen bytes ok"


async def looks(stage: Stage, token: bytes = TOKEN) -> invites.Invite:
    policy, now = Policy(stage.wrapper), int(stage.clock.now())
    return await stage.reads(lambda rx: invites.look(rx, policy, token, now))


def send_code(phone: str) -> f.auth.SendCode:
    return f.auth.SendCode(phone_number=phone, api_id=4, api_hash="stage", settings=t.CodeSettings())


async def test_an_invite_signs_up_whoever_holds_it(tmp_path: Path) -> None:
    async with raised(tmp_path, Limits()) as stage:
        expires = int(stage.clock.now()) + invites.LIFE_S
        phone = await stage.writes(lambda tx: invites.make(tx, "server", TOKEN, 99_999_999, expires))
        other = await stage.writes(lambda tx: invites.make(tx, "server", b"another", 99_999_999, expires))
        assert (phone, other) == ("88899999999", "88800000000")
        assert (await looks(stage)).code is None

        device, stranger = await stage.device(), await stage.device()
        sent = await device.calls(send_code(f"+{phone}"))
        assert isinstance(sent.type, t.auth.SentCodeTypeFragmentSms) and sent.type.length == 5
        await stranger.calls(send_code(phone))
        code = (await looks(stage)).code
        assert code is not None
        proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
        await device.calls(f.auth.SignIn(**proof, phone_code=code))
        me = (await device.calls(f.auth.SignUp(**proof, first_name="Alice", last_name=""))).user
        assert me.phone == phone
        with pytest.raises(NotFound):
            await looks(stage)
        # Nothing but another device reaches the number now.
        await device.calls(f.updates.GetState())
        again = await (await stage.device()).calls(send_code(phone))
        assert isinstance(again.type, t.auth.SentCodeTypeApp)


async def test_an_invite_that_ended_gives_nothing(tmp_path: Path) -> None:
    async with raised(tmp_path, Limits()) as stage:
        expires = int(stage.clock.now()) + 60
        phone = await stage.writes(lambda tx: invites.make(tx, "server", TOKEN, 5, expires))
        stage.clock.moves(60)
        for token in (TOKEN, b"never made"):
            with pytest.raises(NotFound):
                await looks(stage, token)
        # The number answers like any other: nobody learns that it was given, and no code that is guessed opens it.
        device = await stage.device()
        sent = await device.calls(send_code(phone))
        assert isinstance(sent.type, t.auth.SentCodeTypeFragmentSms) and sent.type.url.endswith("/sign-in")
        proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
        guessed = await stage.writes(lambda tx: auth.code_on_page(tx, Policy(stage.wrapper), phone))
        assert guessed is not None
        await device.calls(f.auth.SignIn(**proof, phone_code=guessed))
        signed_up = f.auth.SignUp(**proof, first_name="Mallory", last_name="")
        assert await device.fails(signed_up) == "400 PHONE_NUMBER_INVALID"


async def test_nobody_moves_to_an_anonymous_number_that_was_not_given_to_them(stage: Stage, alice: Person) -> None:
    moved = f.account.SendChangePhoneCode(phone_number="88812345678", settings=t.CodeSettings())
    assert await alice.fails(moved) == "400 PHONE_NUMBER_INVALID"
