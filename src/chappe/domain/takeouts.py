"""Exports that people begin of their own data, from a device of theirs.

Source: api/takeout, gdpr/15, gdpr/20
While one is open the device may fetch the file of what is known of the person (`domain.portability`), which ordinary
calls do not give. All their devices are told, and a device that came a moment ago waits.
"""

from chappe.base.errors import Invalid, NotAllowed, TooMany
from chappe.base.ids import UserId
from chappe.domain import accounts, authorizations, journal, service_chat, texts
from chappe.store import Reader, Tx
from chappe.store.queries import takeouts as rows

KEPT_S = 30 * 86_400
"""How long an export may take."""
ASKED = 0
"""In the place of an id: the device asked too early."""


def begin(
    tx: Tx, user_id: UserId, auth_key_id: int, takeout_id: int, scope: str, lang_code: str, *, limited: bool = True
) -> TooMany | None:
    """The device exports under this id, in place of an earlier one; or the refusal that says how long it waits.

    Source: method/account.initTakeoutSession
    Shape: scope is what was asked for, a space between. A device waits a day from its sign-in, unless it is as old as
    the account. Errors: returned, since the person is told of the attempt: TooMany takeout_init_delay_x.
    After: a message in the chat with the server; journal takeout_begun, takeout_delayed.
    """
    [device] = [one for one in authorizations.of_user(tx, user_id) if one.auth_key_id == auth_key_id]
    wait_s = device.date + authorizations.FRESH_S - tx.now
    if limited and wait_s > 0 and device.date - accounts.get(tx, user_id).date > authorizations.FRESH_S:
        known = rows.of_device(tx, user_id, auth_key_id)
        if known is None:
            rows.put(tx, user_id, auth_key_id, ASKED, scope)
            journal.record(tx, "takeout_delayed", f"user:{user_id}", f"user:{user_id}", hash=device.hash)
            service_chat.tell(tx, user_id, texts.takeout(lang_code, tx.now, device.device_model, device.ip, wait_s))
        return TooMany("takeout_init_delay_x", wait_s)
    rows.put(tx, user_id, auth_key_id, takeout_id, scope)
    journal.record(tx, "takeout_begun", f"user:{user_id}", f"user:{user_id}", hash=device.hash)
    service_chat.tell(tx, user_id, texts.takeout(lang_code, tx.now, device.device_model, device.ip))
    return None


def require(rx: Reader, user_id: UserId, auth_key_id: int, takeout_id: int) -> None:
    """The device's export has this id. Errors: Invalid takeout_invalid."""
    found = rows.of_device(rx, user_id, auth_key_id)
    if not takeout_id or found is None or found[0] != takeout_id or rx.now - found[2] > KEPT_S:
        raise Invalid("takeout_invalid")


def require_any(rx: Reader, user_id: UserId, auth_key_id: int) -> None:
    """The device exports. Errors: NotAllowed takeout_required."""
    found = rows.of_device(rx, user_id, auth_key_id)
    if found is None or found[0] == ASKED or rx.now - found[2] > KEPT_S:
        raise NotAllowed("takeout_required")


def finish(tx: Tx, user_id: UserId, auth_key_id: int) -> None:
    """The device's export is over.

    Source: method/account.finishTakeoutSession
    Errors: NotAllowed takeout_required. After: journal takeout_ended.
    """
    require_any(tx, user_id, auth_key_id)
    rows.remove(tx, user_id, auth_key_id)
    journal.record(tx, "takeout_ended", f"user:{user_id}", f"user:{user_id}")


def forget_old(tx: Tx) -> int:
    """Exports that take too long are over; how many were."""
    return rows.forget_old(tx, tx.now - KEPT_S)
