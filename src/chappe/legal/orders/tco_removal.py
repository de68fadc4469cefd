"""Removal order against terrorist content: one hour, in every Member State. Source: tco/3(2), tco/3(3), tco/annex-1"""

from chappe.legal.orders._kinds import CHECKLIST, OBJECTIONS, OBSTACLES
from chappe.legal.orders.form import (
    AT_EXECUTION,
    DAY_S,
    HOUR_S,
    REMOVAL,
    RESTART,
    UNION,
    Clock,
    Field,
    Instrument,
)

MATERIAL = ("incites", "solicits_commission", "solicits_participation", "instructs", "threatens")
"""Types of material that the order ticks. Source: tco/2(7)"""
SECRECY_S = 6 * 7 * DAY_S
TCO_REMOVAL = Instrument(
    "tco_removal", REMOVAL, ("tco/3(3)", "tco/annex-1"),
    fields=(
        Field("authority", "tco/annex-1"), Field("external_ref", "tco/annex-1"),
        Field("targets", "tco/annex-1"), Field("material", "tco/annex-1", kind="choice", choices=MATERIAL),
        Field("reasons", "tco/annex-1", kind="long"), Field("legal_basis", "tco/annex-1"),
        Field("issued_at", "tco/annex-1", kind="date"), Field("signed_by", "tco/annex-1"),
        Field("redress", "tco/annex-1", kind="long"), Field("cross_border", "tco/4", required=False, kind="flag"),
        Field("copy_sent", "tco/4", required=False, kind="flag"),
        Field("feedback_to", "tco/annex-1", required=False),
    ),
    issuers={"": frozenset({"remover", "court", "judge", "prosecutor", "police", "regulator"})},
    from_where=UNION, reach=UNION,
    clock=Clock("tco/3(3)", within_s=HOUR_S, resume=RESTART, first_contact_s=12 * HOUR_S),
    answers={
        "executed": (), "partial": ("already_gone", "insufficient_information", *OBSTACLES),
        "clarification": ("manifest_error", "insufficient_information"),
        "impossible": (*OBSTACLES, "already_gone"), "refusal": OBJECTIONS, "reversed": (), "withdrawn": (),
    },
    effect_first=True, public_alone=True,
    tells=AT_EXECUTION, longest_secrecy_s=SECRECY_S, hold_s=184 * DAY_S, hold_more_s=184 * DAY_S,
    checklist=CHECKLIST,
)  # fmt: skip
