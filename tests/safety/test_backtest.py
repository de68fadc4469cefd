"""A rule is tried on past days before it acts; and it is an operator who puts it to work.

Source: requirements/rules
"""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Stage
from tests.safety.watched import Watch, market

from chappe.base.errors import Invalid, NotFound
from chappe.safety import backtest, modes
from chappe.tl import functions as f

pytestmark = pytest.mark.slow

DAY_S = 86_400
OFFER = "Fresh CVV + fullz, price list, BTC only"


@pytest.fixture
def watch(stage: Stage, tmp_path: Path) -> Watch:
    return Watch(stage, tmp_path)


async def test_what_a_rule_would_have_found(stage: Stage, watch: Watch) -> None:
    alice, bob = await stage.people("alice", "bob")
    room, closed = await market(stage, alice, bob), await hall(stage, alice, bob)
    await room.says(bob, OFFER)
    stage.clock.moves(3 * DAY_S)
    await room.says(bob, "Good morning")
    second = await room.says(bob, OFFER.lower())
    await closed.says(bob, OFFER)
    await alice.says(bob, OFFER)
    stage.clock.moves(DAY_S)
    now = int(stage.clock.now())
    rule = watch.gate.book.rules["carding"]
    tested = await backtest.run(stage.store, rule, 2, now)
    assert (tested.seen, tested.found) == (2, 1)
    assert [one.key for one in tested.samples] == [f"message:{room.marked}:{second.id}"]
    assert tested.days == ((now // DAY_S - 1, 2, 1),)
    whole = await backtest.run(stage.store, rule, 30, now)
    assert (whole.seen, whole.found, len(whole.days)) == (3, 2, 2)
    looser = replace(rule, expression="folded.contains('morning')", version=2)
    assert (await backtest.run(stage.store, looser, 30, now)).found == 1
    assert await stage.reads(lambda rx: rx.all("SELECT 1 FROM signals")) == []


async def test_the_pace_of_past_days_is_told_as_it_was(stage: Stage, watch: Watch) -> None:
    watch.gate.use(watch.gate.book.in_mode("repeated-posts", "shadow"))
    alice, bob = await stage.people("alice", "bob")
    halls = [await market(stage, alice, bob, name=f"market{n}") for n in range(7)]
    for room in halls:
        await room.says(bob, "Free coins for all of you")
    stage.clock.moves(DAY_S)
    tested = await backtest.run(stage.store, watch.gate.book.rules["repeated-posts"], 7, int(stage.clock.now()))
    assert (tested.seen, tested.found) == (7, 2)


async def test_what_is_counted_and_not_kept_cannot_be_tried(stage: Stage, watch: Watch) -> None:
    with pytest.raises(Invalid, match="operator_rule_untestable"):
        await backtest.run(stage.store, watch.gate.book.rules["join-flood"], 7, int(stage.clock.now()))


async def test_a_shadow_rule_is_counted_by_day_with_samples_and_does_nothing(stage: Stage, watch: Watch) -> None:
    alice, bob = await stage.people("alice", "bob")
    room = await market(stage, alice, bob)
    sent = [await room.says(bob, f"{OFFER} {n}") for n in range(25)]
    await room.says(bob, "Good morning")
    await watch.looks()
    (day,) = await watch.days("carding")
    assert (day.mode, day.version, day.seen, day.found) == ("shadow", 1, 26, 25)
    signals = await watch.signals("rule", "carding")
    assert 20 <= len(signals) <= 25
    assert signals[0].item_key == f"message:{room.marked}:{sent[0].id}"
    assert {one.case_id for one in signals} == {0}
    assert "text" not in signals[0].facts


async def test_an_operator_puts_a_rule_to_work(stage: Stage, watch: Watch) -> None:
    alice, bob = await stage.people("alice", "bob")
    room = await market(stage, alice, bob)
    book = watch.gate.book
    await stage.writes(lambda tx: modes.choose(tx, book, "carding", "live", "operator:1"))
    watch.gate.use(await stage.reads(lambda rx: modes.chosen(rx, book)))
    sent = await room.says(bob, OFFER)
    await watch.looks()
    (signal,) = await watch.signals("rule", "carding")
    assert signal.mode == "live"
    assert signal.case_id
    await bob.calls(f.messages.EditMessage(peer=room.peer(bob), id=sent.id, message=OFFER + " now"))
    await watch.looks()
    assert len(await watch.signals("rule", "carding")) == 1
    journal = await stage.reads(
        lambda rx: rx.all("SELECT actor, subject FROM journal WHERE kind = 'rule_mode_changed'")
    )
    assert journal == [("operator:1", "rule:carding@1")]


async def test_a_rule_that_is_none_has_no_mode(stage: Stage, watch: Watch) -> None:
    with pytest.raises(NotFound, match="operator_rule_unknown"):
        await stage.writes(lambda tx: modes.choose(tx, watch.gate.book, "nonsense", "live", "operator:1"))
    with pytest.raises(Invalid, match="operator_rule_mode"):
        await stage.writes(lambda tx: modes.choose(tx, watch.gate.book, "carding", "loud", "operator:1"))
