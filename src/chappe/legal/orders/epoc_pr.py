"""European preservation order: 60 days, 30 more, nothing handed over. Source: evidence/11, evidence/annex-2"""

from chappe.legal.orders._kinds import CHECKLIST, PROSECUTORS
from chappe.legal.orders.epoc import ANNEX_III
from chappe.legal.orders.form import DAY_S, EVIDENCE, NEVER, PRESERVATION, UNION, Clock, Field, Instrument

EPOC_PR = Instrument(
    "epoc_pr", PRESERVATION, ("evidence/11", "evidence/annex-2"),
    fields=(
        Field("authority", "evidence/annex-2"), Field("external_ref", "evidence/annex-2"),
        Field("targets", "evidence/annex-2"), Field("data", "evidence/annex-2"),
        Field("legal_basis", "evidence/annex-2"), Field("issued_at", "evidence/annex-2", kind="date"),
        Field("validated_by", "evidence/4", required=False),
        Field("reasons", "evidence/annex-2", required=False, kind="long"),
        Field("signed_by", "evidence/annex-2", required=False),
    ),
    issuers=dict.fromkeys(("subscriber", "identification", "traffic", "content"), PROSECUTORS),
    from_where=EVIDENCE, reach=UNION, clock=Clock("evidence/11", own_s=DAY_S),
    answers={
        "executed": (), "partial": ANNEX_III, "clarification": ANNEX_III[:3], "impossible": ANNEX_III,
        "refusal": ANNEX_III, "withdrawn": (),
    },
    tells=NEVER, hold_s=60 * DAY_S, hold_more_s=30 * DAY_S, checklist=CHECKLIST,
)  # fmt: skip
