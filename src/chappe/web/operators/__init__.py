"""The operators' pages: the link that makes one, sign-in, recovery, and the list of operators.

Comes in: forms and passkeys. Goes out: pages, a session cookie. All rules are in `domain.operators`.
Must never keep a password or token in clear, nor work for a request from another origin.
"""

from chappe.web.operators.desk import Desk
from chappe.web.operators.routes import operator_routes

__all__ = ["Desk", "operator_routes"]
