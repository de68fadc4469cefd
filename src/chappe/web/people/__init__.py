"""What people without a telephone number need of the pages: proving an account, taking up an invite, a first number.

Comes in: JSON of the web client and of our own page, from this origin alone. Goes out: numbers and codes, to who may
have them. All rules are in `domain.proofs`, `domain.invites` and `domain.recoveries`.
Must never see a password, nor tell which names and numbers exist.
"""

from chappe.web.people.desk import People
from chappe.web.people.routes import people_routes

__all__ = ["People", "people_routes"]
