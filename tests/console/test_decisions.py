"""Decisions: the list, undoing with what it leaves, many at once with one undo, and histories of persons and rooms.

Source: dsa/17(3), dsa/20(4)
"""

import re

from tests.console.conftest import Desk
from tests.console.test_cases import journal
from tests.kit.bots import enters, makes
from tests.safety.conftest import Scene

from chappe.base.ids import UserId
from chappe.domain import statements
from chappe.safety import Filing, Notifier, items, notices
from chappe.tl import functions as f

RULING = {"measure": "remove", "clause": "3.5", "why": "It is fraud.", "facts": "It asks for codes."}


async def everything(floor: Desk, scene: Scene) -> str:
    """What carol reads in the room."""
    return str((await scene.room.history(scene.carol)).messages)


async def test_a_decision_is_undone_from_its_page(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("a promise"))
    bob = await floor.at_work("bob", "moderator")
    await bob.post("/cases/1/decision", data=RULING)
    assert "a promise" not in await everything(floor, scene)
    page = (await bob.get("/decisions/1")).text
    assert "in force" in page and "It is fraud." in page and "Undo the decision" in page
    undone = await bob.post("/do/undo_decision", data={"decision_id": "1", "reason": "<i>wrong</i>"})
    assert undone.headers["location"] == "/decisions/1?said=undo_decision"
    assert "a promise" in await everything(floor, scene)
    page = (await bob.get("/decisions/1")).text
    assert "undone" in page and "&lt;i&gt;wrong" in page and "Undo the decision" not in page
    again = await bob.post("/do/undo_decision", data={"decision_id": "1", "reason": "x", "back": "/decisions/1"})
    assert again.headers["location"] == "/decisions/1?refusal=decision_not_in_force"
    assert "a promise" not in str((await bob.get("/decisions")).text), "no content outside of a case"


async def test_what_others_changed_meanwhile_is_listed(scene: Scene, floor: Desk) -> None:
    post = await scene.says("a promise")
    await scene.notices(scene.bob, post)
    bob = await floor.program("bob", "moderator")
    await bob.post("/api/cases/1/decision", json=RULING)
    await scene.does(lambda tx: tx.run("DELETE FROM messages WHERE owner_id = ? AND id = ?", (scene.room.marked, post)))
    whole = (await bob.post("/api/decisions/1/undoing", json={"reason": "wrong"})).json()
    assert [one["item"]["key"] for one in whole["conflicts"]] == [f"message:{scene.room.marked}:{post}"]
    page = (await (await floor.at_work("carol", "moderator")).get("/decisions/1")).text
    assert "Left as it was" in page


async def test_who_may_not_decide_may_look_and_not_undo(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("a promise"))
    bob, auditor = await floor.program("bob", "moderator"), await floor.program("auditor", "auditor")
    await bob.post("/api/cases/1/decision", json=RULING)
    assert (await auditor.get("/api/decisions/1")).json()["decision"]["state"] == "in_force"
    refused = await auditor.post("/api/decisions/1/undoing", json={"reason": "x"})
    assert (refused.status_code, refused.json()["error"]) == (403, "operator_role_needed")
    assert (await auditor.get("/api/decisions/9")).status_code == 404


async def test_many_cases_are_decided_by_one_decision_and_undone_by_one_undo(scene: Scene, floor: Desk) -> None:
    for number in range(5):
        await scene.notices(scene.bob, await scene.says(f"offer {number}"))
    french = "UPDATE authorizations SET lang_code = 'fr' WHERE owner_id = ?"
    await scene.stage.writes(lambda tx: tx.run(french, (scene.alice.id,)))
    carol = await floor.program("carol", "moderator")
    await carol.post("/api/cases/5/claim")
    lead = await floor.at_work("lead", "lead")
    queues = re.search(r'href="/\?queue_id=(\d+)"[^>]*>Everything', (await lead.get("/")).text)
    assert queues
    page = (await lead.get(f"/bulk?queue_id={queues[1]}")).text
    assert page.count('name="case_ids"') == 4 and "Decide 4 cases" in page
    ids = re.findall(r'name="case_ids" value="(\d+)"', page)
    assert sorted(ids) == ["1", "2", "3", "4"], "the claimed one is left"
    assert "(French 1)" in page and 'name="lang" value="fr"' in page and page.count("<details open>") == 2
    assert page.index('name="facts_fr"') < page.index('name="facts_en"'), "first what most people read"
    english = {"why_en": "It is fraud.", "facts_en": "It asks for codes.", "why_fr": "C'est une fraude.", "lang": "fr"}
    form = {"measure": "remove", "clause": "3.5", "case_ids": ids, "category": "SCAMS_AND_FRAUD", **english}
    half = await lead.post(f"/bulk?queue_id={queues[1]}", data=form)
    assert half.status_code == 400 and "write both the reason" in half.text and "C&#39;est une fraude." in half.text
    form["facts_fr"] = "On y demande des codes."
    done = await lead.post(f"/bulk?queue_id={queues[1]}", data=form)
    assert done.headers["location"] == "/decisions/1?said=decide_bulk", done.text
    told = await everything(floor, scene)
    assert "offer 4" in told and not any(f"offer {n}" in told for n in range(4))
    assert len(await journal(floor, "case_decided")) == 4
    assert 'href="/decisions/1"' in (await lead.get("/cases/2")).text
    shown = (await lead.get("/decisions/1")).text
    assert "On y demande des codes." in shown and "It asks for codes." in shown
    [his] = await scene.asks(statements.of_decision, 1)
    assert "On y demande des codes." in await scene.asks(statements.text, his)
    again = await lead.post(f"/bulk?queue_id={queues[1]}", data=form)
    assert again.status_code == 400 and "Nothing is left to decide" in again.text
    await lead.post("/do/undo_decision", data={"decision_id": "1", "reason": "wrong"})
    told = await everything(floor, scene)
    assert all(f"offer {n}" in told for n in range(5))


async def test_many_at_once_is_for_leads_and_for_what_they_see(scene: Scene, floor: Desk) -> None:
    keyword = "CHILD_SEXUAL_ABUSE_MATERIAL"
    await scene.notices(scene.bob, await scene.says("x"), category="PROTECTION_OF_MINORS", keyword=keyword)
    lead, bob = await floor.program("lead", "lead"), await floor.program("bob", "moderator")
    form = {**RULING, "case_ids": [1], "category": "SCAMS_AND_FRAUD"}
    assert (await bob.post("/api/bulk", json=form)).json()["error"] == "operator_role_needed"
    assert (await lead.post("/api/bulk", json=form)).json()["error"] == "operator_case_unknown"
    for ids in ([], list(range(201))):
        assert (await lead.post("/api/bulk", json={**form, "case_ids": ids})).json()["error"] == "operator_bulk_size"


async def test_a_history_shows_decisions_and_what_is_public_alone(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("a secret promise"))
    bob = await floor.at_work("bob", "moderator")
    await bob.post("/cases/1/decision", data=RULING)
    person = (await bob.get(f"/accounts/{scene.alice.id}")).text
    assert 'href="/decisions/1"' in person and 'href="/cases/1"' in person and "secret promise" not in person
    room = (await bob.get(f"/rooms/{scene.room.marked}")).text
    assert 'href="/cases/1"' in room and "secret promise" not in room and "Garden" not in room, "the room is closed"
    assert (await bob.get("/accounts/4")).status_code == 200
    assert (await bob.get("/rooms/x")).status_code == 400
    async with floor.visitor() as stranger:
        assert (await stranger.get(f"/accounts/{scene.alice.id}")).status_code == 303


async def test_one_decides_of_one_s_own_accord(scene: Scene, floor: Desk) -> None:
    bob = await floor.at_work("bob", "moderator")
    form = {**RULING, "measure": "label", "detail": "Not what it says", "category": "SCAMS_AND_FRAUD"}
    path = f"/rooms/{scene.room.marked}"
    bad = await bob.post(path, data={**form, "detail": ""})
    assert bad.status_code == 400 and "The measure does not fit" in bad.text and "It asks for codes." in bad.text
    done = await bob.post(path, data=form)
    assert done.headers["location"] == "/decisions/1?said=decide_case", done.text
    assert "Own initiative" in (await bob.get("/decisions/1")).text
    assert 'href="/decisions/1"' in (await bob.get(path)).text


async def test_the_trained_suspend_who_abuses_children_and_it_counts_as_that(scene: Scene, floor: Desk) -> None:
    trained, path = await floor.at_work("trained", "child_safety"), f"/accounts/{scene.alice.id}"
    page = (await trained.get(path)).text
    chosen = re.search(r'value="(PROTECTION_OF_MINORS/GROOMING\w+)"', page)
    assert chosen, "what it is closely is chosen where a person is suspended"
    form = {**RULING, "measure": "suspend", "category": chosen[1]}
    assert (await trained.post(path, data=form)).headers["location"] == "/decisions/1?said=decide_case"
    assert 'action="/do/undo_decision"' in (await trained.get("/decisions/1")).text
    bob = await floor.at_work("bob", "moderator")
    assert 'action="/do/undo_decision"' not in (await bob.get("/decisions/1")).text
    query = "SELECT category, keywords FROM decisions"
    assert "GROOMING" in str(await scene.stage.reads(lambda rx: rx.all(query)))
    undone = await trained.post("/do/undo_decision", data={"decision_id": "1", "reason": "a mistake"})
    assert undone.headers["location"] == "/decisions/1?said=undo_decision"


async def test_an_item_s_key_is_read_strictly(scene: Scene, floor: Desk) -> None:
    bob = await floor.program("bob", "moderator")
    for key in ("", "message", "message:x:1", "message:1", "account:01", "nothing:1", "media:xyz", "room:-1:2:3:4"):
        answer = await bob.post("/api/decisions", json={**RULING, "items": [key], "category": "SCAMS_AND_FRAUD"})
        assert answer.json()["error"] in ("decision_item_invalid", "decision_item_unknown"), key


async def test_a_clause_that_the_terms_do_not_have_is_no_ground(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("a promise"))
    bob = await floor.program("bob", "moderator")
    for clause in ("9.9", "3", "3.5.1", "0"):
        refused = await bob.post("/api/cases/1/decision", json=RULING | {"clause": clause})
        assert (refused.status_code, refused.json()["error"]) == (400, "decision_ground_invalid"), clause
    assert "a promise" in await everything(floor, scene)
    by_law = RULING | {"basis": "law", "clause": "9.9"}
    assert (await bob.post("/api/cases/1/decision", json=by_law)).status_code == 200


async def test_a_bot_is_stopped_where_it_is_looked_at(scene: Scene, floor: Desk) -> None:
    """Source: dsa/17, api/bots. On its history and under its case; of people nobody is offered it."""
    made = await makes(scene.alice, "trader_bot")
    bot = await enters(scene.stage, made)
    located = await scene.asks(lambda rx: [items.account(rx, UserId(scene.bob.id), UserId(made.id))])
    filing = Filing("menu", "SCAMS_AND_FRAUD", "PHISHING", "It asks for codes.", located)
    token = notices.token(scene.stage.entropy)
    await scene.does(lambda tx: notices.file(tx, scene.desk, Notifier(UserId(scene.bob.id)), filing, token))
    bob = await floor.at_work("bob", "moderator")
    await bob.post("/do/claim", data={"case_id": "1"})
    case = (await bob.get("/cases/1?read")).text
    assert 'data-says="Stop the bot"' in case
    path = f"/accounts/{made.id}"
    page = (await bob.get(path)).text
    assert 'value="stop_bot"' in page and f'href="/accounts/{scene.alice.id}"' in page
    assert 'value="stop_bot"' not in (await bob.get(f"/accounts/{scene.alice.id}")).text
    done = await bob.post(path, data={**RULING, "measure": "stop_bot", "category": "SCAMS_AND_FRAUD"})
    assert done.headers["location"] == "/decisions/1?said=decide_case", done.text
    assert await bot.fails(f.updates.GetState()) == "401 USER_DEACTIVATED_BAN"
    await bob.post("/do/undo_decision", data={"decision_id": "1", "reason": "wrong"})
    assert await bot.calls(f.updates.GetState())
