"""Source: tco/3(3), lcen/6-1, lcen/6-2, evidence/10, csi/L871-1, gdpr/12(3). When an answer is due, and what rings."""

from datetime import UTC, datetime

import pytest
from tests.kit.desk import Bench
from tests.kit.stage import Stage, raised

from chappe.base.errors import Conflict, Invalid
from chappe.domain import journal, oncall
from chappe.domain.access import Moderator
from chappe.legal import clocks, envelope, screening, working
from chappe.legal.authorities import Authority
from chappe.legal.orders import INSTRUMENTS
from chappe.legal.records import Order, Target
from chappe.store import Reader, Tx
from chappe.store.legal import orders
from chappe.store.queries import journal as entries

HOUR, DAY = 3600, 86_400
NAMED = Target("username", "@alice", "subscriber")
DUE: list[tuple[str, bool, int]] = [
    ("tco_removal", False, HOUR),
    ("fr_lcen_6_1", False, DAY),
    ("epoc", False, 10 * DAY),
    ("epoc", True, 8 * HOUR),
    ("cryptology_requisition", False, 3 * DAY),
    ("emergency_disclosure", False, HOUR),
    ("threat_to_life18", False, HOUR),
]


def at(year: int, month: int, day: int) -> int:
    """Noon of that day."""
    return int(datetime(year, month, day, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(("instrument", "urgent", "seconds"), DUE)
def test_the_hours_that_the_law_sets(instrument: str, urgent: bool, seconds: int) -> None:
    due = clocks.due_of(INSTRUMENTS[instrument].clock, 1000, urgent=urgent)
    assert due.deadline_at == 1000 + seconds and due.strict and due.rule


@pytest.mark.parametrize(
    ("received", "due"),
    [(at(2026, 1, 31), at(2026, 2, 28)), (at(2028, 1, 31), at(2028, 2, 29)), (at(2026, 3, 5), at(2026, 4, 5))],
)
def test_a_month_is_a_month_of_the_calendar(received: int, due: int) -> None:
    assert clocks.due_of(INSTRUMENTS["gdpr_request"].clock, received).deadline_at == due


def test_the_order_s_own_date_holds_and_never_lengthens_the_law_s() -> None:
    clock = INSTRUMENTS["dsa_order10"].clock
    assert clocks.due_of(clock, 1000, own_date=5000).deadline_at == 5000
    assert clocks.due_of(clock, 1000, own_date=500).rule == "dsa/10(1)"
    assert clocks.due_of(INSTRUMENTS["tco_removal"].clock, 1000, own_date=99_000).deadline_at == 1000 + HOUR


async def test_an_alarm_that_fails_keeps_no_other_from_its_time(
    stage: Stage, bench: Bench, police: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = [await bench.arrives("dsa_order10", police, NAMED) for _ in range(2)]
    rung: list[int] = []

    def ring(tx: Tx, order_id: int, kind: str, seed: bytes) -> None:
        if order_id == broken.order_id:
            raise RuntimeError("a fault")
        rung.append(order_id)
        orders.rang(tx, order_id, kind)

    def alarms(rx: Reader) -> int:
        return len(orders.due_alarms(rx, rx.now, 10))

    monkeypatch.setattr(working, "ring", ring)
    await stage.writes(lambda tx: [orders.set_alarm(tx, one.order_id, "half", tx.now) for one in (broken, whole)])
    await bench.works()
    assert whole.order_id in rung
    assert await stage.reads(alarms) == 0
    pages = await stage.reads(lambda rx: [page.subject for page in oncall.open_pages(rx)])
    assert broken.subject in pages
    stage.clock.moves(working.PUT_OFF_S)
    assert await stage.reads(alarms) == 1


@pytest.mark.parametrize(
    ("contact", "start"), [(0, 100_000 + 12 * HOUR), (100_000 - HOUR, 100_000 + 11 * HOUR), (100_000 - DAY, 100_000)]
)
def test_the_french_clock_waits_twelve_hours_for_the_first_contact(contact: int, start: int) -> None:
    """Source: lcen/6-2"""
    assert clocks.start_of(INSTRUMENTS["fr_lcen_6_1"].clock, 100_000, contact) == start


async def test_the_first_french_demand_is_the_first_contact(stage: Stage, bench: Bench, officer: Moderator) -> None:
    made = await bench.authority(officer, "remover", "FR")
    first = await bench.arrives("fr_lcen_6_1", made, Target("link", "https://chat.example/nobody"))
    assert first.deadline_at == first.received_at + 36 * HOUR
    stage.clock.moves(DAY)
    second = await bench.arrives("fr_lcen_6_1", made, Target("link", "https://chat.example/nobody"))
    assert second.deadline_at == second.received_at + 24 * HOUR
    found = await stage.reads(lambda rx: screening.look(rx, first.order_id, bench.office))
    assert found.late_contact


async def rings(stage: Stage, bench: Bench, order: Order) -> list[str]:
    """The alarms of the order that rang."""
    await bench.works()
    return [one for one in await bench.acts(order) if one.startswith("alarm_")]


@pytest.mark.parametrize("instrument", sorted(one for one, kind in INSTRUMENTS.items() if kind.clock.within_s))
async def test_every_deadline_rings_once_and_across_a_restart(
    stage: Stage, bench: Bench, officer: Moderator, instrument: str, tmp_path: object
) -> None:
    """Half, soon, late: each once, also if the clock jumps over them, also in a server that began after it."""
    judge = await bench.authority(officer, "judge", "FR")
    order = await bench.arrives(instrument, judge, NAMED, proven=False)
    length = order.deadline_at - order.received_at
    stage.clock.moves(length // 2 + (13 * HOUR if instrument == "fr_lcen_6_1" else 0))
    assert await rings(stage, bench, order) == ["alarm_half"]
    stage.clock.moves(length)
    await stage.store.close()
    async with raised(tmp_path, after=stage) as again:  # type: ignore[arg-type]
        later = Bench(again)
        assert await rings(again, later, order) == ["alarm_half", "alarm_soon", "alarm_late"]
        again.clock.moves(10 * length)
        assert (await rings(again, later, order)).count("alarm_late") == 1
        found = await again.reads(lambda rx: entries.after(rx, journal.SHARD, 0, 5000))
        late = [one for one in found if one[2] == "order_late"]
        assert len(late) == 1


async def test_a_deadline_fires_within_five_seconds_of_its_minute(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    judge = await bench.authority(officer, "remover", "FR")
    order = await bench.arrives("tco_removal", judge, Target("link", "https://chat.example/nobody"))
    stage.clock.moves(HOUR - 1)
    assert "alarm_late" not in await rings(stage, bench, order)
    stage.clock.moves(1)
    assert "alarm_late" in await rings(stage, bench, order)
    assert any(one.kind == "order_missed" for one in await stage.reads(oncall.open_pages))


async def test_a_stopped_clock_rings_nothing_and_goes_on_with_what_was_left(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    """Source: lcen/6-2, evidence/10"""
    judge = await bench.authority(officer, "judge", "FR")
    order = await bench.arrives("epoc", judge, NAMED)
    stage.clock.moves(4 * DAY)

    def stop(tx: Tx) -> None:
        clocks.stop(tx, envelope.get(tx, order.order_id), "force_majeure", officer.actor)

    await stage.writes(stop)
    with pytest.raises(Conflict, match="order_clock_stopped"):
        await stage.writes(stop)
    stage.clock.moves(30 * DAY)
    assert "alarm_late" not in await rings(stage, bench, order)
    await stage.writes(lambda tx: clocks.resume(tx, envelope.get(tx, order.order_id), officer.actor))
    order = await bench.order(order)
    assert order.deadline_at == int(stage.clock.now()) + 6 * DAY
    [one] = await stage.reads(lambda rx: clocks.stops(rx, order.order_id))
    assert one.to_at - one.from_at == 30 * DAY and one.reason == "force_majeure"


async def test_a_request_of_a_person_may_have_two_months_more_once(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    """Source: gdpr/12(3)"""
    order = await bench.arrives("gdpr_request", None, Target("username", "@alice"), proven=False)

    def extend(tx: Tx) -> None:
        clocks.extend(tx, envelope.get(tx, order.order_id), "It is complex.", officer.actor)

    before = order.deadline_at
    await stage.writes(extend)
    order = await bench.order(order)
    assert 58 * DAY < order.deadline_at - before < 63 * DAY and order.deadline_rule == "gdpr/12(3)+extended"
    with pytest.raises(Invalid, match="order_extension_invalid"):
        await stage.writes(extend)


async def test_an_authority_that_runs_out_is_told_of_once(stage: Stage, bench: Bench, police: Authority) -> None:
    stage.clock.moves(340 * DAY)
    await bench.works()
    await bench.works()
    found = await stage.reads(lambda rx: rx.all("SELECT kind FROM pages WHERE subject = ?", (police.subject,)))
    assert found == [("authority_ends",)]
