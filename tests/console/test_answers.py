"""Every question of the API is answered as its document says, over a scene in which there is something to answer.

Source: openapi/3.1
"""

from typing import Any

import msgspec
from tests.console.conftest import Desk
from tests.console.test_complaints import complained
from tests.console.test_decisions import RULING
from tests.kit.desk import Bench
from tests.safety.conftest import Scene

from chappe.console.deeds import Deed
from chappe.console.pages import deeds
from chappe.legal.records import Target
from chappe.safety.rulebook import load, shipped


def fits(deed: Deed, value: Any, document: Any) -> None:
    """The answer has the fields that the document names, and no others."""
    content = document["paths"][deed.path][deed.method.lower()]["responses"]["200"]["content"]["application/json"]
    schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
    assert set(value) == set(schema["properties"]) or not schema["properties"], deed.name
    msgspec.convert(value, deed.gives)


async def test_every_question_is_answered_as_documented(scene: Scene, floor: Desk) -> None:
    book = load(shipped())
    rules, headroom = lambda: book.rules.values(), lambda: [("calls", 1, 20)]
    bench = Bench(scene.stage)
    told = Desk(floor.store, floor.clock, safety=scene.desk, rules=rules, headroom=headroom, office=bench.office)
    for words in ("one", "two"):
        await scene.notices(scene.bob, await scene.says(words))
    program = await told.program("alice", rank="owner")
    decided = await program.post("/api/cases/1/decision", json=RULING)
    assert decided.status_code == 200, decided.text
    await complained(scene)
    flagger = {"name": "Watch", "email": "desk@example.org", "country": "FR", "categories": ["SCAMS_AND_FRAUD"]}
    await program.post("/api/flaggers", json=flagger)
    await program.post("/api/flaggers/1/keys", json={"name": "program"})
    judge = await bench.authority(await bench.officer(), "judge")
    asks = Target("user_id", str(scene.alice.id), "subscriber")
    order = await bench.arrives("national_requisition", judge, asks)
    document = (await program.get("/api/openapi.json")).json()
    values = {
        "territory": "FR", "order_id": str(order.order_id), "authority_id": str(judge.authority_id),
        "case_id": "2", "decision_id": "1", "complaint_id": "1", "queue_id": "9", "user_id": str(scene.alice.id),
        "room_id": str(scene.room.marked),
    }  # fmt: skip
    asked = [one for one in deeds() if one.method == "GET" and one.name != "show_file"]
    assert len(asked) > 15
    for deed in asked:
        params = {"queue_id": "9"} if deed.name in ("list_cases", "preview_bulk") else {}
        answer = await program.get(deed.path.format(**values), params=params)
        assert answer.status_code == 200, (deed.name, answer.text)
        fits(deed, answer.json(), document)
    evidence = next(one for one in deeds() if one.name == "read_evidence")
    fits(evidence, (await program.post("/api/cases/2/evidence")).json(), document)
