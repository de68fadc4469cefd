"""Roles: what each includes, who gives them, and what stands in the journal about it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe.base import Invalid, NotAllowed, NotFound
from chappe.domain import operators
from chappe.domain.operators import (
    APPEALS,
    AUDITOR,
    CHILD_SAFETY,
    LEAD,
    MODERATOR,
    OWNER,
    ROLES,
    TRIAGE,
    Operator,
    Password,
)
from chappe.store import Store

PASSWORD = Password(b"x" * 48)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty database."""
    opened = open_fresh(tmp_path / "roles.sqlite", FakeClock())
    yield opened
    await opened.close()


async def first(database: Store) -> Operator:
    """Alice, the owner."""
    await database.write(lambda tx: operators.first_link(tx, b"first"))
    return await database.write(lambda tx: operators.enrol(tx, b"first", "alice", PASSWORD, []))


async def second(database: Store, owner: Operator, *roles: str) -> Operator:
    """Bob, who holds these roles from the link on."""
    await database.write(lambda tx: operators.add_link(tx, owner, b"second", roles=roles))
    return await database.write(lambda tx: operators.enrol(tx, b"second", "bob", PASSWORD, []))


async def written(database: Store) -> list[tuple[str, str, str]]:
    """The journal."""
    rows = await database.read(lambda rx: rx.all("SELECT kind, actor, subject FROM journal ORDER BY no"))
    return [(row[0], row[1], row[2]) for row in rows]


@pytest.mark.parametrize(
    ("held", "may"),
    [
        ((), ()),
        ((TRIAGE,), (TRIAGE,)),
        ((MODERATOR,), (TRIAGE, MODERATOR)),
        ((LEAD,), (TRIAGE, MODERATOR, LEAD)),
        ((APPEALS,), (APPEALS,)),
        ((AUDITOR, CHILD_SAFETY), (CHILD_SAFETY, AUDITOR)),
    ],
)
def test_a_role_includes_what_is_below_it(held: tuple[str, ...], may: tuple[str, ...]) -> None:
    operator = Operator(1, "bob", "operator", 0, False, 1, held)
    assert tuple(role for role in ROLES if operator.may(role)) == may


def test_an_owner_may_do_what_every_role_does() -> None:
    assert all(Operator(1, "alice", OWNER, 0, False, 1).may(role) for role in ROLES)


async def test_roles_come_with_the_link_and_change_by_the_owner_s_word(database: Store) -> None:
    alice = await first(database)
    bob = await second(database, alice, APPEALS, TRIAGE)
    assert bob.roles == (APPEALS, TRIAGE)
    changed = await database.write(lambda tx: operators.set_roles(tx, alice, bob.operator_id, [TRIAGE, LEAD]))
    assert changed.roles == (LEAD, TRIAGE)
    assert await database.read(lambda rx: operators.everyone(rx)) == [alice, changed]
    entry = ("operator_role_changed", "operator:1", "operator:2")
    assert (await written(database))[-4:] == [entry] * 4


async def test_nobody_else_gives_roles_and_unknown_ones_are_refused(database: Store) -> None:
    alice = await first(database)
    bob = await second(database, alice, LEAD)
    before = await written(database)
    with pytest.raises(NotAllowed, match="operator_not_owner"):
        await database.write(lambda tx: operators.set_roles(tx, bob, bob.operator_id, ROLES))
    with pytest.raises(NotAllowed, match="operator_not_owner"):
        await database.write(lambda tx: operators.add_link(tx, bob, b"third", roles=[LEAD]))
    with pytest.raises(Invalid, match="operator_role_invalid"):
        await database.write(lambda tx: operators.set_roles(tx, alice, bob.operator_id, ["owner"]))
    with pytest.raises(NotFound, match="operator_unknown"):
        await database.write(lambda tx: operators.set_roles(tx, alice, 9, [LEAD]))
    assert await written(database) == before


async def test_who_says_to_be_owner_is_looked_up(database: Store) -> None:
    alice = await first(database)
    bob = await second(database, alice)
    liar = Operator(bob.operator_id, "bob", OWNER, 0, False, 1)
    with pytest.raises(NotAllowed, match="operator_not_owner"):
        await database.write(lambda tx: operators.set_roles(tx, liar, bob.operator_id, ROLES))
