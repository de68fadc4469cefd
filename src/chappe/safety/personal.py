"""What the room knows of one person, for their own copy: what they noticed and complained of, and what became of it.

Source: gdpr/15
Never who noticed something of theirs, nor who decided.
"""

from typing import Any

from chappe.base.ids import UserId
from chappe.safety import complaints, notices
from chappe.store import Reader
from chappe.store.safety import complaints as complaint_rows
from chappe.store.safety import notices as notice_rows

PAGE = 200


def noticed(rx: Reader, user_id: UserId) -> list[dict[str, Any]]:
    """What the person noticed, newest first, with the outcome that they were told."""
    notifier = notice_rows.notifier_of(rx, f"user:{user_id}")
    if notifier is None:
        return []
    found, below = [], 2**62
    while page := notices.of_notifier(rx, notifier[0], below, PAGE):
        found += page
        below = page[-1].notice_id
    return [
        {
            "received": one.received_at, "category": one.category, "explanation": one.explanation,
            "items": one.item_count, "decided": one.decided_at, "outcome": one.outcome,
        }
        for one in found
    ]  # fmt: skip


def complained(rx: Reader, user_id: UserId) -> list[dict[str, Any]]:
    """What the person objected to, oldest first, with the reasons that they were given."""
    return [
        {
            "filed": one.filed_at, "about": one.about, "said": one.said, "state": one.state, "outcome": one.outcome,
            "reasons": one.reasons, "decided": one.decided_at,
        }
        for one in (complaints.of_row(row) for row in complaint_rows.of_person(rx, f"user:{user_id}"))
    ]  # fmt: skip
