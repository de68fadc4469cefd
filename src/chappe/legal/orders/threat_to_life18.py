"""Our own duty to alert: what threatens somebody's life goes to the authorities at once. Source: dsa/18, tco/14(5)"""

from chappe.legal.orders.form import ANY, ANYBODY, EMERGENCY, HOUR_S, NOWHERE, Clock, Field, Instrument

THREAT_TO_LIFE18 = Instrument(
    "threat_to_life18", EMERGENCY, ("dsa/18", "tco/14(5)"),
    fields=(
        Field("danger", "dsa/18", kind="long"), Field("targets", "dsa/18", required=False),
        Field("told_to", "dsa/18", required=False),
    ),
    issuers={"": frozenset({ANYBODY})}, from_where=ANY, reach=NOWHERE,
    clock=Clock("dsa/18", within_s=HOUR_S),
    answers={"alerted": (), "no_danger": ("no_danger",)},
)  # fmt: skip
