"""The address to which login codes go. Source: api/auth#email-verification"""

from chappe.base.errors import Invalid, NotAllowed
from chappe.domain import auth, login_email, phones
from chappe.rpc.auth.codes import lang_code, pattern, policy
from chappe.rpc.auth.sign_in import description
from chappe.rpc.context import Call, method
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.sendVerifyEmailCode")
async def send_verify_email_code(call: Call, q: f.account.SendVerifyEmailCode) -> t.account.SentEmailCode:
    """A code is on its way to the address.

    Source: method/account.sendVerifyEmailCode
    Errors: EMAIL_INVALID, EMAIL_NOT_ALLOWED, FLOOD_WAIT_X.
    """
    require_login(q.purpose)
    rules, user_id, key, lang = policy(call), call.user_id, call.device.auth_key_id, lang_code(call)
    code, _ = auth.fresh(call.services.entropy)
    await call.write(lambda tx: login_email.send_code(tx, rules, user_id, key, q.email, code, lang))
    return t.account.SentEmailCode(email_pattern=pattern(q.email), length=phones.CODE_LENGTH)


@method("account.verifyEmail")
async def verify_email(call: Call, q: f.account.VerifyEmail) -> t.account.TypeEmailVerified:
    """The address is the caller's login address.

    Source: method/account.verifyEmail
    Errors: CODE_INVALID, EMAIL_VERIFY_EXPIRED, EMAIL_NOT_ALLOWED.
    """
    require_login(q.purpose)
    if not isinstance(q.verification, t.EmailVerificationCode):
        raise Invalid("code_invalid")
    rules, user_id, device, code = policy(call), call.user_id, description(call), q.verification.code
    email = auth.settled(await call.write(lambda tx: login_email.verify(tx, rules, user_id, device, code)))
    return t.account.EmailVerified(email=email)


def require_login(purpose: t.TypeEmailVerifyPurpose) -> None:
    """The address is for login codes of a signed-in person. Errors: NotAllowed email_not_allowed."""
    if not isinstance(purpose, t.EmailVerifyPurposeLoginChange):
        raise NotAllowed("email_not_allowed")
