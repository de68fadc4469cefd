"""Who looks without an account, and from which country: a reader of the database on their behalf.

Source: requirements/public-pages, requirements/territories
"""

from chappe.store import Reader, Row
from chappe.store.protocol import Params


class Looking:
    """The reader, for somebody in that country. Shape: ISO 3166; None where nobody knows, which sees least."""

    __slots__ = ("_rx", "now", "territory")

    def __init__(self, rx: Reader, territory: str | None) -> None:
        self._rx = rx
        self.now = rx.now
        self.territory = territory

    def one(self, sql: str, params: Params = (), /) -> Row | None:
        """The first row, or None."""
        return self._rx.one(sql, params)

    def all(self, sql: str, params: Params = (), /) -> list[Row]:
        """Every row, in the order the statement says."""
        return self._rx.all(sql, params)


def territory_of(rx: Reader) -> str | None:
    """Where the stranger is on whose behalf is read; None where nobody knows."""
    return rx.territory if isinstance(rx, Looking) else None
