"""The hour of a removal order on one page. Source: tco/3(3), tco/annex-2, tco/annex-3"""

from pathlib import Path

import httpx
import pytest
from tests.console.test_alerts import Duty
from tests.safety.conftest import Scene

from chappe.domain import access, oncall, operators
from chappe.domain.operators import DESK
from chappe.legal import answers, authorities, envelope, intake
from chappe.legal.authorities import Profile
from chappe.legal.records import MAIL, Order, Target
from chappe.store import Tx
from chappe.tl import functions as f

FIELDS = {
    "external_ref": "TCO-7", "legal_basis": "Article 3", "reasons": "It incites.", "redress": "Administrative court",
    "material": "incites", "issued_at": "2025-06-15", "signed_by": "The head of unit",
}  # fmt: skip


@pytest.fixture
async def duty(scene: Scene, tmp_path: Path) -> Duty:
    room = f.channels.UpdateUsername(channel=scene.room.to(scene.alice), username="offers_here")
    await scene.alice.calls(room)
    return Duty(scene, tmp_path)


async def ordered(duty: Duty, post: int, authority_id: int = 0, **fields: str) -> Order:
    """A removal order that came by mail and proves nothing."""
    link = f"https://chat.example/offers_here/{post}"
    arrival = intake.Arrival(
        channel=MAIL, message_ref=f"mail:{post}", sender="unit@police.example", instrument="tco_removal",
        authority_id=authority_id, fields={**FIELDS, **fields}, targets=(Target("message_link", link),),
    )  # fmt: skip
    return (await duty.stage.writes(lambda tx: intake.arrive(tx, arrival))).order


async def registered(duty: Duty) -> int:
    """An authority that carol vouched for."""

    def act(tx: Tx) -> int:
        found = next(one for one in operators.everyone(tx) if one.name == "carol")
        who = access.require_moderator(tx, found.operator_id, DESK)
        profile = Profile("Unit of Exemple", "FR", "remover", email="unit@police.example", phone="+33199000017")
        made = authorities.register(tx, who.actor, profile)
        ends = tx.now + 86_400 * 300
        authorities.verify(tx, who, made.authority_id, ("letter", "call_back"), ("tco_removal",), ends)
        authorities.contacted(tx, made.authority_id, tx.now - 86_400)
        return made.authority_id

    return int(await duty.stage.writes(act))


async def posted(browser: httpx.AsyncClient, order: Order, **form: str) -> str:
    answer = await browser.post(f"/oncall/hour/{order.order_id}", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_from_the_page_to_the_answer_on_one_screen(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    await duty.floor.operator("carol", "desk")
    authority_id = await registered(duty)
    order = await ordered(duty, await duty.scene.says("all of them shall burn"), authority_id)
    duty.stage.clock.moves(600)
    path = f"/oncall/hour/{order.order_id}"
    assert path in (await bob.get("/oncall")).text, "the page leads to it"
    assert path in (await bob.get("/oncall/hour")).text
    shown = (await bob.get(path)).text
    said = (">50:00<", "all of them shall burn", "/offers_here/", "Unit of Exemple", 'href="tel:+33199000017"', "TCO-7",
            "It incites.", "Not proven yet")  # fmt: skip
    assert [words for words in said if words not in shown] == []
    assert 'value="effect"' not in shown, "nothing takes effect before it is known who asks"
    assert (await posted(bob, order, do="take")).endswith("said=hour_take")
    assert await duty.stage.reads(oncall.open_pages) == []
    await posted(bob, order, do="confirm", way="call_back")
    assert 'value="effect"' in (await bob.get(path)).text
    await posted(bob, order, do="effect")
    now = await duty.stage.reads(lambda rx: envelope.get(rx, order.order_id))
    assert (now.effect_at, now.replied_at) == (int(duty.stage.clock.now()),) * 2
    (letter,) = await duty.stage.reads(lambda rx: answers.of_order(rx, order.order_id))
    assert (letter.answer, letter.state) == ("executed", "sent")
    assert [address for address, text in await duty.mails() if order.number in text] == ["unit@police.example"]
    shown = (await bob.get(path)).text
    assert ">10:00<" in shown and "it took from arrival to effect" in shown
    await posted(bob, order, do="review")
    await posted(bob, order, do="undo", why="It was a play.")
    now = await duty.stage.reads(lambda rx: envelope.get(rx, order.order_id))
    assert now.outcome == "reversed" or now.state in ("reversed", "replied", "contested"), now.state


async def test_what_cannot_be_done_is_asked_back_and_the_hour_stands_still(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    await duty.floor.operator("carol", "desk")
    order = await ordered(duty, await duty.scene.says("burn"), await registered(duty), reasons="", material="")
    await posted(bob, order, do="confirm", way="call_back")
    shown = (await bob.get(f"/oncall/hour/{order.order_id}")).text
    assert "The order lacks" in shown and 'value="effect"' not in shown
    await posted(bob, order, do="answer", answer="clarification:insufficient_information", text="Which passage?")
    now = await duty.stage.reads(lambda rx: envelope.get(rx, order.order_id))
    assert now.state == "clarification_requested" and now.stopped_at
    assert "the clock stands still" in (await bob.get(f"/oncall/hour/{order.order_id}")).text


async def test_who_is_not_registered_is_not_obeyed(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    order = await ordered(duty, await duty.scene.says("burn"))
    shown = (await bob.get(f"/oncall/hour/{order.order_id}")).text
    assert "The sender is not registered here." in shown and 'value="effect"' not in shown
    refused = await bob.post(f"/oncall/hour/{order.order_id}", data={"do": "effect"})
    assert refused.status_code == 400
    assert not (await duty.stage.reads(lambda rx: envelope.get(rx, order.order_id))).effect_at


async def test_who_does_not_work_orders_sees_none(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "triage")
    order = await ordered(duty, await duty.scene.says("burn"))
    for path in (f"/oncall/hour/{order.order_id}", "/oncall/hour"):
        assert (await bob.get(path)).status_code == 403
    assert (await bob.post(f"/oncall/hour/{order.order_id}", data={"do": "effect"})).status_code in (400, 403)
