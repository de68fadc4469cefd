"""Records that the console shows and its API sends: names, numbers and codes, no rows of the store."""

import msgspec

from chappe.domain import operators
from chappe.domain.operators import Operator


class Me(msgspec.Struct, frozen=True):
    """Who asks. Shape: may has every role whose work they do."""

    operator_id: int
    name: str
    rank: str
    roles: tuple[str, ...]
    may: tuple[str, ...]
    trial: bool


class Colleague(msgspec.Struct, frozen=True):
    """An operator as the others see them. Shape: rank is owner or operator; date seconds since 1970."""

    operator_id: int
    name: str
    rank: str
    roles: tuple[str, ...]
    date: int
    trial: bool


def me_view(me: Operator) -> Me:
    """The operator to themself."""
    may = tuple(role for role in operators.ROLES if me.may(role))
    return Me(me.operator_id, me.name, me.role, me.roles, may, me.trial)


def colleague_view(one: Operator) -> Colleague:
    """The operator to others."""
    return Colleague(one.operator_id, one.name, one.role, one.roles, one.date, one.trial)
