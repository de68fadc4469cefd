"""Lists, rules and guard over PostgreSQL: the same plays, the same signals.

Source: requirements/hash-matching, requirements/rules
"""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from tests.kit.moderation import somebody
from tests.kit.stage import Stage, raised
from tests.safety.test_matching import DATA, wish
from tests.safety.watched import market, watched
from tests.talk.test_room_files import attaches

from chappe.base.ids import UserId
from chappe.domain import decisions
from chappe.media import MediaProcess
from chappe.safety import backtest, growth, lists, modes
from chappe.safety.gate import forget_counts
from chappe.safety.growth import Growing
from chappe.safety.hands import SignalHands
from chappe.safety.hash_files import read
from chappe.store.queries import people
from chappe.tl import functions as f


@pytest.fixture
async def stage(tmp_path: Path, postgres_dsn: str) -> AsyncIterator[Stage]:
    async with raised(tmp_path, dsn=postgres_dsn) as made:
        await made.writes(lambda tx: somebody(tx, "owner"))
        yield made


async def test_everything_that_looks_works_on_this_engine_too(stage: Stage, tmp_path: Path) -> None:
    async with watched(stage, tmp_path) as watch, MediaProcess(tmp_path / "decode") as media:
        stage.services.blobs, stage.services.media = watch.shelf, media
        alice, bob, *others = await stage.people("alice", "bob", *(f"person{n}" for n in range(12)))
        room = await market(stage, alice, bob)
        text = f"sha256 {sha256(DATA).hexdigest()}\npdq {'f8' * 32}"
        await lists.add(stage.store, wish(effect="remove"), read(text), "operator:1")
        sent = await attaches(alice, room.peer(alice), DATA)
        await room.says(bob, "Fresh CVV + fullz, price list, BTC only")
        await watch.hashes()
        (signal,) = await watch.signals("hash", "Known fakes")
        assert signal.item_key == f"message:{room.marked}:{sent.id}"
        assert (await stage.reads(lambda rx: decisions.find(rx, signal.decision_id))).measure.kind == "remove"
        (day,) = await watch.days("carding")
        assert (day.seen, day.found) == (2, 1)
        for other in others[:10]:
            await bob.says(other, "hello")
        assert await bob.fails(f.messages.SendMessage(peer=bob.sees(others[10]), message="hi", random_id=8)) == (
            "420 FLOOD_WAIT_600"
        )
        await watch.looks()
        tested = await backtest.run(stage.store, watch.gate.book.rules["carding"], 2, int(stage.clock.now()))
        assert tested.found == 1
        hands = SignalHands(stage.store, stage.clock, watch.gate.book, watch.looks)
        await hands.acts["rule_mode"]({"name": "carding", "mode": "live", "actor": "operator:1"})
        book = await stage.reads(lambda rx: modes.chosen(rx, watch.gate.book))
        assert book.rules["carding"].mode == "live"
        await _rush(stage)
        guard = Growing(watch.gate)
        await guard.watch(stage.store, stage.clock)
        assert [one.what for one in await stage.reads(growth.guards)] == ["sign_ups"]
        stage.clock.moves(3 * growth.HOUR_S)
        await guard.watch(stage.store, stage.clock)
        assert not watch.gate.tight
        await lists.remove(stage.store, "Known fakes", "operator:1")
        assert await watch.lists() == []
        stage.clock.moves(2 * 86_400)
        assert await stage.writes(forget_counts) > 0


async def _rush(stage: Stage) -> None:
    for number in range(400):
        await stage.store.write(
            lambda tx, n=number: people.insert_account(tx, UserId(500_000 + n), f"77{n:07}", "N", "", tx.now)  # type: ignore[misc]
        )
