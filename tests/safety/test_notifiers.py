"""Source: dsa/23. Who cries wolf is warned, then not heard for a time; a child in danger is always heard."""

from typing import Any

import pytest
from tests.kit.rooms import history
from tests.kit.stage import Person
from tests.safety.conftest import Scene

from chappe.base import NotAllowed, TooMany
from chappe.domain.operators import MODERATOR
from chappe.rpc.context import Limits
from chappe.safety import Desk, Notifier, cases, notices, notifiers
from chappe.safety.notifiers import DECIDED_LEAST
from chappe.tl import functions as f
from chappe.tl import types as t

CHILD = {"category": "PROTECTION_OF_MINORS", "keyword": "CHILD_SEXUAL_ABUSE_MATERIAL"}


async def cries(scene: Scene, who: Any, outcome: str, times: int) -> None:
    """So many notices that all turn out so."""
    moderator = await scene.moderator(f"moderator {next(scene.stage.numbers)}", MODERATOR)
    for _ in range(times):
        filed = await scene.notices(who, await scene.says("hello"))
        await scene.does(cases.dismiss, moderator, filed.cases[0], outcome, "")
        await scene.tells()


async def told(person: Person) -> list[str]:
    peer = t.InputPeerUser(user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000))
    return [m.message for m in (await history(person, peer)).messages if isinstance(m, t.Message)]


async def test_who_cries_wolf_is_warned_then_limited(scene: Scene) -> None:
    await cries(scene, scene.bob, "unfounded", DECIDED_LEAST - 1)
    assert not any("plainly unfounded:" in text for text in await told(scene.bob))
    await cries(scene, scene.bob, "unfounded", 1)
    assert "10 of 10 reports" in (await told(scene.bob))[0]
    await cries(scene, scene.bob, "unfounded", DECIDED_LEAST)
    last = (await told(scene.bob))[0]
    assert last.startswith("After our warning") and "http://localhost/notice/" in last
    post = await scene.says("hello")
    query = f.account.ReportPeer(
        peer=scene.room.peer(scene.bob), reason=t.InputReportReasonSpam(), message=""
    )
    assert await scene.bob.fails(query) == "403 NOTICES_LIMITED"
    assert await scene.notices(scene.bob, post, **CHILD)
    assert await scene.notices(scene.carol, post)
    scene.stage.clock.moves(30 * 86_400 + 1)
    assert await scene.notices(scene.bob, post)
    journal = await scene.stage.reads(lambda rx: rx.all("SELECT kind, subject FROM journal ORDER BY no"))
    steps = [(kind, subject) for kind, subject in journal if kind.startswith("notifier_")]
    assert steps == [("notifier_warned", f"user:{scene.bob.id}"), ("notifier_limited", f"user:{scene.bob.id}")]


async def test_honest_mistakes_cost_nothing(scene: Scene) -> None:
    await cries(scene, scene.bob, "no_action", 15)
    await cries(scene, scene.bob, "unfounded", 2)
    row = await scene.asks(notifiers.record, 1)
    assert (row.founded, row.unfounded, row.warned_at) == (15, 2, 0)


async def test_an_address_is_one_notifier(scene: Scene) -> None:
    mail = Notifier(name="Dave", email="dave@example.org", lang="en")
    await cries(scene, mail, "unfounded", DECIDED_LEAST)
    letters = await scene.stage.letters()
    for _ in range(3):
        scene.stage.clock.moves(3600)
        letters += await scene.stage.letters()
    assert len([text for _, _, text in letters if "10 of 10" in text]) == 1
    assert len(letters) == 2 * DECIDED_LEAST + 1
    same = Notifier(name="D.", email=" DAVE@example.org ", lang="en")
    await cries(scene, same, "unfounded", DECIDED_LEAST)
    with pytest.raises(NotAllowed, match="notices_limited"):
        await scene.notices(same, await scene.says("hello"))
    nobody = Notifier(lang="en")
    assert await scene.notices(nobody, await scene.says("hello"), **CHILD)


@pytest.mark.slow
async def test_ten_thousand_from_one_place_do_not_stop_others(scene: Scene) -> None:
    scene.desk = Desk(scene.stage.wrapper, "http://localhost/", limited=True)
    post = await scene.says("hello")
    taken = refused = 0
    for _ in range(10_000):
        try:
            await scene.notices(Notifier(lang="en", network="192.0.2.7"), post)
            taken += 1
        except TooMany as refusal:
            assert 0 < refusal.wait_s <= 3600
            refused += 1
    assert (taken, refused) == (notices.PER_PLACE.most, 10_000 - notices.PER_PLACE.most)
    assert await scene.notices(Notifier(lang="en", network="192.0.2.7"), post, **CHILD)
    assert await scene.notices(Notifier(lang="en", network="198.51.100.7"), post)
    scene.stage.services.limits = Limits(test_mode=True, test_limits=True)
    query = f.messages.ReportSpam(peer=scene.bob.sees(scene.alice))
    assert await scene.bob.calls(query)
