"""Whether something may be looked into: what the territory profiles say, asked for the country of whose it is.

Source: requirements/scanning-scope
Shipped: public surfaces everywhere. What is closed is off in every profile, with the reason: this program has no way
to look into closed chats, so a profile that turns it on is refused (`domain.territory_profiles`).
"""

from collections.abc import Sequence

from chappe.domain.territory_profiles import Book, Scope, day_of

PUBLIC, CLOSED, SECRET = "public", "closed", "secret"


def applies(scopes: Sequence[Scope], kind: str, surface: str, territories: Sequence[str], now: int) -> Scope | None:
    """The entry by which this may be looked into today; None when it must not.

    Shape: kind is hashes or words; territories as entries name them, the nearest first: an entry of a nearer one goes
    before one of everywhere; of several the one that began last.
    """
    today = day_of(now)
    fitting = [
        one for one in scopes
        if one.kind == kind and one.surface == surface and one.territory in territories
        and one.since <= today and (not one.until or today < one.until)
    ]  # fmt: skip
    best = max(fitting, key=lambda one: (-territories.index(one.territory), one.since), default=None)
    return best if best is not None and best.on else None


class Looking:
    """Which countries' public surfaces are looked into, as the profiles of a day say; asked at every post."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._day = ""
        self._known: dict[tuple[str, str], bool] = {}

    def into(self, kind: str, country: str, now: int) -> bool:
        """True if public things of that kind may be looked into, of people in the country. Shape: ISO 3166 or ''."""
        if self._day != day_of(now):
            self._day, self._known = day_of(now), {}
        known = self._known.get((kind, country))
        if known is None:
            named = self._book.scanned_as(country, now)
            known = applies(self._book.scanning(now), kind, PUBLIC, named, now) is not None
            self._known[kind, country] = known
        return known
