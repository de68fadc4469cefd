"""Source: dsa/17(1). Many items at once: looked at beforehand, decided as one, followed up, undone as one."""

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.rooms import hall, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_removals import moderator, post, undoes

from chappe.base.errors import Conflict
from chappe.domain import decisions, statements
from chappe.domain.access import Moderator
from chappe.domain.enforcement import MARK
from chappe.domain.rulings import Measure
from chappe.jobs import Enforcing
from chappe.store import Tx
from chappe.tl import functions as f

__all__ = ["moderator"]
MANY = 60


async def enforces(stage: Stage) -> None:
    """All that decisions still have to do is done."""
    runner = Enforcing(stage.entropy, stage.wrapper.seal)
    while await runner.step(stage.store, int(stage.clock.now())):
        pass


async def test_many_are_decided_and_undone_as_one(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await hall(stage, alice, bob)
    said = [await room.says((alice, bob)[n % 2], f"offer {n}") for n in range(MANY)]
    items = tuple(post(room, one.id) for one in said)
    seen = await stage.reads(lambda rx: decisions.preview(rx, Measure("remove"), (*items, post(room, 5000))))
    assert (seen.count, seen.people, seen.taken, seen.unknown) == (MANY + 1, 2, (), (post(room, 5000),))
    assert seen.sample == items[: decisions.SAMPLE]
    decision = await stage.writes(lambda tx: decide(tx, moderator, *items))
    assert (decision.item_count, decision.pending) == (MANY, True)
    waiting = [item for item, state in await stage.reads(lambda rx: decisions.items_of(rx, decision.decision_id))
               if state == "waiting"]
    assert len(waiting) == MANY - decisions.AT_ONCE
    with pytest.raises(Conflict, match="decision_stands"):
        await stage.writes(lambda tx: decide(tx, moderator, waiting[0]))
    seen = await stage.reads(lambda rx: decisions.preview(rx, Measure("remove"), items))
    assert seen.taken == items
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[waiting[-1].message_id]))
    await enforces(stage)
    page = await room.history(alice, limit=100)
    assert texts(page) == [MARK] * (MANY - 1)
    states = [state for _, state in await stage.reads(lambda rx: decisions.items_of(rx, decision.decision_id))]
    assert states.count("held") == MANY - 1 and states[-1] == "gone"
    told = await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id))
    assert {one.person_id for one in told} == {alice.id, bob.id}
    words = [await stage.reads(lambda rx, one=one: statements.text(rx, one, "en")) for one in told]
    own = MANY // 2 - statements.SHOWN
    assert sum(f"and {own} more" in one or f"and {own - 1} more" in one for one in words) == 2, "their own alone"

    await stage.writes(lambda tx: decisions.undo(tx, moderator, decision.decision_id, "a mistake"))
    await enforces(stage)
    page = await room.history(alice, limit=100)
    assert texts(page) == [f"offer {n}" for n in range(MANY - 1)][::-1]
    undone = await stage.reads(lambda rx: decisions.undone(rx, decision.decision_id))
    assert undone.conflicts == () and not undone.pending
    assert await stage.reads(lambda rx: rx.all("SELECT * FROM withheld")) == []


async def test_it_is_undone_before_it_was_done(stage: Stage, alice: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice)
    items = tuple([post(room, (await room.says(alice, f"offer {n}")).id) for n in range(MANY)])

    def both(tx: Tx) -> None:
        decision = decide(tx, moderator, *items)
        decisions.follow_up(tx, b"." * 16)
        decisions.undo(tx, moderator, decision.decision_id, "a mistake")

    await stage.writes(both)
    await enforces(stage)
    assert texts(await room.history(alice, limit=100)) == [f"offer {n}" for n in range(MANY)][::-1]
    await stage.writes(lambda tx: decide(tx, moderator, items[-1]))
    assert texts(await room.history(alice, limit=1)) == [MARK]


async def test_the_child_safety_role(stage: Stage, alice: Person) -> None:
    room = await hall(stage, alice)
    item = post(room, (await room.says(alice, "no")).id)
    fields = {"category": "PROTECTION_OF_MINORS", "keywords": ("CHILD_SEXUAL_ABUSE_MATERIAL",)}
    await stage.writes(lambda tx: somebody(tx, "owner"))
    moderator = await stage.writes(lambda tx: somebody(tx, "somebody", ("moderator",)))
    trained = await stage.writes(lambda tx: somebody(tx, "trained", ("child_safety",)))
    with pytest.raises(Exception, match="decision_role_needed"):
        await stage.writes(lambda tx: decide(tx, moderator, item, **fields))
    made = await stage.writes(lambda tx: decide(tx, trained, item, **fields))
    with pytest.raises(Exception, match="decision_role_needed"):
        await undoes(stage, moderator, made)
    await undoes(stage, trained, made)
    assert texts(await room.history(alice, limit=1)) == ["no"]
