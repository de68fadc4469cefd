"""The page of a statement of reasons by secret link, and the button that objects to the decision.

Comes in: the token of a link. Goes out: HTML that needs no script. All rules are in `domain.statements` and
`safety.complaints`. Must never say to whom a link belongs, nor tell a forged one from one that is gone.
"""

from chappe.web.statement.routes import COMPLAINT_BYTES, statement_routes

__all__ = ["COMPLAINT_BYTES", "statement_routes"]
