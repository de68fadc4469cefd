"""auth.*Passkey*: signing in with a passkey, without a number. Source: api/passkeys#logging-in-with-a-passkey"""

import asyncio

from chappe.base.errors import Invalid
from chappe.domain import auth, passkeys, sign_in, webauthn
from chappe.domain.passkeys import LOGIN
from chappe.domain.webauthn import BadPasskey, Facts
from chappe.rpc.account.passkeys import credential, options_view, said
from chappe.rpc.auth.sign_in import description, entered
from chappe.rpc.context import Call, method
from chappe.tl import functions as f
from chappe.tl import types as t


@method("auth.initPasskeyLogin", open=True)
async def init_passkey_login(call: Call, q: f.auth.InitPasskeyLogin) -> t.auth.PasskeyLoginOptions:
    """A challenge for this device, which any passkey of this server may sign within ten minutes.

    Source: method/auth.initPasskeyLogin
    Errors: API_ID_INVALID.
    """
    if q.api_id <= 0:
        raise Invalid("api_id_invalid")
    services, key = call.services, call.device.auth_key_id
    fresh = services.entropy(webauthn.CHALLENGE_BYTES)
    await call.write(lambda tx: passkeys.challenge(tx, key, LOGIN, fresh))
    options = await asyncio.to_thread(webauthn.request_options, services.passkey_places[0], fresh)
    return t.auth.PasskeyLoginOptions(options=options_view(options))


@method("auth.finishPasskeyLogin", open=True)
async def finish_passkey_login(call: Call, q: f.auth.FinishPasskeyLogin) -> t.auth.TypeAuthorization:
    """The device belongs to the passkey's owner.

    Source: method/auth.finishPasskeyLogin
    Errors: CREDENTIAL_INVALID, PASSKEY_ORIGIN_MISMATCH, SESSION_PASSWORD_NEEDED.
    """
    given = used(q.credential)
    challenge, place = said(call, given)
    # A client that began at another of our addresses has another key there; only it knows what was asked there.
    asked = q.from_auth_key_id if q.from_auth_key_id is not None else call.device.auth_key_id
    await call.write(lambda tx: passkeys.take_challenge(tx, asked, LOGIN, challenge))
    try:
        credential_id = webauthn.credential_id(given)
        kept = await call.read(lambda rx: passkeys.find(rx, credential_id))
        count = await asyncio.to_thread(webauthn.verified_use, place, given, challenge, kept.passkey)
    except BadPasskey:
        raise Invalid("credential_invalid") from None
    device = description(call)
    user_id = auth.settled(await call.write(lambda tx: sign_in.by_passkey(tx, kept, count, device)))
    return await entered(call, user_id)


def used(given: t.TypeInputPasskeyCredential) -> Facts:
    """A credential that signed, as JSON has it. Errors: Invalid credential_invalid."""
    if not isinstance(given, t.InputPasskeyCredentialPublicKey):
        raise Invalid("credential_invalid")
    response = given.response
    if not isinstance(response, t.InputPasskeyResponseLogin):
        raise Invalid("credential_invalid")
    return credential(
        given, response.client_data.data, authenticatorData=response.authenticator_data, signature=response.signature
    )
