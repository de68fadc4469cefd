"""What waits longer than it may: the figure that the daily report says aloud. Source: dsa/16(6)"""

from chappe.store import Reader
from chappe.store.safety import overdue as rows


def overdue(rx: Reader) -> int:
    """How many cases are open past their date."""
    return rows.cases(rx)
