"""The server's own country: people of whom nothing says where they are count as being there, and nowhere else.

Source: requirements/territories
What an order hides in one country is hidden from them if, and only if, that country is this one: an order of another
country does not reach who may be anywhere, and an order of the own one is not got round by an anonymous number.
"""

from chappe.domain import journal
from chappe.store import Reader, Tx
from chappe.store.queries import home_country as rows


def lay_down(tx: Tx, country: str) -> bool:
    """Where who runs the server is established, as it is configured; False if it stood so.

    Shape: ISO 3166, empty for nowhere: then people of unknown whereabouts count as being nowhere.
    After: journal home_country_set, where it is another than before.
    """
    said = country.strip().upper()
    if rows.of(tx) == said:
        return False
    rows.put(tx, said)
    journal.record(tx, "home_country_set", "server", "server", country=said)
    return True


def of(rx: Reader) -> str:
    """The country, empty for nowhere."""
    return rows.of(rx) or ""
