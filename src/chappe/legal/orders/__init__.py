"""The instruments: one file each, as data, and what of an order its form still lacks.

Source: requirements/legal-instruments
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chappe.base.errors import Invalid
from chappe.legal.orders.cryptology_requisition import CRYPTOLOGY_REQUISITION
from chappe.legal.orders.dsa_order9 import DSA_ORDER9
from chappe.legal.orders.dsa_order10 import DSA_ORDER10
from chappe.legal.orders.emergency_disclosure import EMERGENCY_DISCLOSURE
from chappe.legal.orders.epoc import EPOC
from chappe.legal.orders.epoc_pr import EPOC_PR
from chappe.legal.orders.form import Clock, Field, Instrument
from chappe.legal.orders.fr_lcen_6_1 import FR_LCEN_6_1
from chappe.legal.orders.gdpr_request import GDPR_REQUEST
from chappe.legal.orders.informal_wish import INFORMAL_WISH
from chappe.legal.orders.national_requisition import NATIONAL_REQUISITION
from chappe.legal.orders.preservation import PRESERVATION_REQUEST
from chappe.legal.orders.regulator_inquiry import REGULATOR_INQUIRY
from chappe.legal.orders.synthetic import SYNTHETIC
from chappe.legal.orders.tco_removal import TCO_REMOVAL
from chappe.legal.orders.third_country_request import THIRD_COUNTRY_REQUEST
from chappe.legal.orders.threat_to_life18 import THREAT_TO_LIFE18
from chappe.legal.orders.unknown import UNKNOWN
from chappe.legal.records import New, Order

__all__ = ["Clock", "Field", "INSTRUMENTS", "Instrument", "Missing", "missing", "of"]

INSTRUMENTS: Mapping[str, Instrument] = {
    one.code: one
    for one in (
        DSA_ORDER9, DSA_ORDER10, TCO_REMOVAL, FR_LCEN_6_1, EPOC, EPOC_PR, NATIONAL_REQUISITION, THIRD_COUNTRY_REQUEST,
        EMERGENCY_DISCLOSURE, PRESERVATION_REQUEST, CRYPTOLOGY_REQUISITION, REGULATOR_INQUIRY, GDPR_REQUEST,
        THREAT_TO_LIFE18, INFORMAL_WISH, SYNTHETIC, UNKNOWN,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the form asks and the order does not say. Shape: name as in the texts `field_*`; source: who asks."""

    name: str
    source: str


def of(code: str) -> Instrument:
    """The instrument. Errors: Invalid order_instrument_unknown."""
    found = INSTRUMENTS.get(code)
    if found is None:
        raise Invalid("order_instrument_unknown")
    return found


def missing(order: Order | New) -> tuple[Missing, ...]:
    """What the order's form lacks, each with the provision that asks it. Source: dsa/9(2), dsa/10(2)"""
    return tuple(
        Missing(field.name, field.source)
        for field in of(order.instrument).fields
        if field.required and not _says(order, field)
    )


def _says(order: Order | New, field: Field) -> bool:
    match field.name:
        case "authority":
            return order.authority_id > 0
        case "targets":
            return bool(order.targets)
        case "data":
            return bool(order.targets) and all(one.category for one in order.targets)
        case "external_ref" | "legal_basis" | "reasons" | "redress" | "country":
            return bool(getattr(order, field.name).strip())
        case "territories":
            return bool(order.territories)
    said = dict(order.fields).get(field.name, "").strip()
    return said in field.choices if field.kind == "choice" else bool(said)
