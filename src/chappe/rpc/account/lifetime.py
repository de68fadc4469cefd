"""How long an account lives, its end, and a new number for it. Source: api/account-deletion"""

from chappe.base.errors import Conflict, NotAllowed, TooMany
from chappe.domain import accounts, auth, authorizations, bots, contacts, ways_in
from chappe.domain.auth import CHANGE_PHONE
from chappe.rpc.account.password import require_password
from chappe.rpc.account.profile import own_user
from chappe.rpc.auth.codes import ask, claim, phone, policy, sent_code_view
from chappe.rpc.auth.keys import close_keys
from chappe.rpc.auth.sign_in import description
from chappe.rpc.context import Call, method
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.getAccountTTL")
async def get_account_ttl(call: Call, q: f.account.GetAccountTTL) -> t.AccountDaysTTL:
    """After how many days without a sign of life the account is deleted. Source: method/account.getAccountTTL"""
    user_id = call.user_id
    return t.AccountDaysTTL(days=(await call.read(lambda rx: accounts.get(rx, user_id))).ttl_days)


@method("account.setAccountTTL")
async def set_account_ttl(call: Call, q: f.account.SetAccountTTL) -> bool:
    """The account is deleted after so many days without a sign of life.

    Source: method/account.setAccountTTL
    Errors: TTL_DAYS_INVALID.
    """
    user_id = call.user_id
    await call.write(lambda tx: accounts.set_ttl(tx, user_id, q.ttl.days))
    return True


@method("account.deleteAccount")
async def delete_account(call: Call, q: f.account.DeleteAccount) -> bool:
    """The account and its bots are gone and none of their devices is signed in.

    Source: method/account.deleteAccount
    Errors: PASSWORD_HASH_INVALID, also when it has a password and none was given; SRP_ID_INVALID; 2FA_CONFIRM_WAIT_X
    without a password, on a device that has been signed in for less than a day beside others.
    """
    user_id = call.user_id
    if await require_password(call, user_id, q.password) is None and (wait_s := await _too_fresh_s(call)):
        raise TooMany("2fa_confirm_wait_x", wait_s)

    def act(tx: Tx) -> list[int]:
        keys = [*authorizations.end_all(tx, user_id), *bots.delete_all(tx, user_id)]
        accounts.delete(tx, user_id)
        return keys

    own = {call.device.auth_key_id, call.request.auth_key_id}
    ended = await call.write(act)
    call.services.devices.signed_out(call.device)
    call.device.ended = "user_deactivated"
    close_keys(call, [key for key in ended if key not in own], "user_deactivated")
    return True


async def _too_fresh_s(call: Call) -> int:
    """How long the device must wait before it may take the account away from others."""
    user_id, key, now = call.user_id, call.device.auth_key_id, call.now()
    if not call.services.limits.limited:
        return 0
    return await call.read(lambda rx: authorizations.too_fresh_s(rx, user_id, key, now))


@method("account.sendChangePhoneCode")
async def send_change_phone_code(call: Call, q: f.account.SendChangePhoneCode) -> t.auth.TypeSentCode:
    """A code for the new number is on its way.

    Source: method/account.sendChangePhoneCode
    Errors: PHONE_NUMBER_INVALID, PHONE_NUMBER_OCCUPIED, FLOOD_WAIT_X, FRESH_CHANGE_PHONE_FORBIDDEN.
    """
    number = phone(call, q.phone_number)
    if await _too_fresh_s(call):
        raise NotAllowed("fresh_change_phone_forbidden")
    if call.services.limits.limited:  # the answer tells whether somebody has the number
        await call.write(lambda tx: contacts.take_lookups(tx, call.user_id, 1))
    if await call.read(lambda rx: accounts.by_phone(rx, number)) is not None:
        raise Conflict("phone_number_occupied")
    return sent_code_view(call, await ask(call, number, CHANGE_PHONE))


@method("account.changePhone")
async def change_phone(call: Call, q: f.account.ChangePhone) -> t.TypeUser:
    """The caller's number is the new one.

    Source: method/account.changePhone
    Errors: PHONE_NUMBER_INVALID, PHONE_CODE_EMPTY, PHONE_CODE_INVALID, PHONE_CODE_EXPIRED, PHONE_NUMBER_OCCUPIED.
    After: the other devices hear of it.
    """
    device = description(call)
    about, rules = claim(call, q.phone_number, q.phone_code_hash, CHANGE_PHONE), policy(call)
    user_id, origin = call.user_id, call.device.auth_key_id
    refusal = await call.write(lambda tx: auth.check_code(tx, rules, about, q.phone_code))
    auth.settled(refusal)

    def act(tx: Tx) -> None:
        auth.take_verified(tx, about)
        accounts.change_phone(tx, user_id, about.phone, origin)
        ways_in.tell(tx, rules, user_id, device, ways_in.PHONE)

    await call.write(act)
    return await own_user(call)


@method("account.invalidateSignInCodes")
async def invalidate_sign_in_codes(call: Call, q: f.account.InvalidateSignInCodes) -> bool:
    """Codes of the caller that were shown to others open nothing any more.

    Source: method/account.invalidateSignInCodes
    """
    user_id, rules = call.user_id, policy(call)

    def act(tx: Tx) -> None:
        auth.withdraw_codes(tx, accounts.get(tx, user_id).phone, q.codes, rules)

    await call.write(act)
    return True
