"""Signing in by a code that another device scans. Source: api/qr-login"""

from chappe.base.errors import Invalid, Refusal
from chappe.base.ids import UserId
from chappe.domain import auth, authorizations, sign_in, tokens
from chappe.domain.authorizations import Authorization
from chappe.rpc.account.sessions import authorization_view
from chappe.rpc.auth.sign_in import description_of, entered
from chappe.rpc.context import Call, method
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("auth.exportLoginToken", open=True)
async def export_login_token(call: Call, q: f.auth.ExportLoginToken) -> t.auth.TypeLoginToken:
    """A token to show, or the sign-in once another device has accepted the last one.

    Source: method/auth.exportLoginToken
    Errors: API_ID_INVALID, SESSION_PASSWORD_NEEDED.
    """
    if q.api_id <= 0:
        raise Invalid("api_id_invalid")
    key, token = call.device.auth_key_id, call.services.entropy(tokens.TOKEN_BYTES)

    def act(tx: Tx) -> tuple[UserId, int] | Refusal:
        user_id = authorizations.of_key(tx, key).user_id
        waiting = None if user_id else tokens.accepted(tx, key)
        if waiting is not None:
            return sign_in.owing_password(tx, waiting, key)
        return user_id, 0 if user_id else tokens.show(tx, key, token)

    user_id, expires = auth.settled(await call.write(act))
    if user_id:
        return t.auth.LoginTokenSuccess(authorization=await entered(call, user_id))
    # Nobody's device is told of the scan in this session.
    call.services.devices.subscribe(call.device, call.request.session)
    return t.auth.LoginToken(expires=expires, token=token)


@method("auth.importLoginToken", open=True)
async def import_login_token(call: Call, q: f.auth.ImportLoginToken) -> t.auth.TypeLoginToken:
    """Where the login of this device's token stands.

    Source: method/auth.importLoginToken
    Errors: AUTH_TOKEN_INVALID, AUTH_TOKEN_EXPIRED.
    """
    key = call.device.auth_key_id
    login = await call.write(lambda tx: tokens.known(tx, q.token))
    if login.auth_key_id != key:
        raise Invalid("auth_token_invalid")
    owner = await call.read(lambda rx: authorizations.of_key(rx, key))
    if owner.user_id:
        return t.auth.LoginTokenSuccess(authorization=await entered(call, owner.user_id))
    return t.auth.LoginToken(expires=login.expires, token=q.token)


@method("auth.acceptLoginToken")
async def accept_login_token(call: Call, q: f.auth.AcceptLoginToken) -> t.Authorization:
    """The device that shows the token is signed in to the caller's account.

    Source: method/auth.acceptLoginToken
    Errors: AUTH_TOKEN_INVALID, AUTH_TOKEN_EXPIRED, AUTH_TOKEN_ALREADY_ACCEPTED.
    """
    user_id, key = call.user_id, call.device.auth_key_id
    hash_ = int.from_bytes(call.services.entropy(8), "little", signed=True) or 1

    def describe(auth_key_id: int) -> Authorization:
        known = call.services.devices.known(auth_key_id)
        return description_of(auth_key_id, known, hash_, call.now())

    device = await call.write(lambda tx: tokens.accept(tx, user_id, key, q.token, describe))
    return authorization_view(device, current=False)
