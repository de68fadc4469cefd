"""What clients ask of the account at start-up, and where push services find its devices."""

from chappe.base.errors import Invalid, NotAllowed
from chappe.domain import push_tokens
from chappe.domain.push_tokens import PushToken
from chappe.rpc.context import Call, method
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.getContentSettings")
async def get_content_settings(call: Call, q: f.account.GetContentSettings) -> t.account.ContentSettings:
    """Whether sensitive content is shown; here nobody can choose it. Source: method/account.getContentSettings"""
    return t.account.ContentSettings()


@method("account.setContentSettings")
async def set_content_settings(call: Call, q: f.account.SetContentSettings) -> bool:
    """Refused unless it changes nothing.

    Source: method/account.setContentSettings
    Errors: SENSITIVE_CHANGE_FORBIDDEN.
    """
    if q.sensitive_enabled:
        raise NotAllowed("sensitive_change_forbidden")
    return True


@method("account.registerDevice", lacks="tokens other than web push are kept and never used")
async def register_device(call: Call, q: f.account.RegisterDevice) -> bool:
    """The device can be reached by this token while it is away.

    Source: method/account.registerDevice
    Errors: TOKEN_EMPTY, TOKEN_TYPE_INVALID, TOKEN_INVALID; WEBPUSH_TOKEN_INVALID, WEBPUSH_KEY_INVALID,
    WEBPUSH_AUTH_INVALID.
    """
    user_id, key = call.user_id, call.device.auth_key_id
    token = PushToken(q.token_type, q.token, bool(q.app_sandbox), bool(q.no_muted), bytes(q.secret))
    await call.write(lambda tx: push_tokens.register(tx, user_id, key, token))
    return True


@method("account.unregisterDevice")
async def unregister_device(call: Call, q: f.account.UnregisterDevice) -> bool:
    """The token reaches nobody.

    Source: method/account.unregisterDevice
    Errors: TOKEN_INVALID.
    """
    user_id, key = call.user_id, call.device.auth_key_id
    if not await call.write(lambda tx: push_tokens.unregister(tx, user_id, key, q.token_type, q.token)):
        raise Invalid("token_invalid")
    return True

