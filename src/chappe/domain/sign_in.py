"""How a device comes to belong to a person: by a code, by a new account, by a password, by another device.

Source: api/auth, method/auth.signIn, method/auth.signUp
"""

from collections.abc import Sequence
from contextlib import suppress

from chappe.base.errors import Conflict, Invalid, NotAllowed, Refusal, TooMany
from chappe.base.ids import UserId
from chappe.domain import (
    accounts,
    auth,
    authorizations,
    invites,
    leaving,
    limits,
    passkeys,
    phones,
    service_chat,
    territories,
    texts,
    tokens,
)  # fmt: skip
from chappe.domain.auth import Claim, Policy
from chappe.domain.authorizations import Authorization
from chappe.domain.limits import Rate
from chappe.domain.passkeys import Kept
from chappe.store import Reader, Tx
from chappe.store.queries import passwords, people

HALF_TOLD = Rate(1, 3600)
PASSWORD_S = 1800
"""How long a device that proved the number may take to give the password."""


def by_code(
    tx: Tx, policy: Policy, claim: Claim, code: str, device: Authorization, country: str = ""
) -> UserId | Refusal | None:
    """Who is signed in on the device now; None when the number is proven but has no account yet.

    Source: method/auth.signIn, requirements/leave
    Shape: country is that of the device's address, empty for unknown.
    Errors (returned): Invalid phone_code_empty, phone_code_invalid, phone_code_expired,
    phone_number_app_signup_forbidden; NotAllowed session_password_needed, after which the device may give the password.
    """
    refusal = auth.check_code(tx, policy, claim, code)
    if refusal is not None:
        return refusal
    found = people.by_phone(tx, claim.phone)
    if found is None:
        return None if _may_join(tx, claim.phone, country) else Invalid("phone_number_app_signup_forbidden")
    user_id = UserId(found)
    auth.take_verified(tx, claim)
    if passwords.of_user(tx, user_id) is not None:
        _tell_half(tx, user_id, device)
        return owing_password(tx, user_id, device.auth_key_id)
    authorizations.enter(tx, user_id, device)
    return user_id


def _tell_half(tx: Tx, user_id: UserId, device: Authorization) -> None:
    """The person's other devices hear that somebody has the code: of one who owes the password, once an hour.

    A code can be had with the number alone, by whoever can order it or take it over.
    """
    if not authorizations.others(tx, user_id, device.auth_key_id):
        return
    with suppress(TooMany):
        limits.take(tx, f"half login:{user_id}", HALF_TOLD)
        name = f"{device.device_model}, {device.app_version}".strip(", ")
        service_chat.tell(tx, user_id, texts.half_login(device.lang_code, tx.now, name, device.ip))


def by_new_account(
    tx: Tx, policy: Policy, claim: Claim, names: tuple[str, str], device: Authorization, *, quiet: bool, network: str,
    country: str = "",
) -> UserId:  # fmt: skip
    """The account exists and the device is signed in to it. Shape: country is that of its address, empty for unknown.

    Source: method/auth.signUp, requirements/leave
    Errors: Invalid phone_code_expired, phone_code_empty, phone_number_invalid, firstname_invalid, lastname_invalid,
    phone_number_app_signup_forbidden; Conflict phone_number_occupied; TooMany flood_wait_x.
    """
    accounts.require_names(*names)
    if not _may_join(tx, claim.phone, country):
        raise Invalid("phone_number_app_signup_forbidden")
    if auth.take_verified(tx, claim) == "page":  # a code for an account that was not there: only guessed
        raise Invalid("phone_number_invalid")
    if people.by_phone(tx, claim.phone) is not None:
        raise Conflict("phone_number_occupied")
    auth.take_sign_up(tx, policy, network)
    user_id = accounts.create(tx, claim.phone, *names, quiet=quiet)
    territories.seen_from(tx, user_id, country)
    invites.use(tx, claim.phone, user_id)
    authorizations.enter(tx, user_id, device)
    return user_id


def _may_join(rx: Reader, phone: str, country: str) -> bool:
    """True if accounts can be made where the number is from, or, if it is from nowhere, where the device is."""
    return leaving.takes_new(rx, phones.country(phone) or country)


def by_passkey(tx: Tx, kept: Kept, sign_count: int, device: Authorization) -> UserId | Refusal:
    """Who is signed in on the device now: the owner of the passkey, whose signature the caller has verified.

    Source: method/auth.finishPasskeyLogin
    Errors: Invalid credential_invalid. Errors (returned): NotAllowed session_password_needed.
    """
    passkeys.signed(tx, kept, sign_count)
    if passwords.of_user(tx, kept.user_id) is not None:
        return owing_password(tx, kept.user_id, device.auth_key_id)
    authorizations.enter(tx, kept.user_id, device)
    return kept.user_id


def owing_password(tx: Tx, user_id: UserId, auth_key_id: int) -> Refusal:
    """The device may give the person's password within half an hour; the refusal that says so."""
    passwords.pend(tx, auth_key_id, user_id, tx.now + PASSWORD_S)
    return NotAllowed("session_password_needed")


def by_token(tx: Tx, phone: str, shown: Sequence[bytes], device: Authorization) -> Refusal | None:
    """The device, which left one of the tokens when it signed out, may give the password; None for no such token.

    A token alone opens nothing: whoever once held a device would come back, when the password is gone, without a code.

    Source: api/auth#future-auth-tokens
    Errors (returned): NotAllowed session_password_needed.
    """
    found = people.by_phone(tx, phone)
    if found is None or passwords.of_user(tx, found) is None or not tokens.redeem_future(tx, UserId(found), shown):
        return None
    return owing_password(tx, UserId(found), device.auth_key_id)


def by_password(tx: Tx, user_id: UserId, device: Authorization) -> None:
    """The device, whose password was right, is signed in. Source: method/auth.checkPassword"""
    passwords.settle(tx, device.auth_key_id)
    authorizations.enter(tx, user_id, device)


def pending(rx: Reader, auth_key_id: int, now: int) -> UserId | None:
    """Whose password the device owes, if it owes one."""
    user_id = passwords.pending(rx, auth_key_id, now)
    return UserId(user_id) if user_id is not None else None
