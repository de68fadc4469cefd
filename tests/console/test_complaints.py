"""Complaints by somebody else than who decided, trusted flaggers and their keys, rules and figures.

Source: dsa/20(6), dsa/22
"""

import re

from markupsafe import escape
from tests.console.conftest import Desk
from tests.console.test_decisions import RULING, everything
from tests.kit.rooms import history, texts
from tests.safety.conftest import Scene
from tests.talk.test_room_files import attaches

from chappe.domain import decisions, files
from chappe.domain.access import SERVICE_USER
from chappe.domain.enforcement import MARK
from chappe.safety import complaints, findings, flaggers
from chappe.safety.rulebook import load, shipped
from chappe.store import Tx


async def complained(scene: Scene, words: str = "It was a joke.") -> None:
    """Alice objects to the decision about her post."""
    query = "SELECT content FROM messages WHERE owner_id = ?"
    told = str(await scene.stage.reads(lambda rx: rx.all(query, (scene.alice.id,))))
    token = re.search(r"/statement/([0-9a-f]{32})", told)
    assert token, "the statement came with a link"
    await scene.does(complaints.file, token[1], words)


async def test_a_complaint_is_decided_by_somebody_else_and_a_reversal_undoes(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("a promise"))
    both = await floor.at_work("both", "moderator", "appeals")
    carol = await floor.at_work("carol", "appeals")
    await both.post("/cases/1/decision", data=RULING)
    await complained(scene, "It was a <b>joke</b>.")
    assert "your own decision" in (await both.get("/complaints")).text
    own = (await both.get("/complaints/1")).text
    assert "You decided first" in own and 'name="outcome"' not in own
    form = {"outcome": "reversed", "reasons": "It was."}
    refused = await both.post("/complaints/1", data=form)
    assert refused.status_code == 400 and "You decided first" in refused.text
    page = (await carol.get("/complaints/1")).text
    assert "It was a &lt;b&gt;joke&lt;/b&gt;." in page and "It is fraud." in page
    taken = await carol.post("/do/take_complaint", data={"complaint_id": "1"})
    assert taken.headers["location"] == "/complaints/1?said=take_complaint"
    empty = await carol.post("/complaints/1", data={"outcome": "reversed", "reasons": ""})
    assert empty.status_code == 400 and "Write the reasons" in empty.text
    done = await carol.post("/complaints/1", data=form)
    assert done.headers["location"] == "/complaints/1?said=judge", done.text
    assert "a promise" in await everything(floor, scene)
    assert "Reversed" in (await carol.get("/complaints?decided=true")).text
    assert "undone" in (await carol.get("/decisions/1")).text


async def test_a_partial_reversal_puts_a_milder_decision_in_place(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("a promise"))
    bob, carol = await floor.program("bob", "moderator"), await floor.program("carol", "appeals", "moderator")
    await bob.post("/api/cases/1/decision", json=RULING)
    await complained(scene)
    form = {"outcome": "partially_reversed", "reasons": "A label is enough."}
    assert (await carol.post("/api/complaints/1/decision", json=form)).json()["error"] == "operator_ruling_needed"
    milder = {"measure": "label", "detail": "Disputed", "clause": "3.5", "why": "It may mislead.", "facts": "A joke."}
    done = (await carol.post("/api/complaints/1/decision", json=form | milder)).json()
    assert (done["outcome"], done["new_decision_id"]) == ("partially_reversed", 2), done
    second = (await carol.get("/api/decisions/2")).json()["decision"]
    assert (second["measure"], second["category"], second["state"]) == ("label", "SCAMS_AND_FRAUD", "in_force")


async def test_of_a_decision_over_many_one_person_is_let_go(scene: Scene, floor: Desk) -> None:
    who = [f"account:{person.id}" for person in (scene.alice, scene.bob, scene.carol)]
    lead, judge = await floor.program("lead", "lead"), await floor.at_work("judge", "appeals")
    freeze = RULING | {"measure": "freeze", "items": who, "category": "SCAMS_AND_FRAUD", "days": 7}
    await lead.post("/api/decisions", json=freeze)
    await complained(scene)
    page = (await judge.get("/complaints/1")).text
    assert "about 3 items; of all it reaches 1 belong" in page
    form = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page.split('name="outcome"')[-1]))
    assert (form["spared"], form["days"]) == (who[0], "7") and 'value="freeze" selected' not in page
    told = await words_to(scene)
    done = await judge.post("/complaints/1", data=form | {"outcome": "reversed", "reasons": "Not this one."})
    assert done.headers["location"] == "/complaints/1?said=judge", done.text
    held = "SELECT item_key FROM enforcements ORDER BY item_key"
    assert await scene.stage.reads(lambda rx: rx.all(held)) == [(key,) for key in who[1:]]
    now = await words_to(scene)
    assert [len(now[one]) - len(told[one]) for one in now] == [2, 0, 0], "undone, and why; others hear nothing"

    moderator = await floor.at_work("moderator", "moderator")
    page = (await moderator.get("/decisions/1")).text
    assert "Holds no more for" in page and page.count('name="items"') == 2
    spared = await moderator.post("/do/spare_of_decision", data={"decision_id": "1", "items": who[1], "reason": "No."})
    assert spared.headers["location"] == "/decisions/1?said=spare_of_decision"
    assert [len(some) for some in (await words_to(scene)).values()] == [len(now[0]), len(now[1]) + 1, len(now[2])]


async def test_of_all_copies_of_a_file_one_persons_are_let_go(scene: Scene, floor: Desk) -> None:
    scene.stage.services.blobs = floor.inside.blobs
    first = await attaches(scene.alice, scene.room.peer(scene.alice), b"a forbidden film " * 700)
    await attaches(scene.bob, scene.bob.sees(scene.carol), b"a forbidden film " * 700, 2)
    found = await scene.stage.reads(lambda rx: files.find(rx, first.media.document.id))  # type: ignore[union-attr]
    lead, judge = await floor.program("lead", "lead"), await floor.at_work("judge", "appeals")
    form = RULING | {"items": [f"media:{found.sha256.hex()}"], "category": "SCAMS_AND_FRAUD"}
    assert (await lead.post("/api/decisions", json=form)).status_code == 200
    while await scene.stage.writes(lambda tx: decisions.follow_up(tx, bytes(16))):
        pass
    await complained(scene)
    [key] = re.findall(r'name="spared" value="([^"]+)" checked', (await judge.get("/complaints/1")).text)
    assert key == f"message:{scene.room.marked}:{first.id}"
    told = await words_to(scene)
    said = {"outcome": "reversed", "reasons": "It was news.", "spared": key}
    done = await judge.post("/complaints/1", data=said)
    assert done.headers["location"] == "/complaints/1?said=judge", done.text
    assert MARK not in texts(await scene.room.history(scene.carol))
    assert texts(await history(scene.carol, scene.carol.sees(scene.bob))) == [MARK]
    now = await words_to(scene)
    assert [len(now[one]) - len(told[one]) for one in now] == [2, 0, 0]


async def words_to(scene: Scene) -> dict[int, list[object]]:
    """What the server said to each of the three, by their place."""
    query = "SELECT id FROM messages WHERE owner_id = ? AND peer_id = ?"
    people = (scene.alice, scene.bob, scene.carol)
    return {
        no: list(await scene.stage.reads(lambda rx, one=one: rx.all(query, (one.id, SERVICE_USER))))  # type: ignore[misc]
        for no, one in enumerate(people)
    }


async def test_what_has_run_out_is_found_wrong_all_the_same(scene: Scene, floor: Desk) -> None:
    lead, judge = await floor.program("lead", "lead"), await floor.program("judge", "appeals")
    freeze = RULING | {"measure": "freeze", "items": [f"account:{scene.alice.id}"], "category": "VIOLENCE", "days": 1}
    await lead.post("/api/decisions", json=freeze)
    await complained(scene)
    scene.stage.clock.moves(2 * 86_400)
    await scene.stage.writes(decisions.lapse)
    said = {"outcome": "reversed", "reasons": "It was a joke."}
    assert (await judge.post("/api/complaints/1/decision", json=said)).json()["outcome"] == "reversed"


async def test_complaints_are_for_the_appeals_role(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("a promise"))
    bob = await floor.program("bob", "moderator")
    await bob.post("/api/cases/1/decision", json=RULING)
    await complained(scene)
    for method, path in (("GET", ""), ("GET", "/1"), ("POST", "/1/assignment"), ("POST", "/1/release")):
        answer = await bob.request(method, f"/api/complaints{path}")
        assert (answer.status_code, answer.json()["error"]) == (403, "operator_role_needed"), path
    assert "Complaints" not in (await (await floor.at_work("carol", "moderator")).get("/")).text


async def test_a_lead_trusts_a_flagger_and_its_key_is_shown_once(scene: Scene, floor: Desk) -> None:
    lead, bob = await floor.at_work("lead", "lead"), await floor.at_work("bob", "moderator")
    form = {"name": "<b>Watch</b>", "email": "desk@example.org", "country": "fr", "categories": ["SCAMS_AND_FRAUD"]}
    assert (await bob.get("/flaggers")).status_code == 403
    refused = await bob.post("/do/make_flagger", data=form)
    assert refused.headers["location"] == "/?refusal=operator_role_needed"
    bad = await lead.post("/do/make_flagger", data={**form, "country": "France", "back": "/flaggers"})
    assert bad.headers["location"] == "/flaggers?refusal=operator_flagger_invalid"
    assert (await lead.post("/do/make_flagger", data=form)).headers["location"] == "/flaggers?said=make_flagger"
    page = (await lead.post("/flaggers", data={"flagger_id": "1", "name": "program"})).text
    assert "&lt;b&gt;Watch" in page and "<b>Watch" not in page
    key = re.search(r'<p class="mono">([\w-]{43})</p>', page)
    assert key and key[1] not in (await lead.get("/flaggers")).text

    def enters(tx: Tx) -> str:
        return flaggers.enter(tx, key[1]).name

    assert await scene.stage.writes(enters) == "<b>Watch</b>"
    revoked = await lead.post("/do/revoke_flagger_key", data={"key_id": "1"})
    assert revoked.headers["location"] == "/flaggers?said=revoke_flagger_key"
    ended = await lead.post("/do/end_flagger", data={"flagger_id": "1"})
    assert ended.headers["location"] == "/flaggers?said=end_flagger"
    assert "trusted no more" in (await lead.get("/flaggers")).text


async def test_rules_show_what_they_found_in_the_shadow(scene: Scene, floor: Desk) -> None:
    book = load(shipped())
    day = int(floor.clock.now()) // 86400
    counted = [("drug-sale", 1, "shadow", day - 1, 400, 3), ("drug-sale", 1, "shadow", day, 1000, 12)]
    await scene.does(findings.count, counted)
    told = Desk(floor.store, floor.clock, rules=lambda: book.rules.values())
    auditor = await told.at_work("auditor", "auditor")
    page = (await auditor.get("/rules")).text
    assert "Drug sale on public surfaces" in page and "15 found among 1,400" in page and page.count("<rect") == 2
    assert str(escape(book.rules["drug-sale"].expression.strip())) in page
    program = await told.program("program", "auditor")
    rule = next(one for one in (await program.get("/api/rules")).json()["rules"] if one["name"] == "drug-sale")
    assert [(one["day"], one["found"]) for one in rule["days"]] == [(day - 1, 3), (day, 12)]


async def test_figures_count_what_waits(scene: Scene, floor: Desk) -> None:
    for number in range(3):
        await scene.notices(scene.bob, await scene.says(str(number)))
    told = Desk(floor.store, floor.clock, headroom=lambda: [("connections", 12, 1000), ("sessions", 40, 0)])
    bob = await told.program("bob", "moderator")
    await bob.post("/api/cases/1/claim")
    await bob.post("/api/cases/2/decision", json=RULING)
    found = (await bob.get("/api/figures")).json()
    whole = next(one for one in found["queues"] if one["queue"]["name"] == "everything")
    assert (whole["queue"]["count"], whole["unclaimed"], whole["overdue"]) == (2, 1, 0)
    assert (found["decisions_hour"], found["decisions_week"]) == (1, 1)
    floor.clock.moves(20 * 86400)
    later = (await bob.get("/api/figures")).json()
    late = next(one for one in later["queues"] if one["queue"]["name"] == "overdue")
    assert (late["overdue"], later["decisions_week"]) == (2, 0)
    page = (await (await told.at_work("carol", "auditor", language="fr")).get("/figures")).text
    assert "Connexions" in page and 'max="1000"' in page


async def test_a_lead_puts_a_rule_into_another_mode(scene: Scene, floor: Desk) -> None:
    book = load(shipped())
    asked = []

    async def rule_mode(facts: dict[str, object]) -> object:
        asked.append(facts)
        return {}

    told = Desk(floor.store, floor.clock, rules=lambda: book.rules.values(), rule_mode=rule_mode)
    lead, auditor = await told.at_work("lead", "lead"), await told.at_work("auditor", "auditor")
    form = {"name": "drug-sale", "mode": "live", "back": "/rules"}
    assert "Make it live" not in (await auditor.get("/rules")).text
    assert (await auditor.post("/do/set_rule_mode", data=form)).headers["location"].endswith("operator_role_needed")
    assert "Make it live" in (await lead.get("/rules")).text
    assert (await lead.post("/do/set_rule_mode", data=form)).headers["location"] == "/rules?said=set_rule_mode"
    assert asked == [{"name": "drug-sale", "mode": "live", "actor": "operator:2"}]
