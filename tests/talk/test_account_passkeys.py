"""Source: api/passkeys. A passkey made on one device signs its owner in on another, from this server's pages alone."""

import base64
import json
from pathlib import Path
from typing import Any

from tests.kit.authenticator import Authenticator
from tests.kit.stage import Device, Person, Stage, raised
from tests.talk.test_password import proof, sets

from chappe import tl
from chappe.domain import passkeys
from chappe.domain.webauthn import Place
from chappe.rpc.context import Limits
from chappe.tl import functions as f
from chappe.tl import types as t

HERE = "https://chat.example.org"
PLACES = (Place("chat.example.org", (HERE,)), Place("localhost", ("http://localhost:8443",)))
DAY_S = 86_400


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def given(answer: str, handle: str = "") -> t.InputPasskeyCredentialPublicKey:
    """What a client makes of the browser's answer."""
    facts = json.loads(answer)
    said = facts["response"]
    client = t.DataJSON(data=raw(said["clientDataJSON"]).decode())
    response: t.TypeInputPasskeyResponse
    if "attestationObject" in said:
        response = t.InputPasskeyResponseRegister(client_data=client, attestation_data=raw(said["attestationObject"]))
    else:
        data, signature = raw(said["authenticatorData"]), raw(said["signature"])
        response = t.InputPasskeyResponseLogin(
            client_data=client, authenticator_data=data, signature=signature, user_handle=handle
        )
    return t.InputPasskeyCredentialPublicKey(id=facts["id"], raw_id=facts["rawId"], response=response)


async def wanted(alice: Device) -> dict[str, Any]:
    """The options for a new passkey."""
    answer = await alice.calls(f.account.InitPasskeyRegistration())
    options: dict[str, Any] = json.loads(answer.options.data)["publicKey"]
    return options


async def makes(alice: Device, key: Authenticator) -> Any:
    """The device registers a passkey."""
    return await alice.calls(f.account.RegisterPasskey(credential=given(key.makes(await wanted(alice)))))


async def asked(device: Device) -> dict[str, Any]:
    """The options for signing in."""
    answer = await device.calls(f.auth.InitPasskeyLogin(api_id=4, api_hash="stage"))
    options: dict[str, Any] = json.loads(answer.options.data)["publicKey"]
    return options


async def answers(device: Device, key: Authenticator, origin: str = "") -> f.auth.FinishPasskeyLogin:
    return f.auth.FinishPasskeyLogin(credential=given(key.signs(await asked(device), origin)))


async def test_a_passkey_signs_in_without_a_number(stage: Stage) -> None:
    stage.services.passkey_places = PLACES
    alice = await stage.person("alice")
    key, device = Authenticator(HERE), await stage.device()
    options = await wanted(alice)
    assert raw(options["user"]["id"]).decode() == f"2:{alice.id}"
    assert (options["rp"]["id"], options["user"]["displayName"]) == ("chat.example.org", "Alice")
    made = await alice.calls(f.account.RegisterPasskey(credential=given(key.makes(options))))
    assert (raw(made.id), made.name, made.last_usage_date) == (key.credential_id, "Stage", None)
    stage.clock.moves(60)
    alice.hears()

    signed_in = await device.calls(await answers(device, key))
    assert signed_in.user.id == alice.id
    # The other device is told, and sees where the account is open.
    assert alice.receives(t.UpdateNewAuthorization).unconfirmed
    assert "New login" in alice.receives(t.UpdateNewMessage).message.message
    (kept,) = (await alice.calls(f.account.GetPasskeys())).passkeys
    assert kept.last_usage_date == int(stage.clock.now())


async def test_every_layer_has_passkeys(stage: Stage) -> None:
    for layer in tl.LAYERS:
        alice, key = await stage.person("alice", layer), Authenticator("http://localhost")
        await makes(alice, key)
        device = await stage.device(layer)
        assert (await device.calls(await answers(device, key))).user.id == alice.id


async def test_an_answer_counts_once_in_time_here_and_for_who_asked(stage: Stage) -> None:
    stage.services.passkey_places = PLACES
    alice = await stage.person("alice")
    key, mallory, other = Authenticator(HERE), await stage.device(), await stage.device()
    await makes(alice, key)
    once = await answers(mallory, key)
    # The challenge is the device's that asked; another cannot use what it overheard.
    assert await other.fails(once) == "400 CREDENTIAL_INVALID"
    await mallory.calls(once)
    assert await mallory.fails(once) == "400 CREDENTIAL_INVALID"
    late = await answers(other, key)
    stage.clock.moves(passkeys.CHALLENGE_S)
    assert await other.fails(late) == "400 CREDENTIAL_INVALID"
    for place in ("https://chat.example.org.evil.example", "http://chat.example.org", "https://evil.example"):
        assert await other.fails(await answers(other, key, place)) == "400 PASSKEY_ORIGIN_MISMATCH"
    first = await answers(other, key)
    await asked(other)
    assert await other.fails(first) == "400 CREDENTIAL_INVALID"


async def test_a_strangers_key_and_one_that_went_backwards_are_refused(stage: Stage) -> None:
    alice, device = await stage.person("alice"), await stage.device()
    key, forged = Authenticator("http://localhost"), Authenticator("http://localhost")
    await makes(alice, key)
    assert await device.fails(await answers(device, forged)) == "400 CREDENTIAL_INVALID"
    forged.credential_id = key.credential_id
    assert await device.fails(await answers(device, forged)) == "400 CREDENTIAL_INVALID"
    key.used -= 1  # a copy of the key signs with a counter that was seen before
    assert await device.fails(await answers(device, key)) == "400 CREDENTIAL_INVALID"
    pnv = f.auth.FinishPasskeyLogin(credential=t.InputPasskeyCredentialFirebasePNV(pnv_token="x"))
    assert await device.fails(pnv) == "400 CREDENTIAL_INVALID"
    broken = given(key.signs(await asked(device)))
    broken.response.client_data.data = "no JSON"  # type: ignore[union-attr]
    assert await device.fails(f.auth.FinishPasskeyLogin(credential=broken)) == "400 CREDENTIAL_INVALID"


async def test_a_client_that_began_at_another_address_names_its_key_there(stage: Stage) -> None:
    alice, key = await stage.person("alice"), Authenticator("http://localhost")
    await makes(alice, key)
    there, home = await stage.device(), await stage.device()
    signed = given(key.signs(await asked(there)))
    finish = f.auth.FinishPasskeyLogin(credential=signed, from_dc_id=4, from_auth_key_id=there.auth_key_id)
    assert (await home.calls(finish)).user.id == alice.id


async def test_a_password_is_asked_for_besides(stage: Stage) -> None:
    alice, key, device = await stage.person("alice"), Authenticator("http://localhost"), await stage.device()
    await makes(alice, key)
    await sets(alice, "correct horse")
    assert await device.fails(await answers(device, key)) == "401 SESSION_PASSWORD_NEEDED"
    answer = proof(await device.calls(f.account.GetPassword()), "correct horse")
    assert (await device.calls(f.auth.CheckPassword(password=answer))).user.id == alice.id


async def test_a_passkey_removed_or_of_a_deleted_account_opens_nothing(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    key, device = Authenticator("http://localhost"), await stage.device()
    made = await makes(alice, key)
    assert await bob.fails(f.account.DeletePasskey(id=made.id)) == "400 CREDENTIAL_INVALID"
    assert await bob.fails(f.account.DeletePasskey(id="no base64 é")) == "400 CREDENTIAL_INVALID"
    again = given(key.makes(await wanted(bob)))
    assert await bob.fails(f.account.RegisterPasskey(credential=again)) == "400 CREDENTIAL_INVALID"
    assert await alice.calls(f.account.DeletePasskey(id=made.id))
    assert (await alice.calls(f.account.GetPasskeys())).passkeys == []
    assert await device.fails(await answers(device, key)) == "400 CREDENTIAL_INVALID"
    await makes(alice, key)
    await alice.calls(f.account.DeleteAccount(reason=""))
    assert await device.fails(await answers(device, key)) == "400 CREDENTIAL_INVALID"


async def test_an_account_has_ten_passkeys_and_a_device_that_just_came_adds_none(tmp_path: Path) -> None:
    async with raised(tmp_path, Limits(test_mode=True, test_limits=True)) as stage:
        alice = await stage.person("alice")
        for _ in range(passkeys.MOST):
            await makes(alice, Authenticator("http://localhost"))
        assert await alice.fails(f.account.InitPasskeyRegistration()) == "400 PASSKEYS_TOO_MUCH"
        bob = await stage.person("bob")
        fresh = await bob.brings()
        bob.hears()
        assert await fresh.fails(f.account.InitPasskeyRegistration()) == "406 FRESH_RESET_AUTHORISATION_FORBIDDEN"
        stage.clock.moves(DAY_S)
        await makes(fresh, Authenticator("http://localhost"))
        assert "A passkey was added" in bob.receives(t.UpdateShortMessage).message


async def test_passkeys_survive_a_restart(tmp_path: Path) -> None:
    key = Authenticator("http://localhost")
    async with raised(tmp_path) as before:
        alice: Person = await before.person("alice")
        await makes(alice, key)
    async with raised(tmp_path, after=before) as stage:
        device = await stage.device()
        assert (await device.calls(await answers(device, key))).user.id == alice.id
