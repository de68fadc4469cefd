"""The order that we send ourselves every day, so that a broken way in is found. Source: requirements/synthetic-order"""

from chappe.legal.orders.form import ANY, ANYBODY, HOUR_S, NOWHERE, TEST, Clock, Instrument

SYNTHETIC = Instrument(
    "synthetic", TEST, ("requirements/synthetic-order",), fields=(), issuers={"": frozenset({ANYBODY})},
    from_where=ANY, reach=NOWHERE, clock=Clock("requirements/synthetic-order", own_s=HOUR_S),
    answers={"arrived": ()},
)  # fmt: skip
