"""Somebody's life or body is in danger: data that may save them. Source: gdpr/6(1)(d), requirements/hotline"""

from chappe.legal.orders._kinds import DEFECTS, INVESTIGATORS, NOT_THERE, OBJECTIONS, OBSTACLES
from chappe.legal.orders.form import AT_EXECUTION, EMERGENCY, HOUR_S, UNION, Clock, Field, Instrument

EMERGENCY_DISCLOSURE = Instrument(
    "emergency_disclosure", EMERGENCY, ("gdpr/6(1)(d)", "requirements/hotline"),
    fields=(
        Field("authority", "gdpr/6(1)(d)"), Field("danger", "gdpr/6(1)(d)", kind="long"),
        Field("persons", "gdpr/6(1)(d)", kind="long"), Field("targets", "gdpr/6(1)(d)"),
        Field("data", "gdpr/6(1)(d)"), Field("call_back", "gdpr/6(1)(d)"),
        Field("external_ref", "gdpr/6(1)(d)", required=False),
        Field("legal_basis", "gdpr/6(1)(d)", required=False), Field("signed_by", "gdpr/6(1)(d)", required=False),
    ),
    issuers={"subscriber": INVESTIGATORS, "identification": INVESTIGATORS, "traffic": INVESTIGATORS},
    from_where=UNION, reach=UNION, clock=Clock("requirements/hotline", within_s=HOUR_S),
    answers={
        "executed": (), "partial": NOT_THERE, "clarification": DEFECTS, "impossible": (*NOT_THERE, *OBSTACLES),
        "refusal": ("no_danger", *OBJECTIONS), "withdrawn": (),
    },
    tells=AT_EXECUTION, checklist=("danger", "immunity", "political"),
)  # fmt: skip
