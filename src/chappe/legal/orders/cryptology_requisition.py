"""Demand for means of decryption: there are none, and the answer says so. Source: csi/L871-1, cp/434-15-2"""

from chappe.legal.orders._kinds import DEFECTS, INVESTIGATORS
from chappe.legal.orders.form import DAY_S, DECLARATION, FRANCE, ISSUER, Clock, Field, Instrument

CRYPTOLOGY_REQUISITION = Instrument(
    "cryptology_requisition", DECLARATION, ("csi/L871-1", "cp/434-15-2"),
    fields=(
        Field("authority", "csi/L871-1"), Field("external_ref", "csi/L871-1"), Field("legal_basis", "csi/L871-1"),
        Field("targets", "csi/L871-1", required=False), Field("reasons", "csi/L871-1", required=False, kind="long"),
        Field("signed_by", "csi/L871-1", required=False),
    ),
    issuers={"": INVESTIGATORS | {"intelligence"}}, from_where=FRANCE, reach=ISSUER,
    clock=Clock("csi/L871-1", within_s=3 * DAY_S),
    answers={
        "unable_keys": ("encrypted_end_to_end",), "clarification": DEFECTS, "refusal": ("not_competent",),
        "withdrawn": (),
    },
    checklist=("jurisdiction",),
)  # fmt: skip
