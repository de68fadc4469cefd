"""The append-only record of accountable acts, written in the same transaction as the act.

Source: dsa/17
"""

import msgspec

from chappe.store import Tx
from chappe.store.queries import journal as rows

SHARD = 0

KINDS = frozenset(
    {
        "account_created",
        "account_deleted",
        "authorization_made",
        "authorization_ended",
        "operator_made",
        "operator_role_changed",
        "operator_passkey_replaced",
        "invite_made",
        "invite_used",
        "passkey_added",
        "passkey_removed",
        "recovery_begun",
        "recovery_approved",
        "recovery_refused",
        "recovery_opened",
    }
)


def record(tx: Tx, kind: str, actor: str, subject: str, **facts: str | int | bool) -> None:
    """The act stands in the journal of this transaction.

    Shape: actor and subject are `user:1`, `operator:2`, `server`; facts hold no message content, phone number or key.
    """
    assert kind in KINDS, kind
    rows.append(tx, SHARD, tx.now, kind, actor, subject, msgspec.json.encode(facts))
