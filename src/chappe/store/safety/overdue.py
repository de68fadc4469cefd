"""The statement of what should have been done by now."""

from chappe.store.protocol import Reader


def cases(rx: Reader) -> int:
    """How many open cases are past their date."""
    row = rx.one("SELECT COUNT(*) FROM cases WHERE is_open = 1 AND due < ?", (rx.now,))
    return int(row[0]) if row else 0
