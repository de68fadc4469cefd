"""French demand for removal within 24 hours, after a first contact of 12. Source: lcen/6-1, lcen/6-2"""

from chappe.legal.orders._kinds import CHECKLIST, OBJECTIONS, OBSTACLES
from chappe.legal.orders.form import (
    AT_EXECUTION,
    DAY_S,
    FRANCE,
    GO_ON,
    HOUR_S,
    ISSUER,
    REMOVAL,
    Clock,
    Field,
    Instrument,
)

OFFENCES = ("child_abuse", "drugs", "torture")
"""What the demand may be about: CP 227-23, sale and offer of drugs, torture and barbarity. Source: lcen/6-1"""
FR_LCEN_6_1 = Instrument(
    "fr_lcen_6_1", REMOVAL, ("lcen/6-1", "lcen/6-2"),
    fields=(
        Field("authority", "lcen/6-1"), Field("external_ref", "lcen/6-1"),
        Field("offence", "lcen/6-1", kind="choice", choices=OFFENCES), Field("targets", "lcen/6-1"),
        Field("legal_basis", "lcen/6-1"), Field("reasons", "lcen/6-1", kind="long"),
        Field("redress", "lcen/6-2", required=False, kind="long"),
        Field("signed_by", "lcen/6-1", required=False),
    ),
    issuers={"": frozenset({"remover", "police"})}, from_where=FRANCE, reach=ISSUER,
    clock=Clock("lcen/6-1", within_s=DAY_S, resume=GO_ON, first_contact_s=12 * HOUR_S, waits=True),
    answers={
        "executed": (), "partial": ("already_gone", "insufficient_information", *OBSTACLES),
        "clarification": ("manifest_error", "insufficient_information"),
        "impossible": (*OBSTACLES, "already_gone"), "refusal": OBJECTIONS, "reversed": (), "withdrawn": (),
    },
    effect_first=True, tells=AT_EXECUTION, checklist=CHECKLIST,
)  # fmt: skip
