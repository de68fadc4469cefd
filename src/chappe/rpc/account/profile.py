"""What a person says of themselves, their username, their birthday, their presence. Source: type/User"""

from chappe.domain import accounts, authorizations, presence
from chappe.rpc.context import Call, method
from chappe.rpc.results import users
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.updateProfile")
async def update_profile(call: Call, q: f.account.UpdateProfile) -> t.TypeUser:
    """Names and bio are as given, the rest as before; who knows the caller hears of a new name.

    Source: method/account.updateProfile
    Errors: FIRSTNAME_INVALID, LASTNAME_INVALID, ABOUT_TOO_LONG.
    """
    user_id, origin = call.user_id, call.device.auth_key_id
    await call.write(lambda tx: accounts.edit_profile(tx, user_id, q.first_name, q.last_name, q.about, origin))
    return await own_user(call)


@method("account.checkUsername")
async def check_username(call: Call, q: f.account.CheckUsername) -> bool:
    """True if the caller could take the username.

    Source: method/account.checkUsername
    Errors: USERNAME_INVALID.
    """
    user_id = call.user_id
    return await call.read(lambda rx: accounts.username_free(rx, user_id, q.username))


@method("account.updateUsername")
async def update_username(call: Call, q: f.account.UpdateUsername) -> t.TypeUser:
    """The caller holds the username, or none.

    Source: method/account.updateUsername
    Errors: USERNAME_INVALID, USERNAME_OCCUPIED, USERNAME_NOT_MODIFIED.
    """
    user_id, origin = call.user_id, call.device.auth_key_id
    await call.write(lambda tx: accounts.set_username(tx, user_id, q.username, origin))
    return await own_user(call)


@method("account.updateBirthday")
async def update_birthday(call: Call, q: f.account.UpdateBirthday) -> bool:
    """The caller's birthday is this one, or nobody's business.

    Source: method/account.updateBirthday
    Errors: BIRTHDAY_INVALID.
    """
    user_id, day = call.user_id, q.birthday
    given = (day.day, day.month, day.year) if day else (0, 0, None)
    await call.write(lambda tx: accounts.set_birthday(tx, user_id, *given))
    return True


@method("account.updateStatus")
async def update_status(call: Call, q: f.account.UpdateStatus) -> bool:
    """The caller is here for five minutes, or has left. Source: method/account.updateStatus"""
    user_id, key, ip = call.user_id, call.device.auth_key_id, call.request.ip

    def act(tx: Tx) -> None:
        presence.set_online(tx, user_id, not q.offline)
        authorizations.touch(tx, user_id, key, ip)

    await call.write(act)
    return True


async def own_user(call: Call) -> t.TypeUser:
    """The caller as they see themselves."""
    (user,) = await users(call, (call.user_id,))
    return user
