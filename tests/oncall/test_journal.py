"""Every accountable act of people on call leaves its entry; the drill's is a leaf. Source: requirements/on-call"""

from tests.oncall.conftest import Watch
from tests.safety.test_journal_whole import Book

from chappe.domain import drills, handovers, oncall, operators, rota
from chappe.legal import alerts, authorities, calls
from chappe.legal.authorities import Profile
from chappe.legal.office import Office
from chappe.store import Tx


async def test_pages_shifts_and_drills_stand_in_the_journal(watch: Watch) -> None:
    book, alice, bob = Book(watch.stage), watch.staff["alice"], watch.staff["bob"]
    me = alice.operator_id
    page_id = await book.writes(lambda tx: oncall.page(tx, "removal", "order:1", "L-2026-1"), "page_opened")
    await watch.looks()
    await book.writes(lambda tx: oncall.decline(tx, page_id, me), "page_declined")
    await book.writes(lambda tx: oncall.acknowledge(tx, page_id, "operator:2", "console"), "page_taken")
    await book.writes(lambda tx: oncall.page(tx, "log_stopped", "log", "", lasting=True), "page_opened")
    await book.writes(lambda tx: oncall.over(tx, "log_stopped", "log"), "page_over")
    await book.writes(lambda tx: rota.set_person(tx, alice, me, mail="alice@example.org"), "oncall_changed")
    now = int(watch.stage.clock.now())
    shift_id = await book.writes(lambda tx: rota.add_shift(tx, alice, me, now + 60, now + 7200, 1), "shift_changed")
    number = await book.writes(lambda tx: handovers.offer(tx, alice, shift_id, bob.operator_id, ""))
    told = ("shift_handed_over", "page_opened")  # alice has no account any more
    await book.writes(lambda tx: handovers.answer(tx, bob, number, True), *told)
    one = await book.writes(lambda tx: drills.begin_now(tx, alice), "page_opened")
    await book.writes(lambda tx: oncall.acknowledge(tx, one.page_id, "operator:1", "chat"), "page_taken")
    await book.writes(lambda tx: drills.step(tx, bytes(8)), "drill_held")
    ((public,),) = await watch.stage.reads(lambda rx: rx.all("SELECT public FROM journal WHERE kind = 'drill_held'"))
    assert b'"instrument":"oncall_drill"' in public and b'"outcome":"in_time"' in public
    asked = "SELECT kind FROM journal WHERE kind LIKE 'page%' AND public IS NOT NULL"
    shown = await watch.stage.reads(lambda rx: rx.all(asked))
    assert shown == [], "what rings is nobody's business"


async def test_calls_and_alerts_stand_in_the_journal(watch: Watch) -> None:
    book, alice, bob = Book(watch.stage), watch.staff["alice"], watch.staff["bob"]
    office = Office(watch.stage.wrapper, "https://chat.example/", "Example", home="FR", mails=True)

    def desk(tx: Tx) -> None:
        for one in (alice, bob):
            operators.set_roles(tx, alice, one.operator_id, ("lead", "desk"))
        authorities.register(tx, "operator:1", Profile("Police", "FR", "police", email="police@example.fr"))

    await watch.stage.writes(desk)
    call = await book.writes(lambda tx: calls.begin(tx, alice), "hotline_called")
    await book.writes(lambda tx: calls.drop(tx, alice, call.call_id, "wrong number"), "hotline_dropped")
    said = {"danger": "a danger", "reason": "a reason", "happened": "2025-06-15T19:30"}
    before = await book.kinds()
    for _ in range(2):
        await watch.does(alerts.propose, alice, office, said, (1,), "en")
    first, second = await watch.stage.reads(alerts.waiting)
    await watch.does(alerts.confirm, bob, first.order.order_id, first.digest, office)
    await book.writes(lambda tx: alerts.told_by_phone(tx, alice, first.order.order_id, 1), "alert_told")
    await watch.does(alerts.drop, bob, second.order.order_id, "a play", office)
    made = await book.kinds() - before
    assert (made["alert_proposed"], made["alert_sent"], made["alert_dropped"]) == (2, 1, 1)
