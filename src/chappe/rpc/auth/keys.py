"""Keys and sessions: temporary keys, keys at other addresses, ending sessions. Source: api/pfs, api/datacenter"""

from collections.abc import Iterable

from chappe.base.errors import Invalid
from chappe.domain import auth_keys, authorizations, tokens
from chappe.rpc.context import Call, method
from chappe.rpc.results import users
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("auth.bindTempAuthKey", open=True)
async def bind_temp_auth_key(call: Call, q: f.auth.BindTempAuthKey) -> bool:
    """The temporary key this call came with speaks for the permanent one.

    Source: method/auth.bindTempAuthKey
    Errors: ENCRYPTED_MESSAGE_INVALID, TEMP_AUTH_KEY_EMPTY, TEMP_AUTH_KEY_ALREADY_BOUND, EXPIRES_AT_INVALID.
    """
    services, temporary, permanent, now = call.services, call.request.auth_key_id, q.perm_auth_key_id, call.now()
    found = await call.read(lambda rx: auth_keys.find(rx, services.wrapper, permanent, now))
    binder = services.bind_temp_key
    if found is None or binder is None or not binder(call.request, q, found[0]):
        raise Invalid("encrypted_message_invalid")
    await call.write(lambda tx: authorizations.bind_temporary(tx, temporary, permanent, q.expires_at))
    devices = services.devices
    devices.bound(temporary, await devices.of_key(permanent))
    return True


@method("auth.dropTempAuthKeys", open=True)
async def drop_temp_auth_keys(call: Call, q: f.auth.DropTempAuthKeys) -> bool:
    """This device's temporary keys are gone but those named and the one in use. Source: method/auth.dropTempAuthKeys"""
    key, kept = call.device.auth_key_id, {*q.except_auth_keys, call.request.auth_key_id}
    for dropped in await call.write(lambda tx: authorizations.drop_temporary(tx, key, kept)):
        call.services.devices.forget(dropped)
        call.services.forget_key(dropped)
    return True


@method("auth.resetAuthorizations")
async def reset_authorizations(call: Call, q: f.auth.ResetAuthorizations) -> bool:
    """Only this device is still signed in, and no token of a former one spares it the code.

    Source: method/auth.resetAuthorizations
    Errors: FRESH_RESET_AUTHORISATION_FORBIDDEN.
    """
    user_id, key, limited = call.user_id, call.device.auth_key_id, call.services.limits.limited

    def act(tx: Tx) -> list[int]:
        tokens.forget(tx, user_id)
        return authorizations.end_others(tx, user_id, key, limited=limited)

    close_keys(call, await call.write(act))
    return True


@method("auth.exportAuthorization")
async def export_authorization(call: Call, q: f.auth.ExportAuthorization) -> t.auth.ExportedAuthorization:
    """Whoever shows these bytes soon, with a key of its own, speaks for this device.

    Source: method/auth.exportAuthorization
    Errors: DC_ID_INVALID.
    """
    if not 1 <= q.dc_id <= 5:
        raise Invalid("dc_id_invalid")
    user_id, key, token = call.user_id, call.device.auth_key_id, call.services.entropy(tokens.TOKEN_BYTES)
    await call.write(lambda tx: tokens.export(tx, user_id, key, token))
    return t.auth.ExportedAuthorization(id=user_id, bytes=token)


@method("auth.importAuthorization", open=True)
async def import_authorization(call: Call, q: f.auth.ImportAuthorization) -> t.auth.TypeAuthorization:
    """This key speaks for the device that exported, and ends with it.

    Source: method/auth.importAuthorization
    Errors: AUTH_BYTES_INVALID, USER_ID_INVALID.
    """
    key = call.request.auth_key_id
    if q.id <= 0:
        raise Invalid("user_id_invalid")
    permanent = await call.write(lambda tx: tokens.redeem_export(tx, q.id, q.bytes, call.device.auth_key_id))
    devices = call.services.devices
    device = await devices.of_key(permanent)
    if call.device is not device:
        devices.bound(key, device)
        device.layer = device.layer or call.device.layer
        call.device, call.user_id = device, device.user_id
    return await view_of(call)


async def view_of(call: Call) -> t.auth.Authorization:
    """The authorization of the person the device belongs to already."""
    (user,) = await users(call, (call.user_id,))
    return t.auth.Authorization(user=user)


def close_keys(call: Call, auth_keys_: Iterable[int], ended: str = "session_revoked") -> None:
    """The devices of these keys are nobody's from this moment: no update, no answer, their connections closed."""
    for key in auth_keys_:
        call.services.revoke(key, ended)
