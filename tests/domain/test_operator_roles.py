"""Roles: what each includes, who gives them, and what stands in the journal about it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import operator_tokens, operators, trial
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


async def test_a_session_holds_at_one_place_and_while_it_is_used(database: Store) -> None:
    alice = await first(database)
    now = await database.write(lambda tx: tx.now)
    await database.write(lambda tx: operators.begin_session(tx, alice.operator_id, b"session", "console"))

    async def holds(at: int, place: str) -> bool:
        found = await database.read(lambda rx: operators.in_session(rx, b"session", at, place, 600))
        return found is not None

    assert not await holds(now, "")
    assert await holds(now + 600, "console")
    assert not await holds(now + 601, "console")


async def test_a_part_on_trial_is_somebody_with_no_way_in(database: Store) -> None:
    moderator = await database.write(lambda tx: trial.play(tx, "moderator"))
    assert moderator.trial and moderator.may(MODERATOR) and not moderator.may(APPEALS)
    assert not moderator.has_password and not moderator.passkeys
    assert await database.write(lambda tx: trial.play(tx, "moderator")) == moderator
    appeals = await database.write(lambda tx: trial.play(tx, "appeals"))
    assert appeals.operator_id != moderator.operator_id
    with pytest.raises(NotFound, match="operator_part_unknown"):
        await database.write(lambda tx: trial.play(tx, "owner"))
    alice = await first(database)  # whoever comes first in earnest is still the first
    assert alice.may(LEAD)
    with pytest.raises(Conflict, match="operator_name_taken"):
        await database.write(lambda tx: operators.add_link(tx, alice, b"second"))
        await database.write(lambda tx: operators.enrol(tx, b"second", "(trial) lead", PASSWORD, []))


async def test_when_the_trial_is_over_its_parts_may_do_nothing(database: Store) -> None:
    played = await database.write(lambda tx: trial.play(tx, "lead"))
    now = await database.write(lambda tx: tx.now)
    await database.write(lambda tx: operators.begin_session(tx, played.operator_id, b"session"))
    await database.write(lambda tx: operator_tokens.make(tx, played, b"token", "script", 1))
    await database.write(trial.end)
    assert await database.read(lambda rx: operators.in_session(rx, b"session", now)) is None
    assert await database.read(lambda rx: operator_tokens.holder(rx, b"token", now)) is None
    assert not (await database.read(lambda rx: operators.require(rx, played.operator_id))).may(TRIAGE)
    assert (await database.write(lambda tx: trial.play(tx, "lead"))).may(TRIAGE)


async def test_a_token_does_its_operator_s_work_until_it_ends(database: Store) -> None:
    alice = await first(database)
    bob = await second(database, alice, TRIAGE)
    now = await database.write(lambda tx: tx.now)
    number = await database.write(lambda tx: operator_tokens.make(tx, bob, b"token", " nightly  figures ", 30))
    found = await database.read(lambda rx: operator_tokens.holder(rx, b"token", now))
    assert found is not None and found[0] == bob
    assert await database.read(lambda rx: operator_tokens.holder(rx, b"token", now + 30 * 86400)) is None
    assert await database.read(lambda rx: operator_tokens.holder(rx, b"other", now)) is None
    assert [one.name for one in await database.read(lambda rx: operator_tokens.mine(rx, bob))] == ["nightly figures"]
    with pytest.raises(NotFound, match="operator_token_unknown"):
        await database.write(lambda tx: operator_tokens.end(tx, alice, number))
    await database.write(lambda tx: operator_tokens.end(tx, bob, number))
    assert await database.read(lambda rx: operator_tokens.holder(rx, b"token", now)) is None
    assert [kind for kind, _, _ in await written(database)][-2:] == ["operator_token_made", "operator_token_ended"]


@pytest.mark.parametrize(
    ("name", "days", "reason"),
    [
        ("", 1, "operator_token_name_needed"),
        ("a\x00b", 1, "operator_token_name_needed"),
        ("a" * 65, 1, "operator_token_name_needed"),
        ("a", 0, "operator_token_days"),
        ("a", 367, "operator_token_days"),
    ],
)
async def test_a_token_needs_a_name_and_an_end(database: Store, name: str, days: int, reason: str) -> None:
    alice = await first(database)
    with pytest.raises(Invalid, match=reason):
        await database.write(lambda tx: operator_tokens.make(tx, alice, b"token", name, days))


async def test_tokens_are_few(database: Store) -> None:
    alice = await first(database)
    for number in range(20):
        await database.write(lambda tx, n=number: operator_tokens.make(tx, alice, b"%d" % n, "script", 1))
    with pytest.raises(Invalid, match="operator_tokens_too_many"):
        await database.write(lambda tx: operator_tokens.make(tx, alice, b"one more", "script", 1))


async def test_a_lost_key_ends_the_tokens_too(database: Store) -> None:
    alice = await first(database)
    now = await database.write(lambda tx: tx.now)
    await database.write(lambda tx: operator_tokens.make(tx, alice, b"token", "script", 1))
    await database.write(lambda tx: operators.replace_from_console(tx, "alice", b"again"))
    await database.write(lambda tx: operators.enrol(tx, b"again", "", PASSWORD, []))
    assert await database.read(lambda rx: operator_tokens.holder(rx, b"token", now)) is None
