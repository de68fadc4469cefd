"""What leaving a country does not touch: orders that are open there, and what is held for them.

Source: requirements/leave
"""

from chappe.legal.records import CLOSED
from chappe.store import Reader
from chappe.store.legal import staying as rows


def stays(rx: Reader, country: str) -> tuple[int, int]:
    """(open orders, holds) of the country. Shape: ISO 3166."""
    return rows.count(rx, country, CLOSED)
