"""The list of a person's sessions, and what each may do. Source: api/auth#session-management"""

from chappe.domain import accounts, authorizations
from chappe.domain.authorizations import NO_CALLS, NO_SECRET_CHATS, UNCONFIRMED, Authorization
from chappe.rpc.auth.keys import close_keys
from chappe.rpc.context import Call, method
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.getAuthorizations")
async def get_authorizations(call: Call, q: f.account.GetAuthorizations) -> t.account.Authorizations:
    """The caller's devices, this one with hash 0. Source: method/account.getAuthorizations"""
    user_id, key = call.user_id, call.device.auth_key_id

    def query(rx: Reader) -> tuple[list[Authorization], int]:
        return authorizations.of_user(rx, user_id), accounts.get(rx, user_id).authorization_ttl_days

    devices, ttl_days = await call.read(query)
    devices.sort(key=lambda a: a.auth_key_id != key)
    shown = [authorization_view(a, current=a.auth_key_id == key) for a in devices]
    return t.account.Authorizations(authorization_ttl_days=ttl_days, authorizations=shown)


@method("account.resetAuthorization")
async def reset_authorization(call: Call, q: f.account.ResetAuthorization) -> bool:
    """The other device is signed out and hears nothing more.

    Source: method/account.resetAuthorization
    Errors: HASH_INVALID, FRESH_RESET_AUTHORISATION_FORBIDDEN.
    """
    user_id, key, limited = call.user_id, call.device.auth_key_id, call.services.limits.limited
    close_keys(call, await call.write(lambda tx: authorizations.end(tx, user_id, key, q.hash, limited=limited)))
    return True


@method("account.changeAuthorizationSettings")
async def change_authorization_settings(call: Call, q: f.account.ChangeAuthorizationSettings) -> bool:
    """The device takes secret chats and calls as said, and is confirmed if said.

    Source: method/account.changeAuthorizationSettings
    Errors: HASH_INVALID.
    """
    user_id, key = call.user_id, call.device.auth_key_id
    secret = None if q.encrypted_requests_disabled is None else not q.encrypted_requests_disabled
    calls = None if q.call_requests_disabled is None else not q.call_requests_disabled
    await call.write(
        lambda tx: authorizations.change(
            tx, user_id, key, q.hash, confirmed=bool(q.confirmed), secret_chats=secret, calls=calls
        )
    )
    return True


@method("account.setAuthorizationTTL")
async def set_authorization_ttl(call: Call, q: f.account.SetAuthorizationTTL) -> bool:
    """Devices that give no sign of life for so many days are signed out.

    Source: method/account.setAuthorizationTTL
    Errors: TTL_DAYS_INVALID.
    """
    user_id = call.user_id
    await call.write(lambda tx: accounts.set_authorization_ttl(tx, user_id, q.authorization_ttl_days))
    return True


@method("account.getWebAuthorizations")
async def get_web_authorizations(call: Call, q: f.account.GetWebAuthorizations) -> t.account.WebAuthorizations:
    """Web sites signed in to by this account: this server offers no such sign-in, so there are none.

    Source: method/account.getWebAuthorizations
    """
    return t.account.WebAuthorizations(authorizations=[], users=[])


def authorization_view(a: Authorization, *, current: bool) -> t.Authorization:
    """One device as its owner sees it. Source: type/authorization"""
    return t.Authorization(
        current=current,
        encrypted_requests_disabled=bool(a.flags & NO_SECRET_CHATS),
        call_requests_disabled=bool(a.flags & NO_CALLS),
        unconfirmed=bool(a.flags & UNCONFIRMED) and not current,
        hash=0 if current else a.hash,
        device_model=a.device_model,
        platform=a.platform,
        system_version=a.system_version,
        api_id=a.api_id,
        app_name="",
        app_version=a.app_version,
        date_created=a.date,
        date_active=a.active,
        ip=a.ip,
        country="",
        region="",
    )
