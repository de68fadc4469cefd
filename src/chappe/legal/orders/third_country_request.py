"""Request of an authority outside the Union: data on an international agreement alone. Source: gdpr/48"""

from chappe.legal.orders._kinds import CHECKLIST, DEFECTS, JUDGES, NOT_THERE, OBJECTIONS, OBSTACLES, PROSECUTORS
from chappe.legal.orders.form import AT_EXECUTION, DAY_S, INFORMATION, ISSUER, THIRD, Clock, Field, Instrument

THIRD_COUNTRY_REQUEST = Instrument(
    "third_country_request", INFORMATION, ("gdpr/48",),
    fields=(
        Field("authority", "gdpr/48"), Field("external_ref", "gdpr/48"), Field("legal_basis", "gdpr/48", kind="long"),
        Field("treaty", "gdpr/48"), Field("central_authority", "gdpr/48"), Field("targets", "gdpr/48"),
        Field("data", "gdpr/48"), Field("reasons", "gdpr/48", required=False, kind="long"),
        Field("answer_by", "gdpr/48", required=False, kind="date"),
    ),
    issuers={"subscriber": PROSECUTORS, "identification": PROSECUTORS, "traffic": JUDGES, "content": JUDGES},
    from_where=THIRD, reach=ISSUER, clock=Clock("gdpr/48", own_s=30 * DAY_S, own_date=False),
    answers={
        "executed": (), "partial": NOT_THERE, "clarification": DEFECTS, "impossible": (*NOT_THERE, *OBSTACLES),
        "refusal": ("no_treaty", *OBJECTIONS), "withdrawn": (),
    },
    tells=AT_EXECUTION, checklist=CHECKLIST,
)  # fmt: skip
