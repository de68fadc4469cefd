"""The address to which a person's login codes go, proven by a code sent there.

Source: api/auth#email-verification
"""

import re
from hmac import compare_digest

from chappe.base.errors import Invalid, NotAllowed, Refusal
from chappe.base.ids import UserId
from chappe.domain import accounts, limits, outbox, texts, ways_in
from chappe.domain.auth import ATTEMPTS, CODE_S, Policy
from chappe.domain.authorizations import Authorization
from chappe.domain.limits import Rate
from chappe.store import Tx
from chappe.store.queries import codes as rows

_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,63}")
PURPOSE = "email"
RATE = Rate(5, 86_400)
"""Letters a day to prove an address."""


def send_code(tx: Tx, policy: Policy, user_id: UserId, auth_key_id: int, email: str, code: str, lang_code: str) -> None:
    """A code is on its way to the address.

    Source: method/account.sendVerifyEmailCode
    Errors: Invalid email_invalid; NotAllowed email_not_allowed when this server sends no mail; TooMany flood_wait_x.
    """
    require_address(email, policy)
    if policy.limited:
        limits.take(tx, f"email:user:{user_id}", RATE)
    name = _name(auth_key_id)
    rows.remove(tx, name)
    sealed = policy.wrapper.wrap(code.encode(), name.encode())
    digest = policy.wrapper.digest(code.encode(), name.encode())
    rows.insert(tx, name, email, auth_key_id, digest, sealed, "mail", tx.now + CODE_S, PURPOSE)
    subject, text = texts.code_letter(lang_code, code)
    payload = outbox.pack(outbox.Message(text, subject), policy.wrapper.seal)
    outbox.enqueue(tx, "mail", email, payload, expires=tx.now + CODE_S)


def require_address(email: str, policy: Policy) -> None:
    """It is an address, and this server sends mail. Errors: Invalid email_invalid; NotAllowed email_not_allowed."""
    if not _ADDRESS.fullmatch(email):
        raise Invalid("email_invalid")
    if "mail" not in policy.outlets:
        raise NotAllowed("email_not_allowed")


def verify(tx: Tx, policy: Policy, user_id: UserId, device: Authorization, code: str) -> str | Refusal:
    """The address that is the person's login address now; their other devices and the former one hear of it.

    Source: method/account.verifyEmail
    Errors (returned): Invalid code_invalid, email_verify_expired.
    """
    name = _name(device.auth_key_id)
    row = rows.code(tx, name)
    if row is None or row[7] <= tx.now or row[8] >= ATTEMPTS:
        return Invalid("email_verify_expired")
    if not compare_digest(policy.wrapper.digest(code.encode(), name.encode()), row[3]):
        rows.attempt(tx, name)
        return Invalid("code_invalid")
    rows.remove(tx, name)
    former = accounts.settings(tx, user_id).login_email
    ways_in.tell(tx, policy, user_id, device, ways_in.EMAIL, former if former != row[1] else "")
    accounts.change_settings(tx, user_id, login_email=row[1])
    return str(row[1])


def _name(auth_key_id: int) -> str:
    return f"email:{auth_key_id}"
