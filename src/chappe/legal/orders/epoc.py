"""European production order: 10 days, 8 hours in an emergency.

Source: evidence/4, evidence/5, evidence/8, evidence/10, evidence/10(4), evidence/annex-1
"""

from chappe.legal.orders._kinds import CHECKLIST, JUDGES, NOT_THERE, PROSECUTORS
from chappe.legal.orders.form import DAY_S, EVIDENCE, HOUR_S, INFORMATION, NEVER, UNION, Clock, Field, Instrument

ANNEX_III = (
    "incomplete", "manifest_error", "insufficient_information", *NOT_THERE, "technical", "force_majeure",
    "not_competent", "offence_not_covered", "service_not_covered", "immunity", "press", "third_country_law",
)  # fmt: skip
"""Reasons of section D of the form. Source: evidence/annex-3"""
EPOC = Instrument(
    "epoc", INFORMATION, ("evidence/10", "evidence/annex-1"),
    fields=(
        Field("authority", "evidence/annex-1"), Field("external_ref", "evidence/annex-1"),
        Field("targets", "evidence/annex-1"), Field("data", "evidence/annex-1"),
        Field("legal_basis", "evidence/annex-1"), Field("issued_at", "evidence/annex-1", kind="date"),
        Field("offence_three_years", "evidence/5", required=False, kind="flag"),
        Field("enforcing_notified", "evidence/8", required=False, kind="flag"),
        Field("enforcing_confirmed", "evidence/10", required=False, kind="flag"),
        Field("validated_by", "evidence/4", required=False),
        Field("reasons", "evidence/annex-1", required=False, kind="long"),
        Field("signed_by", "evidence/annex-1", required=False),
    ),
    issuers={"subscriber": PROSECUTORS, "identification": PROSECUTORS, "traffic": JUDGES, "content": JUDGES},
    from_where=EVIDENCE, reach=UNION,
    clock=Clock("evidence/10", within_s=10 * DAY_S, urgent_rule="evidence/10(4)", urgent_s=8 * HOUR_S),
    answers={
        "executed": (), "partial": ANNEX_III, "clarification": ANNEX_III[:3], "impossible": ANNEX_III,
        "refusal": ANNEX_III, "withdrawn": (),
    },
    tells=NEVER, hold_s=60 * DAY_S, hold_more_s=30 * DAY_S, checklist=CHECKLIST,
)  # fmt: skip
