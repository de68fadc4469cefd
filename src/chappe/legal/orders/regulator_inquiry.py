"""A regulator's question: a case with clock, answer and public count, and never an order. Source: dsa/51"""

from chappe.legal.orders._kinds import DEFECTS
from chappe.legal.orders.form import DAY_S, INQUIRY, NOWHERE, UNION, Clock, Field, Instrument

REGULATOR_INQUIRY = Instrument(
    "regulator_inquiry", INQUIRY, ("dsa/51",),
    fields=(
        Field("authority", "dsa/51"), Field("questions", "dsa/51", kind="long"),
        Field("external_ref", "dsa/51", required=False), Field("legal_basis", "dsa/51", required=False),
        Field("answer_by", "dsa/51", required=False, kind="date"),
    ),
    issuers={"": frozenset({"regulator", "coordinator", "data_protection"})}, from_where=UNION, reach=NOWHERE,
    clock=Clock("dsa/51", own_s=14 * DAY_S, own_date=True),
    answers={"information": (), "clarification": DEFECTS, "refusal": ("not_competent", "outside_territory"),
             "withdrawn": ()},
)  # fmt: skip
