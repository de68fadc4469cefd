"""What of a country, or of all, stays when a server leaves it: open orders and holds."""

from chappe.store.protocol import Reader
from chappe.store.queries.territories import EVERYWHERE


def count(rx: Reader, country: str, closed: str) -> tuple[int, int]:
    """(open orders of the country's authorities or about it, what is held for these)."""
    mine = "1 = 1"
    named: tuple[str, ...] = ()
    if country != EVERYWHERE:
        mine, named = "(o.country = ? OR ' ' || o.territories || ' ' LIKE ?)", (country, f"% {country} %")
    orders = rx.one(f"SELECT COUNT(*) FROM orders o WHERE {mine} AND o.state <> ?", (*named, closed))
    holds = rx.one(
        f"SELECT COUNT(*) FROM holds h JOIN orders o ON o.order_id = h.order_id WHERE {mine} AND h.ended_at = 0", named
    )
    return (int(orders[0]) if orders else 0, int(holds[0]) if holds else 0)
