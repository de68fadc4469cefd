"""account.*Passkey*: a person's passkeys, made, listed and removed on a signed-in device. Source: api/passkeys"""

import asyncio
import json

from chappe.base.errors import Invalid, NotFound
from chappe.domain import accounts, passkeys, webauthn
from chappe.domain.passkeys import REGISTER, Kept
from chappe.domain.webauthn import BadPasskey, Facts, Holder, Passkey, Place, WrongOrigin
from chappe.rpc.auth.codes import lang_code
from chappe.rpc.context import Call, method
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.initPasskeyRegistration")
async def init_passkey_registration(
    call: Call, q: f.account.InitPasskeyRegistration
) -> t.account.PasskeyRegistrationOptions:
    """What the device needs to make a passkey for the person, good for ten minutes.

    Source: method/account.initPasskeyRegistration
    Errors: PASSKEYS_TOO_MUCH, FRESH_RESET_AUTHORISATION_FORBIDDEN.
    """
    services, user_id, key = call.services, call.user_id, call.device.auth_key_id
    fresh, limited = services.entropy(webauthn.CHALLENGE_BYTES), services.limits.limited

    def act(tx: Tx) -> tuple[accounts.Account, list[Kept]]:
        mine = passkeys.require_may_add(tx, user_id, key, tx.now, limited=limited)
        passkeys.challenge(tx, key, REGISTER, fresh)
        return accounts.get(tx, user_id), mine

    account, mine = await call.write(act)
    name = f"{account.first_name} {account.last_name}".strip()
    holder = Holder(handle(call), name, name)
    known = [kept.passkey.credential_id for kept in mine]
    place = services.passkey_places[0]
    options = await asyncio.to_thread(
        webauthn.creation_options, place, services.server_name, holder, fresh, known
    )
    return t.account.PasskeyRegistrationOptions(options=options_view(options))


@method("account.registerPasskey")
async def register_passkey(call: Call, q: f.account.RegisterPasskey) -> t.Passkey:
    """The passkey lets its holder in.

    Source: method/account.registerPasskey
    Errors: CREDENTIAL_INVALID, PASSKEY_ORIGIN_MISMATCH, PASSKEYS_TOO_MUCH, FRESH_RESET_AUTHORISATION_FORBIDDEN.
    """
    user_id, key, limited = call.user_id, call.device.auth_key_id, call.services.limits.limited
    credential = registered(q.credential)
    challenge, place = said(call, credential)
    await call.write(lambda tx: passkeys.take_challenge(tx, key, REGISTER, challenge))
    made = await verified(place, credential, challenge)
    init, lang = call.device.init, lang_code(call)
    name = (init.device_model if init else "") or "Passkey"
    kept = await call.write(lambda tx: passkeys.add(tx, user_id, key, made, name, lang, limited=limited))
    return passkey_view(kept)


@method("account.getPasskeys")
async def get_passkeys(call: Call, q: f.account.GetPasskeys) -> t.account.Passkeys:
    """The caller's passkeys. Source: method/account.getPasskeys"""
    user_id = call.user_id
    mine = await call.read(lambda rx: passkeys.of_user(rx, user_id))
    return t.account.Passkeys(passkeys=[passkey_view(kept) for kept in mine])


@method("account.deletePasskey")
async def delete_passkey(call: Call, q: f.account.DeletePasskey) -> bool:
    """The passkey lets nobody in.

    Source: method/account.deletePasskey
    Errors: CREDENTIAL_INVALID.
    """
    user_id = call.user_id
    try:
        credential_id = webauthn.unwritten(q.id)
    except ValueError:
        raise NotFound("credential_invalid") from None
    await call.write(lambda tx: passkeys.remove(tx, user_id, credential_id))
    return True


def handle(call: Call) -> bytes:
    """What a passkey gives back when it is used. COMPAT all: clients read the data centre and the person from it."""
    return f"{call.services.dc_id}:{call.user_id}".encode()


def options_view(options: Facts) -> t.DataJSON:
    """Options as clients take them. Source: constructor/auth.passkeyLoginOptions"""
    return t.DataJSON(data=json.dumps({"publicKey": options}))


def registered(given: t.TypeInputPasskeyCredential) -> Facts:
    """A credential that was made, as JSON has it. Errors: Invalid credential_invalid."""
    if not isinstance(given, t.InputPasskeyCredentialPublicKey):
        raise Invalid("credential_invalid")
    response = given.response
    if not isinstance(response, t.InputPasskeyResponseRegister):
        raise Invalid("credential_invalid")
    return credential(given, response.client_data.data, attestationObject=response.attestation_data)


def credential(given: t.InputPasskeyCredentialPublicKey, client_data: str, **parts: bytes) -> Facts:
    """A credential as JSON has it."""
    response = {"clientDataJSON": webauthn.written(client_data.encode())}
    response |= {name: webauthn.written(data) for name, data in parts.items()}
    return {"id": given.id, "rawId": given.raw_id, "type": "public-key", "response": response}


def said(call: Call, given: Facts) -> tuple[bytes, Place]:
    """What the credential says it is for. Errors: Invalid credential_invalid, passkey_origin_mismatch."""
    try:
        challenge, origin = webauthn.told(given)
        return challenge, webauthn.place_of(call.services.passkey_places, origin)
    except WrongOrigin:
        raise Invalid("passkey_origin_mismatch") from None
    except BadPasskey:
        raise Invalid("credential_invalid") from None


async def verified(place: Place, given: Facts, challenge: bytes) -> Passkey:
    """The passkey that was made. Errors: Invalid credential_invalid."""
    try:
        return await asyncio.to_thread(webauthn.verified_creation, place, given, challenge)
    except BadPasskey:
        raise Invalid("credential_invalid") from None


def passkey_view(kept: Kept) -> t.Passkey:
    """One passkey as its owner sees it. Source: type/Passkey"""
    return t.Passkey(
        id=webauthn.written(kept.passkey.credential_id), name=kept.name, date=kept.date,
        last_usage_date=kept.used or None,
    )  # fmt: skip
