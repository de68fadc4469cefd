"""The address of a password, and the ways back for who forgot it.

Source: api/srp#password-recovery, api/srp#password-reset
"""

from chappe.base.errors import Invalid
from chappe.domain import auth, password_mail, password_reset, sign_in
from chappe.domain.password_reset import Declined, Waits
from chappe.domain.passwords import Password
from chappe.rpc.account.password import password_of, whose
from chappe.rpc.auth.codes import lang_code, pattern, policy
from chappe.rpc.auth.sign_in import description, entered
from chappe.rpc.context import Call, method
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.confirmPasswordEmail")
async def confirm_password_email(call: Call, q: f.account.ConfirmPasswordEmail) -> bool:
    """The address is the password's, and a password set with it holds.

    Source: method/account.confirmPasswordEmail
    Errors: CODE_EMPTY, CODE_INVALID, EMAIL_HASH_EXPIRED.
    """
    rules, user_id, device = policy(call), call.user_id, description(call)
    auth.settled(await call.write(lambda tx: password_mail.confirm(tx, rules, user_id, q.code, device)))
    return True


@method("account.resendPasswordEmail")
async def resend_password_email(call: Call, q: f.account.ResendPasswordEmail) -> bool:
    """Another code is on its way to the address that waits.

    Source: method/account.resendPasswordEmail
    Errors: EMAIL_HASH_EXPIRED, FLOOD_WAIT_X.
    """
    rules, user_id, lang = policy(call), call.user_id, lang_code(call)
    code = password_mail.fresh(call.services.entropy)
    await call.write(lambda tx: password_mail.resend(tx, rules, user_id, code, lang))
    return True


@method("account.cancelPasswordEmail")
async def cancel_password_email(call: Call, q: f.account.CancelPasswordEmail) -> bool:
    """No address waits to be proven, nor a password with it. Source: method/account.cancelPasswordEmail"""
    user_id = call.user_id
    await call.write(lambda tx: password_mail.cancel(tx, user_id))
    return True


@method("auth.requestPasswordRecovery", open=True)
async def request_password_recovery(call: Call, q: f.auth.RequestPasswordRecovery) -> t.auth.PasswordRecovery:
    """A code that replaces the password is on its way to its address.

    Source: method/auth.requestPasswordRecovery
    Errors: AUTH_KEY_UNREGISTERED, PASSWORD_EMPTY, PASSWORD_RECOVERY_NA, FLOOD_WAIT_X.
    """
    user_id, rules, lang = await whose(call), policy(call), lang_code(call)
    code = password_mail.fresh(call.services.entropy)
    email = await call.write(lambda tx: password_mail.request(tx, rules, user_id, code, lang))
    return t.auth.PasswordRecovery(email_pattern=pattern(email))


@method("auth.checkRecoveryPassword", open=True)
async def check_recovery_password(call: Call, q: f.auth.CheckRecoveryPassword) -> bool:
    """The code is right and can be used.

    Source: method/auth.checkRecoveryPassword
    Errors: AUTH_KEY_UNREGISTERED, CODE_EMPTY, CODE_INVALID, PASSWORD_RECOVERY_EXPIRED.
    """
    user_id, rules = await whose(call), policy(call)
    auth.settled(await call.write(lambda tx: password_mail.check(tx, rules, user_id, q.code)))
    return True


@method("auth.recoverPassword", open=True)
async def recover_password(call: Call, q: f.auth.RecoverPassword) -> t.auth.TypeAuthorization:
    """The password is the new one, or gone, and the device that owed it is signed in.

    Source: method/auth.recoverPassword
    Errors: AUTH_KEY_UNREGISTERED, CODE_EMPTY, CODE_INVALID, PASSWORD_RECOVERY_EXPIRED, NEW_SALT_INVALID,
    NEW_SETTINGS_INVALID.
    """
    user_id, rules, lang, device = await whose(call), policy(call), lang_code(call), description(call)
    new: Password | None = None
    if q.new_settings is not None and q.new_settings.new_algo is not None:
        if q.new_settings.email:
            raise Invalid("new_settings_invalid")
        new = password_of(q.new_settings)
    auth.settled(await call.write(lambda tx: password_mail.recover(tx, rules, user_id, q.code, new, lang)))
    if not call.user_id:
        await call.write(lambda tx: sign_in.by_password(tx, user_id, device))
    return await entered(call, user_id)


@method("account.resetPassword")
async def reset_password(call: Call, q: f.account.ResetPassword) -> t.account.TypeResetPasswordResult:
    """The password goes in a week, unless somebody declines; or is gone, if the week is over.

    Source: method/account.resetPassword
    Errors: PASSWORD_EMPTY.
    """
    user_id, rules, device = call.user_id, policy(call), description(call)
    found = await call.write(lambda tx: password_reset.reset(tx, rules, user_id, device))
    if isinstance(found, Waits):
        return t.account.ResetPasswordRequestedWait(until_date=found.date)
    if isinstance(found, Declined):
        return t.account.ResetPasswordFailedWait(retry_date=found.date)
    return t.account.ResetPasswordOk()


@method("account.declinePasswordReset")
async def decline_password_reset(call: Call, q: f.account.DeclinePasswordReset) -> bool:
    """The password stays, and cannot be reset before a week is over.

    Source: method/account.declinePasswordReset
    Errors: RESET_REQUEST_MISSING.
    """
    user_id, rules, device = call.user_id, policy(call), description(call)
    await call.write(lambda tx: password_reset.decline(tx, rules, user_id, device))
    return True
