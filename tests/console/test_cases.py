"""Queue, case and decision, on the pages and through the API; what others may not see or do.

Source: dsa/16(6), dsa/17(3)
"""

import re

import pytest
from tests.console.conftest import Desk
from tests.kit.moderation import ruling
from tests.kit.rooms import history, texts
from tests.safety.conftest import Scene
from tests.talk.test_room_files import attaches

from chappe.domain import access, decisions
from chappe.domain.enforcement import MARK
from chappe.domain.rulings import Item
from chappe.store import Row
from chappe.tl import functions as f
from chappe.tl import types as t


async def journal(desk: Desk, kind: str) -> list[Row]:
    """Who did it to what, by the journal."""
    return await desk.store.read(
        lambda rx: rx.all("SELECT actor, subject FROM journal WHERE kind = ? ORDER BY no", (kind,))
    )


async def test_from_the_queue_to_a_decision(scene: Scene, floor: Desk) -> None:
    post = await scene.says("Send me your codes, and win!")
    await scene.notices(scene.bob, post, words="It is <b>phishing</b>.")
    bob = await floor.at_work("bob", "moderator")
    queue = await bob.get("/")
    assert "Take the next case" in queue.text and "Child safety" not in queue.text.split("<main", 1)[1]
    everything = re.search(r'href="/\?queue_id=(\d+)"[^>]*>Everything', queue.text)
    assert everything
    listed = await bob.get(f"/?queue_id={everything[1]}")
    assert f'href="/cases/1?queue_id={everything[1]}"' in listed.text and "1 notice" in listed.text
    assert "Garden" not in listed.text and "@the_garden" not in listed.text, "the room is closed"
    name = f.channels.UpdateUsername(channel=scene.room.to(scene.alice), username="the_garden")
    await scene.alice.calls(name)
    assert "<bdi>@the_garden</bdi>" in (await bob.get(f"/?queue_id={everything[1]}")).text
    taken = await bob.post("/do/take_next", data={"queue_id": everything[1]})
    assert taken.headers["location"] == f"/cases/1?queue_id={everything[1]}&said=take_next"
    page = (await bob.get(taken.headers["location"])).text
    assert "Send me your codes, and win!" in page and "The case is yours." in page
    assert "It is &lt;b&gt;phishing&lt;/b&gt;." in page and "<b>phishing" not in page
    assert "known since" in page and "no measure for 0 min yet" in page
    assert await journal(floor, "evidence_read") == [("operator:2", "case:1")]
    form = re.search(r'<form class="stack" method="post" action="(/cases/1/[^"]+)">(.*?)</form>', page, re.DOTALL)
    assert form and "Remove it" in form[2]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    decided = await bob.post(form[1], data=fields)
    assert decided.headers["location"] == f"/cases/1?queue_id={everything[1]}&said=decide_case", decided.text
    told = (await bob.get(decided.headers["location"])).text
    assert 'action="/do/take_next"' in told, "and on to the next one"
    assert "Measure taken" in told and 'href="/decisions/1"' in told and "measure after 0 min" in told
    found = await scene.room.history(scene.carol)
    assert "codes" not in str(found.messages[0])


async def test_a_case_is_one_person_s_at_a_time(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    bob, carol = await floor.program("bob", "moderator"), await floor.program("carol", "moderator")
    assert (await bob.post("/api/cases/1/claim")).json()["mine"] is True
    refused = await carol.post("/api/cases/1/claim")
    assert (refused.status_code, refused.json()["error"]) == (409, "operator_case_claimed")
    ruling = {"measure": "remove", "clause": "3.5", "why": "It is fraud.", "facts": "It asks for codes."}
    assert (await carol.post("/api/cases/1/decision", json=ruling)).status_code == 409
    assert (await carol.post("/api/cases/1/dismissal", json={"outcome": "no_action"})).status_code == 409
    floor.clock.moves(1801)
    assert (await carol.post("/api/cases/1/claim")).json()["mine"] is True, "the claim ran out"
    late = await bob.post("/api/cases/1/decision", json=ruling)
    assert (late.status_code, late.json()["error"]) == (409, "operator_case_claimed")
    assert (await carol.post("/api/cases/1/decision", json=ruling)).json()["state"] == "in_force"
    again = await carol.post("/api/cases/1/decision", json=ruling)
    assert (again.status_code, again.json()["error"]) == (409, "operator_case_not_open")


async def test_two_deciders_at_once_make_one_decision(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    bob, carol = await floor.program("bob", "moderator"), await floor.program("carol", "moderator")
    ruling = {"measure": "remove", "clause": "3.5", "why": "It is fraud.", "facts": "It asks for codes."}
    answers = [await who.post("/api/cases/1/decision", json=ruling) for who in (bob, carol)]
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    listed = (await bob.get("/api/decisions")).json()["decisions"]
    assert [one["decision_id"] for one in listed] == [1]


@pytest.mark.parametrize(
    ("roles", "sees", "claims", "decides"),
    [
        ((), False, False, False),
        (("triage",), True, True, False),
        (("auditor",), True, False, False),
        (("appeals",), True, False, False),
        (("child_safety",), True, False, False),
        (("moderator",), True, True, True),
        (("lead",), True, True, True),
    ],
)
async def test_each_role_does_its_work(
    scene: Scene, floor: Desk, roles: tuple[str, ...], sees: bool, claims: bool, decides: bool
) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    bob = await floor.program("bob", *roles)
    assert ((await bob.get("/api/cases/1")).status_code == 200) is sees
    assert ((await bob.post("/api/cases/1/claim")).status_code == 200) is claims
    dismissed = await bob.post("/api/cases/1/dismissal", json={"outcome": "no_action"})
    assert (dismissed.status_code == 200) is decides
    if not decides:
        assert dismissed.json()["error"] == "operator_role_needed"


async def test_child_abuse_exists_for_the_trained_alone(scene: Scene, floor: Desk) -> None:
    keyword = "CHILD_SEXUAL_ABUSE_MATERIAL"
    await scene.notices(scene.bob, await scene.says("x"), category="PROTECTION_OF_MINORS", keyword=keyword)
    lead, carol = await floor.at_work("lead", "lead"), await floor.at_work("carol", "child_safety")
    assert (await lead.get("/cases/1")).status_code == 404
    assert 'href="/cases/1' not in (await lead.get("/?state=all")).text
    assert (await lead.get("/cases/1/files/" + "0" * 64)).status_code == 404
    assert 'href="/cases/1' in (await carol.get("/")).text
    assert (await carol.post("/do/claim", data={"case_id": "1"})).headers["location"] == "/cases/1?said=claim"
    page = (await carol.get("/cases/1")).text
    assert "Remove it" in page and "3.1" in page


async def test_a_case_is_read_by_who_holds_it_or_asks_and_each_reading_is_written_down(
    scene: Scene, floor: Desk
) -> None:
    await scene.notices(scene.bob, await scene.says("a secret word"))
    auditor = await floor.at_work("auditor", "auditor")
    assert "a secret word" not in (await auditor.get("/cases/1")).text
    assert await journal(floor, "evidence_read") == []
    assert "a secret word" in (await auditor.get("/cases/1?read=1")).text
    assert await journal(floor, "evidence_read") == [("operator:2", "case:1")]
    for path in ("/cases/1", "/"):
        shown = (await auditor.get(path)).text
        offered = [deed for deed in ("claim", "take_next", "sort_case", "reopen") if f'action="/do/{deed}"' in shown]
        assert offered == [], "what would be refused is not offered"


async def test_of_several_items_some_are_decided(scene: Scene, floor: Desk) -> None:
    first, second = await scene.says("one"), await scene.says("two")
    await scene.notices(scene.bob, first, second)
    bob = await floor.at_work("bob", "moderator")
    page = (await bob.get("/cases/1")).text
    keys = re.findall(r'<input type="checkbox" name="items" value="([^"]+)" checked>', page)
    assert len(keys) == 2
    form = {"measure": "remove", "basis": "terms", "clause": "3.5", "why": "It is fraud.", "facts": "Codes."}
    kept = await bob.post("/cases/1/decision", data={**form, "items": keys[:1], "clause": "99"})
    assert kept.status_code == 400 and len(re.findall(r'name="items" value="[^"]+" checked>', kept.text)) == 1
    assert (await bob.post("/cases/1/decision", data={**form, "items": keys[:1]})).status_code == 303
    assert sorted(texts(await scene.room.history(scene.carol))) == sorted([MARK, "two"])


async def test_what_was_typed_stays_where_a_decision_is_refused(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    bob = await floor.at_work("bob", "moderator")
    form = {"measure": "hide", "clause": "3.5", "why": "Because <i>", "facts": "They asked", "territories": "fr, de"}
    answer = await bob.post("/cases/1/decision", data=form)
    assert answer.status_code == 400
    assert "The territories do not fit" in answer.text and "Because &lt;i&gt;" in answer.text
    form["territories"] = "FR, DE"
    assert (await bob.post("/cases/1/decision", data=form)).status_code == 303
    assert "in FR, DE" in (await bob.get("/cases/1")).text


async def test_what_stands_already_decides_the_case(scene: Scene, floor: Desk) -> None:
    post = await scene.says("one")
    await scene.notices(scene.bob, post)
    bob = await floor.at_work("bob", "moderator")
    refused = await bob.post("/do/confirm_case", data={"case_id": "1", "back": "/cases/1"})
    assert refused.headers["location"] == "/cases/1?refusal=decision_not_in_force"
    assert "decided already stands" not in (await bob.get("/cases/1")).text
    remove = ruling(Item("message", scene.room.marked, post), source="rule", automated_decision="full")
    await scene.stage.writes(lambda tx: decisions.decide(tx, access.machine("a-rule@1"), remove))
    assert "What was decided already stands" in (await bob.get("/cases/1")).text
    done = await bob.post("/do/confirm_case", data={"case_id": "1", "back": "/cases/1"})
    assert done.headers["location"] == "/cases/1?said=confirm_case"
    await scene.tells()
    letters = await history(scene.bob, t.InputPeerUser(user_id=777000, access_hash=scene.bob.stage.access.hash_for(
        scene.bob.id, 777000)))  # fmt: skip
    assert any("We acted on what you reported." in text for text in texts(letters))


async def test_notes_sorting_and_opening_again(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    bob = await floor.at_work("bob", "moderator")
    await bob.post("/do/note", data={"case_id": "1", "text": "<script>alert(1)</script> look"})
    await bob.post("/do/sort_case", data={"case_id": "1", "what": "VIOLENCE/HUMAN_TRAFFICKING"})
    await bob.post("/do/dismiss_case", data={"case_id": "1", "outcome": "unfounded", "reason": "a joke"})
    page = (await bob.get("/cases/1")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; look" in page and "<script>alert" not in page
    assert "Manifestly unfounded" in page and "a joke" in page
    answer = await bob.post("/do/reopen", data={"case_id": "1", "text": "after all", "back": "/cases/1"})
    assert answer.headers["location"] == "/cases/1?said=reopen"
    assert "opened again" in (await bob.get("/cases/1")).text
    refused = await bob.post("/do/reopen", data={"case_id": "1", "text": "", "back": "/cases/1"})
    assert refused.headers["location"] == "/cases/1?refusal=operator_case_open"


async def test_a_lead_keeps_searches_as_queues(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    lead, bob = await floor.at_work("lead", "lead"), await floor.at_work("bob", "moderator")
    form = {"name": "<b>mine</b>", "state": "open", "languages": "fr, en", "categories": "SCAMS_AND_FRAUD"}
    assert (await lead.post("/do/save_queue", data=form)).headers["location"] == "/?said=save_queue"
    page = (await bob.get("/")).text
    assert "&lt;b&gt;mine&lt;/b&gt;" in page and "<b>mine" not in page
    refused = await bob.post("/do/save_queue", data=form)
    assert refused.headers["location"] == "/?refusal=operator_role_needed"
    for words in ("?state=nonsense", "?categories=NONSENSE", "?after=x", "?queue_id=99", "?priority_least=x"):
        assert (await bob.get(f"/{words}")).status_code in (200, 400), words


async def test_pages_of_a_case_are_in_french(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    bob = await floor.at_work("bob", "moderator", language="fr")
    for path in ("/", "/cases/1?read=1"):
        text = (await bob.get(path)).text
        assert "File" in text and "Take the" not in text and "Decide" not in text


async def test_words_are_offered_in_the_language_of_whom_they_are_told(scene: Scene, floor: Desk) -> None:
    french = "UPDATE authorizations SET lang_code = 'fr-FR' WHERE owner_id = ?"
    await scene.stage.writes(lambda tx: tx.run(french, (scene.alice.id,)))
    await scene.notices(scene.bob, await scene.says("one"))
    page = (await (await floor.at_work("bob", "moderator")).get("/cases/1?read=1")).text
    assert "<p lang=\"fr\">Ce qui y est dit ou montré relève de cette clause." in page and '<p lang="en">' not in page
    assert "Whom it hits reads French" in page


async def test_every_copy_of_a_file_is_removed_from_the_case_it_was_noticed_in(scene: Scene, floor: Desk) -> None:
    scene.stage.services.blobs = floor.inside.blobs
    first = await attaches(scene.alice, scene.room.peer(scene.alice), b"a forbidden film " * 700)
    await attaches(scene.bob, scene.bob.sees(scene.carol), b"a forbidden film " * 700, 2)
    await scene.notices(scene.bob, first.id)
    bob = await floor.at_work("bob", "moderator")
    page = (await bob.get("/cases/1")).text
    form = re.search(r'<kbd>c</kbd> Remove the file and every copy.*?<form[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, "one key removes every copy"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    decided = await bob.post("/cases/1/decision", data=fields)
    assert decided.headers["location"] == "/cases/1?said=decide_case", decided.text
    while await scene.stage.writes(lambda tx: decisions.follow_up(tx, bytes(16))):
        pass
    letters = await history(scene.carol, scene.carol.sees(scene.bob))
    assert [one.message for one in letters.messages] == [MARK]
    assert texts(await scene.room.history(scene.carol)) == [MARK]
    assert "measure after" in (await bob.get("/cases/1")).text
