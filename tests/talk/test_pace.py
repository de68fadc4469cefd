"""Source: api/errors. Nobody may call without end: a burst passes, a flood waits, others never notice."""

from pathlib import Path

from tests.kit.stage import Person, raised

from chappe.rpc.context import Limits
from chappe.rpc.pace import BURST, HEAVY, PER_SECOND
from chappe.tl import functions as f

LIMITED = Limits(test_mode=True, test_limits=True)


async def flood(person: Person) -> int:
    """How many calls passed before the first was told to wait."""
    for passed in range(int(BURST) + 100):
        answer = await person.tries(f.help.GetConfig())
        if answer is not None:
            assert answer == "420 FLOOD_WAIT_1"
            return passed
    raise AssertionError("never told to wait")


async def test_a_flood_waits_and_is_forgiven(tmp_path: Path) -> None:
    async with raised(tmp_path, LIMITED) as stage:
        alice, bob = await stage.people("alice", "bob")
        assert BURST - 50 < await flood(alice) <= BURST
        assert await bob.tries(f.help.GetConfig()) is None
        stage.clock.moves(1)
        passed = 0
        while await alice.tries(f.help.GetConfig()) is None:
            passed += 1
        assert passed == PER_SECOND


async def test_what_many_hear_weighs_more(tmp_path: Path) -> None:
    async with raised(tmp_path, LIMITED) as stage:
        for query in (f.account.UpdateProfile(about="words"), f.account.InitTakeoutSession()):
            alice = await stage.person("alice")
            passed = 0
            while await alice.tries(query) is None:
                passed += 1
            assert 1 < passed <= BURST / HEAVY, query
