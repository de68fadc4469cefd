"""Somebody calls in an emergency: it is taken down on a clock that runs, and is an order.

Source: requirements/hotline
"""

import re

import httpx
import pytest
from tests.console.conftest import Desk
from tests.console.test_oncall import on_call

from chappe.domain import oncall
from chappe.legal import calls, envelope
from chappe.legal.calls import kind_of

SAID = {
    "caller": "Brigadier Exemple", "function": "on duty", "authority": "Police of Exemple", "country": "FR",
    "call_back": "+33 1 99 00 00 17", "danger": "A person wrote that they will jump tonight.",
    "text_1": "@alice_there", "data_1": "identification", "text_2": "198.51.100.7", "data_2": "identification",
    "since_2": "2025-06-15T20:00", "until_2": "2025-06-15T21:00",
}  # fmt: skip


async def begun(browser: httpx.AsyncClient) -> str:
    answer = await browser.post("/oncall/emergency")
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def test_a_call_is_an_order_that_came_when_the_telephone_was_picked_up(desk: Desk) -> None:
    alice = await desk.at_work("alice", language="fr")
    me = await on_call(desk, alice, "alice")
    began = int(desk.clock.now())
    path = await begun(alice)
    desk.clock.moves(200)
    assert ">3:20<" in (await alice.get(path)).text
    answer = await alice.post(path, data=SAID | {"do": "file"})
    number = re.fullmatch(r"/orders/(\d+)\?said=file_call", answer.headers["location"])
    assert number
    order = await desk.store.read(lambda rx: envelope.get(rx, int(number[1])))
    assert (order.instrument, order.channel, order.received_at, order.language) == (
        "emergency_disclosure", "phone", began, "fr",
    )  # fmt: skip
    assert order.deadline_at == began + 3600, "the hour runs since the call began"
    assert [(one.kind, one.text, one.category) for one in order.targets] == [
        ("username", "@alice_there", "identification"), ("ip", "198.51.100.7", "identification"),
    ]  # fmt: skip
    assert order.targets[0].since == began - 86_400, "data of times reach a day back if nobody says more"
    assert order.targets[1].until - order.targets[1].since == 3600
    assert "Brigadier Exemple" in order.sender
    assert not order.authenticity.stands, "nothing goes out before somebody called back"
    pages = await desk.store.read(oncall.past_pages)
    assert [(one.kind, one.acked_by) for one in pages] == [("emergency", f"operator:{me.operator_id}")]
    assert (await alice.get(path)).headers["location"] == f"/orders/{number[1]}"
    again = await alice.post(path, data=SAID | {"do": "file"})
    assert again.headers["location"] == f"/orders/{number[1]}"
    assert len(await desk.store.read(calls.newest)) == 1, "one call is one order"


async def test_what_was_typed_outlives_the_browser(desk: Desk) -> None:
    alice = await desk.at_work("alice")
    path = await begun(alice)
    assert (await alice.post(f"{path}/keep", data={"caller": "Brigadier Ex", "danger": "half a sen"})).text == "kept\n"
    bob = await desk.at_work("bob")
    shown = (await bob.get(path)).text
    assert 'value="Brigadier Ex"' in shown and ">half a sen<" in shown, "a colleague goes on where the line broke"
    assert path in (await bob.get("/oncall")).text, "an unfinished call is seen"


@pytest.mark.parametrize("name", ["caller", "call_back", "danger"])
async def test_what_is_lacking_is_named_and_nothing_typed_is_lost(desk: Desk, name: str) -> None:
    alice = await desk.at_work("alice")
    path = await begun(alice)
    answer = await alice.post(path, data={**SAID, name: "", "do": "file"})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text and "@alice_there" in answer.text
    assert "@alice_there" in (await alice.get(path)).text


async def test_a_call_that_was_begun_and_left_calls_others(desk: Desk) -> None:
    alice = await desk.at_work("alice")
    await on_call(desk, alice, "alice")
    for number, ends in enumerate((SAID | {"do": "file"}, {"do": "drop", "why": "a question"}), 1):
        path = await begun(alice)
        desk.clock.moves(calls.LEFT_S - 1)
        assert await desk.store.read(calls.left) == []
        desk.clock.moves(1)
        assert await desk.store.read(calls.left) == [number]
        await desk.store.write(calls.call_for)
        assert await desk.store.read(calls.left) == [], "once"
        (page,) = await desk.store.read(oncall.open_pages)
        assert (page.kind, page.subject) == ("hotline_left", f"call:{number}")
        assert f'href="{path}"' in (await alice.get("/oncall")).text
        await alice.post(path, data=ends)
        assert "hotline_left" not in {one.kind for one in await desk.store.read(oncall.open_pages)}


async def test_a_wrong_number_becomes_nothing_and_leaves_nothing(desk: Desk) -> None:
    alice = await desk.at_work("alice")
    path = await begun(alice)
    await alice.post(f"{path}/keep", data={"caller": "Somebody private"})
    dropped = await alice.post(path, data={"do": "drop", "why": "wrong number"})
    assert dropped.headers["location"] == "/oncall?said=drop_call"
    (call,) = await desk.store.read(calls.newest)
    assert (call.came_to, dict(call.said)) == ("wrong number", {})
    assert await desk.store.read(calls.unfinished) == []
    assert (await alice.post(f"{path}/keep", data={"caller": "late"})).status_code == 400


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("@alice_there", "username"), ("alice_there", "username"), ("+33 6 11 11 11 11", "phone"), ("::1", "ip"),
        ("#123456789", "user_id"),
        ("198.51.100.7", "ip"), ("198.51.100.7:50000", "ip"), ("[::1]:50000", "ip"),
        ("https://chat.example/offers/12", "message_link"), ("t.me/offers", "link"),
        ("the one with the red hat", "text"),
    ],
)  # fmt: skip
def test_what_somebody_names_on_the_telephone_is_told_apart(said: str, kind: str) -> None:
    assert kind_of(said) == kind
