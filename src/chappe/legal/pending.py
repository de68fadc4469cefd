"""What waits at the desk, as the daily report says it aloud. Source: requirements/legal-log"""

from chappe.store import Reader
from chappe.store.legal import desk as rows

MOST = 10**9
LATE = " AND deadline_at > 0 AND deadline_at <= ? AND effect_at = 0 AND replied_at = 0"


def overdue(rx: Reader) -> int:
    """How many orders are past their date, neither in effect nor answered."""
    return rows.count_open(rx, LATE, (rx.now,), MOST)
