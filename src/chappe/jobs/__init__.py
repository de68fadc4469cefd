"""Work that is due at a time, or follows what was committed: rows in the database and their runners.

Comes in: a store and a clock. Goes out: acts of the domain, a bounded batch at a time.
Must never hold a deadline in memory alone, or be needed for an answer: after a restart it goes on from the rows.
"""

from chappe.jobs.expiry import Expiry
from chappe.jobs.indexing import Indexing

__all__ = ["Expiry", "Indexing"]
