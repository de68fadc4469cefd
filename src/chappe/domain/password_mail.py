"""The address by which a forgotten password is recovered: proven by a code sent there, used by another.

Source: api/srp#email-verification, api/srp#password-recovery
A password that is set together with an address holds only once the address is proven, so that nobody is locked out by
a slip of the pen. Acts return a refusal instead of raising it where the attempt itself must be counted.
"""

from hmac import compare_digest

import msgspec

from chappe.base.errors import Invalid, NotAllowed, Refusal
from chappe.base.ids import Entropy, UserId
from chappe.domain import limits, outbox, password_texts, passwords, service_chat, ways_in
from chappe.domain.auth import ATTEMPTS, Policy
from chappe.domain.authorizations import Authorization
from chappe.domain.limits import Rate
from chappe.domain.login_email import require_address
from chappe.domain.passwords import Password
from chappe.store import Reader, Tx
from chappe.store.queries import codes as rows
from chappe.store.queries import dialogs
from chappe.store.queries import passwords as kept

CODE_LENGTH = 8
"""Longer than that of a login code: who guesses it is in."""
CODE_S = 3600
LETTERS = Rate(10, 86_400)
"""Letters a day about one person's password."""
_WAITING = "password_waiting"


class Waiting(msgspec.Struct, array_like=True, frozen=True):
    """An address that is not proven yet, with the password that begins to hold then, if there is a new one."""

    email: str
    salt1: bytes = b""
    salt2: bytes = b""
    wrapped: bytes = b""
    hint: str = ""


def fresh(entropy: Entropy) -> str:
    """An unpredictable code."""
    return f"{int.from_bytes(entropy(8), 'big') % 10**CODE_LENGTH:0{CODE_LENGTH}}"


def waiting(rx: Reader, user_id: UserId) -> Waiting | None:
    """The address that waits to be proven, if there is one."""
    value = dialogs.preference(rx, user_id, _WAITING)
    return msgspec.msgpack.decode(value, type=Waiting) if value else None


def propose(
    tx: Tx, policy: Policy, user_id: UserId, email: str, password: Password | None, code: str, lang_code: str
) -> None:
    """The address, and the password if one is given, hold as soon as the code sent there comes back.

    Source: method/account.updatePasswordSettings
    Errors: Invalid email_invalid, new_salt_invalid, new_settings_invalid; NotAllowed email_not_allowed when this
    server sends no mail; TooMany flood_wait_x.
    """
    require_address(email, policy)
    if password is None and not passwords.exists(tx, user_id):
        raise Invalid("new_settings_invalid")
    made = Waiting(email)
    if password is not None:
        wrapped = passwords.wrapped(policy.wrapper, user_id, password)
        made = Waiting(email, password.salt1, password.salt2, wrapped, password.hint)
    dialogs.set_preference(tx, user_id, _WAITING, msgspec.msgpack.encode(made))
    _send(tx, policy, user_id, "proof", email, code, lang_code)


def resend(tx: Tx, policy: Policy, user_id: UserId, code: str, lang_code: str) -> None:
    """Another code is on its way to the address that waits.

    Errors: Invalid email_hash_expired; TooMany flood_wait_x.
    """
    found = waiting(tx, user_id)
    if found is None:
        raise Invalid("email_hash_expired")
    _send(tx, policy, user_id, "proof", found.email, code, lang_code)


def confirm(tx: Tx, policy: Policy, user_id: UserId, code: str, device: Authorization) -> Refusal | None:
    """The address is the password's, and the password that waited with it holds; other devices hear of it.

    Source: method/account.confirmPasswordEmail
    Errors (returned): Invalid code_invalid, email_hash_expired.
    """
    found = waiting(tx, user_id)
    refusal = _check(tx, policy, user_id, "proof", code, Invalid("email_hash_expired"))
    if refusal is not None or found is None:
        return refusal or Invalid("email_hash_expired")
    rows.remove(tx, _name("proof", user_id))
    cancel(tx, user_id)
    before = kept.of_user(tx, user_id)
    what = (ways_in.CHANGED if before else ways_in.SET) if found.wrapped else ways_in.ADDRESS
    former = str(before[4]) if before and before[4] != found.email else ""
    ways_in.tell(tx, policy, user_id, device, what, former)
    if found.wrapped:
        kept.put(tx, user_id, found.salt1, found.salt2, found.wrapped, found.hint, found.email)
    else:
        set_address(tx, user_id, found.email)
    return None


def set_address(tx: Tx, user_id: UserId, email: str) -> None:
    """The password is recovered by this address, or by none."""
    kept.set_email(tx, user_id, email)


def cancel(tx: Tx, user_id: UserId) -> None:
    """No address waits, nor the password with it. Source: method/account.cancelPasswordEmail"""
    dialogs.set_preference(tx, user_id, _WAITING, b"")


def request(tx: Tx, policy: Policy, user_id: UserId, code: str, lang_code: str) -> str:
    """A code that replaces the password is on its way; the address it goes to.

    Source: method/auth.requestPasswordRecovery
    Errors: Invalid password_empty, password_recovery_na; TooMany flood_wait_x.
    """
    row = kept.of_user(tx, user_id)
    if row is None:
        raise Invalid("password_empty")
    if not row[4] or "mail" not in policy.outlets:
        raise Invalid("password_recovery_na")
    _send(tx, policy, user_id, "recovery", row[4], code, lang_code)
    return str(row[4])


def check(tx: Tx, policy: Policy, user_id: UserId, code: str) -> Refusal | None:
    """The code is right; it can still be used. Source: method/auth.checkRecoveryPassword

    Errors (returned): Invalid code_empty, code_invalid, password_recovery_expired.
    """
    return _check(tx, policy, user_id, "recovery", code, Invalid("password_recovery_expired"))


def recover(tx: Tx, policy: Policy, user_id: UserId, code: str, new: Password | None, lang_code: str) -> Refusal | None:
    """The password is the new one, or there is none; all devices hear of it.

    Source: method/auth.recoverPassword
    Errors: Invalid new_salt_invalid, new_settings_invalid. Errors (returned): as `check`.
    """
    refusal = check(tx, policy, user_id, code)
    if refusal is not None:
        return refusal
    rows.remove(tx, _name("recovery", user_id))
    if new is None:
        passwords.remove(tx, user_id)
    else:
        passwords.set_password(tx, policy.wrapper, user_id, new)
    passwords.replaced(tx, user_id)
    service_chat.tell(tx, user_id, password_texts.recovered(lang_code, tx.now))
    return None


def _check(tx: Tx, policy: Policy, user_id: UserId, what: str, code: str, late: Refusal) -> Refusal | None:
    if not code:
        return Invalid("code_empty")
    name = _name(what, user_id)
    row = rows.code(tx, name)
    if row is None or row[7] <= tx.now or row[8] >= ATTEMPTS:
        return late
    if not compare_digest(policy.wrapper.digest(code.encode(), name.encode()), row[3]):
        rows.attempt(tx, name)
        return Invalid("code_invalid")
    return None


def _send(tx: Tx, policy: Policy, user_id: UserId, what: str, email: str, code: str, lang_code: str) -> None:
    if "mail" not in policy.outlets:
        raise NotAllowed("email_not_allowed")
    limits.take(tx, f"password_mail:{user_id}", LETTERS)  # in test mode too: each letter is a handful of guesses
    name = _name(what, user_id)
    rows.remove(tx, name)
    digest = policy.wrapper.digest(code.encode(), name.encode())
    rows.insert(tx, name, email, 0, digest, b"", "mail", tx.now + CODE_S, what)
    subject, text = password_texts.letter(lang_code, what, code)
    payload = outbox.pack(outbox.Message(text, subject), policy.wrapper.seal)
    outbox.enqueue(tx, "mail", email, payload, expires=tx.now + CODE_S)


def _name(what: str, user_id: UserId) -> str:
    return f"{what}:{user_id}"
