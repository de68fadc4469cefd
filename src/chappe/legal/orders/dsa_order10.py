"""Order to provide information about recipients of the service. Source: dsa/10(1), dsa/10(2), dsa/10(5)"""

from chappe.legal.orders._kinds import CHECKLIST, DEFECTS, INVESTIGATORS, JUDGES, NOT_THERE, OBJECTIONS, OBSTACLES
from chappe.legal.orders.form import AT_EXECUTION, DAY_S, INFORMATION, UNION, Clock, Field, Instrument

_NAMED = INVESTIGATORS | {"regulator", "coordinator", "data_protection"}
DSA_ORDER10 = Instrument(
    "dsa_order10", INFORMATION, ("dsa/10(1)", "dsa/10(2)"),
    fields=(
        Field("authority", "dsa/10(2)"), Field("legal_basis", "dsa/10(2)", kind="long"),
        Field("targets", "dsa/10(2)"), Field("data", "dsa/10(2)"), Field("redress", "dsa/10(2)", kind="long"),
        Field("reasons", "dsa/10(2)", required=False, kind="long"),
        Field("external_ref", "dsa/10(2)", required=False),
        Field("answer_by", "dsa/10(1)", required=False, kind="date"),
        Field("report_to", "dsa/10(2)", required=False),
    ),
    issuers={"subscriber": _NAMED, "identification": INVESTIGATORS, "traffic": JUDGES},
    from_where=UNION, reach=UNION, clock=Clock("dsa/10(1)", own_s=10 * DAY_S, own_date=True),
    answers={
        "executed": (), "partial": NOT_THERE, "clarification": DEFECTS, "impossible": (*NOT_THERE, *OBSTACLES),
        "refusal": OBJECTIONS, "withdrawn": (),
    },
    tells=AT_EXECUTION, checklist=CHECKLIST,
)  # fmt: skip
