"""Order to act against illegal content. Source: dsa/9(1), dsa/9(2), dsa/9(5)"""

from chappe.legal.orders._kinds import CHECKLIST, DEFECTS, INVESTIGATORS, OBJECTIONS, OBSTACLES
from chappe.legal.orders.form import AT_EXECUTION, DAY_S, REMOVAL, UNION, Clock, Field, Instrument

DSA_ORDER9 = Instrument(
    "dsa_order9", REMOVAL, ("dsa/9(1)", "dsa/9(2)"),
    fields=(
        Field("authority", "dsa/9(2)"), Field("legal_basis", "dsa/9(2)", kind="long"),
        Field("reasons", "dsa/9(2)", kind="long"), Field("targets", "dsa/9(2)"),
        Field("redress", "dsa/9(2)", kind="long"), Field("territories", "dsa/9(2)", required=False),
        Field("external_ref", "dsa/9(2)", required=False), Field("answer_by", "dsa/9(1)", required=False, kind="date"),
        Field("report_to", "dsa/9(2)", required=False),
    ),
    issuers={"": INVESTIGATORS | {"remover", "regulator", "coordinator", "data_protection"}},
    from_where=UNION, reach=UNION, clock=Clock("dsa/9(1)", own_s=DAY_S, own_date=True),
    answers={
        "executed": (), "partial": ("already_gone", "nothing_found", "insufficient_information", *OBSTACLES),
        "clarification": DEFECTS,
        "impossible": (*OBSTACLES, "nothing_found", "already_gone"), "refusal": OBJECTIONS, "reversed": (),
        "withdrawn": (),
    },
    effect_first=True, tells=AT_EXECUTION, checklist=CHECKLIST,
)  # fmt: skip
