"""The rule of absence, a takeover, kits and drills on PostgreSQL. Source: requirements/continuity"""

import os
from collections.abc import AsyncIterator

import pytest
from tests.domain.test_continuity import House
from tests.kit.clock import FakeClock
from tests.kit.postgres import postgres_dsn, postgres_server

from chappe.base import Conflict
from chappe.domain import continuity, kits, operators, takeovers
from chappe.domain.auth_keys import Wrapper
from chappe.domain.continuity import HOUR_S
from chappe.domain.takeovers import GIVE_ROLE, SAY, Wanted
from chappe.store import open_postgres
from chappe.web.continuity import look

__all__ = ["postgres_dsn", "postgres_server"]


@pytest.fixture
async def house(postgres_dsn: str) -> AsyncIterator[House]:
    clock = FakeClock()
    database = open_postgres(postgres_dsn, clock)
    made = House(database, clock)
    await made.opens()
    yield made
    await database.close()


@pytest.mark.slow
async def test_a_takeover_from_beginning_to_end(house: House) -> None:
    await house.is_taken_over()
    for wanted in (Wanted(SAY, detail="We hold it."), Wanted(GIVE_ROLE, house.erin.operator_id, "triage")):
        act = await house.does(lambda tx, wanted=wanted: takeovers.propose(tx, house.bob, wanted))
        await house.does(lambda tx, act=act: takeovers.agree(tx, house.carol, act.act_no))
    house.clock.moves(24 * HOUR_S)
    for number in (1, 2):
        await house.does(lambda tx, number=number: takeovers.carry_out(tx, house.bob, number))
    assert (await house.database.read(look)).notice == "We hold it."
    erin = await house.database.read(lambda rx: operators.require(rx, house.erin.operator_id))
    assert erin.roles == ("triage",)
    await house.does(lambda tx: continuity.alive(tx, house.alice.operator_id, "button"))
    assert (await house.database.read(continuity.takeovers))[0].state == "returned"
    erin = await house.database.read(lambda rx: operators.require(rx, house.erin.operator_id))
    assert erin.roles == ()


@pytest.mark.slow
async def test_kits_and_drills(house: House) -> None:
    digest = os.urandom(32).hex()
    for generation in (1, 2):
        made = await house.does(lambda tx: kits.made(tx, 2, 3, "age1x", digest, "server"))
        assert made.generation == generation
    assert await house.does(lambda tx: kits.record_drill(tx, "signed", True, 1, digest, "server")) == 1
    await house.refuses(
        Conflict, "operator_recovery_drill_known",
        lambda tx: kits.record_drill(tx, "signed", True, 1, digest, "server"),
    )  # fmt: skip
    await house.refuses(
        Conflict, "operator_recovery_other_keys",
        lambda tx: kits.record_drill(tx, "another", True, 1, os.urandom(32).hex(), "server"),
    )  # fmt: skip
    standing = await house.database.read(kits.standing)
    assert standing.kits is not None and standing.kits.generation == 2 and len(standing.drills) == 1
    sound = await house.database.read(lambda rx: kits.sound(rx, Wrapper(bytes(32), os.urandom)))
    assert sound.opens and sound.entries > 5
