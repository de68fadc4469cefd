"""What came in and is of no known kind yet: it has a receipt, an owner and a clock like the rest.

Source: requirements/legal-intake
"""

from chappe.legal.orders._kinds import DEFECTS
from chappe.legal.orders.form import ANY, ANYBODY, DAY_S, NOWHERE, UNSORTED, Clock, Instrument

UNKNOWN = Instrument(
    "unknown", UNSORTED, ("requirements/legal-intake",), fields=(), issuers={"": frozenset({ANYBODY})}, from_where=ANY,
    reach=NOWHERE, clock=Clock("requirements/legal-intake", own_s=DAY_S),
    answers={"right_door": ("not_registered",), "clarification": DEFECTS, "refusal": ("no_legal_basis", "duplicate"),
             "information": ()},
)  # fmt: skip
