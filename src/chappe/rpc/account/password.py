"""The second password: what a client needs to prove it, setting it, proving it. Source: api/srp"""

import asyncio
from dataclasses import replace

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import UserId
from chappe.domain import accounts, limits, password_mail, password_reset, passwords, sign_in, ways_in
from chappe.domain.auth import Policy
from chappe.domain.authorizations import Authorization
from chappe.domain.passwords import Answer, Challenge, Guesser, Password
from chappe.rpc.auth.codes import lang_code, pattern, policy
from chappe.rpc.auth.sign_in import description, entered
from chappe.rpc.context import Call, method
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

Algo = t.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow
SECURE_RANDOM_BYTES = 256


@method("account.getPassword", open=True)
async def get_password(call: Call, q: f.account.GetPassword) -> t.account.Password:
    """Whether there is a password, with a fresh challenge if so; and how a new one is to be made.

    Source: method/account.getPassword
    Errors: AUTH_KEY_UNREGISTERED for a device that is neither signed in nor owes a password.
    """
    user_id = await whose(call)
    entropy = call.services.entropy
    salt1, salt2 = passwords.new_salts(entropy)
    fresh = t.account.Password(
        new_algo=Algo(salt1=salt1, salt2=salt2, g=passwords.G, p=passwords.P_BYTES),
        new_secure_algo=t.SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000(salt=entropy(passwords.SALT1_BYTES)),
        secure_random=entropy(SECURE_RANDOM_BYTES),
    )
    email = (await call.read(lambda rx: accounts.settings(rx, user_id))).login_email if call.user_id else ""
    fresh.login_email_pattern = pattern(email) if email else None
    proposed = await call.read(lambda rx: password_mail.waiting(rx, user_id)) if call.user_id else None
    fresh.email_unconfirmed_pattern = pattern(proposed.email) if proposed else None
    password = await read_password(call, user_id)
    if password is None:
        return fresh
    fresh.has_recovery = bool(password.email)
    if call.user_id:  # who owes the password is not told what its owner is about to do
        fresh.pending_reset_date = password_reset.pending(password.reset_date, call.now()) or None
    challenge = await challenged(call, user_id, password)
    fresh.has_password = True
    fresh.current_algo = Algo(salt1=password.salt1, salt2=password.salt2, g=passwords.G, p=passwords.P_BYTES)
    fresh.srp_B, fresh.srp_id, fresh.hint = challenge.public, challenge.srp_id, password.hint or None
    return fresh


@method("auth.checkPassword", open=True)
async def check_password(call: Call, q: f.auth.CheckPassword) -> t.auth.TypeAuthorization:
    """The device that owed the password is signed in.

    Source: method/auth.checkPassword
    Errors: AUTH_KEY_UNREGISTERED, PASSWORD_HASH_INVALID, SRP_ID_INVALID, FLOOD_WAIT_X, USER_DEACTIVATED.
    """
    user_id, device = await whose(call), description(call)
    await require_password(call, user_id, q.password)
    if not call.user_id:
        await call.write(lambda tx: sign_in.by_password(tx, user_id, device))
    return await entered(call, user_id)


@method("account.getPasswordSettings")
async def get_password_settings(call: Call, q: f.account.GetPasswordSettings) -> t.account.PasswordSettings:
    """What is kept under the password: the address that recovers it.

    Source: method/account.getPasswordSettings
    Errors: PASSWORD_HASH_INVALID, SRP_ID_INVALID.
    """
    password = await require_password(call, call.user_id, q.password)
    return t.account.PasswordSettings(email=password.email or None if password else None)


@method("account.updatePasswordSettings")
async def update_password_settings(call: Call, q: f.account.UpdatePasswordSettings) -> bool:
    """The password is the new one, or there is none any more; with a new address, once that is proven.

    Source: method/account.updatePasswordSettings
    Errors: PASSWORD_HASH_INVALID, SRP_ID_INVALID, NEW_SALT_INVALID, NEW_SETTINGS_INVALID, EMAIL_INVALID,
    EMAIL_NOT_ALLOWED, FLOOD_WAIT_X; EMAIL_UNCONFIRMED_X when the address is still to be proven.
    """
    user_id, new, rules, device = call.user_id, q.new_settings, policy(call), description(call)
    old = await require_password(call, user_id, q.password)
    # COMPAT Telethon: an empty hash removes the password, whatever the algorithm beside it.
    if new.new_algo is not None and (not isinstance(new.new_algo, Algo) or not new.new_password_hash):
        if old is not None:
            await call.write(lambda tx: _removed(tx, rules, user_id, device))
        return True
    made = password_of(new) if new.new_algo is not None else None
    if new.email:
        await _propose(call, new.email, made)
        raise Invalid("email_unconfirmed_x", length=password_mail.CODE_LENGTH)
    address = old.email if old is not None and new.email is None else ""

    def act(tx: Tx) -> None:
        if made is not None:
            passwords.set_password(tx, rules.wrapper, user_id, replace(made, email=address))
            ways_in.tell(tx, rules, user_id, device, ways_in.SET if old is None else ways_in.CHANGED)
        elif new.email is not None and old is not None:
            password_mail.set_address(tx, user_id, "")
            ways_in.tell(tx, rules, user_id, device, ways_in.ADDRESS, old.email)

    await call.write(act)
    return True


def _removed(tx: Tx, rules: Policy, user_id: UserId, device: Authorization) -> None:
    passwords.remove(tx, user_id)
    ways_in.tell(tx, rules, user_id, device, ways_in.REMOVED)


async def _propose(call: Call, email: str, made: Password | None) -> None:
    """A code is on its way to the address."""
    rules, user_id, lang = policy(call), call.user_id, lang_code(call)
    code = password_mail.fresh(call.services.entropy)
    await call.write(lambda tx: password_mail.propose(tx, rules, user_id, email, made, code, lang))


def password_of(new: t.account.PasswordInputSettings) -> Password:
    """The password that the settings make. Errors: Invalid new_salt_invalid, new_settings_invalid."""
    if not isinstance(new.new_algo, Algo) or not new.new_password_hash:
        raise Invalid("new_settings_invalid")
    if new.new_algo.g != passwords.G or new.new_algo.p != passwords.P_BYTES:
        raise Invalid("new_salt_invalid")
    return Password(new.new_algo.salt1, new.new_algo.salt2, new.new_password_hash, new.hint or "")


async def require_password(
    call: Call, user_id: UserId, given: t.TypeInputCheckPasswordSRP | None
) -> Password | None:
    """Whoever calls knows the person's password, or there is none.

    Errors: Invalid password_hash_invalid, srp_id_invalid; TooMany flood_wait_x.
    """
    password = await read_password(call, user_id)
    if password is None:
        return None
    if not isinstance(given, t.InputCheckPasswordSRP):
        raise Invalid("password_hash_invalid")
    wrapper, guesser = call.services.wrapper, Guesser(user_id, bool(call.user_id), limits.network(call.request.ip))
    answer = Answer(given.srp_id, given.A, given.M1)
    secret = await call.write(lambda tx: passwords.take_challenge(tx, wrapper, guesser, answer.srp_id))
    if not await asyncio.to_thread(passwords.proves, password, secret, answer):
        raise Invalid("password_hash_invalid")
    await call.write(lambda tx: passwords.right(tx, guesser))
    return password


async def whose(call: Call) -> UserId:
    """The person signed in, or whose password the device owes. Errors: NotAllowed auth_key_unregistered."""
    if call.user_id:
        return call.user_id
    key, now = call.device.auth_key_id, call.now()
    user_id = await call.read(lambda rx: sign_in.pending(rx, key, now))
    if user_id is None:
        raise NotAllowed("auth_key_unregistered")
    return user_id


async def read_password(call: Call, user_id: UserId) -> Password | None:
    """The person's password, if there is one."""
    wrapper = call.services.wrapper

    def query(rx: Reader) -> Password | None:
        return passwords.of_user(rx, wrapper, user_id)

    return await call.read(query)


async def challenged(call: Call, user_id: UserId, password: Password) -> Challenge:
    """A fresh challenge, kept."""
    wrapper = call.services.wrapper
    made = await asyncio.to_thread(passwords.open_challenge, password, call.services.entropy)
    await call.write(lambda tx: passwords.keep_challenge(tx, wrapper, user_id, made))
    return made
