"""Request to preserve data, disclosing none: 90 days. Source: cybercrime/16"""

from chappe.legal.orders._kinds import CHECKLIST, DEFECTS, INVESTIGATORS, NOT_THERE, OBJECTIONS, OBSTACLES
from chappe.legal.orders.form import ANY, DAY_S, ISSUER, NEVER, PRESERVATION, Clock, Field, Instrument

PRESERVATION_REQUEST = Instrument(
    "preservation", PRESERVATION, ("cybercrime/16",),
    fields=(
        Field("authority", "cybercrime/16"), Field("external_ref", "cybercrime/16"),
        Field("legal_basis", "cybercrime/16"), Field("targets", "cybercrime/16"), Field("data", "cybercrime/16"),
        Field("reasons", "cybercrime/16", required=False, kind="long"),
    ),
    issuers=dict.fromkeys(("subscriber", "identification", "traffic", "content"), INVESTIGATORS),
    from_where=ANY, reach=ISSUER, clock=Clock("cybercrime/16", own_s=DAY_S),
    answers={
        "executed": (), "partial": NOT_THERE, "clarification": DEFECTS, "impossible": (*NOT_THERE, *OBSTACLES),
        "refusal": OBJECTIONS, "withdrawn": (),
    },
    tells=NEVER, hold_s=90 * DAY_S, hold_more_s=90 * DAY_S, checklist=CHECKLIST,
)  # fmt: skip
