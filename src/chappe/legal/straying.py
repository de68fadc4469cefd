"""Who reaches for what is another's, or for what is not there: the same answer, written down, and not without end.

Source: requirements/legal-portal
An authority that guesses numbers learns nothing by the answers, fills no journal by its questions, and is noticed.
"""

from chappe.base.errors import TooMany
from chappe.domain import journal, limits, oncall
from chappe.domain.limits import Rate
from chappe.store import Tx

WRITTEN, NOTICED = Rate(20, 3600), Rate(1, 3600)
"""Refusals of one authority in an hour that are written down one by one; how often people hear that there are more."""


def written(tx: Tx, kind: str, actor: str, subject: str, reason: str) -> bool:
    """What was tried stands in the journal; False where there are too many of it: then people hear of who does it.

    Shape: actor is authority:N. After: journal `kind`; a page once the measure is full.
    """
    try:
        limits.take(tx, f"straying:{actor}", WRITTEN)
    except TooMany:
        _noticed(tx, actor)
        return False
    journal.record(tx, kind, actor, subject, reason=reason)
    return True


def _noticed(tx: Tx, actor: str) -> None:
    try:
        limits.take(tx, f"straying-page:{actor}", NOTICED)
    except TooMany:
        return
    oncall.page(tx, "straying", actor, actor, urgent=False)
