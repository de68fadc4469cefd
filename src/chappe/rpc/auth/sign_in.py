"""auth.signIn, signUp, logOut: a device comes to belong to a person, and leaves. Source: api/auth"""

from collections.abc import Sequence

from chappe.base.ids import UserId
from chappe.domain import auth, authorizations, passwords, sign_in, tokens
from chappe.domain.authorizations import Authorization
from chappe.domain.limits import network
from chappe.rpc.auth.codes import claim, policy
from chappe.rpc.context import Call, Device, method
from chappe.rpc.results import users
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("auth.signIn", open=True)
async def sign_in_(call: Call, q: f.auth.SignIn) -> t.auth.TypeAuthorization:
    """The device belongs to the number's owner; without an account yet, it may sign up.

    Source: method/auth.signIn
    Errors: PHONE_NUMBER_INVALID, PHONE_CODE_HASH_EMPTY, PHONE_CODE_EMPTY, PHONE_CODE_INVALID, PHONE_CODE_EXPIRED,
    PHONE_NUMBER_APP_SIGNUP_FORBIDDEN, SESSION_PASSWORD_NEEDED.
    """
    about, rules, device = claim(call, q.phone_number, q.phone_code_hash), policy(call), description(call)
    code, there = typed_code(q), call.services.places.country(call.request.ip)
    user_id = auth.settled(await call.write(lambda tx: sign_in.by_code(tx, rules, about, code, device, there)))
    if user_id is None:
        return t.auth.AuthorizationSignUpRequired()
    return await entered(call, user_id)


@method("auth.signUp", open=True)
async def sign_up(call: Call, q: f.auth.SignUp) -> t.auth.TypeAuthorization:
    """The account exists and the device belongs to it.

    Source: method/auth.signUp
    Errors: PHONE_NUMBER_INVALID, PHONE_CODE_HASH_EMPTY, PHONE_CODE_EMPTY, PHONE_CODE_EXPIRED, FIRSTNAME_INVALID,
    LASTNAME_INVALID, PHONE_NUMBER_OCCUPIED, PHONE_NUMBER_APP_SIGNUP_FORBIDDEN, FLOOD_WAIT_X.
    """
    about, rules, device = claim(call, q.phone_number, q.phone_code_hash), policy(call), description(call)
    names, quiet, place = (q.first_name, q.last_name), bool(q.no_joined_notifications), network(call.request.ip)
    there = call.services.places.country(call.request.ip)
    user_id = await call.write(
        lambda tx: sign_in.by_new_account(tx, rules, about, names, device, quiet=quiet, network=place, country=there)
    )
    return await entered(call, user_id)


@method("auth.logOut")
async def log_out(call: Call, q: f.auth.LogOut) -> t.auth.LoggedOut:
    """The device belongs to nobody; its keys stay and may sign in again.

    Source: method/auth.logOut, api/auth#future-auth-tokens
    Who has a password is left a token that stands for the login code; without one it would open the account alone.
    """
    user_id, key, token = call.user_id, call.device.auth_key_id, call.services.entropy(tokens.TOKEN_BYTES)

    def act(tx: Tx) -> bool:
        authorizations.sign_out(tx, user_id, key)
        if not passwords.exists(tx, user_id):
            return False
        tokens.leave(tx, user_id, key, token)
        return True

    left = await call.write(act)
    call.services.devices.signed_out(call.device)
    return t.auth.LoggedOut(future_auth_token=token if left else None)


def typed_code(q: f.auth.SignIn) -> str:
    """What was typed in, whichever way the code came."""
    if isinstance(q.email_verification, t.EmailVerificationCode):
        return q.email_verification.code
    return q.phone_code or ""


async def by_earlier_token(call: Call, phone: str, shown: Sequence[bytes]) -> None:
    """The device, if it shows a token that the number's owner left, is told to give the password.

    Source: api/auth#future-auth-tokens
    Errors: SESSION_PASSWORD_NEEDED.
    """
    device = description(call)
    auth.settled(await call.write(lambda tx: sign_in.by_token(tx, phone, shown, device)))


async def entered(call: Call, user_id: UserId) -> t.auth.Authorization:
    """The device is known as the person's; who that is. Source: type/auth.authorization"""
    call.services.devices.signed_in(call.device, user_id)
    call.user_id = user_id
    (user,) = await users(call, (user_id,))
    return t.auth.Authorization(user=user)


def description(call: Call) -> Authorization:
    """The calling device as its owner will see it in the list of sessions."""
    hash_ = int.from_bytes(call.services.entropy(8), "little", signed=True) or 1
    return description_of(call.device.auth_key_id, call.device, hash_, call.now())


def description_of(auth_key_id: int, device: Device | None, hash_: int, now: int) -> Authorization:
    """What is known of a device; nothing but its key when it is not connected here."""
    init = device.init if device else None
    return Authorization(
        auth_key_id=auth_key_id,
        hash=hash_,
        api_id=init.api_id if init else 0,
        device_model=init.device_model if init else "",
        platform=platform(init.system_version, init.lang_pack) if init else "",
        system_version=init.system_version if init else "",
        app_version=init.app_version if init else "",
        lang_code=init.lang_code if init else "",
        ip=device.ip if device else "",
        date=now,
        active=now,
        flags=authorizations.UNCONFIRMED,
        port=device.port if device else 0,
    )


def platform(system_version: str, lang_pack: str) -> str:
    """The platform a client runs on, as far as it tells."""
    told = f"{lang_pack} {system_version}".lower()
    names = {"android": "Android", "ios": "iOS", "macos": "macOS", "windows": "Windows", "linux": "Linux",
             "tdesktop": "Desktop", "web": "Web"}  # fmt: skip
    return next((name for sign, name in names.items() if sign in told), "Desktop")
