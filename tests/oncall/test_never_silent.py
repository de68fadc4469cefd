"""What goes wrong with one page keeps no other from ringing. Source: requirements/on-call"""

import pytest
from tests.oncall.conftest import Watch

from chappe.base.errors import Conflict
from chappe.domain import calling, oncall
from chappe.domain.calling import Ways
from chappe.jobs import Paging
from chappe.store import Tx


async def test_what_was_not_urgent_and_becomes_so_calls_people(watch: Watch) -> None:
    async def late(urgent: bool) -> int:
        return int(await watch.does(oncall.page, "order_late", "order:1", "L-2026-1", urgent))

    page_id = await late(False)
    assert await late(True) == page_id, "both alarms rang in the same moment, after a pause of the server"
    await watch.passes(16)
    assert (await watch.page(page_id)).urgent
    assert [(name, way) for name, way, _ in await watch.told(page_id)] == [("alice", "chat"), ("alice", "mail")]
    assert await late(False) == page_id
    assert (await watch.page(page_id)).urgent, "and is not less urgent for being said again"


async def test_what_lasts_and_was_told_calls_people_once_it_is_urgent(watch: Watch) -> None:
    page_id = await watch.pages("disk", "disk", "", urgent=False, lasting=True)
    told = len(await watch.told(page_id))
    await watch.does(oncall.page, "disk", "disk", "", True, True)
    await watch.passes(120)
    assert len(await watch.told(page_id)) > told + 2
    await watch.does(oncall.acknowledge, page_id, "operator:1", "console")
    await watch.does(oncall.page, "disk", "disk", "", True, True)
    assert (await watch.page(page_id)).due == 0, "who took it is not called again"


async def test_what_is_not_urgent_cannot_be_declined(watch: Watch) -> None:
    quiet = await watch.pages("report_late", "report", "2", urgent=False, lasting=True)
    with pytest.raises(Conflict, match="oncall_page_taken"):
        await watch.does(oncall.decline, quiet, watch.staff["bob"].operator_id)
    await watch.passes(1)
    assert await watch.told(await watch.pages()) == [("alice", "chat", 0)]


async def test_a_page_that_cannot_be_called_holds_no_other_up(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = int(await watch.does(oncall.page, "emergency", "order:1", "L-2026-1"))
    other = int(await watch.does(oncall.page, "emergency", "order:2", "L-2026-2"))
    call = calling.call

    def breaks(tx: Tx, page_id: int, ways: Ways, seed: bytes) -> bool:
        if page_id == broken:
            raise ValueError("a row that nobody thought of")
        return call(tx, page_id, ways, seed)

    monkeypatch.setattr(calling, "call", breaks)
    with pytest.raises(ValueError, match="nobody thought"):
        await watch.looks()
    assert await watch.told(other) == [("alice", "chat", 0)]


async def test_where_nobody_can_be_called_any_more_the_runner_rests(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(15)
    letter = await watch.stage.reads(lambda rx: rx.one("SELECT MAX(outbox_id) FROM page_calls"))
    await watch.does(lambda tx: tx.run("UPDATE outbox SET state = 2, failure = 'refused' WHERE outbox_id = ?", letter))
    await watch.does(lambda tx: tx.run("DELETE FROM oncall_people"))
    nowhere = Paging(Ways(watch.stage.wrapper.seal, "https://chat.example/", ""), lambda size: b"\1" * size)
    now = int(watch.stage.clock.now())
    assert not await nowhere.step(watch.stage.store, now), "nothing more can be done now"
    assert (await watch.page(page_id)).due > 0, "it is tried again"
