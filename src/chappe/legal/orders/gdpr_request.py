"""A person's own rights over their data: one month, two more if complex. Source: gdpr/12(3), gdpr/15, gdpr/20"""

from chappe.legal.orders._kinds import NOT_THERE
from chappe.legal.orders.form import ANY, ANYBODY, DATA_SUBJECT, NOWHERE, Clock, Field, Instrument

RIGHTS = ("access", "portability", "erasure", "rectification", "objection")
GDPR_REQUEST = Instrument(
    "gdpr_request", DATA_SUBJECT, ("gdpr/12(3)", "gdpr/15", "gdpr/17", "gdpr/20"),
    fields=(
        Field("right", "gdpr/12(3)", kind="choice", choices=RIGHTS), Field("targets", "gdpr/15"),
        Field("reasons", "gdpr/12(3)", required=False, kind="long"),
    ),
    issuers={"": frozenset({ANYBODY, "data_protection"})}, from_where=ANY, reach=NOWHERE,
    clock=Clock("gdpr/12(3)", within_months=1, extend_months=2),
    answers={
        "executed": (), "partial": (*NOT_THERE, "hold_stands", "legal_duty"),
        "clarification": ("identity_unproven", "insufficient_information"),
        "impossible": NOT_THERE, "refusal": ("identity_unproven", "hold_stands", "legal_duty", "manifestly_unfounded"),
        "withdrawn": (),
    },
)  # fmt: skip
