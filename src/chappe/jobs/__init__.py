"""Work that is due at a time, or follows what was committed: rows in the database and their runners.

Comes in: a store and a clock. Goes out: acts of the domain, a bounded batch at a time.
Must never hold a deadline in memory alone, or be needed for an answer: after a restart it goes on from the rows.
"""

from chappe.jobs.absence import Absence
from chappe.jobs.clearing import clearing
from chappe.jobs.collecting import collecting, collecting_secret, sweeping_blobs
from chappe.jobs.counting import Counting
from chappe.jobs.due import Due
from chappe.jobs.enforcing import Enforcing
from chappe.jobs.expiry import Expiry
from chappe.jobs.indexing import Indexing
from chappe.jobs.lapses import Lapses
from chappe.jobs.leaving import Leaving
from chappe.jobs.paging import Fault, Paging, reminding, telling_faults
from chappe.jobs.pushing import Pushing
from chappe.jobs.receipts import receipts
from chappe.jobs.retention import forgetting
from chappe.jobs.tasks import Tasks, Work
from chappe.jobs.woken import Woken

__all__ = [
    "Absence",
    "Counting",
    "Due",
    "Enforcing",
    "Expiry",
    "Fault",
    "Indexing",
    "Lapses",
    "Leaving",
    "Paging",
    "Pushing",
    "Tasks",
    "Work",
    "Woken",
    "clearing",
    "collecting",
    "forgetting",
    "collecting_secret",
    "receipts",
    "reminding",
    "sweeping_blobs",
    "telling_faults",
]
