"""What a government wishes without an order: logged and published as such, carried out never.

Source: requirements/informal-wishes
"""

from chappe.legal.orders.form import ANY, ANYBODY, DAY_S, NOWHERE, WISH, Clock, Field, Instrument

INFORMAL_WISH = Instrument(
    "informal_wish", WISH, ("requirements/informal-wishes",),
    fields=(
        Field("wish", "requirements/informal-wishes", kind="long"), Field("country", "requirements/informal-wishes"),
    ),
    issuers={"": frozenset({ANYBODY})}, from_where=ANY, reach=NOWHERE,
    clock=Clock("requirements/informal-wishes", own_s=7 * DAY_S), answers={"noted": ("informal",)},
)  # fmt: skip
