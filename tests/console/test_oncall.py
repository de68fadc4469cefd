"""The screens of people on call: pages with their clocks, shifts, hand-over, ways, the calendar.

Source: requirements/on-call, rfc/5545
"""

import os
import re
from datetime import UTC, datetime

import httpx
from tests.console.conftest import Desk

from chappe.console.oncall import calendar
from chappe.domain import calling, oncall, operators, outbox, rota
from chappe.domain.operators import Operator
from chappe.domain.rota import Shift

WAYS = calling.Ways(bytes, "https://chat.example.org/", "https://desk/", frozenset({"mail", "sms"}))


async def named(desk: Desk, name: str) -> Operator:
    found = await desk.store.read(operators.everyone)
    return next(one for one in found if one.name == name)


async def on_call(desk: Desk, browser: httpx.AsyncClient, name: str, **ways: str) -> Operator:
    """Somebody says of themself how they are reached."""
    one = await named(desk, name)
    form = {"operator_id": str(one.operator_id), "mail": f"{name}@example.org", "back": "/oncall/people"} | ways
    answer = await browser.post("/do/set_on_call", data=form)
    assert answer.headers["location"] == "/oncall/people?said=set_on_call"
    return one


async def called(desk: Desk, page_id: int) -> None:
    await desk.store.write(lambda tx: calling.call(tx, page_id, WAYS, os.urandom(32)))


async def test_what_rings_shows_its_clock_and_is_taken_with_a_button(desk: Desk) -> None:
    alice = await desk.at_work("alice", "desk")
    await on_call(desk, alice, "alice")
    page_id = await desk.store.write(lambda tx: oncall.page(tx, "removal", "order:7", "L-2026-7, FR"))
    await called(desk, page_id)
    desk.clock.moves(95)
    shown = (await alice.get("/oncall")).text
    said = ("Removal order: one hour", "L-2026-7, FR", ">1:35<", 'href="/oncall/hour/7"', "within 120 s", "on its way")
    assert [words for words in said if words not in shown] == []
    elsewhere = (await (await desk.at_work("carol", "triage")).get("/oncall")).text
    assert "L-2026-7, FR" in elsewhere and 'href="/oncall/hour' not in elsewhere, "no link leads to a refusal"
    live = (await alice.get("/oncall/live")).json()
    assert live["open"] == [{"date": int(desk.clock.now()) - 95, "text": "Removal order: one hour"}]
    taken = await alice.post("/do/take_page", data={"page_id": str(page_id), "back": "/oncall"})
    assert taken.headers["location"] == "/oncall?said=take_page"
    shown = (await alice.get("/oncall")).text
    assert "Nothing rings." in shown
    assert "<bdi>alice</bdi> · console" in shown
    assert (await alice.get("/oncall/live")).json()["mark"] != live["mark"]
    again = await alice.post("/do/take_page", data={"page_id": str(page_id), "back": "/oncall"})
    assert again.headers["location"] == "/oncall?refusal=oncall_page_taken"


async def test_many_pages_are_taken_with_one_button(desk: Desk) -> None:
    alice = await desk.at_work("alice")
    await on_call(desk, alice, "alice")
    pages = [await desk.store.write(lambda tx, n=n: oncall.page(tx, "removal", f"order:{n}", "")) for n in (7, 8, 9)]  # type: ignore[misc]
    shown = (await alice.get("/oncall")).text
    assert "I take all 3" in shown and "(3)</h2>" in shown
    await desk.store.write(lambda tx: oncall.acknowledge(tx, pages[1], "operator:9", "link"))
    form = {"page_ids": [str(one) for one in pages], "back": "/oncall"}
    taken = await alice.post("/do/take_pages", data=form)
    assert taken.headers["location"] == "/oncall?said=take_pages"
    found = [await desk.store.read(lambda rx, n=n: oncall.require(rx, n)) for n in pages]  # type: ignore[misc]
    assert [one.acked_how for one in found] == ["console", "link", "console"]
    again = await alice.post("/do/take_pages", data=form)
    assert again.headers["location"] == "/oncall?refusal=oncall_page_taken"


async def test_who_is_not_signed_in_sees_nothing(desk: Desk) -> None:
    async with desk.visitor() as stranger:
        for path in ("/oncall", "/oncall/live", "/oncall/calendar", "/oncall/people"):
            assert (await stranger.get(path)).status_code == 303
        assert (await stranger.get("/calendar/AAAA.ics")).status_code == 404


async def test_everybody_says_how_they_are_reached_and_nobody_else_does(desk: Desk) -> None:
    alice = await desk.at_work("alice")
    bob = await desk.at_work("bob")
    await on_call(desk, alice, "alice", phone="+33 6 11-11.11 11", lang="fr")
    one = await named(desk, "alice")
    person = await desk.store.read(lambda rx: rota.find(rx, one.operator_id))
    assert person is not None and (person.phone, person.lang_code) == ("+33611111111", "fr")
    assert "+33611111111" not in (await bob.get("/oncall/people")).text, "that it is known is shown, the number is not"
    form = {"operator_id": str(one.operator_id), "mail": "bob@example.org", "back": "/oncall/people"}
    refused = await bob.post("/do/set_on_call", data=form)
    assert refused.headers["location"] == "/oncall/people?refusal=operator_role_needed"
    mistakes = (({"mail": "nobody"}, "mail_wrong"), ({"phone": "06 11"}, "phone_wrong"), ({"mail": ""}, "no_way"))
    for wrong, reason in mistakes:
        told = await alice.post("/do/set_on_call", data=form | wrong)
        assert told.headers["location"].endswith(f"refusal=oncall_{reason}")


async def test_ways_are_tried_on_oneself_alone(desk: Desk) -> None:
    alice = await desk.at_work("alice")
    bob = await desk.at_work("bob")
    await on_call(desk, alice, "alice")
    await on_call(desk, bob, "bob", phone="+33622222222")
    await bob.post("/do/test_ways", data={"back": "/oncall/people"})
    (page,) = await desk.store.read(oncall.open_pages)
    letters = []
    for _ in range(4):
        await called(desk, page.page_id)
        letters += await desk.store.write(lambda tx: outbox.take_due(tx, pages=True))
        desk.clock.moves(20)
    tried = [(one.kind, one.address) for one in letters]
    assert tried == [("page_mail", "bob@example.org"), ("page_sms", "+33622222222")]
    assert await desk.store.read(oncall.open_pages) == []


async def test_a_plan_fills_the_calendar_and_a_gap_shows(desk: Desk) -> None:
    lead = await desk.at_work("lead", "lead")
    bob = await desk.at_work("bob")
    one, other = await on_call(desk, lead, "lead"), await on_call(desk, bob, "bob")
    now = int(desk.clock.now()) // 3600 * 3600
    form = {
        "do": "plan", "people": [str(one.operator_id), str(other.operator_id)], "hours": "12", "count": "4",
        "place": "0", "start": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert (await lead.post("/oncall/calendar", data=form)).status_code == 303
    form |= {"start": f"{datetime.fromtimestamp(now + 72 * 3600, UTC):%Y-%m-%dT%H:%M}", "count": "1"}
    await lead.post("/oncall/calendar", data=form)
    shifts = await desk.store.read(lambda rx: rota.shifts(rx, now, now + 100 * 3600))
    assert [(s.name, (s.start - now) // 3600) for s in shifts] == [
        ("lead", 0), ("bob", 12), ("lead", 24), ("bob", 36), ("lead", 72),
    ]  # fmt: skip
    shown = (await bob.get("/oncall/calendar")).text
    assert "Nobody’s turn" in shown
    assert (await bob.post("/oncall/calendar", data=form)).status_code == 400, "who does not lead plans nothing"
    assert "lead" in (await bob.get("/oncall")).text
    gone = await lead.post("/do/remove_shift", data={"shift_id": str(shifts[-1].shift_id), "back": "/oncall/calendar"})
    assert gone.headers["location"] == "/oncall/calendar?said=remove_shift"


async def test_a_shift_is_handed_over_by_two_yeses(desk: Desk) -> None:
    lead = await desk.at_work("lead", "lead")
    bob = await desk.at_work("bob", language="fr")
    one, other = await on_call(desk, lead, "lead"), await on_call(desk, bob, "bob")
    now = int(desk.clock.now())
    shift_id = await desk.store.write(lambda tx: rota.add_shift(tx, one, one.operator_id, now - 60, now + 7200))
    form = {"shift_id": str(shift_id), "to_id": str(other.operator_id), "note": "L-2026-7 is open", "back": "/oncall"}
    assert (await lead.post("/do/hand_over", data=form)).headers["location"] == "/oncall?said=hand_over"
    assert [s.name for s in await desk.store.read(rota.on_shift)] == ["lead"], "it is not theirs yet"
    shown = (await bob.get("/oncall")).text
    assert "lead vous demande de prendre le relais" in shown and "L-2026-7 is open" in shown
    number = re.search(r'name="handover_id" value="(\d+)"', shown)
    assert number
    await bob.post("/do/answer_hand_over", data={"handover_id": number[1], "takes": "true", "back": "/oncall"})
    assert [s.name for s in await desk.store.read(rota.on_shift)] == ["bob"]


async def test_a_calendar_program_reads_ones_own_shifts(desk: Desk) -> None:
    lead = await desk.at_work("lead", "lead")
    one = await on_call(desk, lead, "lead")
    now = int(desk.clock.now()) // 3600 * 3600
    await desk.store.write(lambda tx: rota.add_shift(tx, one, one.operator_id, now, now + 7200))
    shown = (await lead.post("/oncall/calendar", data={"do": "calendar"})).text
    path = re.search(r"/calendar/[\w-]{32}\.ics", shown)
    assert path
    async with desk.visitor() as program:
        answer = await program.get(path[0])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART:{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}\r\n" in answer.text
    await lead.post("/oncall/calendar", data={"do": "calendar"})
    async with desk.visitor() as program:
        assert (await program.get(path[0])).status_code == 404, "a new address ends the old one"


def test_long_lines_of_a_calendar_are_folded_between_characters() -> None:
    data = calendar.ics([Shift(1, 1, "alice", 0, 0, 3600)], "Serveur d’été; " * 12, "host", 0)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    unfolded = data.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:" + "Serveur d’été\\; " * 11 in unfolded
