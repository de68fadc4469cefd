"""A password that was forgotten is taken away: asked for by a device that is signed in, told to all, made in a week.

Source: api/srp#password-reset
For who forgot the password and reads no address that recovers it. Whoever holds a stolen session could ask, too: so
every device and every address of the person hears of it at once and may decline for a week, giving the password or
setting another ends it, what was declined cannot be asked for again for a week, and what nobody made in the week after
it was ready is worth nothing. A number and its codes alone do not get here: the device owes the password.
"""

from dataclasses import dataclass

from chappe.base.errors import Invalid, TooMany
from chappe.base.ids import UserId
from chappe.domain import accounts, authorizations, journal, limits, outbox, password_texts, passwords, service_chat
from chappe.domain.auth import Policy
from chappe.domain.authorizations import Authorization
from chappe.domain.limits import Rate
from chappe.store import Tx
from chappe.store.queries import passwords as rows

WAIT_S = 7 * 86_400
"""From the wish until the password can be taken away."""
OPEN_S = 7 * 86_400
"""How long it can be taken away then; whoever comes later must ask again."""
DECLINED = Rate(1, 7 * 86_400)
"""How long a declined one cannot be asked for again."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The password can be taken away from the date on."""

    date: int


@dataclass(frozen=True, slots=True)
class Declined:
    """It was declined lately and can be asked for again from the date on."""

    date: int


def pending(reset_date: int, now: int) -> int:
    """From when the password may be taken away; 0 when nobody asked, or too long ago."""
    return reset_date if reset_date and now < reset_date + OPEN_S else 0


def reset(tx: Tx, policy: Policy, user_id: UserId, device: Authorization) -> Waits | Declined | None:
    """The password is gone (None) if it was asked for a week ago; else it is asked for now and the person told.

    Source: method/account.resetPassword
    Errors: Invalid password_empty.
    After: journal password_reset_begun or password_reset_made; letters where the person has addresses.
    """
    ready = _ready(tx, user_id)
    if ready is None:
        raise Invalid("password_empty")
    if 0 < ready <= tx.now:
        _make(tx, policy, user_id, device)
        return None
    if ready:
        return Waits(ready)
    try:
        limits.require(tx, _subject(user_id), DECLINED)
    except TooMany as refusal:
        return Declined(tx.now + refusal.wait_s)
    rows.set_reset(tx, user_id, tx.now + WAIT_S)
    journal.record(tx, "password_reset_begun", f"user:{user_id}", f"user:{user_id}", ready=tx.now + WAIT_S)
    _tell(tx, policy, user_id, device, "begun", tx.now + WAIT_S)
    return Waits(tx.now + WAIT_S)


def decline(tx: Tx, policy: Policy, user_id: UserId, device: Authorization) -> None:
    """The password stays, and for a week nobody can ask again.

    Source: method/account.declinePasswordReset
    Errors: Invalid reset_request_missing.
    After: journal password_reset_declined.
    """
    if not _ready(tx, user_id):
        raise Invalid("reset_request_missing")
    rows.set_reset(tx, user_id, 0)
    limits.take(tx, _subject(user_id), DECLINED)
    journal.record(tx, "password_reset_declined", f"user:{user_id}", f"user:{user_id}")
    _tell(tx, policy, user_id, device, "declined", tx.now + DECLINED.window_s)


def _make(tx: Tx, policy: Policy, user_id: UserId, device: Authorization) -> None:
    _tell(tx, policy, user_id, device, "made", tx.now)
    passwords.remove(tx, user_id)
    passwords.replaced(tx, user_id)
    journal.record(tx, "password_reset_made", f"user:{user_id}", f"user:{user_id}")


def _ready(tx: Tx, user_id: UserId) -> int | None:
    """From when the password may be taken away, 0 for not asked; None when there is none."""
    row = rows.of_user(tx, user_id)
    return pending(row[5], tx.now) if row is not None else None


def _tell(tx: Tx, policy: Policy, user_id: UserId, device: Authorization, what: str, ready: int) -> None:
    """All devices and addresses hear of it, in the language of those who did not do it."""
    others = authorizations.others(tx, user_id, device.auth_key_id)
    lang = (others[0] if others else device).lang_code
    name = f"{device.device_model}, {device.app_version}".strip(", ")
    subject, text = password_texts.reset(lang, what, tx.now, ready, name, device.ip)
    service_chat.tell(tx, user_id, text)
    row = rows.of_user(tx, user_id)
    addresses = {row[4] if row is not None else "", accounts.settings(tx, user_id).login_email} - {""}
    if "mail" in policy.outlets:
        letter = outbox.pack(outbox.Message(text, subject), policy.wrapper.seal)
        for address in sorted(addresses):
            outbox.enqueue(tx, "mail", address, letter, expires=tx.now + WAIT_S)


def _subject(user_id: UserId) -> str:
    return f"password reset declined:{user_id}"
