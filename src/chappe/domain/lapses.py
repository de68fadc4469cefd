"""What is abandoned ends: devices and accounts that gave no sign of life, the boxes of deleted accounts.

Source: api/account-deletion, method/account.setAccountTTL, method/account.setAuthorizationTTL
"""

from dataclasses import dataclass

from chappe.base.ids import UserId
from chappe.domain import accounts, authorizations, bots, farewells, room_editing
from chappe.domain.access import SERVICE_USER
from chappe.store import Reader, Tx
from chappe.store.queries import lapses as rows
from chappe.store.queries import rooms as room_rows

AT_ONCE = 20
ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What may end now, a batch of each; found outside the writing transaction."""

    devices: tuple[tuple[UserId, int], ...]
    accounts: tuple[UserId, ...]
    grave: UserId | None
    rooms: bool = False
    """Somebody is still in a deleted room."""


def due(rx: Reader, now: int) -> Lapsed:
    """Devices and accounts whose time is over, and a box to be emptied."""
    devices = tuple((UserId(owner), key) for owner, key in rows.silent_devices(rx, now, AT_ONCE))
    abandoned = tuple(UserId(i) for i in rows.abandoned_accounts(rx, now, SERVICE_USER, AT_ONCE))
    grave = rows.next_grave(rx)
    rooms = room_rows.next_grave(rx) is not None
    return Lapsed(devices, abandoned, UserId(grave) if grave is not None else None, rooms)


def end(tx: Tx, lapsed: Lapsed) -> list[int]:
    """The devices are signed out, the accounts deleted, a batch of the box is gone; the keys that are nobody's now.

    After: journal authorization_ended, account_deleted; bot_deleted for the bots of each account.
    """
    keys: list[int] = []
    if lapsed.rooms:
        room_editing.put_out(tx)
    for user_id, key in lapsed.devices:
        if rows.is_silent(tx, user_id, key, tx.now):
            keys += authorizations.end_key(tx, user_id, key)
    for user_id in lapsed.accounts:
        if rows.is_abandoned(tx, user_id, tx.now):
            keys += [*authorizations.end_all(tx, user_id), *bots.delete_all(tx, user_id)]
            accounts.delete(tx, user_id)
    if lapsed.grave is not None and not _emptied(tx, lapsed.grave):
        rows.close_grave(tx, lapsed.grave)
    return keys


def _emptied(tx: Tx, grave: UserId) -> int:
    """A batch of the rooms, then of the box is gone; how much there was of it."""
    return farewells.leave_some(tx, grave) or rows.empty_box(tx, grave, ROWS_AT_ONCE)
