"""Trust and safety: from anybody's notice, or a machine's signal, to a case that the right person decides.

Comes in: notices (a client's menu, web form, trusted flagger) and signals. Goes out: cases in queues, receipts,
outcomes; what is done about an item is `domain.decisions`' alone, what happened stands in `domain.journal`.
Must never restrict anything itself, show what a report brought outside a case, or say who filed a notice.
"""

from chappe.safety.queues import prepare
from chappe.safety.records import (
    Act,
    Case,
    Desk,
    Evidence,
    Filed,
    Filing,
    Kept,
    Located,
    Notice,
    Notifier,
)
from chappe.safety.retention import erasing
from chappe.safety.telling import Telling

__all__ = [
    "Act",
    "Case",
    "Desk",
    "Evidence",
    "Filed",
    "Filing",
    "Kept",
    "Located",
    "Notice",
    "Notifier",
    "Telling",
    "erasing",
    "prepare",
]
