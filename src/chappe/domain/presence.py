"""Presence: who is here now, and who may know.

Source: method/account.updateStatus, api/privacy
"""

from chappe.base.ids import PeerId, UserId
from chappe.domain import accounts, privacy, scheduling, updates
from chappe.store import Reader, Tx
from chappe.store.queries import accounts as rows
from chappe.store.queries import people

ONLINE_S = 300
"""How long one sign of presence holds; clients repeat it. Source: api/config#online-cloud-timeout-ms"""
KEY = "StatusTimestamp"


def set_online(tx: Tx, user_id: UserId, online: bool) -> None:
    """The person is here for five minutes, or has just left; those who may know and are connected hear of it."""
    before = rows.last_seen(tx, user_id)
    if not online and before <= tx.now:
        return
    until = tx.now + ONLINE_S if online else tx.now
    rows.set_last_seen(tx, user_id, until)
    if online and before <= tx.now:
        scheduling.came_online(tx, user_id)
    for viewer in _watchers(tx, user_id):
        updates.pass_on(tx, PeerId(viewer), updates.Presence(user_id, until, online))


def _watchers(rx: Reader, user_id: UserId) -> list[UserId]:
    """Those who know the person and may see the exact time."""
    known = accounts.acquaintances(rx, user_id)
    if not known:
        return []
    stored = people.privacy_rows(rx, (user_id,), (KEY,)).get((user_id, KEY))
    rules = privacy.decode(stored) if stored else privacy.DEFAULTS[KEY]
    mine = rows.contact_ids(rx, user_id, known)
    shut_out = rows.blocked_among(rx, user_id, known) | _hiding(rx, user_id, known)
    return [v for v in known if v not in shut_out and privacy.allows(rx, rules, v, contact=v in mine)]


def _hiding(rx: Reader, user_id: UserId, ids: list[UserId]) -> set[int]:
    """Those of the people who do not show their own presence to this one, and so see nothing of theirs."""
    saved = people.saved_by(rx, user_id, ids)
    return {
        owner
        for (owner, _), blob in people.privacy_rows(rx, ids, (KEY,)).items()
        if not privacy.allows(rx, privacy.decode(blob), user_id, contact=owner in saved)
    }
