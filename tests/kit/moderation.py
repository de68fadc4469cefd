"""Somebody who decides for the platform, and rulings that say all they must."""

from typing import Any

from chappe.domain import access, decisions, operators
from chappe.domain.access import Moderator
from chappe.domain.rulings import Ground, Item, Measure, Ruling
from chappe.store import Tx

SITE = "https://chat.example/"


def somebody(tx: Tx, name: str = "moderator", roles: tuple[str, ...] = operators.ROLES) -> Moderator:
    """A new operator with these roles, who decides."""
    token = f"link of {name}".encode()
    first = operators.first_link(tx, token)
    if not first:
        owner = operators.everyone(tx)[0]
        operators.add_link(tx, owner, token, roles=roles)
    made = operators.enrol(tx, token, name, operators.Password(b"no password at all"), ())
    if first:
        operators.set_roles(tx, made, made.operator_id, roles)
    return access.require_moderator(tx, made.operator_id, roles[0])


def ruling(*items: Item, measure: str | Measure = "remove", **fields: Any) -> Ruling:
    """A ruling about the items, complete."""
    said: dict[str, Any] = {
        "measure": measure if isinstance(measure, Measure) else Measure(measure),
        "ground": Ground("terms", "4.1", 1, "It offers what must not be sold."),
        "category": "UNSAFE_AND_PROHIBITED_PRODUCTS",
        "seed": repr((items, measure)).encode().ljust(16, b"."),
        "facts": "The post offers something for sale.",
        "site": SITE,
    }
    return Ruling(items, **(said | fields))


def decide(tx: Tx, moderator: Moderator, *items: Item, **fields: Any) -> decisions.Decision:
    """The items are removed, or what else the fields say."""
    return decisions.decide(tx, moderator, ruling(*items, **fields))
