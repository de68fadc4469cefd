"""Requisition of an authority of the country where we are established. Source: dsa/10(1), cpce/L34-1"""

from chappe.legal.orders._kinds import (
    CHECKLIST,
    DEFECTS,
    INVESTIGATORS,
    JUDGES,
    NOT_THERE,
    OBJECTIONS,
    OBSTACLES,
    PROSECUTORS,
)
from chappe.legal.orders.form import AT_EXECUTION, DAY_S, HOME, INFORMATION, ISSUER, Clock, Field, Instrument

NATIONAL_REQUISITION = Instrument(
    "national_requisition", INFORMATION, ("dsa/10(1)", "cpce/L34-1"),
    fields=(
        Field("authority", "dsa/10(2)"), Field("external_ref", "dsa/10(2)"),
        Field("legal_basis", "dsa/10(2)", kind="long"), Field("targets", "dsa/10(2)"), Field("data", "dsa/10(2)"),
        Field("reasons", "dsa/10(2)", required=False, kind="long"),
        Field("redress", "dsa/10(2)", required=False, kind="long"),
        Field("answer_by", "dsa/10(1)", required=False, kind="date"),
        Field("signed_by", "dsa/10(2)", required=False),
    ),
    issuers={
        "subscriber": INVESTIGATORS, "identification": INVESTIGATORS, "traffic": PROSECUTORS, "content": JUDGES,
    },
    from_where=HOME, reach=ISSUER, clock=Clock("dsa/10(1)", own_s=5 * DAY_S, own_date=True),
    answers={
        "executed": (), "partial": NOT_THERE, "clarification": DEFECTS, "impossible": (*NOT_THERE, *OBSTACLES),
        "refusal": OBJECTIONS, "withdrawn": (),
    },
    tells=AT_EXECUTION, checklist=CHECKLIST,
)  # fmt: skip
