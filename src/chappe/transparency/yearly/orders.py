"""Orders of authorities of member states, by category of illegal content and by country, for the third sheet.

Source: trir/annex-II, dsa/15
The clock of an order begins with its successful delivery. A receipt within the hour counts as no time. Orders without
a category stand under `NOT_SPECIFIED_ORDER`; each is counted under one category and one keyword, the first.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from chappe.domain.territory_profiles.book import EU
from chappe.store import Reader
from chappe.store import yearly as rows
from chappe.transparency.yearly.counts import TOTAL, Minutes, Place, places

ACT = frozenset({"dsa_order9", "tco_removal", "fr_lcen_6_1"})
INFORM = frozenset({"dsa_order10", "national_requisition", "epoc", "cryptology_requisition"})
UNSPECIFIED = "NOT_SPECIFIED_ORDER"
Slot = tuple[str, Place]
"""A country, or `TOTAL`; and a place of the sheet."""


@dataclass(slots=True)
class Sort:
    """Orders of one sort: to act, or to inform."""

    orders: Counter[Slot] = field(default_factory=Counter)
    items: Counter[Slot] = field(default_factory=Counter)
    receipt: dict[Slot, Minutes] = field(default_factory=dict)
    effect: dict[Slot, Minutes] = field(default_factory=dict)

    def receipt_h(self, slot: Slot) -> str:
        """The median to the receipt."""
        return self.receipt.get(slot, Minutes()).median_h()

    def effect_h(self, slot: Slot) -> str:
        """The median to effect."""
        return self.effect.get(slot, Minutes()).median_h()


@dataclass(frozen=True, slots=True)
class Ordered:
    """What member states ordered in a period."""

    act: Sort
    inform: Sort
    elsewhere: int

    @property
    def countries(self) -> list[str]:
        """Who sent any."""
        return sorted({country for sort in (self.act, self.inform) for country, _ in sort.orders} - {TOTAL[0]})


def count(rx: Reader, since: int, until: int) -> Ordered:
    """The orders received from `since` to before `until`."""
    found, elsewhere = {True: Sort(), False: Sort()}, 0
    for instrument, country, category, keywords, receipt, effect, orders, targets in rows.orders(rx, since, until):
        if instrument not in ACT | INFORM:
            continue
        if country not in EU:
            elsewhere += int(orders)
            continue
        sort = found[instrument in ACT]
        for slot in _slots(country, category, keywords):
            sort.orders[slot] += int(orders)
            sort.items[slot] += int(targets)
            _took(sort.receipt, slot, 0 if 0 <= receipt < 60 else int(receipt), int(orders))
            _took(sort.effect, slot, int(effect), int(orders))
    return Ordered(found[True], found[False], elsewhere)


def _slots(country: str, category: str, keywords: str) -> list[Slot]:
    at = places(category, next(iter(keywords.split()), "")) if category else (TOTAL, (UNSPECIFIED, ""))
    return [(where, place) for where in (TOTAL[0], country) for place in at]


def _took(table: dict[Slot, Minutes], slot: Slot, minutes: int, orders: int) -> None:
    if minutes >= 0:
        table.setdefault(slot, Minutes()).counted[minutes] += orders


COLUMNS: Mapping[str, str] = {
    "Number of orders to act against illegal content received": "act.orders",
    "Number of specific items of information included in the total number of orders to act against illegal content":
        "act.items",
    "Median time to inform the authority of the receipt of the order to act against illegal content": "act.receipt",
    "Median time to give effect to the order to act against illegal content": "act.effect",
    "Number of orders to provide information": "inform.orders",
    "Median time to inform the authority of the receipt of the order to provide information": "inform.receipt",
    "Median time to give effect to the order to provide information": "inform.effect",
}  # fmt: skip
"""What each column of the sheet says."""


def cells(found: Ordered, slot: Slot) -> dict[str, str]:
    """The values of a row by their columns."""
    out = {}
    for column, said in COLUMNS.items():
        which, _, what = said.partition(".")
        sort = found.act if which == "act" else found.inform
        match what:
            case "orders":
                out[column] = str(sort.orders[slot])
            case "items":
                out[column] = str(sort.items[slot])
            case "receipt":
                out[column] = sort.receipt_h(slot)
            case _:
                out[column] = sort.effect_h(slot)
    return out
