"""Continuity at the console: what each may do, on the pages and through the API. Source: requirements/continuity"""

import re
from typing import Any

import httpx
from tests.console.conftest import Desk

from chappe.base import Invalid
from chappe.domain import continuity
from chappe.domain.continuity import CHANGE_S, HOUR_S

HOURS = 48
RULE = {"hours": str(HOURS), "quorum": "2", "successors": ["3", "4", "5"], "back": "/continuity"}


async def people(desk: Desk) -> tuple[httpx.AsyncClient, httpx.AsyncClient, httpx.AsyncClient]:
    """Alice, an owner, and two of the three she will name."""
    alice = await desk.at_work("alice", rank="owner")
    bob, carol = await desk.at_work("bob"), await desk.at_work("carol", language="fr")
    await desk.operator("dave")
    return alice, bob, carol


async def does(who: httpx.AsyncClient, deed: str, **form: Any) -> str:
    """What the page says once the deed was done, or why it was not."""
    answer = await who.post(f"/do/{deed}", data={"back": "/continuity", **form})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("/continuity?"), answer.headers["location"]
    page = (await who.get(answer.headers["location"])).text
    (said,) = re.findall(r'<p class="notice (?:good|danger)" role="(?:status|alert)">([^<]+)</p>', page)
    return str(said)


async def again(desk: Desk, *names: str) -> list[httpx.AsyncClient]:
    """Sessions end while the hours pass; these sign in anew."""
    found = []
    for name in names:
        visitor = desk.visitor()
        answer = await visitor.post("/sign-in", data={"name": name, "password": "correct horse battery"})
        assert answer.status_code == 303
        found.append(visitor)
    return found


async def absent(desk: Desk) -> None:
    """A rule held, and its hours are over."""
    alice, bob, _ = await people(desk)
    await does(alice, "propose_rule", **RULE)
    await does(bob, "agree_to_rule", rule_no="1")
    desk.clock.moves(CHANGE_S)
    await desk.store.write(continuity.step)
    desk.clock.moves(HOURS * HOUR_S)
    await desk.store.write(continuity.step)


async def test_a_rule_is_proposed_by_an_owner_and_agreed_to_by_another(desk: Desk) -> None:
    alice, bob, carol = await people(desk)
    assert "There is no rule" in (await bob.get("/continuity")).text
    assert 'action="/do/propose_rule"' not in (await bob.get("/continuity")).text
    assert await does(bob, "propose_rule", **RULE) == "Only an owner may do that."
    assert await does(alice, "propose_rule", **{**RULE, "quorum": "9"}) == (
        "At least two must say so, and no more than are named."
    )
    assert await does(alice, "propose_rule", **RULE) == "The rule is proposed: a second person must agree."
    assert "A second person must agree." in (await bob.get("/continuity")).text
    assert await does(alice, "agree_to_rule", rule_no="1") == "You have said so already."
    assert await does(carol, "agree_to_rule", rule_no="1") == "Vous avez approuvé la règle."
    desk.clock.moves(CHANGE_S)
    await desk.store.write(continuity.step)
    (bob,) = await again(desk, "bob")
    page = (await bob.get("/continuity")).text
    assert f"After {HOURS} hours without a sign of life of any owner, 2 of these may take over together:" in page
    assert "the successors may take over on" in page


async def test_signing_in_and_the_button_are_signs_of_life(desk: Desk) -> None:
    alice, _, _ = await people(desk)
    program = await desk.program("erin")
    seen = {one["name"]: one["seen"] for one in (await program.get("/api/continuity")).json()["people"]}
    assert seen["alice"] == seen["bob"] == int(desk.clock.now()) and seen["dave"] == seen["erin"] == 0
    desk.clock.moves(600)
    assert await does(alice, "sign_of_life") == "Your sign of life is written down."
    assert (await program.get("/api/continuity")).json()["last_sign"] == int(desk.clock.now())


async def test_the_successors_take_over_plan_and_carry_out(desk: Desk) -> None:
    await absent(desk)
    bob, carol, dave = await again(desk, "bob", "carol", "dave")
    page = (await bob.get("/continuity")).text
    assert "the successors may take over</h2>" in page and 'action="/do/plan_act"' not in page
    assert await does(bob, "plan_act", kind="say", text="too early") == "The quorum has not taken over yet."
    assert await does(bob, "take_over") == "Your word is given."
    assert "1 of 2 have said so." in (await dave.get("/continuity")).text
    assert await does(bob, "take_over") == "You have said so already."
    await does(carol, "take_over")
    assert "The successors hold the service" in (await dave.get("/continuity")).text
    told = await does(bob, "plan_act", kind="add_operator", roles=["triage", "moderator"])
    assert told == "It is planned, and public."
    early = await bob.post("/continuity", data={"act_no": "1"})
    assert early.status_code == 400 and "Not enough of the successors have agreed" in early.text
    assert await does(dave, "agree_to_act", act_no="1") == "You have agreed."
    early = await bob.post("/continuity", data={"act_no": "1"})
    assert early.status_code == 400 and "It is too early" in early.text
    desk.clock.moves(24 * HOUR_S)
    bob, dave = await again(desk, "bob", "dave")
    page = (await bob.post("/continuity", data={"act_no": "1"})).text
    assert re.search(r"https://chat\.example\.org:8443/operator/[\w-]{43}", page)
    assert await does(dave, "plan_act", kind="give_role", operator_id="5", roles=["lead"]) == (
        "Nobody gives a role or a rank to themselves."
    )
    assert await does(dave, "plan_act", kind="make_owner", operator_id="1") == "Who takes over may not do that."


async def test_who_is_not_named_may_not_and_an_owner_ends_it(desk: Desk) -> None:
    await absent(desk)
    await desk.operator("erin")
    (erin,) = await again(desk, "erin")
    assert await does(erin, "take_over") == "The rule does not name you."
    assert 'action="/do/take_over"' not in (await erin.get("/continuity")).text
    bob, carol = await again(desk, "bob", "carol")
    await does(bob, "take_over")
    await does(carol, "take_over")
    await again(desk, "alice")
    page = (await bob.get("/continuity")).text
    assert "The successors hold the service" not in page and "an owner came back." in page
    assert await does(bob, "take_over") == "Nobody may take over: an owner is here."


async def test_a_drill_is_recorded_for_who_brings_it(desk: Desk) -> None:
    asked: list[dict[str, Any]] = []

    async def drill(facts: dict[str, Any]) -> object:
        asked.append(facts)
        if facts.get("record") == "forged":
            raise Invalid("operator_recovery_record")
        return {"drill": len(asked)}

    bob = await desk.at_work("bob")
    assert "This is no record of a drill" in await does(bob, "record_drill", record="nothing could check it")
    other = Desk(desk.store, desk.clock, drill=drill)
    (bob,) = await again(other, "bob")
    assert await does(bob, "record_drill", record="signed") == "The drill is recorded."
    assert "This is no record of a drill" in await does(bob, "record_drill", record="forged")
    assert await does(bob, "record_failed_drill", why=" a sheet was lost ") == (
        "It is recorded that the drill came to nothing."
    )
    assert asked[0] == {"record": "signed", "by": "operator:2"}
    assert asked[2] == {"failed": "a sheet was lost", "by": "operator:2"}
